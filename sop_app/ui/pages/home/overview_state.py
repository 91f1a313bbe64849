"""The cycle as a whole, for those who see more than their own customers."""

from decimal import Decimal

import reflex as rx

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.review.submissions.rules import change_ratio, is_large
from sop_app.review.submissions.schemas import Progress, Scope
from sop_app.review.submissions.service import show_course
from sop_app.system.database import UnitOfWork
from sop_app.system.settings.service import get_currency
from sop_app.ui.components import formats
from sop_app.ui.components.kpis import sparkline_points
from sop_app.ui.sections.completeness_state import CompletenessState, percent_of, total_change

FEW_REPS, FEW_ALERTS, MOST_ALERTS = 9, 3, 4
"""A short table has a short list of alerts beside it."""
CRITICAL, WARNING, INFO = "critical", "warning", "info"


class OverviewState(rx.State):
    """The four figures of a cycle, and what should be looked at."""

    handed_in: str = ""
    still_open: str = ""
    handed_in_percent: int = 0
    complete: str = ""
    complete_rows: str = ""
    complete_percent: int = 0
    amount: str = ""
    amount_change: str = ""
    trend: str = ""
    cycle_change: str = ""
    cycle_before: str = ""
    waiting: int = 0
    alerts: list[dict[str, str]] = []
    more_alerts: str = ""

    async def _load(self, uow: UnitOfWork, cycle: CycleRow) -> None:
        found = await (await self.get_state(CompletenessState))._load(uow, cycle.id)
        currency = await get_currency()
        self._sum_up(found, currency)
        course = await show_course(uow, Scope(cycle.id))
        self.trend = sparkline_points([float(month.planned) for month in course])
        time_left = formats.time_left(cycle.closes_at - uow.now)
        alerts = _alerts(found, cycle, time_left, currency)
        self.alerts = alerts[: FEW_ALERTS if len(found) <= FEW_REPS else MOST_ALERTS]
        left = len(alerts) - len(self.alerts)
        self.more_alerts = f"{left} more" if left else ""

    def _sum_up(self, found: list[Progress], currency: str) -> None:
        handed_in = sum(row.is_handed_in for row in found)
        complete = sum(row.complete_count for row in found)
        rows = sum(row.row_count for row in found)
        self.handed_in = f"{handed_in} of {len(found)}"
        self.still_open = f"{len(found) - handed_in} still open"
        self.handed_in_percent = percent_of(handed_in, len(found))
        self.complete = formats.percent(complete / rows if rows else None)
        self.complete_rows = f"{complete:,} of {formats.count(rows, 'row')}"
        self.complete_percent = percent_of(complete, rows)
        self.amount = formats.money_short(sum(row.amount for row in found), currency)
        self.amount_change = formats.percent_change(total_change(found))
        before = sum((row.amount_last_cycle for row in found), Decimal(0))
        now = sum((row.amount_as_last_cycle for row in found), Decimal(0))
        self.cycle_change = formats.percent_change(change_ratio(now, before))
        self.cycle_before = (
            f"{formats.money_short(now, currency)} against {formats.money_short(before, currency)}"
            if before
            else "No last cycle"
        )
        self.waiting = sum(1 for row in found if row.submitted)


def _alerts(
    found: list[Progress], cycle: CycleRow, time_left: str, currency: str
) -> list[dict[str, str]]:
    """Name what should be looked at, the gravest first."""
    alerts: list[tuple[str, str, str]] = []
    when = f"window closes in {time_left}" if cycle.is_input_open else "window is closed"
    for row in found:
        rows = formats.count(row.row_count, "row")
        if row.status == "not_started":
            alerts.append((CRITICAL, f"{row.name} has not started", f"{rows}, {when}"))
        if row.error_count:
            errors = formats.count(row.error_count, "row")
            alerts.append(
                (WARNING, f"{row.name}: {errors} with an error", "Text instead of a number")
            )
        if row.status == "returned":
            back = formats.count(row.returned, "row")
            alerts.append((WARNING, f"{row.name} got {back} back", f"To change, {when}"))
        if row.status != "not_started" and is_large(row.change_last_year):
            change = formats.percent_change(row.change_last_year)
            amount = formats.money_short(row.amount, currency)
            alerts.append((WARNING, f"{row.name}: {change} against last year", f"{amount} planned"))
        if row.submitted:
            waits = formats.count(row.submitted, "row")
            alerts.append((INFO, f"{row.name} waits for review", f"{waits} submitted"))
    order = (CRITICAL, WARNING, INFO)
    alerts.sort(key=lambda alert: order.index(alert[0]))
    return [
        {"severity": severity, "fact": fact, "detail": detail} for severity, fact, detail in alerts
    ]
