"""How customers, products and their assignments are written on the assignments page."""

from typing import Any

from sop_app.master_data.assignments.schemas import Choice, Matrix
from sop_app.master_data.customers.schemas import CustomerRow
from sop_app.master_data.products.schemas import ProductRow
from sop_app.ui.components import formats

WITHOUT_FAMILY = "Without a family"


def customer_subject(row: CustomerRow) -> dict[str, Any]:
    """Write a customer to choose, with the number of products assigned."""
    return _subject(row.id, row.name, row.code, row.product_count)


def product_subject(row: ProductRow) -> dict[str, Any]:
    """Write a product to choose, with the number of customers it is assigned to."""
    return _subject(row.id, row.name, row.sku, row.customer_count)


def choice_cells(choice: Choice) -> dict[str, Any]:
    """Write what can be assigned, and whether it is."""
    return {
        "id": str(choice.id),
        "name": choice.name,
        "code": choice.code,
        "group": choice.group or formats.MISSING,
        "is_on": choice.is_assigned,
        "remark": "" if choice.status == "active" else choice.status.capitalize(),
    }


def matrix_rows(matrix: Matrix) -> list[dict[str, Any]]:
    """Write the rows of a window of the matrix with the keys of what is assigned."""
    return [
        {
            "id": str(customer.id),
            "name": customer.name,
            "code": customer.code,
            "on": [str(key) for key in sorted(customer.product_ids)],
        }
        for customer in matrix.customers
    ]


def matrix_columns(matrix: Matrix) -> list[dict[str, Any]]:
    """Write the columns of a window of the matrix."""
    return [
        {"id": str(product.id), "sku": product.sku, "name": product.name}
        for product in matrix.products
    ]


def family_label(family: str) -> str:
    """Name a family on the screen.

    Example:
        >>> family_label("")
        'Without a family'
    """
    return family or WITHOUT_FAMILY


def _subject(key: int, name: str, code: str, count: int) -> dict[str, Any]:
    return {"id": str(key), "name": name, "code": code, "count": formats.number(count)}
