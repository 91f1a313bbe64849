"""The demand of the demo company: what lies behind its sales.

Expected demand of a pair = level x growth x season of the family x life of the item x promotion.
Sales scatter around it; forecasts are opinions about it. Months are counted from the first month of
the history (0); the history has 36 of them and expectations reach into the future.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

from sop_app.demo_company.catalogue import NICHE, DemandPattern, DemoProduct
from sop_app.demo_company.customers import DemoAssignment, DemoCustomer
from sop_app.demo_company.pricing import PriceBook
from sop_app.kernel.periods import add_months, month_range

HISTORY_MONTHS = 36
KNOWN_MONTHS = HISTORY_MONTHS + 18
FOR_EVER = 10_000
PROMOTED_ITEMS = 14

Pair = tuple[str, str]

_SEASONS = {
    "Oils and vinegars": (86, 88, 95, 101, 107, 112, 113, 108, 102, 97, 93, 98),
    "Canned and dry": (104, 103, 102, 98, 95, 92, 90, 91, 99, 106, 109, 111),
    "Dairy": (93, 94, 99, 100, 102, 99, 96, 95, 99, 102, 106, 115),
    "Meat and fish": (82, 84, 92, 101, 113, 121, 119, 112, 99, 90, 88, 99),
    "Frozen": (84, 86, 93, 100, 109, 119, 123, 117, 102, 91, 86, 90),
    "Beverages": (78, 80, 90, 101, 115, 128, 134, 127, 104, 87, 77, 79),
    "Desserts and bakery": (80, 84, 92, 97, 95, 92, 88, 87, 99, 112, 132, 142),
}
_FAMILY_GROWTH = {
    "Oils and vinegars": 0.02,
    "Canned and dry": 0.01,
    "Dairy": 0.02,
    "Meat and fish": 0.01,
    "Frozen": 0.04,
    "Beverages": 0.03,
    "Desserts and bakery": 0.02,
}
_LAUNCH_RAMP = (0.35, 0.6, 0.85)
_PHASE_OUT = (0.3, 0.5, 0.75)
_PULL_FORWARD = 0.88
_FADING_LEVEL = 0.35
_NEW_LEVEL = 0.5


@dataclass(frozen=True)
class DemoPromotion:
    """A month in which an item is cheaper for everybody and sells ``uplift`` times as much."""

    sku: str
    month: date
    uplift: float
    discount: Decimal


@dataclass(frozen=True)
class PairDemand:
    """How one customer's demand for one item behaves.

    ``level`` in cases a month, at the middle of the last year of the history. Sales happen from
    month ``start`` to before ``stop``, in a share ``sold_ratio`` of the months.
    """

    level: float
    growth: float
    start: int
    stop: int
    sold_ratio: float


@dataclass(frozen=True)
class Demand:
    """Expected demand of all pairs."""

    first_month: date
    pairs: Mapping[Pair, PairDemand]
    families: Mapping[str, str]
    promotions: Mapping[tuple[str, date], DemoPromotion]

    def expected(self, pair: Pair, month: int) -> float:
        """Return the cases expected in a month; 0 outside the life of the pair."""
        demand = self.pairs[pair]
        if not demand.start <= month < demand.stop:
            return 0.0
        calendar_month = add_months(self.first_month, month)
        season = _SEASONS[self.families[pair[1]]][calendar_month.month - 1] / 100
        growth = (1 + demand.growth) ** ((month - HISTORY_MONTHS + 6) / 12)
        life = _life(demand, month)
        return demand.level * growth * season * life * self._push(pair[1], calendar_month)

    def _push(self, sku: str, month: date) -> float:
        """Return the effect of a promotion now, or of one last month that customers stocked up on."""
        promotion = self.promotions.get((sku, month))
        if promotion:
            return promotion.uplift
        return _PULL_FORWARD if (sku, add_months(month, -1)) in self.promotions else 1.0


def _life(demand: PairDemand, month: int) -> float:
    """Return the share of full demand while an item is launched or phased out."""
    age, rest = month - demand.start, demand.stop - 1 - month
    if demand.start > 0 and age < len(_LAUNCH_RAMP):
        return _LAUNCH_RAMP[age]
    return _PHASE_OUT[rest] if rest < len(_PHASE_OUT) else 1.0


def draw_promotions(
    random: Random, products: Sequence[DemoProduct], first_month: date
) -> tuple[DemoPromotion, ...]:
    """Draw the promotions, past and planned; each returns in the same month every year."""
    regular = [item for item in products if item.pattern is DemandPattern.REGULAR]
    promoted = random.sample([item for item in regular if item.appeal > NICHE], PROMOTED_ITEMS)
    promotions: list[DemoPromotion] = []
    for item in promoted:
        calendar_month = random.randint(1, 12)
        discount = Decimal(random.choice((5, 8, 10, 12))) / 100
        for month in month_range(first_month, KNOWN_MONTHS):
            if month.month == calendar_month:
                uplift = round(random.uniform(1.6, 2.2), 2)
                promotions.append(DemoPromotion(item.sku, month, uplift, discount))
    return tuple(promotions)


def draw_demand(
    random: Random,
    products: Sequence[DemoProduct],
    customers: Sequence[DemoCustomer],
    assignments: Sequence[DemoAssignment],
    promotions: Sequence[DemoPromotion],
    first_month: date,
) -> Demand:
    """Draw how every pair behaves, active or not; its level is a first guess.

    ``first_month`` is that of the history; ``scale_to_size`` settles the levels.
    """
    trends = {item.sku: _FAMILY_GROWTH[item.family] + random.gauss(0, 0.02) for item in products}
    lives = _draw_lives(random, products)
    by_sku = {item.sku: item for item in products}
    pairs: dict[Pair, PairDemand] = {}
    for customer in customers:
        trend = random.uniform(-0.04, 0.06)
        leaves = HISTORY_MONTHS - random.randint(4, 8) if customer.status == "inactive" else None
        for pair in assignments:
            if pair.customer_code != customer.code:
                continue
            item = by_sku[pair.sku]
            start, stop = _draw_life(random, lives.get(pair.sku), leaves, pair.is_active)
            pairs[customer.code, pair.sku] = PairDemand(
                level=_draw_level(random, item, pair.is_active),
                growth=trends[pair.sku] + trend,
                start=start,
                stop=stop,
                sold_ratio=_draw_sold_ratio(random, item),
            )
    return Demand(
        first_month,
        pairs,
        {item.sku: item.family for item in products},
        {(promotion.sku, promotion.month): promotion for promotion in promotions},
    )


def scale_to_size(demand: Demand, customers: Sequence[DemoCustomer], prices: PriceBook) -> Demand:
    """Scale the pairs of each customer so that a year of expected sales meets its size.

    The year is the last one of the history, for customers that left the last one they bought in.
    """
    pairs = dict(demand.pairs)
    months = month_range(demand.first_month, HISTORY_MONTHS)
    for customer in customers:
        own = [pair for pair in pairs if pair[0] == customer.code]
        end = min(HISTORY_MONTHS, max(pairs[pair].stop for pair in own))
        expected = sum(
            demand.expected(pair, month) * float(prices.price_of(*pair, months[month]))
            for pair in own
            for month in range(end - 12, end)
        )
        for pair in own:
            level = pairs[pair].level * customer.yearly_sales / expected
            pairs[pair] = replace(pairs[pair], level=level)
    return replace(demand, pairs=pairs)


def _draw_lives(random: Random, products: Sequence[DemoProduct]) -> dict[str, tuple[int, int]]:
    """Draw when new items were launched and discontinued ones left; others live throughout."""
    lives: dict[str, tuple[int, int]] = {}
    for item in products:
        if item.pattern is DemandPattern.NEW:
            lives[item.sku] = (HISTORY_MONTHS - random.randint(3, 10), FOR_EVER)
        elif item.pattern is DemandPattern.DISCONTINUED:
            lives[item.sku] = (0, HISTORY_MONTHS - random.randint(8, 14))
    return lives


def _draw_life(
    random: Random, life: tuple[int, int] | None, leaves: int | None, is_active: bool
) -> tuple[int, int]:
    """Draw first and end month of a pair; a launch reaches some customers a month later."""
    start, stop = life or (0, FOR_EVER)
    if start:
        start += random.randint(0, 1)
    if leaves is not None:
        stop = min(stop, leaves)
    elif not is_active and life is None:
        stop = HISTORY_MONTHS - random.randint(3, 11)
    return start, stop


def _draw_level(random: Random, item: DemoProduct, is_active: bool) -> float:
    """Draw the level of a pair by the item's appeal in money; what comes or goes is smaller."""
    level = item.appeal * random.lognormvariate(0, 0.45) / float(item.list_price)
    if not is_active:
        return level * _FADING_LEVEL
    return level * _NEW_LEVEL if item.pattern is DemandPattern.NEW else level


def _draw_sold_ratio(random: Random, item: DemoProduct) -> float:
    return random.uniform(0.12, 0.32) if item.pattern is DemandPattern.SPARSE else 1.0
