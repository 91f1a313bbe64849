"""Reads of the activation matrix."""

PLANNABLE_PAIRS = """
    SELECT assignment.customer_id, assignment.product_id, customer.sales_rep_id
    FROM assignment
    JOIN customer ON customer.id = assignment.customer_id
    JOIN product ON product.id = assignment.product_id
    WHERE assignment.is_active
      AND customer.deleted_at IS NULL AND customer.status = 'active'
      AND product.deleted_at IS NULL AND product.status <> 'discontinued'
"""
"""What a cycle opens: active assignments of active customers with products that are still sold."""
