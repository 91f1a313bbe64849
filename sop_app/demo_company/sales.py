"""The sales history of the demo company: demand as it happened, month by month."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from sop_app.demo_company.demand import HISTORY_MONTHS, Demand, Pair
from sop_app.demo_company.pricing import PriceBook
from sop_app.kernel.periods import month_range

_CENT = Decimal("0.01")
_PRICE = Decimal("0.0001")
_SHARE_WITH_RETURNS = 0.04
_SHARE_RETURNED_LATE = 0.3


@dataclass(frozen=True)
class DemoSale:
    """What one customer bought of one product in one month.

    Quantities in cases, ``net_quantity`` = gross - returned; negative in a month of returns only.
    ``amount`` in EUR = net quantity x price; ``average_price`` = amount / net quantity.
    """

    customer_code: str
    sku: str
    month: date
    gross_quantity: int
    returned_quantity: int
    net_quantity: int
    amount: Decimal
    average_price: Decimal


def draw_sales(random: Random, demand: Demand, prices: PriceBook) -> tuple[DemoSale, ...]:
    """Draw the months in which something was sold or came back, three years of them."""
    months = month_range(demand.first_month, HISTORY_MONTHS)
    moods = {
        (sku, month): random.gauss(1, 0.03)
        for sku in demand.families
        for month in range(HISTORY_MONTHS)
    }
    sales: list[DemoSale] = []
    for pair in demand.pairs:
        for month in range(HISTORY_MONTHS):
            gross, returned = _draw_quantities(random, demand, pair, month, moods[pair[1], month])
            if gross or returned:
                price = _paid_price(demand, prices, pair, months[month])
                sales.append(_book_sale(pair, months[month], gross, returned, price))
    return tuple(sales)


def _draw_quantities(
    random: Random, demand: Demand, pair: Pair, month: int, mood: float
) -> tuple[int, int]:
    """Draw cases sold and cases returned; a customer that left may return its last ones."""
    behaviour = demand.pairs[pair]
    if month == behaviour.stop:
        came_back = random.random() < _SHARE_RETURNED_LATE
        return 0, random.randint(1, 6) if came_back else 0
    if behaviour.sold_ratio < 1 and random.random() >= behaviour.sold_ratio:
        return 0, 0
    scatter = max(0.3, random.gauss(1, 0.10 if behaviour.sold_ratio == 1 else 0.35))
    gross = round(demand.expected(pair, month) / behaviour.sold_ratio * mood * scatter)
    if gross < 4 or random.random() >= _SHARE_WITH_RETURNS:
        return gross, 0
    return gross, max(1, round(gross * random.uniform(0.01, 0.08)))


def _paid_price(demand: Demand, prices: PriceBook, pair: Pair, month: date) -> Decimal:
    """Return the agreed price, less the discount of a promotion, in whole cents."""
    price = prices.price_of(*pair, month)
    promotion = demand.promotions.get((pair[1], month))
    return (price * (1 - promotion.discount)).quantize(_CENT) if promotion else price


def _book_sale(pair: Pair, month: date, gross: int, returned: int, price: Decimal) -> DemoSale:
    net = gross - returned
    amount = (net * price).quantize(_CENT)
    return DemoSale(*pair, month, gross, returned, net, amount, (amount / net).quantize(_PRICE))
