"""A customer as lists, forms and other rooms see it."""

from dataclasses import dataclass
from datetime import datetime

from .rules import CustomerDraft, CustomerStatus


@dataclass(frozen=True, kw_only=True)
class CustomerRow(CustomerDraft):
    """A customer in a list.

    Attributes:
        product_count: Products assigned to the customer, that is, rows of its forecast.
    """

    id: int
    sales_rep_name: str
    product_count: int
    version: int


@dataclass(frozen=True, kw_only=True)
class CustomerDetail(CustomerRow):
    """A customer on its own page."""

    manager_name: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class CustomerFilter:
    """Which customers a list shows; an empty field means any.

    Attributes:
        search: Words that name or code must contain.
        sales_rep_ids: Sales reps; 0 stands for customers without one.
    """

    search: str = ""
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    sales_rep_ids: tuple[int, ...] = ()
    statuses: tuple[CustomerStatus, ...] = ()


@dataclass(frozen=True)
class SalesRep:
    """A person who can answer for customers."""

    id: int
    name: str


@dataclass(frozen=True)
class CustomerChoices:
    """What filters and forms offer: the values in use, and the sales reps."""

    regions: tuple[str, ...]
    territories: tuple[str, ...]
    channels: tuple[str, ...]
    payment_terms: tuple[str, ...]
    currencies: tuple[str, ...]
    sales_reps: tuple[SalesRep, ...]


@dataclass(frozen=True)
class CustomerCounts:
    """How many customers the acting person sees, and how many of them are active."""

    all: int
    active: int
