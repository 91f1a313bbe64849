"""Reads of the price list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select, text
from sqlmodel import col

from sop_app.kernel.paging import Page, PageRequest
from sop_app.master_data.customers.queries import visible_customers
from sop_app.system.auth.schemas import Actor
from sop_app.system.database import UnitOfWork
from sop_app.system.listing import Conditions, Listing, read_all, read_page

from .models import Price
from .rules import PriceTiming
from .schemas import CurrentPrice, PriceCounts, PriceFilter, PriceRow

_TIMING = """
    CASE WHEN r.effective_date > :today THEN 'upcoming'
         WHEN EXISTS (
             SELECT FROM price later
             WHERE later.customer_id = r.customer_id AND later.product_id = r.product_id
               AND later.effective_date > r.effective_date AND later.effective_date <= :today
         ) THEN 'past'
         ELSE 'current' END
"""
_COLUMNS = f"""
    r.id, r.customer_id, r.product_id, r.effective_date, r.unit_price, r.version,
    c.code AS customer_code, c.name AS customer_name, c.currency,
    p.sku, p.name AS product_name, p.unit, p.list_price, {_TIMING} AS timing
"""
_SOURCE = "price r JOIN customer c ON c.id = r.customer_id JOIN product p ON p.id = r.product_id"
_ORDERS = {
    "customer": "lower(c.name)",
    "customer_code": "c.code",
    "product": "lower(p.name)",
    "sku": "p.sku",
    "effective_date": "r.effective_date",
    "unit_price": "r.unit_price",
    "list_price": "p.list_price",
    "currency": "c.currency",
    "timing": "timing",
}
_LIST = Listing(
    _COLUMNS,
    _SOURCE,
    _ORDERS,
    default_order="customer",
    key="c.id, lower(p.name), r.effective_date DESC, r.id",
)


async def read_prices(uow: UnitOfWork, wanted: PriceFilter, page: PageRequest) -> Page[PriceRow]:
    """Read one page of prices."""
    return await read_page(uow, _LIST, _matching(uow, wanted), page, _to_row)


async def read_all_prices(
    uow: UnitOfWork, wanted: PriceFilter, page: PageRequest
) -> list[PriceRow]:
    """Read all prices of a list in its order, for an export."""
    return await read_all(uow, _LIST, _matching(uow, wanted), page, _to_row)


async def read_price(uow: UnitOfWork, price_id: int) -> PriceRow | None:
    """Read one price, or None when there is none that the acting person may see."""
    conditions = _matching(uow, PriceFilter())
    conditions.add("r.id = :price_id", price_id=price_id)
    found = await uow.session.execute(
        text(f"SELECT {_COLUMNS} FROM {_SOURCE} WHERE {conditions.where}"), conditions.parameters
    )
    row = found.one_or_none()
    return _to_row(row) if row else None


async def count_prices(uow: UnitOfWork) -> PriceCounts:
    """Count the prices the acting person sees, and which of them hold or lie ahead."""
    conditions = _matching(uow, PriceFilter())
    counted = await uow.session.execute(
        text(
            f"""
            SELECT count(*), count(*) FILTER (WHERE timing = 'current'),
                   count(*) FILTER (WHERE timing = 'upcoming')
            FROM (SELECT {_TIMING} AS timing FROM {_SOURCE} WHERE {conditions.where}) AS timed
            """
        ),
        conditions.parameters,
    )
    return PriceCounts(*counted.one())


async def read_current_prices(
    uow: UnitOfWork, pairs: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], CurrentPrice]:
    """Read what customers pay today, by customer and product id."""
    conditions = visible_customers(uow.actor)
    parameters = {
        **conditions.parameters,
        "today": uow.now.date(),
        "customer_ids": [customer_id for customer_id, _ in pairs],
        "product_ids": [product_id for _, product_id in pairs],
    }
    rows = await uow.session.execute(
        text(
            f"""
            SELECT c.id AS customer_id, p.id AS product_id, p.list_price,
                   own.unit_price, own.effective_date
            FROM unnest(CAST(:customer_ids AS int[]), CAST(:product_ids AS int[]))
                 AS pair(customer_id, product_id)
            JOIN customer c ON c.id = pair.customer_id
            JOIN product p ON p.id = pair.product_id
            LEFT JOIN LATERAL (
                SELECT r.unit_price, r.effective_date FROM price r
                WHERE r.customer_id = c.id AND r.product_id = p.id AND r.effective_date <= :today
                ORDER BY r.effective_date DESC LIMIT 1
            ) AS own ON true
            WHERE {conditions.where}
            """
        ),
        parameters,
    )
    return {
        (row.customer_id, row.product_id): CurrentPrice(
            row.list_price if row.unit_price is None else row.unit_price,
            is_list_price=row.unit_price is None,
            effective_date=row.effective_date,
        )
        for row in rows
    }


async def lock_price(uow: UnitOfWork, price_id: int) -> Price | None:
    """Read a price for writing; others who write it wait."""
    return await uow.session.scalar(
        select(Price).where(col(Price.id) == price_id).with_for_update()
    )


async def find_price_on(
    uow: UnitOfWork, customer_id: int, product_id: int, day: date
) -> Price | None:
    """Find the price of a pair that becomes effective on a day."""
    return await uow.session.scalar(
        select(Price).where(
            col(Price.customer_id) == customer_id,
            col(Price.product_id) == product_id,
            col(Price.effective_date) == day,
        )
    )


def effective_prices(pairs: str, months: Sequence[date]) -> str:
    """Build the query of the prices that hold for many customers, products and months at once.

    The same rule as ``rules.price_for_month``, set-based: prices are gathered per pair as two
    parallel arrays ordered by date, and ``width_bucket`` finds in them the latest one effective on
    a month's first day (0, outside the array, where the list price holds).

    Args:
        pairs: A query with the columns ``customer_id`` and ``product_id``, for example
            ``assignments.queries.PLANNABLE_PAIRS``. Its bind parameters stay open.
        months: First days of the months, in the order of the resulting array.

    Returns:
        SQL text with the columns ``customer_id``, ``product_id`` and ``prices numeric[]``, one row
        per pair and one element per month.
    """
    elements = ", ".join(
        f"coalesce(held.unit_prices[width_bucket(DATE '{month:%Y-%m-%d}', held.dates)],"
        " product.list_price)"
        for month in months
    )
    return f"""
        SELECT pair.customer_id, pair.product_id, ARRAY[{elements}]::numeric(14, 4)[] AS prices
        FROM ({pairs}) AS pair
        JOIN product ON product.id = pair.product_id
        LEFT JOIN (
            SELECT customer_id, product_id,
                   array_agg(effective_date ORDER BY effective_date) AS dates,
                   array_agg(unit_price ORDER BY effective_date) AS unit_prices
            FROM price GROUP BY customer_id, product_id
        ) AS held USING (customer_id, product_id)
    """


def _matching(uow: UnitOfWork, wanted: PriceFilter) -> Conditions:
    conditions = _visible(uow.actor)
    conditions.parameters["today"] = uow.now.date()
    names = "concat_ws(' ', c.name, c.code, p.name, p.sku)"
    conditions.add_search(names, wanted.search)
    for name, value in (("customer_id", wanted.customer_id), ("product_id", wanted.product_id)):
        if value is not None:
            conditions.add(f"r.{name} = :{name}", **{name: value})
    conditions.add_choice("p.family", "families", wanted.families)
    conditions.add_choice(f"({_TIMING})", "timings", [timing.value for timing in wanted.timings])
    if wanted.effective_from is not None:
        conditions.add("r.effective_date >= :first_day", first_day=wanted.effective_from)
    if wanted.effective_to is not None:
        conditions.add("r.effective_date <= :last_day", last_day=wanted.effective_to)
    return conditions


def _visible(actor: Actor) -> Conditions:
    conditions = visible_customers(actor)
    conditions.add("p.deleted_at IS NULL")
    return conditions


def _to_row(row: Row[Any]) -> PriceRow:
    return PriceRow(**{**row._mapping, "timing": PriceTiming(row.timing)})
