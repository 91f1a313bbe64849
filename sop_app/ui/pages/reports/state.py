"""What the reports page shows and does."""

from typing import Any

import reflex as rx

from sop_app.planning.cycles import service as cycles
from sop_app.review.reports import service
from sop_app.review.reports.schemas import (
    Dimension,
    FileFormat,
    Measure,
    Pivot,
    PivotLine,
    PivotRequest,
    ReportScope,
)
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.components.filter_bar import ANY
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.job_state import JobState

CURRENCY = service.CURRENCY
DRILL_DOWN = {
    Dimension.SALES_REP: Dimension.CUSTOMER,
    Dimension.REGION: Dimension.CUSTOMER,
    Dimension.CHANNEL: Dimension.CUSTOMER,
    Dimension.CUSTOMER: Dimension.PRODUCT,
    Dimension.FAMILY: Dimension.PRODUCT,
}


class ReportsState(rx.State):
    """The consolidated report: which cycle, whose rows, summed by what, and the lines shown."""

    cycle: str = ""
    cycles: list[dict[str, str]] = []
    sales_rep: str = ANY
    sales_reps: list[dict[str, str]] = []
    dimension: str = Dimension.SALES_REP.value
    measure: str = Measure.VALUE.value
    find: str = ""
    sort_key: str = "total"
    is_descending: bool = True
    page: int = 1
    page_size: int = 15
    headers: list[dict[str, str]] = []
    lines: list[dict[str, Any]] = []
    total: dict[str, Any] = {"label": "", "cells": []}
    line_count: int = 0
    summary: str = ""
    is_loading: bool = True

    @rx.var
    def is_filtered(self) -> bool:
        """Whether lines may be hidden by a filter."""
        return bool(self.find) or self.sales_rep != ANY

    @requires(Permission.REPORTS_VIEW)
    async def load(self) -> None:
        """Show the current cycle's report, or the one named in the address."""
        async with unit_of_work() as uow:
            known = [row for row in await cycles.list_cycles(uow) if row.status != "draft"]
            self.cycles = [{"value": str(row.id), "label": row.name} for row in known]
            asked = self.router.url.query_parameters.get("cycle", "")
            choices = [option["value"] for option in self.cycles]
            self.cycle = asked if asked in choices else next(iter(choices), "")
            await self._load_reps(uow)
            await self._show(uow)

    @requires(Permission.REPORTS_VIEW)
    async def choose_cycle(self, value: str) -> None:
        """Show another cycle."""
        if value not in [option["value"] for option in self.cycles]:
            return
        self.cycle, self.sales_rep, self.page = value, ANY, 1
        async with unit_of_work() as uow:
            await self._load_reps(uow)
            await self._show(uow)

    @requires(Permission.REPORTS_VIEW)
    async def choose_sales_rep(self, value: str) -> None:
        """Narrow the report to one rep, or widen it to all."""
        if value == ANY or value.isdigit():
            self.sales_rep, self.page = value, 1
            await self._reload()

    @requires(Permission.REPORTS_VIEW)
    async def choose_dimension(self, value: str) -> None:
        """Sum the report by something else."""
        if value in set(Dimension):
            self.dimension, self.page, self.find = value, 1, ""
            await self._reload()

    @requires(Permission.REPORTS_VIEW)
    async def choose_measure(self, value: str) -> None:
        """Switch between units and value."""
        if value in set(Measure):
            self.measure = value
            await self._reload()

    @requires(Permission.REPORTS_VIEW)
    async def find_lines(self, value: str) -> None:
        """Show the lines whose name or code contains a text."""
        self.find, self.page = value, 1
        await self._reload()

    @requires(Permission.REPORTS_VIEW)
    async def sort(self, key: str) -> None:
        """Order the lines by a column, or turn the order round."""
        self.is_descending = not self.is_descending if key == self.sort_key else key != "label"
        self.sort_key, self.page = key, 1
        await self._reload()

    @requires(Permission.REPORTS_VIEW)
    async def turn_page(self, page: int) -> None:
        """Show another page of lines."""
        self.page = max(1, page)
        await self._reload()

    @requires(Permission.REPORTS_VIEW)
    async def change_page_size(self, size: str) -> None:
        """Show more or fewer lines on a page."""
        if size.isdigit() and 0 < int(size) <= 200:
            self.page_size, self.page = int(size), 1
            await self._reload()

    @requires(Permission.REPORTS_VIEW)
    async def open_line(self, key: str) -> None:
        """Go one level down: a rep's customers, a customer's products."""
        opened = Dimension(self.dimension)
        below = DRILL_DOWN.get(opened)
        if below is None:
            return
        if opened is Dimension.SALES_REP and key.isdigit():
            self.sales_rep = key
        self.dimension, self.page, self.find = below.value, 1, ""
        await self._reload()

    @requires(Permission.REPORTS_VIEW)
    async def make_file(self, file_format: str) -> Any:
        """Let the worker write the report as a file and hand it out when it is ready."""
        if not self.cycle or file_format not in set(FileFormat):
            return None
        async with unit_of_work() as uow:
            scope = self._request().scope
            job_id = await service.order_consolidated(uow, scope, FileFormat(file_format))
        return JobState.watch(job_id)

    @requires(Permission.REPORTS_VIEW)
    async def clear(self) -> None:
        """Take every filter away."""
        self.find, self.sales_rep, self.page = "", ANY, 1
        await self._reload()

    async def _reload(self) -> None:
        async with unit_of_work() as uow:
            await self._show(uow)

    async def _load_reps(self, uow: UnitOfWork) -> None:
        reps = await service.list_report_reps(uow, int(self.cycle)) if self.cycle else []
        self.sales_reps = [{"value": str(key), "label": name} for key, name in reps]

    async def _show(self, uow: UnitOfWork) -> None:
        self.is_loading = False
        if not self.cycle:
            self.lines, self.line_count = [], 0
            return
        cycle, pivot = await service.show_consolidated(uow, self._request())
        self.headers = _headers(Dimension(self.dimension), pivot)
        self.lines = [_line(line) for line in pivot.lines]
        self.total = {"label": f"All {pivot.line_count:,} lines", "cells": _cells(pivot.total)}
        self.line_count = pivot.line_count
        span = formats.month_range(pivot.months)
        self.summary = f"{cycle.name} cycle, {span}. {pivot.total.entry_count:,} rows."

    def _request(self) -> PivotRequest:
        rep = None if self.sales_rep == ANY else int(self.sales_rep)
        return PivotRequest(
            scope=ReportScope(int(self.cycle), rep),
            dimension=Dimension(self.dimension),
            measure=Measure(self.measure),
            find=self.find,
            sort=self.sort_key,
            is_descending=self.is_descending,
            offset=(self.page - 1) * self.page_size,
            limit=self.page_size,
        )


def _headers(dimension: Dimension, pivot: Pivot) -> list[dict[str, str]]:
    months = [{"key": "", "label": formats.month_in_header(month)} for month in pivot.months]
    return [
        {"key": "label", "label": dimension.label},
        {"key": "entries", "label": "Rows"},
        *months,
        {"key": "last_year", "label": "12 months before"},
        {"key": "", "label": "Change"},
        {"key": "total", "label": f"Total, {len(pivot.months)} months"},
    ]


def _line(line: PivotLine) -> dict[str, Any]:
    label = line.label or "Not given"
    return {"id": line.key, "label": label, "code": line.code, "cells": _cells(line)}


def _cells(line: PivotLine) -> list[str]:
    change = line.mandatory_total / line.last_year - 1 if line.last_year else None
    figures = [formats.number(month) for month in line.months]
    return [
        formats.number(line.entry_count),
        *figures,
        formats.number(line.last_year),
        formats.percent_change(change),
        formats.number(line.total),
    ]
