"""The refusals that only sales input knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sop_app.kernel.errors import AppError, WrongStatusError
from sop_app.kernel.periods import describe_months
from sop_app.planning.cycles.rules import describe_instant
from sop_app.planning.cycles.schemas import CycleRow


class CycleClosedError(WrongStatusError):
    """Figures of a cycle cannot be changed: its window is closed, or not open yet."""

    def __init__(self, cycle: CycleRow) -> None:
        super().__init__(f"The cycle {cycle.name}", cycle.status, "changed")
        closed_at: datetime = cycle.closed_at or cycle.closes_at
        self.closed_at = closed_at
        if cycle.status != "draft":
            self.message = (
                f"The input window of {cycle.name} closed on "
                f"{describe_instant(closed_at, cycle.time_zone)}. Figures stay as they are."
            )
            self.args = (self.message,)


@dataclass(frozen=True, slots=True)
class UnfinishedEntry:
    """An entry that cannot be submitted: its empty mandatory months and its wrong cells."""

    entry_id: int
    customer_name: str
    product_name: str
    missing: tuple[date, ...]
    errors: tuple[date, ...]

    def describe(self) -> str:
        """Say what is left to do in this entry.

        Example:
            >>> UnfinishedEntry(1, "Harbor Grocers", "Rice", (date(2027, 10, 1),), ()).describe()
            'Harbor Grocers, Rice: Oct 2027 empty'
        """
        parts = []
        if self.missing:
            parts.append(f"{describe_months(self.missing)} empty")
        if self.errors:
            parts.append(f"{describe_months(self.errors)} no number")
        return f"{self.customer_name}, {self.product_name}: {'; '.join(parts)}"


class IncompleteForecastError(AppError):
    """Entries cannot be submitted before their mandatory months are filled.

    Attributes:
        entries: What is left to do, in the order of the grid.
    """

    def __init__(self, entries: Sequence[UnfinishedEntry]) -> None:
        self.entries = tuple(entries)
        count = len(self.entries)
        rows = "1 row is" if count == 1 else f"{count} rows are"
        super().__init__(f"Nothing was submitted: {rows} not complete. {entries[0].describe()}.")


class NothingToUndoError(AppError):
    """There is no act of one's own left to take back, or to repeat."""

    def __init__(self, direction: str) -> None:
        super().__init__(f"There is nothing to {direction}.")
