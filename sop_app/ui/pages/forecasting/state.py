"""What the forecasting page shows and does."""

from typing import Any

import reflex as rx

from sop_app.planning.baseline import service
from sop_app.planning.baseline.rules import Level
from sop_app.planning.baseline.schemas import ItemFilter
from sop_app.planning.forecasting.rules import DemandClass
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.ui.components.filter_bar import ANY
from sop_app.ui.sections.baseline_state import BaselineState
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.list_state import ListPlace, list_events

from .rows import NO_KPIS, group_cells, item_cells, run_kpis

VIEW = Permission.STATISTICS_VIEW
PLACE = ListPlace("/forecasting", "error_amount", ("level", "demand_class"), sorts_down=True)


class ForecastingState(list_events(VIEW), rx.State):
    """The items of the newest run, and how many of each kind there are."""

    filters: dict[str, list[str]] = PLACE.no_filters
    is_descending: bool = True
    rows: list[dict[str, Any]] = []
    classes: list[dict[str, Any]] = []
    methods: list[dict[str, Any]] = []
    kpis: dict[str, str] = NO_KPIS

    @rx.var
    def is_filtered(self) -> bool:
        """Whether items may be hidden by a filter."""
        return bool(self.find) or bool(self.filters.get("demand_class"))

    @rx.var
    def level(self) -> str:
        """The level whose members are listed."""
        return next(iter(self.filters.get("level", [])), Level.PRODUCT.value)

    @rx.var
    def demand_class(self) -> str:
        """The demand class shown."""
        return next(iter(self.filters.get("demand_class", [])), ANY)

    @requires(VIEW)
    async def load(self) -> None:
        """Show the items of the newest run as the address asks."""
        self._open()
        await self._reload()

    @requires(VIEW)
    async def sort(self, key: str) -> None:
        """Order the items by a column, figures from the largest, or turn the order round."""
        is_text = key in ("name", "demand_class")
        self.is_descending = not self.is_descending if key == self.sort_key else not is_text
        self.sort_key, self.page = key[:40], 1
        await self._reload()

    def _place(self) -> ListPlace:
        return PLACE

    async def _show(self, uow: UnitOfWork) -> None:
        self.filters = {
            "level": [one for one in self.filters["level"][:1] if one in set(Level)],
            "demand_class": [
                one for one in self.filters["demand_class"][:1] if one in set(DemandClass)
            ],
        }
        head = await self.get_state(BaselineState)
        run = await head._read(uow)
        if run is None:
            self.rows, self.total_count, self.kpis = [], 0, NO_KPIS
            return
        wanted = ItemFilter(
            run.id,
            Level(self.level),
            self.find,
            "" if self.demand_class == ANY else self.demand_class,
        )
        found = await service.list_items(uow, wanted, self._page_request())
        total = await service.get_item(uow, run.id, Level.TOTAL, "")
        self.total_count = found.total
        self.rows = [item_cells(row) for row in found.rows]
        self.kpis = run_kpis(run, sum(total.history[-12:]), sum(total.points[:12]))
        for name, group in (("classes", "demand_class"), ("methods", "members")):
            groups = await service.count_groups(uow, run.id, group)
            setattr(self, name, [group_cells(one) for one in groups])
