"""The catalogue of the demo company: 120 products in a category tree of three levels."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from random import Random

from sop_app.demo_company.names import PRODUCT_GROUPS, ProductGroupWords

STAPLE = 6
ORDINARY = 3
NICHE = 1
SPARSE_COUNT = 12
NEW_COUNT = 8
DISCONTINUED_COUNT = 8

_LEAD_TIME_DAYS = {"Valencia": 18, "Parma": 14, "Rotterdam": 10, "Kiel": 4}
_LOT_SIZES = (10, 20, 24, 40, 48, 60)


class DemandPattern(StrEnum):
    """How an item sells: all the time, now and then, only lately, or no longer."""

    REGULAR = "regular"
    SPARSE = "sparse"
    NEW = "new"
    DISCONTINUED = "discontinued"


@dataclass(frozen=True)
class DemoProduct:
    """A product. ``categories`` are the three levels of the tree, top level first.

    ``pattern`` and ``appeal`` describe how it sells and are no master data.
    """

    sku: str
    name: str
    description: str
    categories: tuple[str, str, str]
    family: str
    unit: str
    unit_cost: Decimal
    list_price: Decimal
    lead_time_days: int
    minimum_order_quantity: int
    manufacturing_location: str
    status: str
    pattern: DemandPattern
    appeal: int


def draw_products(random: Random) -> tuple[DemoProduct, ...]:
    """Draw cost, lot size and demand pattern of every product named in the catalogue."""
    patterns = _draw_patterns(random)
    return tuple(
        _draw_product(random, group, item, patterns.get(item[0], DemandPattern.REGULAR))
        for group in PRODUCT_GROUPS
        for item in group.items
    )


def _draw_patterns(random: Random) -> dict[str, DemandPattern]:
    """Choose which items are sparse (niche ones), new or discontinued (ordinary ones)."""
    items = [item for group in PRODUCT_GROUPS for item in group.items]
    niche = [sku for sku, _, _, appeal in items if appeal == NICHE]
    ordinary = [sku for sku, _, _, appeal in items if appeal == ORDINARY]
    moving = random.sample(ordinary, NEW_COUNT + DISCONTINUED_COUNT)
    return (
        dict.fromkeys(random.sample(niche, SPARSE_COUNT), DemandPattern.SPARSE)
        | dict.fromkeys(moving[:NEW_COUNT], DemandPattern.NEW)
        | dict.fromkeys(moving[NEW_COUNT:], DemandPattern.DISCONTINUED)
    )


def _draw_product(
    random: Random,
    group: ProductGroupWords,
    item: tuple[str, str, str, int],
    pattern: DemandPattern,
) -> DemoProduct:
    sku, name, price, appeal = item
    list_price = Decimal(price)
    cost_ratio = Decimal(random.randint(62, 78)) / 100
    moves = pattern in (DemandPattern.NEW, DemandPattern.DISCONTINUED)
    return DemoProduct(
        sku=sku,
        name=name,
        description=f"{name}, {group.group.lower()} from {group.location}, sold by the case.",
        categories=(group.category, group.family, group.group),
        family=group.family,
        unit="cases",
        unit_cost=(list_price * cost_ratio).quantize(Decimal("0.0001")),
        list_price=list_price.quantize(Decimal("0.0001")),
        lead_time_days=_LEAD_TIME_DAYS[group.location] + random.randint(0, 6),
        minimum_order_quantity=random.choice(_LOT_SIZES),
        manufacturing_location=group.location,
        status=pattern.value if moves else "active",
        pattern=pattern,
        appeal=appeal,
    )
