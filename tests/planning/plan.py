"""An open cycle of the small company, and short ways to act on it."""

from dataclasses import dataclass
from typing import Any

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry import entry_grid
from sop_app.planning.forecast_entry.edit_schemas import CellEdit, EditResult, EditSource
from sop_app.planning.forecast_entry.editing import apply_edits
from sop_app.planning.forecast_entry.schemas import GridRow
from sop_app.system import database
from tests.planning.world import World


@dataclass
class Plan:
    world: World
    cycle: CycleRow
    entries: dict[tuple[str, str], int]

    def entry(self, code: str, sku: str) -> int:
        return self.entries[code, sku]

    async def run(self, who: str, verb: Any, *args: Any, **kwargs: Any) -> Any:
        """Call a service verb for a person, in a transaction of its own."""
        with database.acting_as(self.world[who]):
            async with database.unit_of_work() as uow:
                return await verb(uow, *args, **kwargs)

    async def edit(
        self, who: str, *edits: CellEdit, source: EditSource = EditSource.TYPED
    ) -> EditResult:
        return await self.run(who, apply_edits, self.cycle.id, list(edits), source)

    async def type(
        self, who: str, cell: tuple[str, str, int], text: str, seen: int | None = None
    ) -> EditResult:
        code, sku, month = cell
        return await self.edit(who, CellEdit(self.entry(code, sku), month, text, seen_version=seen))

    async def row(self, who: str, code: str, sku: str) -> GridRow:
        entry_id = self.entry(code, sku)
        rows = await self.run(who, entry_grid.read_rows, self.cycle.id, [entry_id])
        return rows[entry_id]
