"""What a person does to figures in the planning grid: edit, undo, redo, settle a conflict."""

from typing import Any

import reflex as rx

from sop_app.planning.forecast_entry import editing, undo
from sop_app.planning.forecast_entry.edit_schemas import CellEdit, EditResult, EditSource
from sop_app.planning.forecast_entry.errors import NothingToUndoError
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.components.plan_grid_protocol import read_grid_edit, read_skips
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

from . import outcomes
from .grid_look import GridLook
from .grid_view import cell_edits, named_months
from .state import ForecastGridState
from .view_state import ForecastViewState

SOURCES = {
    "type": EditSource.TYPED,
    "paste": EditSource.PASTED,
    "fill": EditSource.FILLED,
    "delete": EditSource.CLEARED,
    "apply": EditSource.CHANGED,
}


class ForecastEditState(rx.State):
    """Acts on the figures shown, each saved at once, and the conflict one of them met."""

    conflict: dict[str, str] = {}
    _mine: CellEdit | None = None

    @requires(Permission.FORECAST_EDIT)
    async def edit(self, payload: dict[str, Any]) -> Any:
        """Store one act of the user and answer with the rows it changed."""
        act = read_grid_edit(payload)
        grid = await self.get_state(ForecastGridState)
        look = grid._shown()
        async with unit_of_work() as uow:
            edits = cell_edits(look, act, await grid._entries_at(uow, act))
            result = await editing.apply_edits(uow, look.cycle.id, edits, SOURCES[act.kind])
        grid._answer(result, named_months(edits), act)
        self._offer_mine(look, result, edits)
        await outcomes.tell(grid, look, result)
        await outcomes.tell_skipped(grid, act.skips)
        return (await self.get_state(ForecastViewState))._recount_later()

    @requires(Permission.FORECAST_VIEW)
    async def skip(self, payload: dict[str, Any]) -> None:
        """Say which cells an act met that cannot be changed."""
        grid = await self.get_state(ForecastGridState)
        await outcomes.tell_skipped(grid, read_skips(payload))

    @requires(Permission.FORECAST_EDIT)
    async def undo(self) -> Any:
        """Take back the person's last act."""
        return await self._repeat(undo.undo_last, "Taken back")

    @requires(Permission.FORECAST_EDIT)
    async def redo(self) -> Any:
        """Repeat the act the person took back last."""
        return await self._repeat(undo.redo, "Repeated")

    @requires(Permission.FORECAST_EDIT)
    async def use_mine(self) -> Any:
        """Write what the person typed over the figure somebody else entered first."""
        mine, grid = self._mine, await self.get_state(ForecastGridState)
        if mine is None:
            return None
        edit = CellEdit(mine.entry_id, mine.month_index, mine.text, field=mine.field)
        async with unit_of_work() as uow:
            result = await editing.apply_edits(uow, grid._shown().cycle.id, [edit])
        grid._answer(result, named_months([edit]))
        self._mine, self.conflict = None, {}
        return ForecastViewState.recount

    @requires(Permission.FORECAST_VIEW)
    async def keep_theirs(self) -> None:
        """Leave the other person's figure in the cell."""
        self._mine, self.conflict = None, {}

    async def _repeat(self, verb: Any, word: str) -> Any:
        grid = await self.get_state(ForecastGridState)
        look = grid._shown()
        try:
            async with unit_of_work() as uow:
                done = await verb(uow, look.cycle.id)
        except NothingToUndoError as nothing:
            (await self.get_state(NoticeState))._push("info", nothing.message.removesuffix("."))
            return None
        grid._answer(done.result, range(len(look.month_ids)))
        await outcomes.tell_repeated(grid, look, word, done)
        return ForecastViewState.recount

    def _offer_mine(self, look: GridLook, result: EditResult, edits: list[CellEdit]) -> None:
        """Open the conflict dialog when somebody else was first on the only cell of an act."""
        self._mine, self.conflict = None, {}
        if len(edits) == 1 and (shown := outcomes.conflict_shown(look, result, edits[0])):
            self._mine, self.conflict = edits[0], shown
