"""How far each sales rep is, and the reminders that are sent from there."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from sop_app.kernel.periods import add_months
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry.reminders import remind_reps
from sop_app.review.submissions import service
from sop_app.review.submissions.rules import YEAR, is_large
from sop_app.review.submissions.schemas import CycleSpan, Progress
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.service import get_currency
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

MILLION = 1_000_000
ALL, OPEN, RETURNED = "all", "open", "returned"


class CompletenessState(rx.State):
    """The reps of a cycle with their progress, narrowed by a chip."""

    rows: list[dict[str, Any]] = []
    total: dict[str, Any] = {"name": ""}
    chip: str = ALL
    all_count: int = 0
    open_count: int = 0
    returned_count: int = 0
    amount_label: str = "12 months"
    remark: str = ""
    is_open: bool = False
    _cycle_id: int = 0
    _open_reps: list[int] = []

    @requires(Permission.FORECAST_VIEW)
    async def choose_chip(self, value: str) -> None:
        """Show all reps, those who are not done, or those who got something back."""
        if value in (ALL, OPEN, RETURNED) and self._cycle_id:
            self.chip = value
            async with unit_of_work() as uow:
                await self._load(uow, self._cycle_id)

    @requires(Permission.CYCLES_MANAGE)
    async def remind_all(self) -> None:
        """Remind every sales rep who has not submitted everything."""
        await self._remind(self._open_reps)

    @requires(Permission.CYCLES_MANAGE)
    async def remind_one(self, rep_id: int) -> None:
        """Remind one sales rep."""
        await self._remind([rep_id])

    async def _remind(self, rep_ids: list[int]) -> None:
        async with unit_of_work() as uow:
            told = await remind_reps(uow, self._cycle_id, rep_ids)
        notices = await self.get_state(NoticeState)
        left = len(rep_ids) - told
        detail = f"{formats.count(left, 'person', 'people')} got one today already." if left else ""
        notices._push(
            "success" if told else "info",
            f"{formats.count(told, 'reminder')} sent" if told else "No reminder sent",
            detail,
        )

    async def _load(self, uow: UnitOfWork, cycle_id: int) -> list[Progress]:
        """Read the progress of a cycle into the table and return it."""
        cycle, found = await service.list_progress_of_cycle(uow, cycle_id)
        span = await service.describe_span(uow, cycle_id)
        self._cycle_id, self.is_open = cycle_id, cycle.is_input_open
        waiting = [row for row in found if not row.is_handed_in]
        self._open_reps = [row.key for row in waiting if row.key]
        self.all_count, self.open_count = len(found), len(waiting)
        self.returned_count = sum(1 for row in found if row.returned)
        self.amount_label = f"{months_title(span)}, {await get_currency()} M"
        self.remark = comparison_remark(span)
        shown = {ALL: found, OPEN: waiting, RETURNED: [row for row in found if row.returned]}
        now = local(uow.now, cycle)
        self.rows = [_row(row, cycle, now) for row in sorted(shown[self.chip], key=_most_to_do)]
        self.total = _total(found)
        return found


def months_title(span: CycleSpan) -> str:
    """Name the mandatory months in a header: the year, or how many they are."""
    years = {month.year for month in span.months}
    return str(years.pop()) if len(years) == 1 else formats.count(len(span.months), "month")


def comparison_remark(span: CycleSpan) -> str:
    """Say which sales "last year" means."""
    sold = [add_months(month, -YEAR) for month in span.last_year_months]
    return f"Last year is {formats.month_range(sold)}, the months that are over." if sold else ""


def local(at: datetime, cycle: CycleRow) -> datetime:
    """Move an instant into the time zone of a cycle."""
    return at.astimezone(ZoneInfo(cycle.time_zone))


def _most_to_do(row: Progress) -> tuple[int, float, str]:
    order = ("not_started", "draft", "returned", "submitted", "approved")
    return order.index(row.status), row.complete_count / (row.row_count or 1), row.name


def _row(row: Progress, cycle: CycleRow, now: datetime) -> dict[str, Any]:
    return {
        "id": row.key,
        "name": row.name,
        "href": f"/forecast?cycle={cycle.id}&rep={row.key}",
        "complete": f"{row.complete_count:,} / {row.row_count:,}",
        "complete_percent": percent_of(row.complete_count, row.row_count),
        "cells": f"{row.filled_cells:,} / {row.mandatory_cells:,}",
        "amount": formats.number(row.amount / MILLION, 2),
        "last_year": formats.percent_change(row.change_last_year),
        "last_year_tone": "warn" if is_large(row.change_last_year) else "",
        **{key: formats.number(getattr(row, key)) for key in ("draft", "submitted", "approved")},
        "returned": formats.number(row.returned),
        "status": row.status,
        "changed": formats.moment(row.changed_at, now) if row.changed_at else "Never opened",
        "is_waiting": not row.is_handed_in,
    }


def _total(found: list[Progress]) -> dict[str, Any]:
    def added(key: str) -> int:
        return sum(getattr(row, key) for row in found)

    complete, rows = added("complete_count"), added("row_count")
    return {
        "name": "All sales reps",
        "complete": f"{complete:,} / {rows:,}",
        "complete_percent": percent_of(complete, rows),
        "cells": f"{added('filled_cells'):,} / {added('mandatory_cells'):,}",
        "amount": formats.number(sum(row.amount for row in found) / MILLION, 2),
        "last_year": formats.percent_change(total_change(found)),
        **{key: f"{added(key):,}" for key in ("draft", "submitted", "approved", "returned")},
        "status": "",
        "changed": "",
    }


def percent_of(part: int, whole: int) -> int:
    """Return a whole percentage, rounded down so that 100 means all."""
    return 100 * part // whole if whole else 0


def total_change(found: list[Progress]) -> float | None:
    """Return the change of all rows together against last year."""
    before = sum(row.amount_last_year for row in found)
    now = sum(row.amount_as_last_year for row in found)
    return float(now / before - 1) if before else None
