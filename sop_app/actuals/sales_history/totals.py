"""Sales of twelve months and their course, for lists and pages of customers and products.

The twelve months end with the latest month that is over and has sales, so that a half-recorded
current month does not look like a collapse and an old data set still shows its last year.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import text

from sop_app.kernel.periods import add_months, first_of_month, month_range
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork
from sop_app.system.listing import Ranking

YEAR = 12
Side = Literal["customer_id", "product_id"]


@dataclass(frozen=True)
class SalesTotals:
    """Net sales of twelve months and of the twelve before.

    Attributes:
        quantity: Units of the product; meaningless across products of different units.
        amount: In the customer's currency; meaningless across customers of different ones.
    """

    quantity: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    previous_quantity: Decimal = Decimal(0)
    previous_amount: Decimal = Decimal(0)

    @property
    def amount_change(self) -> Decimal | None:
        """Return the change of the amount as a ratio; None without sales to compare with."""
        return _change(self.amount, self.previous_amount)

    @property
    def quantity_change(self) -> Decimal | None:
        """Return the change of the quantity as a ratio; None without sales to compare with."""
        return _change(self.quantity, self.previous_quantity)


@dataclass(frozen=True)
class MonthSales:
    """Net sales of one month; zero where nothing is recorded."""

    month: date
    quantity: Decimal
    amount: Decimal


async def find_last_sales_month(uow: UnitOfWork) -> date:
    """Find the latest month that is over and has visible sales; else the month before this one.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    uow.require(Permission.SALES_HISTORY_VIEW)
    last_full_month = add_months(first_of_month(uow.now.date()), -1)
    found = await uow.session.scalar(
        text(f"""
            SELECT max(s.month) FROM sales_month s JOIN customer c ON c.id = s.customer_id
            WHERE s.month <= :last_full_month AND {customer_is_visible()}
        """),
        {"last_full_month": last_full_month, **visibility_parameters(uow.actor)},
    )
    return found or last_full_month


async def total_by_customer(
    uow: UnitOfWork, customer_ids: Collection[int], until: date
) -> dict[int, SalesTotals]:
    """Total the sales of some customers over the twelve months until one, that one included.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    return await _total(uow, "customer_id", customer_ids, until)


async def total_by_product(
    uow: UnitOfWork, product_ids: Collection[int], until: date
) -> dict[int, SalesTotals]:
    """Total the sales of some products to visible customers over the twelve months until one.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    return await _total(uow, "product_id", product_ids, until)


async def total_products_of_customer(
    uow: UnitOfWork, customer_id: int, until: date
) -> dict[int, SalesTotals]:
    """Total a customer's sales by product over the twelve months until one.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    return await _total(uow, "product_id", None, until, ("customer_id", customer_id))


async def total_customers_of_product(
    uow: UnitOfWork, product_id: int, until: date
) -> dict[int, SalesTotals]:
    """Total a product's sales by visible customer over the twelve months until one.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    return await _total(uow, "customer_id", None, until, ("product_id", product_id))


async def list_monthly_sales(
    uow: UnitOfWork, side: Side, key: int, until: date, month_count: int
) -> list[MonthSales]:
    """List the sales of a customer or a product month by month, ending with a month.

    Args:
        uow: The transaction.
        side: ``customer_id`` or ``product_id``.
        key: Its id; of a product only sales to visible customers count.
        until: The last month.
        month_count: How many months.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    uow.require(Permission.SALES_HISTORY_VIEW)
    months = month_range(add_months(until, 1 - month_count), month_count)
    rows = await uow.session.execute(
        text(f"""
            SELECT s.month, sum(s.net_quantity), sum(s.amount)
            FROM sales_month s JOIN customer c ON c.id = s.customer_id
            WHERE s.{side} = :key AND s.month BETWEEN :first AND :last AND {customer_is_visible()}
            GROUP BY s.month
        """),
        {
            "key": key,
            "first": months[0],
            "last": until,
            **visibility_parameters(uow.actor),
        },
    )
    found = {month: (quantity, amount) for month, quantity, amount in rows}
    nothing = (Decimal(0), Decimal(0))
    return [MonthSales(month, *found.get(month, nothing)) for month in months]


async def list_courses(
    uow: UnitOfWork, group_by: Side, within: tuple[Side, int], until: date, month_count: int = YEAR
) -> dict[int, list[Decimal]]:
    """List monthly quantities for sparklines: a customer's by product, or a product's by customer.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    uow.require(Permission.SALES_HISTORY_VIEW)
    side, key = within
    months = month_range(add_months(until, 1 - month_count), month_count)
    rows = await uow.session.execute(
        text(f"""
            SELECT s.{group_by}, s.month, sum(s.net_quantity)
            FROM sales_month s JOIN customer c ON c.id = s.customer_id
            WHERE s.{side} = :key AND s.month BETWEEN :first AND :last AND {customer_is_visible()}
            GROUP BY 1, 2
        """),
        {"key": key, "first": months[0], "last": until, **visibility_parameters(uow.actor)},
    )
    positions = {month: position for position, month in enumerate(months)}
    courses: dict[int, list[Decimal]] = {}
    for group, month, quantity in rows:
        course = courses.setdefault(group, [Decimal(0)] * month_count)
        course[positions[month]] = quantity
    return courses


def rank_by_sales(uow: UnitOfWork, sort: str, side: Side, until: date) -> Ranking | None:
    """Let a list of customers or products be sorted by ``sales`` or ``sales_change``.

    Customers rank by amount, products by quantity, as their lists show them.

    Returns:
        The ranking, or None when the list is sorted by something else or sales are not seen.
    """
    values = _RANKED[side]
    if sort not in values or not uow.actor.may(Permission.SALES_HISTORY_VIEW):
        return None
    source = f"""
        SELECT {side} AS id, {values[sort]} AS value
        FROM ({_totals_of(side, "true")}) AS totals
    """
    return Ranking(sort, source, _window(uow, until))


async def _total(
    uow: UnitOfWork,
    group_by: Side,
    keys: Collection[int] | None,
    until: date,
    within: tuple[Side, int] | None = None,
) -> dict[int, SalesTotals]:
    uow.require(Permission.SALES_HISTORY_VIEW)
    parameters = _window(uow, until)
    conditions: list[str] = []
    if keys is not None:
        conditions.append(f"s.{group_by} = ANY (:keys)")
        parameters["keys"] = list(keys)
    if within is not None:
        conditions.append(f"s.{within[0]} = :within_id")
        parameters["within_id"] = within[1]
    condition = " AND ".join(conditions) or "true"
    rows = await uow.session.execute(text(_totals_of(group_by, condition)), parameters)
    return {row[0]: SalesTotals(*row[1:]) for row in rows}


def _totals_of(group_by: Side, condition: str) -> str:
    sums = ", ".join(_sums(("net_quantity", "amount")))
    return f"""
        SELECT s.{group_by}, {sums}
        FROM sales_month s JOIN customer c ON c.id = s.customer_id
        WHERE s.month BETWEEN :first_month AND :last_month
          AND {condition} AND {customer_is_visible()}
        GROUP BY s.{group_by}
    """


def _sums(columns: Sequence[str]) -> list[str]:
    now = "FILTER (WHERE s.month > :previous_month)"
    before = "FILTER (WHERE s.month <= :previous_month)"
    names = {"net_quantity": "quantity", "amount": "amount"}
    return [
        f"coalesce(sum(s.{column}) {which}, 0) AS {prefix}{names[column]}"
        for which, prefix in ((now, ""), (before, "previous_"))
        for column in columns
    ]


def _window(uow: UnitOfWork, until: date) -> dict[str, Any]:
    return {
        "last_month": until,
        "previous_month": add_months(until, -YEAR),
        "first_month": add_months(until, 1 - 2 * YEAR),
        **visibility_parameters(uow.actor),
    }


def _change(now: Decimal, before: Decimal) -> Decimal | None:
    return (now - before) / before if before > 0 else None


_RANKED: dict[Side, dict[str, str]] = {
    "customer_id": {
        "sales": "amount",
        "sales_change": (
            "CASE WHEN previous_amount > 0 THEN (amount - previous_amount) / previous_amount END"
        ),
    },
    "product_id": {
        "sales": "quantity",
        "sales_change": (
            "CASE WHEN previous_quantity > 0 "
            "THEN (quantity - previous_quantity) / previous_quantity END"
        ),
    },
}
