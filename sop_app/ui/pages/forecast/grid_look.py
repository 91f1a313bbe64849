"""What the planning grid of a cycle shows, what is marked in it, and which rows are unfolded.

Context rows stand below their entry and count as rows of the grid, so positions in the grid and
positions among the entries differ; ``Unfolded`` translates between them.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry.schemas import ContextRow, RowFigures


@dataclass(frozen=True)
class GridLook:
    """What the grid shows of the entries: whose months, in units or in money.

    Attributes:
        cycle: The cycle.
        unit: Name of the units, "cases".
        currency: Code of the money.
        shows_value: Amounts instead of quantities; they cannot be edited.
    """

    cycle: CycleRow
    unit: str
    currency: str
    shows_value: bool

    @cached_property
    def month_ids(self) -> list[str]:
        """Name the month columns."""
        return [f"{month:%Y-%m}" for month in self.cycle.months]

    def clock(self, at: datetime) -> str:
        """Write the time of day in the cycle's time zone."""
        return f"{at.astimezone(ZoneInfo(self.cycle.time_zone)):%H:%M}"

    def figures(self, row: RowFigures | ContextRow) -> list[Any]:
        """List a row's figures per month in the unit shown."""
        return [whole(amount) for amount in row.amounts] if self.shows_value else [*row.quantities]

    def total(self, row: RowFigures) -> int | None:
        """Sum a row in the unit shown."""
        return whole(row.total_amount) if self.shows_value else row.total


@dataclass(frozen=True)
class CellFlags:
    """What is marked on the cells of an entry beside its figures: month indexes.

    Attributes:
        commented: Months with open comments; -1 is the whole row.
        held: Months that keep their figure when a total is spread.
    """

    commented: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()


NO_FLAGS = CellFlags()


@dataclass(frozen=True)
class Unfolded:
    """Which entries are unfolded, by their position among the entries, and how far.

    Attributes:
        places: Positions of the unfolded entries, ascending.
        height: How many context rows stand below each.
    """

    places: tuple[int, ...] = ()
    height: int = 0

    def extra(self) -> int:
        """Count all context rows."""
        return len(self.places) * self.height

    def entry_place(self, grid_place: int) -> int:
        """Find the entry a row of the grid belongs to; its own row or one of its context rows.

        Example:
            >>> [Unfolded((1,), 2).entry_place(place) for place in range(5)]
            [0, 1, 1, 1, 2]
        """
        shift = 0
        for index, place in enumerate(self.places):
            first_context = place + 1 + index * self.height
            if grid_place < first_context:
                break
            shift += min(self.height, grid_place - first_context + 1)
        return grid_place - shift

    def grid_place(self, entry_place: int) -> int:
        """Find the row of the grid an entry stands in.

        Example:
            >>> [Unfolded((1,), 2).grid_place(place) for place in range(3)]
            [0, 1, 4]
        """
        return entry_place + bisect_left(self.places, entry_place) * self.height


def whole(amount: Decimal | None) -> int | None:
    """Round money to whole units; None stays."""
    return None if amount is None else round(amount)
