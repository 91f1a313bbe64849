"""A price as lists, forms and other rooms see it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .rules import PriceDraft, PriceTiming


@dataclass(frozen=True, kw_only=True)
class PriceRow(PriceDraft):
    """A price in a list.

    Attributes:
        list_price: The product's list price, which the price replaces.
        timing: Whether the price holds today.
    """

    id: int
    customer_code: str
    customer_name: str
    sku: str
    product_name: str
    unit: str
    currency: str
    list_price: Decimal
    timing: PriceTiming
    version: int


@dataclass(frozen=True, kw_only=True)
class PriceFilter:
    """Which prices a list shows; an empty field means any.

    Attributes:
        search: Words that customer or product, name or code, must contain.
        timings: Prices that hold, have been followed, or lie ahead.
    """

    search: str = ""
    customer_id: int | None = None
    product_id: int | None = None
    families: tuple[str, ...] = ()
    timings: tuple[PriceTiming, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True)
class PriceCounts:
    """How many prices the acting person sees, and how many of them hold or lie ahead."""

    all: int
    current: int
    upcoming: int


@dataclass(frozen=True)
class CurrentPrice:
    """What a customer pays for a product on a day.

    Attributes:
        unit_price: The price.
        is_list_price: Whether it is the list price, for want of an own one.
        effective_date: Since when an own price holds; None for a list price.
    """

    unit_price: Decimal
    is_list_price: bool
    effective_date: date | None
