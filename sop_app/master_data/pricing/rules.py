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
from datetime import date
from decimal import Decimal

from sop_app.kernel.periods import add_months, first_of_month

PRICE_PLACES = 4
HIGHEST_PRICE = Decimal("9999999999.9999")


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
