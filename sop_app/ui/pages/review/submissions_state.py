"""Whose forecast waits, and whose is looked at."""

from typing import Any

import reflex as rx

from sop_app.kernel.fields import parse_key
from sop_app.planning.cycles import service as cycles
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.review.submissions import service
from sop_app.review.submissions.rules import is_large
from sop_app.review.submissions.schemas import Progress
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.service import get_currency
from sop_app.ui.components import formats
from sop_app.ui.sections.completeness_state import (
    MILLION,
    comparison_remark,
    local,
    months_title,
)
from sop_app.ui.shell.gate import requires

from .panel_state import ReviewPanelState

WAITING, ALL = "waiting", "all"


class SubmissionsState(rx.State):
    """The submissions of the team, and which of them are ticked."""

    cycle_id: int = 0
    cycle_name: str = ""
    line: str = ""
    remark: str = ""
    amount_label: str = "12 months"
    closed_line: str = ""
    rows: list[dict[str, Any]] = []
    chip: str = ALL
    waiting_count: int = 0
    all_count: int = 0
    ticked: list[int] = []
    is_loading: bool = True
    _rep_id: int = 0

    @rx.var
    def ticked_line(self) -> str:
        """How many submissions are ticked."""
        return f"{len(self.ticked)} selected" if self.ticked else ""

    @requires(Permission.FORECAST_REVIEW)
    async def load(self) -> None:
        """Show the team's submissions, and the one of the address or the first that waits."""
        asked = self.router.url.query_parameters
        self._rep_id, chip = parse_key(asked.get("rep", "")), asked.get("chip", ALL)
        self.ticked, self.chip = [], chip if chip in (WAITING, ALL) else ALL
        (await self.get_state(ReviewPanelState))._enter(asked)
        await self._reload()

    @requires(Permission.FORECAST_REVIEW)
    async def refresh(self) -> None:
        """Show what a decision changed."""
        await self._reload()

    @requires(Permission.FORECAST_REVIEW)
    async def choose_chip(self, value: str) -> None:
        """Show what waits for a decision, or everybody."""
        if value in (WAITING, ALL):
            self.chip = value
            await self._reload()

    @requires(Permission.FORECAST_REVIEW)
    async def open_rep(self, rep_id: int) -> None:
        """Look at one sales rep's forecast."""
        self._rep_id = rep_id
        await self._reload()

    @requires(Permission.FORECAST_REVIEW)
    async def toggle_rep(self, rep_id: int) -> None:
        """Tick a submission for a decision about several, or take the tick away."""
        others = [ticked for ticked in self.ticked if ticked != rep_id]
        self.ticked = others if rep_id in self.ticked else [*others, rep_id]

    @requires(Permission.FORECAST_REVIEW)
    async def toggle_all(self, is_ticked: bool) -> None:
        """Tick every submission that waits, or none."""
        self.ticked = [row["id"] for row in self.rows if row["waits"]] if is_ticked else []

    async def _reload(self) -> None:
        async with unit_of_work() as uow:
            cycle = await cycles.find_current_cycle(uow)
            self.is_loading = False
            if cycle is None:
                self.cycle_id, self.rows = 0, []
                return
            found = await self._show(uow, cycle)
            panel = await self.get_state(ReviewPanelState)
            panel._chip = WAITING if self.chip == WAITING else ""
            await panel._open(uow, cycle.id, next(iter(found), None))

    async def _show(self, uow: UnitOfWork, cycle: CycleRow) -> list[Progress]:
        """Fill the table; return the submission to look at, if there is any."""
        _, found = await service.list_progress_of_cycle(uow, cycle.id)
        span = await service.describe_span(uow, cycle.id)
        me = uow.actor.user_id
        waiting = [row for row in found if row.submitted and row.key != me]
        self.cycle_id, self.cycle_name = cycle.id, cycle.name
        self.amount_label = f"{months_title(span)}, {await get_currency()} M"
        self.remark = comparison_remark(span)
        self.waiting_count, self.all_count = len(waiting), len(found)
        verb = "waits" if len(waiting) == 1 else "wait"
        count = formats.count(len(found), "forecast")
        self.line = f"{cycle.name} cycle. {len(waiting)} of {count} {verb} for you."
        self.closed_line = "" if cycle.is_input_open else "Nothing can be decided any more."
        shown = waiting if self.chip == WAITING else found
        known = {row.key: row for row in found}
        focus = known.get(self._rep_id) or next(iter(sorted(waiting, key=_oldest) or found), None)
        self._rep_id = focus.key if focus else 0
        self.ticked = [key for key in self.ticked if key in known]
        now = local(uow.now, cycle)
        self.rows = [
            {**_row(row, cycle, now), "waits": row in waiting, "tone": _tone(row, focus)}
            for row in sorted(shown, key=_order)
        ]
        return [focus] if focus else []


def _tone(row: Progress, focus: Progress | None) -> str:
    return "current" if focus and row.key == focus.key else ""


def _oldest(row: Progress) -> Any:
    return row.submitted_at


def _order(row: Progress) -> tuple[int, str]:
    """Put first what can be decided."""
    order = ("submitted", "returned", "draft", "not_started", "approved")
    return 0 if row.submitted else order.index(row.status), row.name


def _row(row: Progress, cycle: CycleRow, now: Any) -> dict[str, Any]:
    at = row.submitted_at
    return {
        "id": row.key,
        "name": row.name,
        "row_count": formats.number(row.row_count),
        "amount": formats.number(row.amount / MILLION, 2),
        "last_year": formats.percent_change(row.change_last_year),
        "last_year_tone": "warn" if is_large(row.change_last_year) else "",
        "last_cycle": formats.percent_change(row.change_last_cycle),
        "last_cycle_tone": "warn" if is_large(row.change_last_cycle) else "",
        "comments": str(row.comment_count) if row.comment_count else formats.MISSING,
        "submitted": formats.moment(at, now),
        "status": row.status,
    }
