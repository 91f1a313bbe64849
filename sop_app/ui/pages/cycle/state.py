"""One cycle and how far it is."""

from datetime import timedelta
from typing import Any

import reflex as rx

from sop_app.kernel.fields import parse_key
from sop_app.planning.cycles import service, steps
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.review.submissions.schemas import Progress
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.service import get_settings
from sop_app.ui.components import formats
from sop_app.ui.sections.completeness_state import CompletenessState, percent_of
from sop_app.ui.sections.cycle_head import step_rows, time_line, window_line
from sop_app.ui.shell.gate import requires


class CycleState(rx.State):
    """The cycle named in the address."""

    cycle_id: int = 0
    name: str = ""
    status: str = "draft"
    line: str = ""
    time: str = ""
    steps: list[dict[str, Any]] = []
    active_step: str = ""
    finished_step: str = ""
    handed_in: str = ""
    handed_in_percent: int = 0
    complete: str = ""
    complete_percent: int = 0
    cells: str = ""
    cells_percent: int = 0
    waiting: str = ""
    late: str = ""
    late_detail: str = ""
    _active: int = 0
    _finished: int = 0

    @requires(Permission.FORECAST_VIEW)
    async def load(self) -> None:
        """Show the cycle of the address, else the current one."""
        asked = parse_key(self.router.url.query_parameters.get("cycle", ""))
        async with unit_of_work() as uow:
            if asked:
                cycle = await service.get_cycle(uow, asked)
            else:
                current = await service.find_current_cycle(uow)
                if current is None:
                    return
                cycle = current
            await self._show(uow, cycle)

    @requires(Permission.CYCLES_MANAGE)
    async def finish_step(self) -> None:
        """Finish the step that is under way."""
        async with unit_of_work() as uow:
            await self._show(uow, await steps.finish_step(uow, self.cycle_id, self._active))

    @requires(Permission.CYCLES_MANAGE)
    async def resume_step(self) -> None:
        """Take up the step that was finished last."""
        async with unit_of_work() as uow:
            await self._show(uow, await steps.resume_step(uow, self.cycle_id, self._finished))

    async def _show(self, uow: UnitOfWork, cycle: CycleRow) -> None:
        self.cycle_id, self.name, self.status = cycle.id, cycle.name, cycle.status
        self.line, self.time = window_line(cycle), time_line(cycle, uow.now)
        self.steps = step_rows(cycle)
        active = next((step for step in cycle.steps if step.status == "active"), None)
        done = [step for step in cycle.steps if step.status == "done"]
        self._active, self.active_step = (active.position, active.name) if active else (0, "")
        self._finished, self.finished_step = (done[-1].position, done[-1].name) if done else (0, "")
        table = await self.get_state(CompletenessState)
        found = await table._load(uow, cycle.id)
        self._sum_up(found)
        await self._name_late(uow, cycle, found)

    def _sum_up(self, found: list[Progress]) -> None:
        handed_in = sum(row.is_handed_in for row in found)
        complete, rows = _sum(found, "complete_count"), _sum(found, "row_count")
        filled, cells = _sum(found, "filled_cells"), _sum(found, "mandatory_cells")
        self.handed_in = f"{handed_in} of {len(found)}"
        self.handed_in_percent = percent_of(handed_in, len(found))
        self.complete = f"{complete:,} of {rows:,}"
        self.complete_percent = percent_of(complete, rows)
        self.cells, self.cells_percent = f"{filled:,} of {cells:,}", percent_of(filled, cells)
        self.waiting = formats.number(_sum(found, "submitted"))

    async def _name_late(self, uow: UnitOfWork, cycle: CycleRow, found: list[Progress]) -> None:
        """Name who is late: rows open when the window is closed, or soon will be."""
        late = [row.name for row in found if not row.is_handed_in]
        days = (await get_settings()).reminder_days_before_close
        is_near = cycle.closes_at - uow.now <= timedelta(days=days)
        if not late or not (is_near or not cycle.is_input_open):
            self.late = self.late_detail = ""
            return
        verb = "is" if len(late) == 1 else "are"
        self.late = f"{formats.count(len(late), 'forecast')} {verb} not submitted."
        self.late_detail = f"{', '.join(late)}."


def _sum(found: list[Progress], key: str) -> int:
    return sum(getattr(row, key) for row in found)
