"""The price list of the demo company: what a customer pays for a product from a date on."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from sop_app.demo_company.catalogue import DemoProduct
from sop_app.demo_company.customers import DemoAssignment

_CENT = Decimal("0.01")
_PRICE = Decimal("0.0001")
_SHARE_WITH_PRICES = 0.75
_SHARE_RENEGOTIATED = 0.15


@dataclass(frozen=True)
class DemoPrice:
    """A price in EUR per case that one customer pays from ``effective_date`` on."""

    customer_code: str
    sku: str
    effective_date: date
    unit_price: Decimal


class PriceBook:
    """Answers what a customer pays in a month.

    The latest price effective on the first of the month counts, else the product's list price.
    """

    def __init__(self, products: Iterable[DemoProduct], prices: Iterable[DemoPrice]) -> None:
        self._list_prices = {item.sku: item.list_price for item in products}
        self._agreed: dict[tuple[str, str], list[tuple[date, Decimal]]] = {}
        for entry in sorted(prices, key=lambda entry: entry.effective_date):
            generations = self._agreed.setdefault((entry.customer_code, entry.sku), [])
            generations.append((entry.effective_date, entry.unit_price))

    def price_of(self, customer_code: str, sku: str, month: date) -> Decimal:
        """Return the price in EUR per case, 4 places."""
        generations = self._agreed.get((customer_code, sku), [])
        position = bisect_right(generations, month, key=lambda generation: generation[0])
        return generations[position - 1][1] if position else self._list_prices[sku]


def draw_prices(
    random: Random,
    products: Sequence[DemoProduct],
    assignments: Sequence[DemoAssignment],
    years: Sequence[int],
    current_year: int,
) -> tuple[DemoPrice, ...]:
    """Draw yearly prices (from 1 January) of three pairs in four, and some changes last July.

    The list price is that of the current year; earlier years were cheaper, a coming one is dearer.
    A pair may have got its own price late; until then it paid the list price.
    """
    by_sku = {item.sku: item for item in products}
    inflation = {item.sku: random.uniform(0.01, 0.045) for item in products}
    discounts = {code: random.uniform(0.02, 0.10) for code in _customer_codes(assignments)}
    prices: list[DemoPrice] = []
    for pair in assignments:
        if random.random() >= _SHARE_WITH_PRICES:
            continue
        level = float(by_sku[pair.sku].list_price) * (1 - discounts[pair.customer_code])
        level *= random.uniform(0.97, 1.02)
        first = 1 if random.random() < 0.1 else 0
        growth = 1 + inflation[pair.sku]
        for year in years[first:]:
            yearly = level * growth ** (year - current_year)
            prices.append(_priced(pair, date(year, 1, 1), yearly))
        if random.random() < _SHARE_RENEGOTIATED:
            prices.append(_priced(pair, date(current_year - 1, 7, 1), level * growth**-0.3))
    return tuple(prices)


def _customer_codes(assignments: Sequence[DemoAssignment]) -> list[str]:
    return sorted({pair.customer_code for pair in assignments})


def _priced(pair: DemoAssignment, effective_date: date, price: float) -> DemoPrice:
    rounded = Decimal(price).quantize(_CENT).quantize(_PRICE)
    return DemoPrice(pair.customer_code, pair.sku, effective_date, rounded)
