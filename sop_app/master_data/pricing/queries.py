"""Reads of the price list."""

from collections.abc import Sequence
from datetime import date


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
