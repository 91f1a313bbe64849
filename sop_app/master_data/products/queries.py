"""Reads of products and categories."""

from typing import Any

from sqlalchemy import Row, func, select, text
from sqlmodel import col

from sop_app.kernel.paging import Page, PageRequest
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.schemas import Actor
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork
from sop_app.system.listing import Conditions, Listing, Ranking, read_all, read_page

from .models import Category, Product
from .rules import ProductStatus
from .schemas import CategoryNode, ProductChoices, ProductCounts, ProductFilter, ProductRow

_COLUMNS = f"""
    p.id, p.sku, p.name, p.description, p.category_id, p.family, p.unit, p.unit_cost,
    p.list_price, p.lead_time_days, p.minimum_order_quantity, p.manufacturing_location,
    p.status, p.created_at, p.updated_at, p.version,
    array_remove(ARRAY[k1.name, k2.name, k3.name], NULL) AS category_path,
    (SELECT count(*) FROM assignment a JOIN customer c ON c.id = a.customer_id
     WHERE a.product_id = p.id AND a.is_active AND c.deleted_at IS NULL
       AND {customer_is_visible()}) AS customer_count
"""
_SOURCE = """
    product p
    LEFT JOIN category k3 ON k3.id = p.category_id
    LEFT JOIN category k2 ON k2.id = k3.parent_id
    LEFT JOIN category k1 ON k1.id = k2.parent_id
"""
_ORDERS = {
    "name": "lower(p.name)",
    "sku": "p.sku",
    "category": "concat_ws(' / ', k1.name, k2.name, k3.name)",
    "family": "nullif(p.family, '')",
    "unit": "p.unit",
    "lead_time": "p.lead_time_days",
    "minimum_order": "p.minimum_order_quantity",
    "location": "nullif(p.manufacturing_location, '')",
    "customers": "customer_count",
    "status": "array_position(ARRAY['new', 'active', 'discontinued'], p.status::text)",
}
_PRICE_ORDERS = {"unit_cost": "p.unit_cost", "list_price": "p.list_price"}
_TREE = """
    WITH RECURSIVE tree AS (
        SELECT id, parent_id, name, level, version, ARRAY[name::text] AS path, ARRAY[id] AS line
        FROM category WHERE parent_id IS NULL
        UNION ALL
        SELECT k.id, k.parent_id, k.name, k.level, k.version, t.path || k.name::text, t.line || k.id
        FROM category k JOIN tree t ON t.id = k.parent_id
    )
    SELECT t.id, t.parent_id, t.name, t.level, t.version, t.path,
           (SELECT count(*) FROM product p JOIN tree below ON below.id = p.category_id
            WHERE t.id = ANY (below.line) AND p.deleted_at IS NULL) AS product_count,
           (SELECT count(*) FROM category child WHERE child.parent_id = t.id) AS child_count
    FROM tree t
"""


async def read_products(
    uow: UnitOfWork, wanted: ProductFilter, page: PageRequest, ranking: Ranking | None = None
) -> Page[ProductRow]:
    """Read one page of products, if wished in the order of another room's figure."""
    conditions = _matching(uow.actor, wanted)
    conditions.parameters.update(ranking.parameters if ranking else {})
    show = _shower(uow.actor)
    return await read_page(uow, _listing(uow.actor, ranking), conditions, page, show)


async def read_all_products(
    uow: UnitOfWork, wanted: ProductFilter, page: PageRequest
) -> list[ProductRow]:
    """Read all products of a list in its order, for an export."""
    conditions = _matching(uow.actor, wanted)
    return await read_all(uow, _listing(uow.actor), conditions, page, _shower(uow.actor))


async def read_product(uow: UnitOfWork, product_id: int) -> ProductRow | None:
    """Read one product, or None."""
    conditions = _matching(uow.actor, ProductFilter())
    conditions.add("p.id = :product_id", product_id=product_id)
    found = await uow.session.execute(
        text(f"SELECT {_COLUMNS} FROM {_SOURCE} WHERE {conditions.where}"), conditions.parameters
    )
    row = found.one_or_none()
    return _shower(uow.actor)(row) if row else None


async def count_products(uow: UnitOfWork) -> ProductCounts:
    """Count the products by status."""
    counted = await uow.session.execute(
        text("""
            SELECT count(*), count(*) FILTER (WHERE status = 'new'),
                   count(*) FILTER (WHERE status = 'active'),
                   count(*) FILTER (WHERE status = 'discontinued')
            FROM product WHERE deleted_at IS NULL
        """)
    )
    return ProductCounts(*counted.one())


async def read_choices(uow: UnitOfWork) -> ProductChoices:
    """Read the values in use."""
    distinct = ", ".join(
        f"coalesce(array_agg(DISTINCT {name}) FILTER (WHERE {name} <> ''), '{{}}')"
        for name in ("family", "manufacturing_location", "unit")
    )
    used = await uow.session.execute(
        text(f"SELECT {distinct} FROM product WHERE deleted_at IS NULL")
    )
    return ProductChoices(*(tuple(values) for values in used.one()))


async def lock_product(
    uow: UnitOfWork, product_id: int, *, is_deleted: bool = False
) -> Product | None:
    """Read a product for writing; others who write it wait."""
    deleted_at = col(Product.deleted_at)
    fits = deleted_at.is_not(None) if is_deleted else deleted_at.is_(None)
    return await uow.session.scalar(
        select(Product).where(col(Product.id) == product_id, fits).with_for_update()
    )


async def find_sku(uow: UnitOfWork, sku: str) -> Product | None:
    """Find the product with a SKU, deleted ones included: a SKU is given once."""
    same_sku = func.lower(col(Product.sku)) == sku.lower()
    return await uow.session.scalar(select(Product).where(same_sku))


async def read_categories(uow: UnitOfWork) -> list[CategoryNode]:
    """Read the whole tree, parents before their children, siblings by name."""
    rows = await uow.session.execute(text(_TREE))
    nodes = [_to_node(row) for row in rows]
    return sorted(nodes, key=lambda node: [name.lower() for name in node.path])


async def read_category(uow: UnitOfWork, category_id: int) -> CategoryNode | None:
    """Read one category, or None."""
    found = await uow.session.execute(
        text(f"{_TREE} WHERE t.id = :category_id"), {"category_id": category_id}
    )
    row = found.one_or_none()
    return _to_node(row) if row else None


async def lock_tree(uow: UnitOfWork) -> None:
    """Let nobody else change the shape of the tree until the transaction ends."""
    await uow.session.execute(text("LOCK TABLE category IN SHARE ROW EXCLUSIVE MODE"))


async def find_category(uow: UnitOfWork, parent_id: int | None, name: str) -> Category | None:
    """Find a category by its name below a parent (None for the top), whatever its case."""
    found = await uow.session.execute(
        text("""
            SELECT id FROM category
            WHERE parent_id IS NOT DISTINCT FROM :parent_id AND lower(name) = lower(:name)
        """),
        {"parent_id": parent_id, "name": name},
    )
    category_id = found.scalar()
    return await uow.session.get(Category, category_id) if category_id else None


async def measure_height(uow: UnitOfWork, category_id: int) -> tuple[int, set[int]]:
    """Measure how many levels hang on a category, itself included, and which categories they are."""
    rows = await uow.session.execute(
        text("""
            WITH RECURSIVE below AS (
                SELECT id, 1 AS height FROM category WHERE id = :category_id
                UNION ALL
                SELECT k.id, b.height + 1 FROM category k JOIN below b ON b.id = k.parent_id
            )
            SELECT id, height FROM below
        """),
        {"category_id": category_id},
    )
    found = rows.all()
    return max((row.height for row in found), default=0), {row.id for row in found}


async def release_deleted_products(uow: UnitOfWork, category_id: int) -> None:
    """Take deleted products off a category, so that it can go; restored, they have none."""
    await uow.session.execute(
        text(
            "UPDATE product SET category_id = NULL"
            " WHERE category_id = :category_id AND deleted_at IS NOT NULL"
        ),
        {"category_id": category_id},
    )


async def shift_levels(uow: UnitOfWork, category_ids: set[int], by: int) -> None:
    """Move categories up or down by some levels."""
    await uow.session.execute(
        text("UPDATE category SET level = level + :by WHERE id = ANY (:ids)"),
        {"by": by, "ids": list(category_ids)},
    )


def _matching(actor: Actor, wanted: ProductFilter) -> Conditions:
    conditions = Conditions(["p.deleted_at IS NULL"], visibility_parameters(actor))
    conditions.add_search("(p.name || ' ' || p.sku)", wanted.search)
    if wanted.category_id is not None:
        conditions.add(":category_id IN (k1.id, k2.id, k3.id)", category_id=wanted.category_id)
    conditions.add_choice("p.family", "families", wanted.families)
    conditions.add_choice("p.manufacturing_location", "locations", wanted.locations)
    conditions.add_choice("p.status", "statuses", [status.value for status in wanted.statuses])
    return conditions


def _listing(actor: Actor, ranking: Ranking | None = None) -> Listing:
    """Sorting by a price would tell its order, so it needs the right to see prices."""
    sees_prices = actor.may(Permission.PRICES_VIEW)
    orders = _ORDERS | _PRICE_ORDERS if sees_prices else _ORDERS
    listing = Listing(_COLUMNS, _SOURCE, orders, default_order="name", key="p.id")
    return listing.ranked_by(ranking, "p.id") if ranking else listing


def _shower(actor: Actor) -> Any:
    hidden = {} if actor.may(Permission.PRICES_VIEW) else {"unit_cost": None, "list_price": None}

    def show(row: Row[Any]) -> ProductRow:
        typed = {"status": ProductStatus(row.status), "category_path": tuple(row.category_path)}
        return ProductRow(**{**row._mapping, **typed, **hidden})

    return show


def _to_node(row: Row[Any]) -> CategoryNode:
    return CategoryNode(**{**row._mapping, "path": tuple(row.path)})
