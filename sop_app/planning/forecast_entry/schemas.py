"""Forecast entries as screens and the API see them: rows of the grid, totals, counts, filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from .rules import is_complete, missing_months

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RowFigures:
    """The figures of one entry as they are stored.

    Attributes:
        version: Send it back with an edit.
        status: An ``EntryStatus`` value.
        lock: Why none of its cells can be changed; empty when they can.
        quantities: One per month; None is empty.
        prefill: The quantities at the opening.
        prices: The price of each month that counts: the override, else the price list's.
        overridden: Months with a price override.
        rejected: Month index to the text that was typed where a number belongs.
        mandatory_months: How many months must be filled to submit.
    """

    entry_id: int
    version: int
    status: str
    lock: str
    quantities: tuple[int | None, ...]
    prefill: tuple[int | None, ...]
    prices: tuple[Decimal, ...]
    overridden: tuple[int, ...]
    rejected: Mapping[int, str]
    mandatory_months: int

    @property
    def missing(self) -> list[int]:
        """List the mandatory months that are empty."""
        return missing_months(self.quantities, self.rejected.keys(), self.mandatory_months)

    @property
    def changed(self) -> list[int]:
        """List the months whose quantity differs from the prefill."""
        pairs = zip(self.quantities, self.prefill, strict=True)
        return [index for index, (now, then) in enumerate(pairs) if now != then]

    @property
    def is_complete(self) -> bool:
        """Tell whether the row may be submitted."""
        return is_complete(self.quantities, self.rejected.keys(), self.mandatory_months)

    @property
    def total(self) -> int:
        """Sum the quantities of the horizon."""
        return sum(quantity or 0 for quantity in self.quantities)

    @property
    def amounts(self) -> list[Decimal | None]:
        """Multiply quantity and price per month, rounded to cents; None where it is empty."""
        return [
            None if quantity is None else cents(quantity * price)
            for quantity, price in zip(self.quantities, self.prices, strict=True)
        ]

    @property
    def total_amount(self) -> Decimal:
        """Sum the amounts of the horizon."""
        return sum((amount for amount in self.amounts if amount is not None), Decimal(0))


class Chip(StrEnum):
    """The quick filters over the grid: the work that is left."""

    ALL = "all"
    MISSING = "missing"
    ERRORS = "errors"
    CHANGED = "changed"
    COMMENTS = "comments"


class GridSort(StrEnum):
    """What the rows of the grid can be sorted by, beside a month's units or money (``month:3``)."""

    CUSTOMER = "customer"
    PRODUCT = "product"
    CODE = "code"
    STATUS = "status"
    TOTAL = "total"
    AMOUNT = "amount"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class GridFilter:
    """Which rows the grid shows, and in which order.

    Attributes:
        find: Text in the customer's or product's name or code.
        customer_id: One customer.
        family: One product family.
        rep_id: One sales rep; a manager or coordinator looks at somebody's rows.
        status: One ``EntryStatus``.
        chip: The work that is left.
        sort: A ``GridSort``, ``month:<index>``, or ``amount:<index>`` for a month's money.
        descending: The order.
    """

    find: str = ""
    customer_id: int | None = None
    family: str = ""
    rep_id: int | None = None
    status: str = ""
    chip: Chip = Chip.ALL
    sort: str = GridSort.CUSTOMER
    descending: bool = False


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of the grid: what it is about, and its figures.

    ``commented`` holds the months with open comments, -1 for the whole row; ``held`` the months
    that keep their figure when a total is spread.
    """

    customer_id: int
    customer_code: str
    customer_name: str
    product_id: int
    sku: str
    product_name: str
    family: str
    unit: str
    rep_id: int | None
    rep_name: str
    decision_comment: str
    commented: tuple[int, ...]
    held: tuple[int, ...]
    figures: RowFigures

    @property
    def entry_id(self) -> int:
        """The entry's key."""
        return self.figures.entry_id


@dataclass(frozen=True, slots=True)
class GridWindow:
    """A run of rows out of all that pass the filter. ``total`` counts these, if it was asked."""

    offset: int
    total: int | None
    rows: tuple[GridRow, ...]


@dataclass(frozen=True, slots=True)
class GridTotals:
    """The sums over all rows that pass the filter: per month and whole, units and money."""

    row_count: int
    quantities: tuple[int, ...]
    amounts: tuple[Decimal, ...]

    @property
    def quantity(self) -> int:
        """Sum the months."""
        return sum(self.quantities)

    @property
    def amount(self) -> Decimal:
        """Sum the months."""
        return sum(self.amounts, Decimal(0))


@dataclass(frozen=True, slots=True)
class GridCounts:
    """The figures on the chips and of the progress bar; the chip itself does not narrow them."""

    all: int
    missing: int
    errors: int
    changed: int
    comments: int
    complete: int
    draft: int
    submitted: int
    approved: int
    returned: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class GridOptions:
    """What the grid's selects offer: the customers and families of the person's rows."""

    customers: tuple[tuple[int, str], ...]
    families: tuple[str, ...]
    reps: tuple[tuple[int, str], ...]


class ContextKind(StrEnum):
    """Read-only rows that can be shown below an entry."""

    LAST_YEAR = "last_year"
    TWO_YEARS_AGO = "two_years_ago"
    LAST_CYCLE = "last_cycle"
    AVERAGE_6 = "average_6"
    AVERAGE_12 = "average_12"

    @property
    def label(self) -> str:
        """The row's name on the screen."""
        return _CONTEXT_LABELS[self]


_CONTEXT_LABELS = {
    ContextKind.LAST_YEAR: "Last year",
    ContextKind.TWO_YEARS_AGO: "Two years ago",
    ContextKind.LAST_CYCLE: "Last cycle",
    ContextKind.AVERAGE_6: "6-month average",
    ContextKind.AVERAGE_12: "12-month average",
}


@dataclass(frozen=True, slots=True)
class ContextRow:
    """One context row: a figure per month of the horizon, in units and in money."""

    entry_id: int
    kind: ContextKind
    quantities: tuple[int | None, ...]
    amounts: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class SelectionSum:
    """Sum, average and count of a range of cells, empty ones left out."""

    sum: int
    count: int

    @property
    def average(self) -> Decimal | None:
        """The mean of the cells that hold a figure; None without one."""
        return Decimal(self.sum) / self.count if self.count else None


def cents(amount: Decimal) -> Decimal:
    """Round money to cents, half up, as the database does.

    Example:
        >>> cents(Decimal("3.345"))
        Decimal('3.35')
    """
    return amount.quantize(_CENT, ROUND_HALF_UP)
