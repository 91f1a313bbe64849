"""What the page of forecast runs shows and does."""

from typing import Any

import reflex as rx

from sop_app.kernel.fields import parse_key
from sop_app.planning.baseline import service
from sop_app.planning.baseline.schemas import RunRow
from sop_app.planning.cycles import service as cycles
from sop_app.planning.cycles.rules import CycleStatus
from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.components.table_columns import Column
from sop_app.ui.sections.baseline_state import TITLES, BaselineState
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

SHOWN = 50
COLUMNS = (
    Column("name", "Run", "name"),
    Column("status", "Status", "badge", badge="job"),
    Column("method", "Method"),
    Column("last_month", "Sales to"),
    Column("horizon", "Ahead", "number"),
    Column("items", "Items", "number"),
    Column("wape", "Error", "number", missing="No back-test"),
    Column("naive_wape", "Last year repeated", "number", missing="No back-test"),
    Column("bias", "Bias", "number", missing="No back-test"),
    Column("pinned_to", "Baseline of"),
    Column("created", "Ordered", "muted"),
    Column("created_by", "By", "muted"),
)


class ForecastingRunsState(rx.State):
    """The newest runs, and the cycles that may take one as their baseline."""

    rows: list[dict[str, Any]] = []
    cycles: list[dict[str, str]] = []
    has_error: bool = False
    is_loading: bool = True

    @requires(Permission.STATISTICS_VIEW)
    async def load(self) -> None:
        """Show the newest runs."""
        await self._show()

    async def _show(self) -> None:
        self.is_loading, self.has_error = False, True
        async with unit_of_work() as uow:
            head = await self.get_state(BaselineState)
            await head._read(uow)
            self.rows = [_cells(run) for run in await service.list_runs(uow, SHOWN)]
            self.cycles = [
                {"value": str(cycle.id), "label": cycle.name}
                for cycle in await cycles.list_cycles(uow)
                if cycle.status != CycleStatus.CLOSED
            ]
        self.has_error = False

    @requires(Permission.STATISTICS_RUN)
    async def pin(self, run_id: str, cycle_id: str) -> None:
        """Make a run the baseline of a cycle."""
        async with unit_of_work() as uow:
            await service.pin_run(uow, parse_key(cycle_id), parse_key(run_id))
            cycle = await cycles.get_cycle(uow, parse_key(cycle_id))
        notices = await self.get_state(NoticeState)
        notices._push("success", f"Run {run_id} is the baseline of {cycle.name}")
        await self._show()


def _cells(run: RunRow) -> dict[str, Any]:
    return {
        "id": str(run.id),
        "name": f"Run {run.id}" + (", selection" if run.is_selection else ""),
        "status": run.status,
        "method": TITLES.get(run.method, run.method),
        "last_month": formats.month(run.last_month),
        "horizon": formats.count(run.horizon, "month"),
        "items": formats.number(run.item_count),
        "wape": formats.percent(run.wape),
        "naive_wape": formats.percent(run.naive_wape),
        "bias": formats.percent_change(run.bias),
        "pinned_to": ", ".join(run.pinned_to),
        "created": formats.moment(run.created_at, clock.here()),
        "created_by": run.created_by_name,
        "may_pin": run.status == "done" and not run.is_selection,
    }
