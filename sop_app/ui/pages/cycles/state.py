"""The list of cycles."""

from typing import Any

import reflex as rx

from sop_app.planning.cycles import service
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.sections.completeness_state import local
from sop_app.ui.shell.gate import requires


class CyclesState(rx.State):
    """Every cycle, the latest start month first."""

    rows: list[dict[str, Any]] = []
    summary: str = ""
    is_loading: bool = True

    @requires(Permission.CYCLES_VIEW)
    async def load(self) -> None:
        """Show all cycles."""
        async with unit_of_work() as uow:
            cycles = await service.list_cycles(uow)
            may_see_forecasts = uow.actor.may(Permission.FORECAST_VIEW)
        self.rows = [_row(cycle, opens=may_see_forecasts) for cycle in cycles]
        is_open = next((cycle for cycle in cycles if cycle.status == "open"), None)
        self.summary = f"{is_open.name} is open." if is_open else "No cycle is open."
        self.is_loading = False


def _row(cycle: CycleRow, *, opens: bool) -> dict[str, Any]:
    opens_at, closes_at = local(cycle.opens_at, cycle), local(cycle.closes_at, cycle)
    step = next((step for step in cycle.steps if step.status == "active"), None)
    done = bool(cycle.steps) and all(step.status == "done" for step in cycle.steps)
    return {
        "id": cycle.id,
        "name": cycle.name,
        "href": f"/cycle?cycle={cycle.id}" if opens else "/cycles",
        "months": formats.month_range(cycle.months),
        "mandatory": f"{cycle.mandatory_months} of {cycle.horizon_months}",
        "opens_at": formats.deadline(opens_at),
        "closes_at": formats.deadline(closes_at),
        "step": step.name if step else "All done" if done else formats.MISSING,
        "status": cycle.status,
    }
