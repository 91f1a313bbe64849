"""The customers of the demo company and what each of them may be sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sop_app.demo_company.catalogue import STAPLE, DemandPattern, DemoProduct
from sop_app.demo_company.customer_names import (
    CUSTOMERS_BY_REP,
    INACTIVE_CUSTOMERS,
    TERRITORIES,
    CustomerWords,
)
from sop_app.demo_company.people import email_of

_FULL_RANGE = ("C-1004", "C-1011")
_FIXED_ITEMS = {"C-1023": ("SAL-8301", "FRZ-7102")}
_DELISTED_COUNT = 24


@dataclass(frozen=True)
class DemoCustomer:
    """A customer. ``yearly_sales`` is its size in EUR and no master data."""

    code: str
    name: str
    region: str
    territory: str
    channel: str
    sales_rep_email: str
    payment_terms: str
    currency: str
    status: str
    yearly_sales: int


@dataclass(frozen=True)
class DemoAssignment:
    """A customer x product pair of the activation matrix; only active pairs are planned."""

    customer_code: str
    sku: str
    is_active: bool


def draw_customers(random: Random) -> tuple[DemoCustomer, ...]:
    """Draw the territory of every customer on the list."""
    return tuple(
        _draw_customer(random, login, words)
        for login, group in CUSTOMERS_BY_REP.items()
        for words in group
    )


def _draw_customer(random: Random, login: str, words: CustomerWords) -> DemoCustomer:
    return DemoCustomer(
        code=words.code,
        name=words.name,
        region=words.region,
        territory=random.choice(TERRITORIES[words.region]),
        channel=words.channel,
        sales_rep_email=email_of(login),
        payment_terms=f"{words.payment_days} days" if words.payment_days else "Prepaid",
        currency="EUR",
        status="inactive" if words.code in INACTIVE_CUSTOMERS else "active",
        yearly_sales=words.sales * 1000,
    )


def draw_assignments(random: Random, products: Sequence[DemoProduct]) -> tuple[DemoAssignment, ...]:
    """Draw which customer is sold which product.

    Every item has at least one buyer. Pairs with inactive customers or discontinued items are
    inactive, and so are a few items that a customer gave up.
    """
    groups = [words for group in CUSTOMERS_BY_REP.values() for words in group]
    current = [words for words in groups if words.code not in INACTIVE_CUSTOMERS]
    active = _draw_active_pairs(random, current, products)
    inactive = _draw_inactive_pairs(random, groups, products)
    return tuple(
        DemoAssignment(code, sku, (code, sku) in active) for code, sku in sorted(active | inactive)
    )


def _draw_active_pairs(
    random: Random, customers: Sequence[CustomerWords], products: Sequence[DemoProduct]
) -> set[tuple[str, str]]:
    """Give every item one buyer first, then fill each customer's range by appeal."""
    sellable = [item for item in products if item.pattern is not DemandPattern.DISCONTINUED]
    ranges = {words.code: set(_FIXED_ITEMS.get(words.code, ())) for words in customers}
    for code in _FULL_RANGE:
        ranges[code] |= {item.sku for item in sellable if item.appeal == STAPLE}
    open_places = [
        words.code
        for words in customers
        for _ in range((words.item_count - len(ranges[words.code])) // 2)
    ]
    random.shuffle(open_places)
    for item, code in zip(sellable, open_places, strict=False):
        ranges[code].add(item.sku)
    for words in customers:
        missing = words.item_count - len(ranges[words.code])
        rest = [item for item in sellable if item.sku not in ranges[words.code]]
        ranges[words.code] |= set(_pick(random, rest, missing))
    return {(code, sku) for code, skus in ranges.items() for sku in skus}


def _draw_inactive_pairs(
    random: Random, customers: Sequence[CustomerWords], products: Sequence[DemoProduct]
) -> set[tuple[str, str]]:
    """Draw candidates for inactive pairs; those that are active pairs as well stay active."""
    steady = [item for item in products if item.pattern is DemandPattern.REGULAR]
    current = [words.code for words in customers if words.code not in INACTIVE_CUSTOMERS]
    pairs = {(random.choice(current), random.choice(steady).sku) for _ in range(_DELISTED_COUNT)}
    for item in products:
        if item.pattern is DemandPattern.DISCONTINUED:
            pairs |= {(code, item.sku) for code in random.sample(current, random.randint(4, 7))}
    for words in customers:
        if words.code in INACTIVE_CUSTOMERS:
            pairs |= {(words.code, sku) for sku in _pick(random, steady, words.item_count)}
    return pairs


def _pick(random: Random, items: Sequence[DemoProduct], count: int) -> list[str]:
    """Draw different items, the appealing ones more often (Efraimidis and Spirakis, 2006)."""
    ranked = sorted(items, key=lambda item: random.random() ** (1 / item.appeal), reverse=True)
    return [item.sku for item in ranked[:count]]
