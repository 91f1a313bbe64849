"""A product and a category as lists, forms and other rooms see them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .rules import ProductStatus


@dataclass(frozen=True, kw_only=True)
class ProductRow:
    """A product in a list.

    Attributes:
        category_path: Names of the categories from the top down to the product's.
        unit_cost: Standard cost per unit; None for people who may not see prices.
        list_price: Price per unit without a customer's own; None for people who may not see prices.
        customer_count: Visible customers the product is assigned to.
    """

    id: int
    sku: str
    name: str
    description: str
    category_id: int | None
    category_path: tuple[str, ...]
    family: str
    unit: str
    unit_cost: Decimal | None
    list_price: Decimal | None
    lead_time_days: int
    minimum_order_quantity: int
    manufacturing_location: str
    status: ProductStatus
    customer_count: int
    created_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class ProductFilter:
    """Which products a list shows; an empty field means any.

    Attributes:
        search: Words that name or SKU must contain.
        category_id: A category; products of the categories below it count too.
    """

    search: str = ""
    category_id: int | None = None
    families: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    statuses: tuple[ProductStatus, ...] = ()


@dataclass(frozen=True)
class ProductChoices:
    """The values in use, for filters and forms."""

    families: tuple[str, ...]
    locations: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True)
class ProductCounts:
    """How many products there are, by status."""

    all: int
    new: int
    active: int
    discontinued: int


@dataclass(frozen=True)
class CategoryNode:
    """A category in its tree.

    Attributes:
        path: Names from the top down to this one.
        product_count: Products on this category and on those below it.
        child_count: Categories directly below.
    """

    id: int
    parent_id: int | None
    name: str
    level: int
    version: int
    path: tuple[str, ...]
    product_count: int
    child_count: int

    @property
    def label(self) -> str:
        """Return the path as one line, "Food / Oils / Olive oil"."""
        return " / ".join(self.path)
