"""Approve or return: rows, a customer, a rep, or several reps after one question."""

import reflex as rx

from sop_app.planning.forecast_entry.approval import approve_entries, return_entries
from sop_app.review.submissions import service
from sop_app.review.submissions.schemas import Scope
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState
from sop_app.ui.shell.session_state import SessionState

from .panel_state import ReviewPanelState
from .submissions_state import SubmissionsState

APPROVE, RETURN = "approve", "return"
COMMENT_REQUIRED = "A comment is required to return a forecast."


class DecisionState(rx.State):
    """The comment to a rep, and the question before a decision about several forecasts."""

    comment: str = ""
    comment_error: str = ""
    asked: str = ""
    question: str = ""
    consequence: str = ""
    bulk_comment: str = ""
    bulk_error: str = ""
    _entry_ids: list[int] = []

    @requires(Permission.FORECAST_REVIEW)
    async def write_comment(self, value: str) -> None:
        """Keep the comment to the rep that is looked at."""
        self.comment, self.comment_error = value, ""

    @requires(Permission.FORECAST_REVIEW)
    async def write_bulk_comment(self, value: str) -> None:
        """Keep the comment to several reps."""
        self.bulk_comment, self.bulk_error = value, ""

    @requires(Permission.FORECAST_REVIEW)
    async def approve(self) -> None:
        """Approve the ticked rows, else the customer or the rep that is looked at."""
        await self._decide(APPROVE, await self._rows_in_view(), self.comment)
        self.comment = ""

    @requires(Permission.FORECAST_REVIEW)
    async def return_rows(self) -> None:
        """Return the ticked rows, else the customer or the rep that is looked at."""
        if not self.comment.strip():
            self.comment_error = COMMENT_REQUIRED
            return
        await self._decide(RETURN, await self._rows_in_view(), self.comment)
        self.comment = ""

    @requires(Permission.FORECAST_REVIEW)
    async def ask_about_ticked(self, act: str) -> None:
        """Ask once before several forecasts are approved or returned."""
        submissions = await self.get_state(SubmissionsState)
        if act not in (APPROVE, RETURN) or not submissions.ticked:
            return
        async with unit_of_work() as uow:
            scope = Scope(submissions.cycle_id)
            found = await service.find_entries_to_decide(uow, scope, rep_ids=submissions.ticked)
        people = formats.count(len(submissions.ticked), "forecast")
        await self._ask(act, found, f"No submitted row to {act}")
        self.question = f"{act.capitalize()} {people}?"
        self.consequence = f"{formats.count(len(found), 'submitted row')} of {people}. " + (
            "The sales reps are told." if act == APPROVE else "Their rows open again for them."
        )

    @requires(Permission.FORECAST_REVIEW)
    async def ask_about_small_changes(self) -> None:
        """Ask before every row within 10% of the last cycle is approved."""
        submissions = await self.get_state(SubmissionsState)
        async with unit_of_work() as uow:
            found, left = await service.find_entries_with_small_change(uow, submissions.cycle_id)
        await self._ask(APPROVE, found, "No submitted row changed by at most 10%")
        self.question = "Approve all within 10%?"
        rest = f" {formats.count(left, 'row')} with a larger change stay for you." if left else ""
        self.consequence = (
            f"{formats.count(len(found), 'submitted row')} changed by at most 10% "
            f"against the last cycle.{rest}"
        )

    @requires(Permission.FORECAST_REVIEW)
    async def answer(self, is_open: bool) -> None:
        """Decide nothing."""
        if not is_open:
            self.asked = ""

    @requires(Permission.FORECAST_REVIEW)
    async def approve_asked(self) -> None:
        """Approve what the question named."""
        self.asked = ""
        await self._decide(APPROVE, self._entry_ids, "")

    @requires(Permission.FORECAST_REVIEW)
    async def return_asked(self) -> None:
        """Return what the question named, with the comment."""
        if not self.bulk_comment.strip():
            self.bulk_error = COMMENT_REQUIRED
            return
        self.asked = ""
        await self._decide(RETURN, self._entry_ids, self.bulk_comment)

    async def _ask(self, act: str, entry_ids: list[int], nothing: str) -> None:
        """Open the question, or say that there is nothing to decide."""
        self._entry_ids, self.asked = entry_ids, act if entry_ids else ""
        self.bulk_comment = self.bulk_error = ""
        if not entry_ids:
            (await self.get_state(NoticeState))._push("info", nothing)

    async def _rows_in_view(self) -> list[int]:
        panel = await self.get_state(ReviewPanelState)
        if panel.picked:
            return panel.picked
        async with unit_of_work() as uow:
            return await service.find_entries_to_decide(uow, panel._scope())

    async def _decide(self, act: str, entry_ids: list[int], comment: str) -> None:
        submissions = await self.get_state(SubmissionsState)
        decide = approve_entries if act == APPROVE else return_entries
        async with unit_of_work() as uow:
            made = await decide(uow, submissions.cycle_id, entry_ids, comment=comment)
            await (await self.get_state(SessionState))._refresh(uow)
        submissions.ticked = []
        (await self.get_state(ReviewPanelState)).picked = []
        await submissions._reload()
        people = formats.count(made.rep_count, "sales rep")
        notices = await self.get_state(NoticeState)
        rows = formats.count(made.row_count, "row")
        notices._push("success", f"{rows} {made.status}", f"{people} told by mail.")
