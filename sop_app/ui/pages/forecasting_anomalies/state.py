"""What the inbox of unusual months shows and does."""

from typing import Any

import reflex as rx

from sop_app.planning.baseline import findings
from sop_app.planning.baseline.rules import FindingStatus
from sop_app.planning.baseline.schemas import FindingFilter
from sop_app.planning.forecasting.cleansing.findings import Kind, Severity
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.components.filter_bar import ANY
from sop_app.ui.sections.baseline_state import BaselineState
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.list_state import ListPlace, list_events
from sop_app.ui.shell.notices import NoticeState

from .rows import finding_cells, read_id

VIEW, DECIDE = Permission.STATISTICS_VIEW, Permission.STATISTICS_RUN
PLACE = ListPlace("/forecasting/anomalies", "gap", ("status", "severity", "kind"), sorts_down=True)
USUAL = (Severity.HIGH.value, Severity.MEDIUM.value)
"""Shown unless a severity is asked for: low findings are worth a look at most."""


class ForecastingAnomaliesState(list_events(VIEW), rx.State):
    """The findings of one status, and which of them are ticked."""

    filters: dict[str, list[str]] = PLACE.no_filters
    is_descending: bool = True
    rows: list[dict[str, Any]] = []
    counts: dict[str, int] = dict.fromkeys(FindingStatus, 0)
    ticked: list[str] = []

    @rx.var
    def is_filtered(self) -> bool:
        """Whether findings may be hidden by a filter."""
        return bool(self.find) or any(self.filters.get(name) for name in ("severity", "kind"))

    @rx.var
    def status(self) -> str:
        """The status shown; open findings by default."""
        return next(iter(self.filters.get("status", [])), FindingStatus.OPEN.value)

    @rx.var
    def severity(self) -> str:
        """The severity shown."""
        return next(iter(self.filters.get("severity", [])), ANY)

    @rx.var
    def kind(self) -> str:
        """The kind of finding shown."""
        return next(iter(self.filters.get("kind", [])), ANY)

    @requires(VIEW)
    async def load(self) -> None:
        """Show the findings the address asks for."""
        self._open()
        await self._reload()

    @requires(DECIDE)
    async def toggle_row(self, row_id: str) -> None:
        """Tick a finding for a decision about several, or take the tick away."""
        others = [ticked for ticked in self.ticked if ticked != row_id]
        self.ticked = others if row_id in self.ticked else [*others, row_id]

    @requires(DECIDE)
    async def toggle_page(self, is_ticked: bool) -> None:
        """Tick every finding shown, or none."""
        self.ticked = [row["id"] for row in self.rows] if is_ticked else []

    @requires(DECIDE)
    async def decide_ticked(self, status: str) -> None:
        """Decide about the ticked findings, all of them or none."""
        await self._decide(self.ticked, status)

    @requires(DECIDE)
    async def decide_row(self, row_id: str, status: str) -> None:
        """Decide about one finding."""
        await self._decide([row_id], status)

    async def _decide(self, row_ids: list[str], status: str) -> None:
        keys = [key for row_id in row_ids if (key := read_id(row_id))]
        if status not in set(FindingStatus) or not keys:
            return
        async with unit_of_work() as uow:
            count = await findings.decide(uow, keys, FindingStatus(status))
        notices = await self.get_state(NoticeState)
        what = formats.count(count, "finding")
        if status == FindingStatus.ACCEPTED:
            detail = "The next run reads the corrected months; the sales stay as they are."
            notices._push("success", f"{what} accepted", detail)
        elif status == FindingStatus.OPEN:
            notices._push("success", f"{what} open again")
        else:
            notices._push("success", f"{what} {status}", "Forecasts go on reading what was sold.")
        self.ticked = []
        await self._reload()

    def _place(self) -> ListPlace:
        return PLACE

    async def _show(self, uow: UnitOfWork) -> None:
        known = {"status": set(FindingStatus), "severity": set(Severity), "kind": set(Kind)}
        self.filters = {
            name: [value for value in self.filters[name][:1] if value in values]
            for name, values in known.items()
        }
        await (await self.get_state(BaselineState))._read(uow)
        severities = USUAL if self.severity == ANY else (self.severity,)
        wanted = FindingFilter(
            FindingStatus(self.status),
            severities,
            "" if self.kind == ANY else self.kind,
            self.find,
        )
        found = await findings.list_findings(uow, wanted, self._page_request())
        counts = await findings.count_findings(uow, severities)
        self.total_count = found.total
        self.rows = [finding_cells(one) for one in found.rows]
        self.counts = {status.value: count for status, count in counts.items()}
        shown = {row["id"] for row in self.rows}
        self.ticked = [row_id for row_id in self.ticked if row_id in shown]
