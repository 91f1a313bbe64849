"""What the frame and the home page say, as screens see it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Frame:
    """The current cycle and the work that waits, as the frame of every page shows them.

    Attributes:
        open_rows: Rows of the person's own forecast that are not complete.
        reviews: Forecasts of others that wait for the person's decision.
        unread: Notices the person has not read.
    """

    cycle_name: str = ""
    status: str = ""
    closes_at: datetime | None = None
    open_rows: int = 0
    reviews: int = 0
    unread: int = 0


@dataclass(frozen=True)
class SalesMonth:
    """Money of one month: sold, planned, and sold a year earlier; None where nothing is known."""

    month: date
    sold: Decimal | None
    planned: Decimal | None
    last_year: Decimal | None


@dataclass(frozen=True)
class OpenRow:
    """A row of a forecast that cannot be submitted yet.

    Attributes:
        months: The mandatory months that are empty, or those that hold text instead of a number.
        is_error: Whether it holds text where a number belongs.
        is_untouched: Whether every mandatory month is empty.
    """

    entry_id: int
    product: str
    sku: str
    customer: str
    months: tuple[date, ...]
    is_error: bool
    is_untouched: bool


@dataclass(frozen=True)
class OpenRows:
    """The first of the rows that are left to do, and how many there are of each kind."""

    rows: tuple[OpenRow, ...]
    missing_count: int
    error_count: int


@dataclass(frozen=True)
class ReturnedForecast:
    """Rows of the acting rep that came back, and the latest word about them."""

    row_count: int
    manager: str
    comment: str


@dataclass(frozen=True)
class OwnCustomer:
    """A customer of the acting rep: sales, forecast, and how far the rows are.

    Attributes:
        sold: Sales of twelve months.
        sold_change: Against the twelve months before.
        planned: Forecast of the mandatory months.
        planned_change: The forecast against the sales; fair where both cover twelve months.
    """

    id: int
    name: str
    code: str
    sold: Decimal
    sold_change: Decimal | None
    planned: Decimal
    planned_change: Decimal | None
    row_count: int
    complete_count: int
    error_count: int
    status: str
