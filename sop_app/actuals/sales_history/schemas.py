"""What the sales history screen asks for and what it is answered."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

DEFAULT_MONTHS = 24
NO_REGION = "none"
"""How an address names the customers without region."""


class Dimension(StrEnum):
    """What the lines of the pivot stand for."""

    CUSTOMER = "customer"
    PRODUCT = "product"
    CATEGORY = "category"
    REGION = "region"
    SALES_REP = "sales_rep"
    MONTH = "month"

    @property
    def label(self) -> str:
        """The dimension's name on the screen."""
        return self.value.replace("_", " ").capitalize()


class Measure(StrEnum):
    """What the figures count: net units or net amount."""

    UNITS = "units"
    VALUE = "value"


@dataclass(frozen=True)
class SalesFilter:
    """Which sales are looked at; None everywhere means all that the person may see.

    Attributes:
        category_id: A category with everything below it; 0 for products without category.
        region: "" for customers without region.
        sales_rep_id: 0 for customers without a rep.
        until: The last month looked at, by its first day; None for the latest that is over.
    """

    customer_id: int | None = None
    product_id: int | None = None
    category_id: int | None = None
    region: str | None = None
    sales_rep_id: int | None = None
    until: date | None = None


@dataclass(frozen=True)
class PivotRequest:
    """One page of the pivot.

    Attributes:
        month_count: Months shown, counted back from the last one; 0 for all.
        limit: Lines at most; None for all, as a file needs them.
    """

    dimension: Dimension
    measure: Measure = Measure.VALUE
    wanted: SalesFilter = field(default_factory=SalesFilter)
    find: str = ""
    sort: str = "year"
    is_descending: bool = True
    month_count: int = DEFAULT_MONTHS
    offset: int = 0
    limit: int | None = 25


@dataclass(frozen=True)
class PivotLine:
    """The course of one member: a customer, a product, a region ...

    Attributes:
        key: Id of the member, or the region itself.
        months: One figure per month shown; 0 where nothing was sold.
        total: Sum of the months shown.
        year: The last 12 months.
        year_before: The 12 months before.
        year_change: Their ratio less 1; None without two full years to compare.
        average_6: Per month over the last 6; None while the history is shorter.
        trend: The last 6 months against the 6 before, less 1; None where that is undefined.
    """

    key: str
    label: str
    code: str
    months: tuple[Decimal, ...]
    total: Decimal
    year: Decimal
    year_before: Decimal
    year_change: Decimal | None
    average_6: Decimal | None
    average_12: Decimal | None
    average_24: Decimal | None
    trend: Decimal | None


@dataclass(frozen=True)
class Pivot:
    """A page of lines with the totals of *all* lines, not only of those shown.

    Attributes:
        months: The months shown, the latest last.
        last_year: For each of them, the total of the same month one year before.
        line_count: Lines on all pages.
    """

    months: tuple[date, ...]
    lines: tuple[PivotLine, ...]
    total: PivotLine
    last_year: tuple[Decimal, ...]
    line_count: int


@dataclass(frozen=True)
class MonthFigures:
    """All figures of one month.

    Attributes:
        average_price: Amount per net unit; None without net units.
        quantity_before: Net quantity of the month one year before; None where no history reaches.
        amount_before: Net amount of the month one year before, likewise.
    """

    month: date
    gross_quantity: Decimal
    returned_quantity: Decimal
    net_quantity: Decimal
    amount: Decimal
    average_price: Decimal | None
    quantity_before: Decimal | None
    amount_before: Decimal | None


@dataclass(frozen=True)
class Overview:
    """The course of everything a filter lets through, whatever the pivot is by.

    Attributes:
        months: The months shown, the latest last.
        year: The last 12 months in the chosen measure; ``year_before`` the 12 before.
        year_change: Their ratio less 1; None without two full years to compare.
        average_6: Per month over the last 6; None while the history is shorter.
        trend: The last 6 months against the 6 before, less 1; None where that is undefined.
        returned_ratio: Returned share of the gross quantity of the last 12 months.
        average_price: Amount per net unit of the last 12 months.
    """

    months: tuple[MonthFigures, ...]
    year: Decimal
    year_before: Decimal
    year_change: Decimal | None
    average_6: Decimal | None
    average_12: Decimal | None
    average_24: Decimal | None
    trend: Decimal | None
    returned_ratio: Decimal | None
    average_price: Decimal | None


@dataclass(frozen=True)
class CategoryChoice:
    """A category of the tree with its level, 1 at the top."""

    id: int
    name: str
    level: int


@dataclass(frozen=True)
class FilterChoices:
    """What the sales a person sees can be filtered by; of the months the latest comes first."""

    regions: tuple[str, ...]
    sales_reps: tuple[tuple[int, str], ...]
    categories: tuple[CategoryChoice, ...]
    months: tuple[date, ...] = ()


@dataclass(frozen=True)
class MemberNames:
    """Names of the customer and the product a filter is narrowed to, "" for none."""

    customer: str = ""
    product: str = ""
