"""What the reports page shows and does."""

from datetime import date
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
from sop_app.ui.shell.list_state import ListPlace, list_events

from .filters import (
    NARROWED,
    NOT_GIVEN,
    OPENED_BY,
    PLACE,
    below,
    chosen,
    cleaned,
    dimension_of,
    measure_of,
    scope_of,
)

View = Permission.REPORTS_VIEW
_NO_NAMES: dict[str, str] = dict.fromkeys(NARROWED, "")


class ReportsState(list_events(View), rx.State):
    """The consolidated report: which cycle, whose rows, summed by what, and the lines shown."""

    filters: dict[str, list[str]] = PLACE.no_filters
    is_descending: bool = True
    cycles: list[dict[str, str]] = []
    sales_reps: list[dict[str, str]] = []
    names: dict[str, str] = _NO_NAMES
    headers: list[dict[str, str]] = []
    lines: list[dict[str, Any]] = []
    total: dict[str, Any] = {"label": "", "cells": []}
    summary: str = ""

    @rx.var
    def is_filtered(self) -> bool:
        """Whether lines may be hidden by a filter."""
        narrowed = ("sales_rep_id", *NARROWED)
        return bool(self.find) or any(self.filters.get(name) for name in narrowed)

    @rx.var
    def shown(self) -> dict[str, str]:
        """The chosen value of every control."""
        latest = self.cycles[0]["value"] if self.cycles else ""
        usual = {
            "cycle_id": latest,
            "by": Dimension.SALES_REP.value,
            "measure": Measure.VALUE.value,
        }
        return {name: chosen(self.filters, name, usual.get(name, ANY)) for name in self.filters}

    @requires(View)
    async def load(self) -> None:
        """Show what the address asks for, else the latest cycle's report."""
        self._open()
        await self._reload()

    @requires(View)
    async def sort(self, key: str) -> None:
        """Order the lines by a column, figures from the largest, or turn the order round."""
        self.is_descending = not self.is_descending if key == self.sort_key else key != "label"
        self.sort_key, self.page = key[:40], 1
        await self._reload()

    @requires(View)
    async def choose_cycle(self, value: str) -> None:
        """Show another cycle, summed in the same way."""
        self.filters = {**self.filters, "sales_rep_id": []}
        await self._filter("cycle_id", [value])

    @requires(View)
    async def choose_rows(self, value: str) -> None:
        """Sum the report by something else."""
        self.find = ""
        await self._filter("by", [value])

    @requires(View)
    async def clear_filters(self) -> None:
        """Show every line again, in the same way."""
        views = {name: self.filters.get(name, []) for name in ("cycle_id", "by", "measure")}
        self.find, self.page, self.filters = "", 1, PLACE.no_filters | views
        await self._reload()

    @requires(View)
    async def open_line(self, key: str) -> None:
        """Go one level down: a rep's customers, a customer's products."""
        opened = dimension_of(self.filters)
        rows_below = below(opened)
        if rows_below is None or (not key and opened is Dimension.CUSTOMER):
            return
        narrowed = {OPENED_BY[opened]: [key or NOT_GIVEN], "by": [rows_below.value]}
        self.filters = self.filters | narrowed
        self.find, self.page = "", 1
        await self._reload()

    @requires(View)
    async def make_file(self, file_format: str) -> Any:
        """Let the worker write the report as a file and hand it out when it is ready."""
        scope = self._scope()
        if scope is None or file_format not in set(FileFormat):
            return None
        async with unit_of_work() as uow:
            job_id = await service.order_consolidated(uow, scope, FileFormat(file_format))
        return JobState.watch(job_id)

    def _place(self) -> ListPlace:
        return PLACE

    def _scope(self) -> ReportScope | None:
        cycle_id = self.shown["cycle_id"]
        return scope_of(self.filters, int(cycle_id)) if cycle_id else None

    async def _show(self, uow: UnitOfWork) -> None:
        known = [row for row in await cycles.list_cycles(uow) if row.opened_at]
        self.cycles = [{"value": str(row.id), "label": row.name} for row in known]
        self.filters = cleaned(self.filters, [cycle["value"] for cycle in self.cycles])
        scope = self._scope()
        if scope is None:
            self.lines, self.total_count = [], 0
            return
        reps = await service.list_report_reps(uow, scope.cycle_id)
        self.sales_reps = [{"value": str(key), "label": name} for key, name in reps]
        self.names = await _names(uow, scope)
        await self._show_lines(uow, scope)

    async def _show_lines(self, uow: UnitOfWork, scope: ReportScope) -> None:
        dimension = dimension_of(self.filters)
        request = PivotRequest(
            scope=scope,
            dimension=dimension,
            measure=measure_of(self.filters),
            find=self.find,
            sort=self.sort_key,
            is_descending=self.is_descending,
            offset=(self.page - 1) * self.page_size,
            limit=self.page_size,
        )
        cycle, pivot = await service.show_consolidated(uow, request)
        self.headers = _headers(dimension, pivot)
        self.lines = [_line(line) for line in pivot.lines]
        label = f"All {formats.count(pivot.line_count, 'line')}"
        self.total = {"label": label, "cells": _cells(pivot.total)}
        self.total_count = pivot.line_count
        span = formats.month_range(pivot.months)
        rows = formats.count(pivot.total.entry_count, "row")
        self.summary = f"{cycle.name} cycle, {span}. {rows}."


async def _names(uow: UnitOfWork, scope: ReportScope) -> dict[str, str]:
    """Name what the report is narrowed to by opened lines."""
    words = {"family": scope.family, "region": scope.region, "channel": scope.channel}
    missing = {"family": "No product group", "region": "No region", "channel": "No channel"}
    return {
        "customer_id": await service.name_narrowed_customer(uow, scope),
        **{name: "" if word is None else word or missing[name] for name, word in words.items()},
    }


def _headers(dimension: Dimension, pivot: Pivot) -> list[dict[str, str]]:
    months = [{"key": "", "label": _month_and_year(month)} for month in pivot.months]
    return [
        {"key": "label", "label": dimension.label},
        {"key": "entries", "label": "Rows"},
        *months,
        {"key": "last_year", "label": "12 months before"},
        {"key": "", "label": "Change"},
        {"key": "total", "label": f"Total, {len(pivot.months)} months"},
    ]


def _month_and_year(month: date) -> str:
    return f"{formats.month_in_header(month)} {month:%y}"


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
