"""What the accuracy page shows and does."""

from typing import Any

import reflex as rx

from sop_app.kernel.paging import PageRequest
from sop_app.planning.baseline import service
from sop_app.planning.baseline.rules import BACKTEST_MONTHS, Level
from sop_app.planning.baseline.schemas import HeatMap
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.ui.components import formats
from sop_app.ui.components.filter_bar import ANY
from sop_app.ui.components.heat_map import heat_cells
from sop_app.ui.sections.baseline_links import item_href
from sop_app.ui.sections.baseline_state import BaselineState
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.list_state import ListPlace, list_events

VIEW = Permission.STATISTICS_VIEW
PLACE = ListPlace("/forecasting/accuracy", "", ("level", "lag"))
LAG_OPTIONS = [(str(lag), formats.count(lag, "month")) for lag in range(1, BACKTEST_MONTHS + 1)]
LAGS = {value for value, _ in LAG_OPTIONS}


class ForecastingAccuracyState(list_events(VIEW), rx.State):
    """The accuracy of the newest run over time, by months ahead and by member."""

    filters: dict[str, list[str]] = PLACE.no_filters
    trend: list[dict[str, Any]] = []
    trend_summary: str = ""
    lag_headers: list[str] = []
    lag_rows: list[dict[str, Any]] = []
    month_headers: list[str] = []
    month_rows: list[dict[str, Any]] = []

    @rx.var
    def level(self) -> str:
        """The level whose members are scored."""
        return next(iter(self.filters.get("level", [])), Level.PRODUCT.value)

    @rx.var
    def group(self) -> str:
        """The level of the map by months ahead: products are too many for one."""
        return Level.CATEGORY.value if self.level == Level.PRODUCT else self.level

    @rx.var
    def lag(self) -> str:
        """How many months ahead; any by default."""
        return next(iter(self.filters.get("lag", [])), ANY)

    @requires(VIEW)
    async def load(self) -> None:
        """Show the accuracy of the newest run as the address asks."""
        self._open()
        await self._reload()

    def _place(self) -> ListPlace:
        return PLACE

    async def _show(self, uow: UnitOfWork) -> None:
        self.filters = {
            "level": [one for one in self.filters["level"][:1] if one in set(Level)],
            "lag": [one for one in self.filters["lag"][:1] if one in LAGS],
        }
        head = await self.get_state(BaselineState)
        run = await head._read(uow)
        if run is None:
            self.trend, self.lag_rows, self.month_rows = [], [], []
            return
        level, lag = Level(self.level), None if self.lag == ANY else int(self.lag)
        self._show_trend(await service.show_trend(uow, run.id, level, lag=lag))
        group = Level(self.group)
        lags = await service.map_errors_by_lag(uow, run.id, group)
        self.lag_headers = [f"{column} ahead" for column in lags.columns]
        self.lag_rows = _heat_rows(lags, group)
        page = PageRequest("", page=self.page, size=self.page_size)
        months = await service.map_errors_by_month(uow, run.id, level, page)
        self.total_count = months.total
        self.month_headers = [formats.month(column) for column in months.columns]
        self.month_rows = _heat_rows(months, level)

    def _show_trend(self, found: list[tuple[Any, ...]]) -> None:
        self.trend = [
            {
                "month": formats.month(month),
                "wape": _hundredfold(wape),
                "bias": _hundredfold(bias),
                "naive": _hundredfold(naive),
            }
            for month, wape, bias, naive in found
        ]
        known = [point["wape"] for point in self.trend if point["wape"] is not None]
        self.trend_summary = (
            f"Error by month, {self.trend[0]['month']} to {self.trend[-1]['month']}: "
            f"between {min(known):.1f}% and {max(known):.1f}%."
            if known
            else "No month was forecast in a back-test."
        )


def _hundredfold(ratio: float | None) -> float | None:
    return None if ratio is None else 100 * ratio


def _heat_rows(found: HeatMap, level: Level) -> list[dict[str, Any]]:
    return [
        {
            "id": row.key,
            "name": row.name,
            "href": item_href(level, row.key),
            "cells": heat_cells(row.cells),
        }
        for row in found.rows
    ]
