"""Acts on all rows the grid shows: copy earlier figures, submit."""

from typing import Any

import reflex as rx

from sop_app.planning.forecast_entry import bulk_edits, entry_grid, submission
from sop_app.planning.forecast_entry.edit_schemas import CellOutcome
from sop_app.planning.forecast_entry.schemas import Chip, ContextKind
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

from .state import ForecastGridState
from .view_state import ForecastViewState

COPIED = (ContextKind.LAST_CYCLE, ContextKind.LAST_YEAR)


class ForecastActState(rx.State):
    """The acts of the page's header; each concerns the rows that pass the filter."""

    unfinished: list[dict[str, Any]] = []
    is_asking: bool = False
    selected_count: int = 0
    _selected: list[int] = []
    _unfinished_chip: str = Chip.MISSING.value

    @requires(Permission.FORECAST_EDIT)
    async def copy(self, kind: str) -> Any:
        """Copy last cycle's or last year's figures into every row shown; one step of undo."""
        if kind not in {one.value for one in COPIED}:
            return None
        view = await self.get_state(ForecastViewState)
        async with unit_of_work() as uow:
            cycle, ids = await self._rows_shown(uow, view)
            result = await bulk_edits.copy_figures(uow, cycle, ids, ContextKind(kind))
        notices = await self.get_state(NoticeState)
        locked = result.count(CellOutcome.LOCKED)
        notices._push(
            "success",
            f"{formats.count(result.saved_count, 'cell')} copied from {ContextKind(kind).label.lower()}",
            f"{formats.count(locked, 'locked cell')} skipped." if locked else "",
            action="Undo",
            presses="ctrl+z",
        )
        return [ForecastGridState.restart, ForecastViewState.recount]

    @requires(Permission.FORECAST_EDIT)
    async def ask(self) -> None:
        """Ask before submitting: what is unfinished, and whether all rows or the selected ones go."""
        view = await self.get_state(ForecastViewState)
        grid = await self.get_state(ForecastGridState)
        async with unit_of_work() as uow:
            unfinished = await submission.list_unfinished(uow, view._cycle.id if view._cycle else 0)
            self._selected = await grid._selected_entries(uow)
        self.unfinished = [
            {"id": str(entry.entry_id), "text": entry.describe()} for entry in unfinished
        ]
        has_gaps = any(entry.missing for entry in unfinished)
        self._unfinished_chip = (Chip.MISSING if has_gaps else Chip.ERRORS).value
        self.selected_count, self.is_asking = len(self._selected), True

    @requires(Permission.FORECAST_EDIT)
    async def change_asking(self, is_asking: bool) -> None:
        """Close the dialog."""
        self.is_asking = is_asking

    @requires(Permission.FORECAST_EDIT)
    async def submit(self, only_selected: bool) -> Any:
        """Submit all rows of the person, or the selected ones."""
        self.is_asking = False
        view = await self.get_state(ForecastViewState)
        chosen = self._selected if only_selected else None
        async with unit_of_work() as uow:
            done = await submission.submit_entries(
                uow, view._cycle.id if view._cycle else 0, chosen
            )
        notices = await self.get_state(NoticeState)
        rest = f"{formats.count(done.open_count, 'row')} still open." if done.open_count else ""
        notices._push("success", f"{formats.count(done.row_count, 'row')} submitted", rest)
        return [ForecastGridState.restart, ForecastViewState.recount]

    @requires(Permission.FORECAST_VIEW)
    async def show_unfinished(self) -> Any:
        """Show the rows that keep the forecast from being submitted, whatever was filtered before."""
        self.is_asking = False
        view = await self.get_state(ForecastViewState)
        view._clear(self._unfinished_chip)
        view._write_address()
        return [ForecastGridState.restart, ForecastViewState.recount]

    async def _rows_shown(self, uow: UnitOfWork, view: ForecastViewState) -> tuple[int, list[int]]:
        cycle_id = view._cycle.id if view._cycle else 0
        return cycle_id, await entry_grid.list_entry_ids(uow, cycle_id, view._grid_filter())
