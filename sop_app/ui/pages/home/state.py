"""What the home page shows everybody: the cycle, its steps, sales and forecast."""

from decimal import Decimal
from typing import Any

import reflex as rx

from sop_app.planning.cycles import service as cycles
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.review.home import service
from sop_app.review.home.schemas import SalesMonth
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.service import get_currency
from sop_app.ui.components import formats
from sop_app.ui.sections.completeness_state import MILLION, local
from sop_app.ui.sections.cycle_head import step_rows, time_line, window_line
from sop_app.ui.shell.gate import requires

from .overview_state import OverviewState
from .rep_state import RepHomeState

REP, OVERVIEW = "rep", "overview"
THOUSAND = 1_000


class HomeState(rx.State):
    """Whose home it is, and the cycle people work in."""

    kind: str = ""
    today: str = ""
    cycle_id: int = 0
    cycle_name: str = ""
    status: str = "draft"
    line: str = ""
    time: str = ""
    steps: list[dict[str, Any]] = []
    course: list[dict[str, Any]] = []
    own_course: list[dict[str, Any]] = []
    last_sold: str = ""
    sold: str = ""
    sold_change: str = ""
    sold_tone: str = "neutral"
    sold_before: str = ""
    planned: str = ""
    planned_months: str = ""
    summary: str = ""

    @requires(Permission.DASHBOARD_VIEW)
    async def load(self) -> None:
        """Show what waits for the signed-in person."""
        async with unit_of_work() as uow:
            cycle = await cycles.find_current_cycle(uow)
            may = uow.actor.may
            sells = may(Permission.FORECAST_EDIT) and not may(Permission.CYCLES_MANAGE)
            is_rep = sells and not may(Permission.FORECAST_REVIEW)
            now = local(uow.now, cycle) if cycle else uow.now
            self.today = f"{now:%A} {now.day} {now:%B %Y}"
            self._show_cycle(uow, cycle)
            months = await service.show_sales_and_plan(uow, cycle)
            self._show_course(months, await get_currency())
            if is_rep:
                await (await self.get_state(RepHomeState))._load(uow, cycle)
            elif cycle and may(Permission.FORECAST_VIEW):
                await (await self.get_state(OverviewState))._load(uow, cycle)
        self.kind = REP if is_rep else OVERVIEW

    def _show_cycle(self, uow: UnitOfWork, cycle: CycleRow | None) -> None:
        if cycle is None:
            self.cycle_id, self.cycle_name, self.steps = 0, "", []
            return
        self.cycle_id, self.cycle_name, self.status = cycle.id, cycle.name, cycle.status
        self.line, self.time = window_line(cycle), time_line(cycle, uow.now)
        names_people = uow.actor.may(Permission.FORECAST_VIEW)
        self.steps = step_rows(cycle, names_people=names_people)

    def _show_course(self, months: list[SalesMonth], currency: str) -> None:
        """Write the months of the chart, and the sums beside it."""
        self.course = [_point(month, MILLION) for month in months]
        sold = [month for month in months if month.sold is not None]
        self.own_course = [_point(month, THOUSAND) for month in sold]
        self.last_sold = formats.month(sold[-1].month) if sold else ""
        now = sum((month.sold or Decimal(0) for month in sold), Decimal(0))
        before = sum((month.last_year or Decimal(0) for month in sold), Decimal(0))
        change = (now - before) / before if before else None
        self.sold = formats.money_short(now, currency) if sold else formats.MISSING
        self.sold_change = formats.percent_change(change)
        self.sold_tone = "neutral" if not change else "good" if change > 0 else "bad"
        self.sold_before = f"against {formats.money_short(before, currency)}" if before else ""
        plan = [month for month in months if month.planned is not None]
        total = sum((month.planned or Decimal(0) for month in plan), Decimal(0))
        self.planned = formats.money_short(total, currency) if plan else formats.MISSING
        self.planned_months = formats.month_range([month.month for month in plan])
        self.summary = f"Sales of twelve months {self.sold}, {self.sold_change} against last year."


def _point(month: SalesMonth, unit: int) -> dict[str, Any]:
    def scaled(amount: Decimal | None) -> float | None:
        return None if amount is None else round(float(amount) / unit, 3)

    return {
        "month": formats.month(month.month),
        "sold": scaled(month.sold),
        "planned": scaled(month.planned),
        "last_year": scaled(month.last_year),
    }
