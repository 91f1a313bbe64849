"""Which of an import's changes are shown."""

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.shell.gate import requires

from .state import OUTCOMES, ImportBatchState

Use = Permission.IMPORTS_USE


class ImportLinesState(rx.State):
    """The acts on the list of changes: all of them, or some, page by page."""

    @requires(Use)
    async def choose_lines(self, shown: str) -> None:
        """Show lines with changes, wrong ones, or all."""
        if shown in OUTCOMES:
            await self._turn(shown, 1)

    @requires(Use)
    async def turn_page(self, page: int) -> None:
        """Show other lines."""
        await self._turn((await self.get_state(ImportBatchState)).shown, max(1, page))

    async def _turn(self, shown: str, page: int) -> None:
        batch = await self.get_state(ImportBatchState)
        batch.shown, batch.page = shown, page
        async with unit_of_work() as uow:
            await batch._show_lines(uow)
