"""What a report asks for and what it answers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Dimension(StrEnum):
    """What the rows of a pivot stand for."""

    SALES_REP = "sales_rep"
    CUSTOMER = "customer"
    FAMILY = "family"
    REGION = "region"
    CHANNEL = "channel"
    PRODUCT = "product"

    @property
    def label(self) -> str:
        """The dimension's name on the screen."""
        return {"family": "Product group"}.get(
            self.value, self.value.replace("_", " ").capitalize()
        )


class Measure(StrEnum):
    """What the figures of a pivot count."""

    UNITS = "units"
    VALUE = "value"


@dataclass(frozen=True)
class ReportScope:
    """Which part of a cycle a report covers.

    Attributes:
        cycle_id: The cycle.
        sales_rep_id: One rep alone, or None for every rep the reader may see.
        only_approved: Leave out entries a manager has not approved.
        customer_id: One customer alone.
        family: One product group alone; empty for products without one.
        region: One region alone; empty for customers without one.
        channel: One channel alone; empty for customers without one.
    """

    cycle_id: int
    sales_rep_id: int | None = None
    only_approved: bool = False
    customer_id: int | None = None
    family: str | None = None
    region: str | None = None
    channel: str | None = None


@dataclass(frozen=True)
class PivotRequest:
    """One page of a pivot: its rows' dimension, measure, order and window (all without limit)."""

    scope: ReportScope
    dimension: Dimension
    measure: Measure = Measure.VALUE
    find: str = ""
    sort: str = "total"
    is_descending: bool = True
    offset: int = 0
    limit: int | None = 25


@dataclass(frozen=True)
class PivotLine:
    """One row of a pivot. ``months`` follows the cycle's horizon; last year covers 12 months.

    Attributes:
        total: Sum over the whole horizon.
        mandatory_total: Sum over the first 12 months, the figure compared with last year.
        last_year: Net sales of the same 12 calendar months one year before.
    """

    key: str
    label: str
    code: str
    entry_count: int
    months: tuple[Decimal, ...]
    total: Decimal
    mandatory_total: Decimal
    last_year: Decimal


@dataclass(frozen=True)
class Pivot:
    """A page of pivot lines with the totals of *all* lines, not of the page."""

    months: tuple[date, ...]
    lines: tuple[PivotLine, ...]
    line_count: int
    total: PivotLine


@dataclass(frozen=True)
class ReportCycle:
    """The cycle a report is about."""

    id: int
    name: str
    status: str
    months: tuple[date, ...]
    mandatory_months: int


ROW_HEADERS = (
    "Sales rep",
    "Customer code",
    "Customer",
    "Region",
    "SKU",
    "Product",
    "Product group",
    "Unit",
    "Status",
)


@dataclass(frozen=True)
class ReportRow:
    """One forecast entry with its months, as the report's row sheet lists it.

    Attributes:
        keys: What the entry is about, in the order of ``ROW_HEADERS``.
        quantities: Units per month of the horizon; None where nothing was entered.
        amounts: Rounded to the cent; binary floats, which is what a cell of a workbook holds.
    """

    keys: tuple[str, ...]
    quantities: list[int | None]
    amounts: list[float | None]


class FileFormat(StrEnum):
    """Kinds of files a report is made as."""

    XLSX = "xlsx"
    CSV = "csv"

    @property
    def content_type(self) -> str:
        """The format's media type."""
        if self is FileFormat.CSV:
            return "text/csv"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
