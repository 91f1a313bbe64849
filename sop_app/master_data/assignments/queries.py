"""Reads and the one set-based write of the activation matrix."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from sop_app.kernel.paging import Page, PageRequest
from sop_app.master_data.customers.queries import visible_customers
from sop_app.system.database import UnitOfWork
from sop_app.system.listing import Conditions, Listing, read_all, read_page

from .schemas import (
    AssignmentChange,
    AssignmentFilter,
    AssignmentRow,
    Choice,
    FamilyCount,
    Matrix,
    MatrixCustomer,
    MatrixProduct,
    MatrixWindow,
)

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

_LIST = Listing(
    columns="""
        c.id AS customer_id, c.code AS customer_code, c.name AS customer_name,
        p.id AS product_id, p.sku, p.name AS product_name, p.family, a.is_active, a.updated_at
    """,
    source="""
        assignment a JOIN customer c ON c.id = a.customer_id JOIN product p ON p.id = a.product_id
    """,
    orders={
        "customer": "lower(c.name)",
        "customer_code": "c.code",
        "product": "lower(p.name)",
        "sku": "p.sku",
        "family": "nullif(p.family, '')",
        "is_active": "a.is_active",
        "updated_at": "a.updated_at",
    },
    default_order="customer",
    key="c.id, lower(p.name), p.id",
)
_STORE = """
    WITH wanted AS (
        SELECT DISTINCT ON (customer_id, product_id) customer_id, product_id, is_active
        FROM unnest(CAST(:customer_ids AS int[]), CAST(:product_ids AS int[]),
                    CAST(:states AS bool[])) WITH ORDINALITY
             AS pair(customer_id, product_id, is_active, position)
        ORDER BY customer_id, product_id, position DESC
    )
    INSERT INTO assignment AS stored (customer_id, product_id, is_active, updated_at)
    SELECT customer_id, product_id, is_active, :now FROM wanted
    ON CONFLICT (customer_id, product_id) DO UPDATE
        SET is_active = excluded.is_active, updated_at = excluded.updated_at
        WHERE stored.is_active <> excluded.is_active
    RETURNING customer_id, product_id, is_active
"""


async def read_assignments(
    uow: UnitOfWork, wanted: AssignmentFilter, page: PageRequest
) -> Page[AssignmentRow]:
    """Read one page of pairs."""
    return await read_page(uow, _LIST, _matching(uow, wanted), page, _to_row)


async def read_all_assignments(
    uow: UnitOfWork, wanted: AssignmentFilter, page: PageRequest
) -> list[AssignmentRow]:
    """Read all pairs of a list in its order, for an export."""
    return await read_all(uow, _LIST, _matching(uow, wanted), page, _to_row)


async def read_families(uow: UnitOfWork, customer_id: int) -> list[FamilyCount]:
    """Count, family by family, what is assigned to a customer of what is sold."""
    rows = await uow.session.execute(
        text("""
            SELECT p.family, count(*) FILTER (WHERE a.is_active),
                   count(*) FILTER (WHERE a.is_active OR p.status <> 'discontinued')
            FROM product p
            LEFT JOIN assignment a ON a.product_id = p.id AND a.customer_id = :customer_id
            WHERE p.deleted_at IS NULL
            GROUP BY p.family ORDER BY nullif(p.family, '') NULLS LAST
        """),
        {"customer_id": customer_id},
    )
    return [FamilyCount(*row) for row in rows]


async def read_products_of(
    uow: UnitOfWork, customer_id: int, family: str | None, search: str
) -> list[Choice]:
    """Read the products sold, assigned to a customer or not; discontinued ones while assigned."""
    conditions = Conditions(["p.deleted_at IS NULL"], {"customer_id": customer_id})
    conditions.add("(p.status <> 'discontinued' OR a.is_active)")
    conditions.add_search("(p.name || ' ' || p.sku)", search)
    if family is not None:
        conditions.add("p.family = :family", family=family)
    rows = await uow.session.execute(
        text(f"""
            SELECT p.id, p.sku, p.name, p.family, p.status, coalesce(a.is_active, false)
            FROM product p
            LEFT JOIN assignment a ON a.product_id = p.id AND a.customer_id = :customer_id
            WHERE {conditions.where}
            ORDER BY nullif(p.family, '') NULLS LAST, lower(p.name), p.id
        """),
        conditions.parameters,
    )
    return [Choice(*row) for row in rows]


async def read_customers_of(uow: UnitOfWork, product_id: int, search: str) -> list[Choice]:
    """Read the visible customers, assigned a product or not; inactive ones while assigned."""
    conditions = visible_customers(uow.actor)
    conditions.add("(c.status = 'active' OR a.is_active)", product_id=product_id)
    conditions.add_search("(c.name || ' ' || c.code)", search)
    rows = await uow.session.execute(
        text(f"""
            SELECT c.id, c.code, c.name, c.region, c.status, coalesce(a.is_active, false)
            FROM customer c
            LEFT JOIN assignment a ON a.customer_id = c.id AND a.product_id = :product_id
            WHERE {conditions.where} ORDER BY lower(c.name), c.id
        """),
        conditions.parameters,
    )
    return [Choice(*row) for row in rows]


async def read_matrix(uow: UnitOfWork, window: MatrixWindow) -> Matrix:
    """Read a window of the matrix."""
    products, product_count = await _read_columns(uow, window)
    conditions = visible_customers(uow.actor)
    conditions.add("c.status = 'active'")
    conditions.add_search("(c.name || ' ' || c.code)", window.customer_search)
    customer_count = await uow.session.scalar(
        text(f"SELECT count(*) FROM customer c WHERE {conditions.where}"), conditions.parameters
    )
    rows = await uow.session.execute(
        text(f"""
            SELECT c.id, c.code, c.name, c.status, ARRAY(
                SELECT a.product_id FROM assignment a
                WHERE a.customer_id = c.id AND a.is_active
                  AND a.product_id = ANY (CAST(:shown_ids AS int[])))
            FROM customer c WHERE {conditions.where}
            ORDER BY lower(c.name), c.id LIMIT :row_limit OFFSET :row_offset
        """),
        {
            **conditions.parameters,
            "shown_ids": [product.id for product in products],
            "row_limit": window.row_count,
            "row_offset": window.first_row,
        },
    )
    customers = tuple(
        MatrixCustomer(key, code, name, status, frozenset(assigned))
        for key, code, name, status, assigned in rows
    )
    return Matrix(products, customers, product_count, customer_count or 0)


async def read_pairs(
    uow: UnitOfWork, customer_ids: Sequence[int], product_ids: Sequence[int]
) -> tuple[dict[int, str], dict[int, str]]:
    """Read which customers are visible and which products exist, each id with its code."""
    conditions = visible_customers(uow.actor)
    conditions.add("c.id = ANY (:customer_ids)", customer_ids=list(customer_ids))
    customers = await uow.session.execute(
        text(f"SELECT c.id, c.code FROM customer c WHERE {conditions.where}"),
        conditions.parameters,
    )
    products = await uow.session.execute(
        text("SELECT id, sku FROM product WHERE deleted_at IS NULL AND id = ANY (:product_ids)"),
        {"product_ids": list(product_ids)},
    )
    return dict(tuple(row) for row in customers), dict(tuple(row) for row in products)


async def store_changes(
    uow: UnitOfWork, changes: Sequence[AssignmentChange]
) -> list[AssignmentChange]:
    """Store pairs as wished and return those that were different before."""
    rows = await uow.session.execute(
        text(_STORE),
        {
            "customer_ids": [change.customer_id for change in changes],
            "product_ids": [change.product_id for change in changes],
            "states": [change.is_active for change in changes],
            "now": uow.now,
        },
    )
    return [AssignmentChange(*row) for row in rows]


async def _read_columns(
    uow: UnitOfWork, window: MatrixWindow
) -> tuple[tuple[MatrixProduct, ...], int]:
    conditions = Conditions(["p.deleted_at IS NULL", "p.status <> 'discontinued'"])
    conditions.add("p.family = :family", family=window.family)
    conditions.add_search("(p.name || ' ' || p.sku)", window.product_search)
    count = await uow.session.scalar(
        text(f"SELECT count(*) FROM product p WHERE {conditions.where}"), conditions.parameters
    )
    rows = await uow.session.execute(
        text(f"""
            SELECT p.id, p.sku, p.name, p.status FROM product p WHERE {conditions.where}
            ORDER BY lower(p.name), p.id LIMIT :column_limit OFFSET :column_offset
        """),
        {
            **conditions.parameters,
            "column_limit": window.column_count,
            "column_offset": window.first_column,
        },
    )
    return tuple(MatrixProduct(*row) for row in rows), count or 0


def _matching(uow: UnitOfWork, wanted: AssignmentFilter) -> Conditions:
    conditions = visible_customers(uow.actor)
    conditions.add("p.deleted_at IS NULL")
    conditions.add_search("concat_ws(' ', c.name, c.code, p.name, p.sku)", wanted.search)
    for name, value in (("customer_id", wanted.customer_id), ("product_id", wanted.product_id)):
        if value is not None:
            conditions.add(f"a.{name} = :{name}", **{name: value})
    conditions.add_choice("p.family", "families", wanted.families)
    if wanted.is_active is not None:
        conditions.add("a.is_active = :is_active", is_active=wanted.is_active)
    return conditions


def _to_row(row: Row[Any]) -> AssignmentRow:
    return AssignmentRow(**row._mapping)
