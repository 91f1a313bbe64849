"""Which price of a price list holds for a month.

A month has one price, because quantities are planned by the month. A price holds for a month when
it is effective on the month's **first day**; one that becomes effective later in the month begins
to count with the next month. Period-based valuation in planning works this way throughout
(standard price by period), it never values earlier days of a month with a price nobody had yet
agreed to, and yearly price rounds dated the first of a month apply at once. Where no price of the
customer is effective yet, the product's list price holds.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sop_app.kernel.fields import amount_problem, problems_of
from sop_app.kernel.periods import add_months, first_of_month

HIGHEST_PRICE = Decimal(9_999_999_999)
EARLIEST_DATE = date(2000, 1, 1)
LATEST_DATE = date(2100, 12, 31)


def price_for_month(
    month: date, generations: Sequence[tuple[date, Decimal]], list_price: Decimal
) -> Decimal:
    """Find the price at which a month's quantity is valued.

    Args:
        month: First day of the month.
        generations: Effective date and price of the customer's prices for the product, ascending
            by date, no date twice.
        list_price: The product's list price, which holds before the first generation.

    Returns:
        The price per unit of the product, in the customer's currency.

    Example:
        >>> generations = [(date(2027, 1, 1), Decimal("9.80")), (date(2027, 3, 15), Decimal("9.95"))]
        >>> [
        ...     str(price_for_month(date(2026 + n // 12, n % 12 + 1, 1), generations, Decimal(10)))
        ...     for n in (11, 12, 14, 15)
        ... ]
        ['10', '9.80', '9.80', '9.95']
    """
    effective = bisect_right(generations, month, key=lambda generation: generation[0])
    return generations[effective - 1][1] if effective else list_price


def first_month_of(effective_date: date) -> date:
    """Return the first month a price can hold for.

    Example:
        >>> first_month_of(date(2027, 3, 1)), first_month_of(date(2027, 3, 2))
        (datetime.date(2027, 3, 1), datetime.date(2027, 4, 1))
    """
    month = first_of_month(effective_date)
    return month if effective_date == month else add_months(month, 1)


class PriceTiming(StrEnum):
    """Where a price stands in time: it holds, has been followed by another, or lies ahead."""

    CURRENT = "current"
    PAST = "past"
    UPCOMING = "upcoming"


@dataclass(frozen=True, kw_only=True)
class PriceDraft:
    """The fields of a price that people enter.

    Attributes:
        effective_date: First day on which the customer pays the price.
        unit_price: Price per unit of the product, in the customer's currency.
    """

    customer_id: int
    product_id: int
    effective_date: date
    unit_price: Decimal


def price_problems(draft: PriceDraft) -> dict[str, str]:
    """Say what is wrong with a price's fields, field by field; empty when all is well.

    Example:
        >>> price_problems(
        ...     PriceDraft(
        ...         customer_id=1,
        ...         product_id=1,
        ...         effective_date=date(1899, 1, 1),
        ...         unit_price=Decimal("9.80"),
        ...     )
        ... )
        {'effective_date': 'The date lies outside 2000 to 2100.'}
    """
    in_range = EARLIEST_DATE <= draft.effective_date <= LATEST_DATE
    return problems_of(
        [
            ("effective_date", None if in_range else "The date lies outside 2000 to 2100."),
            ("unit_price", amount_problem(draft.unit_price, "Price", HIGHEST_PRICE)),
        ]
    )
