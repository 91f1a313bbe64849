"""What the sales history page shows and does."""

from datetime import date
from typing import Any

import reflex as rx

from sop_app.actuals.sales_history import service
from sop_app.actuals.sales_history.schemas import (
    NO_REGION,
    Dimension,
    Measure,
    Overview,
    PivotRequest,
)
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.service import get_currency
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.list_state import ListPlace, list_events

from . import rows
from .filters import (
    OPENED_BY,
    PLACE,
    VIEWS,
    below,
    chosen,
    cleaned,
    dimension_of,
    measure_of,
    months_of,
    scope_of,
)

View = Permission.SALES_HISTORY_VIEW
_NO_TOTAL = {"label": "", "cells": []}


class SalesHistoryState(list_events(View), rx.State):
    """The lines of one page, the tiles and months above them, and what filters offer."""

    filters: dict[str, list[str]] = PLACE.no_filters
    names: dict[str, str] = {"customer": "", "product": ""}
    regions: list[dict[str, str]] = []
    sales_reps: list[dict[str, str]] = []
    categories: list[dict[str, str]] = []
    last_months: list[dict[str, str]] = []
    headers: list[dict[str, str]] = []
    lines: list[dict[str, Any]] = []
    total: dict[str, Any] = _NO_TOTAL
    kpis: dict[str, Any] = rows.NO_KPIS
    chart: list[dict[str, Any]] = []
    unit: str = ""
    chart_unit: str = ""
    chart_decimals: int = 0
    chart_summary: str = ""
    summary: str = ""
    has_sales: bool = True
    _currency: str = ""

    @rx.var
    def is_filtered(self) -> bool:
        """Whether lines may be hidden by a filter."""
        narrowed = [values for name, values in self.filters.items() if name not in VIEWS]
        return bool(self.find) or any(narrowed)

    @rx.var
    def shown(self) -> dict[str, str]:
        """The chosen value of every control."""
        usual = {"by": Dimension.CUSTOMER.value, "measure": Measure.VALUE.value, "months": "24"}
        return {
            name: chosen(self.filters, name, usual.get(name, "any")) for name in PLACE.filter_names
        }

    @requires(View)
    async def load(self) -> None:
        """Show what the address asks for."""
        self._open()
        if not self.sort_key:
            self.sort_key, self.is_descending = "year", True
        async with unit_of_work() as uow:
            choices = await service.list_choices(uow)
        self.regions = [
            {"value": region or NO_REGION, "label": region or "No region"}
            for region in choices.regions
        ]
        self.sales_reps = [
            {"value": str(key), "label": name or "No sales rep"} for key, name in choices.sales_reps
        ]
        self.categories = rows.category_options(choices.categories)
        self.last_months = rows.month_options(choices.months)
        await self._reload()

    @requires(View)
    async def sort(self, key: str) -> None:
        """Order the lines by a column, figures from the largest, or turn the order round."""
        self.is_descending = not self.is_descending if key == self.sort_key else key != "label"
        self.sort_key, self.page = key[:40], 1
        await self._reload()

    @requires(View)
    async def choose_rows(self, value: str) -> None:
        """Sum the sales by something else."""
        self.find = ""
        await self._filter("by", [value])

    @requires(View)
    async def clear_filters(self) -> None:
        """Show all sales again, in the same way."""
        views = {name: self.filters.get(name, []) for name in VIEWS}
        self.find, self.page, self.filters = "", 1, PLACE.no_filters | views
        await self._reload()

    @requires(View)
    async def open_line(self, key: str) -> None:
        """Go one level down: a rep's customers, a customer's products, a product's customers."""
        opened = dimension_of(self.filters)
        name = OPENED_BY.get(opened)
        wanted = cleaned(self.filters | {name: [key or NO_REGION]}) if name else {}
        if not name or not wanted[name]:
            return
        async with unit_of_work() as uow:
            has_categories = opened is Dimension.CATEGORY and (
                await service.has_categories_below(uow, int(key))
            )
        rows_below = below(opened, wanted, has_categories=has_categories)
        self.filters = wanted | {"by": [rows_below.value]}
        self.find, self.page = "", 1
        await self._reload()

    def _place(self) -> ListPlace:
        return PLACE

    async def _show(self, uow: UnitOfWork) -> None:
        self.filters = cleaned(self.filters)
        self._currency = await get_currency()
        scope, measure = scope_of(self.filters), measure_of(self.filters)
        overview = await service.show_overview(uow, scope, measure, months_of(self.filters))
        self.has_sales = overview is not None
        if overview is None:
            self.lines, self.total_count, self.total = [], 0, _NO_TOTAL
            return
        names = await service.name_members(uow, scope)
        self.names = {"customer": names.customer, "product": names.product}
        self._show_course(overview, measure, scope.until)
        if dimension_of(self.filters) is Dimension.MONTH:
            self.headers = rows.month_headers(self._currency)
            self.lines = [rows.month_row(month, measure) for month in reversed(overview.months)]
            self.total = rows.month_total(overview.months, measure)
            self.total_count, self.page = len(self.lines), 1
        else:
            await self._show_pivot(uow)

    def _show_course(self, overview: Overview, measure: Measure, until: date | None) -> None:
        self.unit = self._currency if measure is Measure.VALUE else rows.UNITS
        scale = rows.chart_scale(overview, measure)
        self.kpis = rows.kpis(overview, self._currency, until)
        self.chart = rows.chart_rows(overview, measure, scale)
        self.chart_unit, self.chart_decimals = scale.name(self.unit), scale.decimals
        self.chart_summary = rows.chart_summary(overview, self.unit, until)
        span = formats.month_range([month.month for month in overview.months])
        self.summary = f"{span}. The current month is shown once it is over."

    async def _show_pivot(self, uow: UnitOfWork) -> None:
        dimension = dimension_of(self.filters)
        request = PivotRequest(
            dimension,
            measure_of(self.filters),
            scope_of(self.filters),
            find=self.find,
            sort=self.sort_key,
            is_descending=self.is_descending,
            month_count=months_of(self.filters),
            offset=(self.page - 1) * self.page_size,
            limit=self.page_size,
        )
        pivot = await service.show_pivot(uow, request)
        self.headers = rows.pivot_headers(dimension, pivot)
        self.lines = [rows.pivot_row(dimension, line) for line in pivot.lines]
        label = f"All {formats.count(pivot.line_count, 'line')}"
        self.total = {"label": label, "cells": rows.pivot_cells(pivot.total)}
        self.total_count = pivot.line_count
