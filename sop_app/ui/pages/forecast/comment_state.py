"""Write and settle comments on the active cell; its corner in the grid follows at once."""

from typing import Any

import reflex as rx

from sop_app.planning.forecast_entry import comments
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.shell.gate import requires

from .drawer_state import ForecastDrawerState
from .state import ForecastGridState
from .view_state import ForecastViewState


class ForecastCommentState(rx.State):
    """The acts on the comments of the drawer."""

    @requires(Permission.FORECAST_VIEW)
    async def send(self, form: dict[str, Any]) -> Any:
        """Add the comment that was written to the active cell."""
        drawer = await self.get_state(ForecastDrawerState)
        if drawer._cell is None:
            return None
        entry_id, month_index = drawer._cell
        text = str(form.get("comment", ""))
        async with unit_of_work() as uow:
            await comments.add_comment(uow, entry_id, text, month_index=month_index)
            await self._show(uow, drawer, entry_id)
        return ForecastViewState.recount

    @requires(Permission.FORECAST_VIEW)
    async def resolve(self, comment_id: int) -> Any:
        """Settle a comment."""
        drawer = await self.get_state(ForecastDrawerState)
        async with unit_of_work() as uow:
            settled = await comments.resolve_comment(uow, comment_id)
            await self._show(uow, drawer, settled.entry_id)
        return ForecastViewState.recount

    async def _show(self, uow: UnitOfWork, drawer: ForecastDrawerState, entry_id: int) -> None:
        await drawer._load(uow)
        await (await self.get_state(ForecastGridState))._remark(uow, [entry_id])
