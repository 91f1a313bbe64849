"""Open, close, reopen and delete a cycle, each after a question that says what will happen."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.cycles import service, window
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry.opening import open_cycle
from sop_app.review.submissions.schemas import Progress
from sop_app.review.submissions.service import list_progress_of_cycle
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

NO_ERRORS = {"reason": "", "closes_at": ""}
OPEN, CLOSE, REOPEN, DELETE = "open", "close", "reopen", "delete"


class CycleActsState(rx.State):
    """Which act is asked about, of which cycle, and what it would do."""

    asked: str = ""
    name: str = ""
    consequence: str = ""
    figures: list[dict[str, str]] = []
    errors: dict[str, str] = NO_ERRORS
    deadline: str = ""
    _cycle_id: int = 0

    @requires(Permission.CYCLES_MANAGE)
    async def ask(self, act: str, cycle_id: int) -> None:
        """Ask before an act, with the figures it touches."""
        if act not in (OPEN, CLOSE, REOPEN, DELETE):
            return
        async with unit_of_work() as uow:
            cycle = await service.get_cycle(uow, cycle_id)
            self.figures, self.consequence = [], _consequence(act, cycle)
            if act == CLOSE:
                _, found = await list_progress_of_cycle(uow, cycle_id)
                self.figures, self.consequence = _closing(found)
        local = cycle.closes_at.astimezone(ZoneInfo(cycle.time_zone))
        self.deadline = local.strftime("%Y-%m-%dT%H:%M")
        self._cycle_id, self.name, self.asked = cycle_id, cycle.name, act
        self.errors = NO_ERRORS

    @requires(Permission.CYCLES_MANAGE)
    async def answer(self, is_open: bool) -> None:
        """Leave everything as it is."""
        if not is_open:
            self.asked = ""

    @requires(Permission.CYCLES_MANAGE)
    async def open_window(self) -> None:
        """Open the input window and create the rows of every sales rep."""
        self.asked = ""
        async with unit_of_work() as uow:
            opened = await open_cycle(uow, self._cycle_id)
        rows, reps = opened.entry_count, opened.rep_count
        people = formats.count(reps, "sales rep")
        await self._tell("opened", f"{formats.count(rows, 'row')} for {people}, told by mail.")

    @requires(Permission.CYCLES_MANAGE)
    async def close_window(self) -> None:
        """Close the input window; entries freeze as they are."""
        self.asked = ""
        async with unit_of_work() as uow:
            await window.close_cycle(uow, self._cycle_id)
        await self._tell("closed", "Entries are read-only from now on.")

    @requires(Permission.CYCLES_MANAGE)
    async def delete_draft(self) -> None:
        """Delete a cycle that was never opened."""
        self.asked = ""
        async with unit_of_work() as uow:
            await service.delete_cycle(uow, self._cycle_id)
        await self._tell("deleted")

    @requires(Permission.CYCLES_MANAGE)
    async def reopen_window(self, form: dict[str, Any]) -> None:
        """Open a closed window again, for a reason and until a new deadline."""
        self.errors = NO_ERRORS
        async with unit_of_work() as uow:
            cycle = await service.get_cycle(uow, self._cycle_id)
        closes_at = local_instant(str(form.get("reopen_until", "")), cycle.time_zone)
        if closes_at is None:
            self.errors = {**NO_ERRORS, "closes_at": "Choose a date and a time."}
            return
        reason = str(form.get("reopen_reason", ""))
        try:
            async with unit_of_work() as uow:
                await window.reopen_cycle(uow, cycle.id, reason=reason, closes_at=closes_at)
        except InvalidInputError as error:
            self.errors = {**NO_ERRORS, **error.fields}
            return
        self.asked = ""
        local = closes_at.astimezone(ZoneInfo(cycle.time_zone))
        await self._tell("reopened", f"Input is open until {formats.deadline(local)}.")

    async def _tell(self, act: str, detail: str = "") -> None:
        (await self.get_state(NoticeState))._push("success", f"{self.name} {act}", detail)


def local_instant(text: str, time_zone: str) -> datetime | None:
    """Read what a date and time field holds as an instant of a time zone; None if it is empty."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(time_zone))
    except (ValueError, KeyError, OSError):
        return None


def _consequence(act: str, cycle: CycleRow) -> str:
    local = cycle.closes_at.astimezone(ZoneInfo(cycle.time_zone))
    if act == OPEN:
        return (
            "Every active assignment becomes a row, and each sales rep gets a mail. "
            f"Input is open until {formats.deadline(local)}."
        )
    if act == REOPEN:
        return (
            "Rows that are not submitted or approved can be changed again until the new deadline."
        )
    return "The cycle was never opened. Its dates and steps are lost."


def _closing(found: list[Progress]) -> tuple[list[dict[str, str]], str]:
    """Say who is not done, and what closing does to their rows."""
    waiting = [row for row in found if not row.is_handed_in]
    words = {"draft": "Draft", "returned": "Returned", "not_started": "Not started"}
    figures = [
        {"label": word, "value": str(sum(row.status == status for row in waiting))}
        for status, word in words.items()
    ]
    if not waiting:
        return [], f"All {len(found)} forecasts are submitted. Their rows freeze as they are now."
    verb = "is" if len(waiting) == 1 else "are"
    return figures, (
        f"{len(waiting)} of {len(found)} forecasts {verb} not submitted. "
        "Their rows freeze as they are now. Later changes need a reopened window."
    )
