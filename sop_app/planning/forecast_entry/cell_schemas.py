"""What the drawer of the grid shows of one cell: details, comments, history."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .edit_schemas import CellField
from .schemas import RowFigures


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One change of a cell, newest first. Figures are numbers; rejected text is a string."""

    at: datetime
    user_name: str
    source: str
    field: CellField
    old: int | Decimal | str | None
    new: int | Decimal | str | None


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A remark on an entry (``month_index`` None) or on one of its months."""

    id: int
    entry_id: int
    month_index: int | None
    author_id: int
    author_name: str
    text: str
    created_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class CellDetail:
    """What the drawer shows of one cell.

    ``last_year``, ``two_years_ago`` and ``last_cycle`` are None where nothing is known.
    """

    entry_id: int
    month_index: int
    month: date
    customer_name: str
    product_name: str
    sku: str
    unit: str
    currency: str
    figures: RowFigures
    quantity: int | None
    rejected_text: str
    rejected_note: str
    price: Decimal
    list_price: Decimal
    is_price_overridden: bool
    amount: Decimal | None
    last_year: int | None
    two_years_ago: int | None
    last_cycle: int | None
    comments: tuple[CommentRow, ...]
    history: tuple[HistoryLine, ...] = ()
