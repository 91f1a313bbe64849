"""Submissions as screens and the API see them: progress by rep or customer, changes, courses."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .rules import Basis, change_ratio

Ratio = float | None


@dataclass(frozen=True)
class Scope:
    """Which entries of a cycle are meant; None is all the acting person may see."""

    cycle_id: int
    rep_id: int | None = None
    customer_id: int | None = None


@dataclass(frozen=True)
class Progress:
    """How far the entries of one rep or one customer are.

    Attributes:
        key: The rep's or the customer's id.
        code: The customer's code; empty for a rep.
        row_count: Entries.
        complete_count: Entries that may be submitted.
        error_count: Entries with text where a number belongs.
        filled_cells: Mandatory months with a figure, over all entries.
        mandatory_cells: Mandatory months over all entries.
        comment_count: Comments that are not settled.
        amount: Money of the mandatory months.
        amount_as_last_year: Money of the months compared with last year.
        amount_last_year: Sales of the same months a year earlier, as far as they are over.
        amount_as_last_cycle: Money of the months compared with the last cycle.
        amount_last_cycle: The last cycle's figures of the same rows and months.
        status: A ``forecast`` badge: not_started, draft, submitted, approved or returned.
        changed_at: The last change of a figure, or of a status.
    """

    key: int
    name: str
    code: str
    row_count: int
    complete_count: int
    error_count: int
    filled_cells: int
    mandatory_cells: int
    draft: int
    submitted: int
    approved: int
    returned: int
    comment_count: int
    amount: Decimal
    amount_as_last_year: Decimal
    amount_last_year: Decimal
    amount_as_last_cycle: Decimal
    amount_last_cycle: Decimal
    status: str
    changed_at: datetime | None
    submitted_at: datetime | None

    @property
    def change_last_year(self) -> Ratio:
        """The change against last year's sales; None without any."""
        return change_ratio(self.amount_as_last_year, self.amount_last_year)

    @property
    def change_last_cycle(self) -> Ratio:
        """The change against the last cycle; None without figures to compare with."""
        return change_ratio(self.amount_as_last_cycle, self.amount_last_cycle)

    @property
    def open_count(self) -> int:
        """Count the entries that are not submitted: in draft or returned."""
        return self.draft + self.returned

    @property
    def is_handed_in(self) -> bool:
        """Tell whether every entry is submitted or approved."""
        return self.open_count == 0


@dataclass(frozen=True)
class ChangeQuery:
    """Which changed rows are listed, and in which order.

    Attributes:
        scope: A rep, and one customer of the rep's if wanted.
        basis: What the figures are compared with.
        sort: ``quantity``, ``ratio`` or ``amount``; always the largest change first.
        limit: How many rows.
    """

    scope: Scope
    basis: Basis = Basis.LAST_CYCLE
    sort: str = "quantity"
    limit: int = 50


@dataclass(frozen=True)
class RowChange:
    """One entry against its basis, over the months both have.

    Attributes:
        before: Units of the basis; None where the basis knows nothing of the pair.
        ratio: Change of the units.
        amount_change: Change in money.
        months: The months whose figures differ.
        reason: The latest comment on the entry.
    """

    entry_id: int
    customer: str
    product: str
    sku: str
    status: str
    before: int | None
    now: int
    amount_change: Decimal
    months: tuple[date, ...]
    is_whole_span: bool
    reason: str

    @property
    def change(self) -> int:
        """The change in units."""
        return self.now - (self.before or 0)

    @property
    def ratio(self) -> Ratio:
        """The change of the units as a ratio; None without units to compare with."""
        return self.change / self.before if self.before else None


@dataclass(frozen=True)
class CourseMonth:
    """Money of one month: planned now, planned in the last cycle, sold a year earlier."""

    month: date
    planned: Decimal
    last_cycle: Decimal | None
    last_year: Decimal | None


@dataclass(frozen=True)
class CycleSpan:
    """Which months a page of submissions speaks about, for its headers and remarks."""

    cycle_id: int
    name: str
    months: tuple[date, ...]
    last_year_months: tuple[date, ...]
    last_cycle_months: tuple[date, ...]
    last_cycle_name: str
