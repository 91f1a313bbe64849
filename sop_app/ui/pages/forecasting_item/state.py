"""What an item's forecast page shows and does."""

from typing import Any
from urllib.parse import urlencode

import reflex as rx

from sop_app.kernel.errors import NotFoundError
from sop_app.planning.baseline import service
from sop_app.planning.baseline.schemas import ItemForecast
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.sections.baseline_state import TITLES, BaselineState
from sop_app.ui.shell.gate import requires

from . import rows

VIEW = Permission.STATISTICS_VIEW


class ForecastingItemState(rx.State):
    """One item of the newest run."""

    facts: dict[str, str] = rows.NO_FACTS
    chart: list[dict[str, Any]] = []
    chart_summary: str = ""
    last_month: str = ""
    rival: str = rows.NOTHING
    rivals: list[dict[str, str]] = []
    months: list[dict[str, Any]] = []
    scores: list[dict[str, Any]] = []
    backtest: list[dict[str, Any]] = []
    backtest_line: str = ""
    is_loading: bool = True
    is_missing: bool = False
    has_error: bool = False
    address: str = ""
    _level: str = ""
    _key: str = ""

    @requires(VIEW)
    async def load(self) -> None:
        """Show the item the address names."""
        asked = self.router.url.query_parameters
        self._level, self._key = asked.get("level", ""), asked.get("key", "")
        self.rival = asked.get("rival", rows.NOTHING)
        await self._show()

    @requires(VIEW)
    async def compare(self, rival: str) -> None:
        """Lay what another method expects beside the forecast."""
        self.rival = rival
        await self._show()

    async def _show(self) -> None:
        self.is_loading, self.is_missing, self.has_error = False, False, True
        level = rows.level_of(self._level)
        async with unit_of_work() as uow:
            head = await self.get_state(BaselineState)
            run = await head._read(uow)
            try:
                if run is None:
                    raise NotFoundError("item", self._key)
                item = await service.get_item(uow, run.id, level, self._key)
            except NotFoundError:
                self.is_missing, self.has_error = True, False
                return
        self._write(item)
        named = {"level": level.value, "key": self._key}
        if self.rival != rows.NOTHING:
            named["rival"] = self.rival
        self.address = f"/forecasting/item?{urlencode(named)}"
        self.has_error = False

    def _write(self, item: ItemForecast) -> None:
        self.facts = rows.facts_of(item)
        self.rivals = rows.rival_options(item, TITLES)
        if self.rival not in {option["value"] for option in self.rivals}:
            self.rival = rows.NOTHING
        self.chart = rows.chart_rows(item, self.rival)
        self.chart_summary = rows.summary_of(item)
        self.last_month = formats.month(item.history_months[-1])
        self.months, self.scores = rows.month_rows(item), rows.score_rows(item)
        self.backtest, self.backtest_line = rows.backtest_rows(item), rows.backtest_line(item)
