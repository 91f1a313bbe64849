"""Acts on the figures of entries as screens and the API state them, and what became of them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from .schemas import RowFigures


class CellField(StrEnum):
    """Which figure of a month is meant."""

    QUANTITY = "quantity"
    PRICE = "price"


class EditSource(StrEnum):
    """How an act came about; the history of a cell names it."""

    TYPED = "typed"
    PASTED = "pasted"
    FILLED = "filled"
    CLEARED = "cleared"
    CHANGED = "changed"
    SPREAD = "spread"
    COPIED_LAST_YEAR = "last_year"
    COPIED_LAST_CYCLE = "last_cycle"
    UPLOADED = "uploaded"
    API = "api"
    UNDO = "undo"
    REDO = "redo"


class CellOutcome(StrEnum):
    """What became of one cell of an act.

    SAVED: stored. REJECTED: text where a number belongs, kept beside the cell as an error.
    CONFLICT: somebody else changed the cell first, nothing written. LOCKED: the cell may not be
    changed. REFUSED: the input cannot be used and was not kept (prices).
    """

    SAVED = "saved"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    LOCKED = "locked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell somebody wants to change.

    Attributes:
        entry_id: The entry (row).
        month_index: The month, 0 is the cycle's start month; None is every month (prices only).
        text: What was typed; empty clears. None where ``value`` is given instead.
        value: The figure itself; None clears.
        seen_version: The row's version on the screen; None overwrites whatever is there.
        field: Quantity, or the price that overrides the price list.
    """

    entry_id: int
    month_index: int | None
    text: str | None = None
    value: int | Decimal | None = None
    seen_version: int | None = None
    field: CellField = CellField.QUANTITY


@dataclass(frozen=True, slots=True)
class TheirChange:
    """The change somebody else made to a cell first. ``value`` is what the cell holds now."""

    value: int | Decimal | str | None
    user_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CellResult:
    """What became of one cell. ``note`` is the sentence to show beside it, if any."""

    entry_id: int
    month_index: int
    field: CellField
    outcome: CellOutcome
    note: str = ""
    theirs: TheirChange | None = None


@dataclass(frozen=True, slots=True)
class EditResult:
    """What became of one act.

    Attributes:
        change_set_id: The act's undo step; None when nothing was stored.
        cells: One result per cell that was not simply saved.
        rows: The rows touched, as stored now.
        saved_count: Cells stored, errors kept beside them included; a row's price is one cell.
        quantity_changes: By how much the total of each month moved, in units.
        amount_changes: The same in money.
        complete_change: By how many the number of complete rows moved.
        saved_at: When it was stored.
    """

    change_set_id: int | None
    cells: tuple[CellResult, ...]
    rows: tuple[RowFigures, ...]
    saved_count: int
    quantity_changes: tuple[int, ...]
    amount_changes: tuple[Decimal, ...]
    complete_change: int
    saved_at: datetime
    source: str = ""

    def count(self, outcome: CellOutcome) -> int:
        """Count the cells with an outcome; of SAVED use ``saved_count``."""
        return sum(1 for cell in self.cells if cell.outcome is outcome)


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What an undo or redo did.

    Attributes:
        source: How the act that was taken back (or repeated) came about.
        result: The cells written; CONFLICT cells were changed by somebody else since, LOCKED
            ones are submitted by now. Both kept what they hold.
    """

    source: str
    result: EditResult
