"""Who is signed in, as far as the screen needs to know it. Never asked for authority."""

from datetime import datetime
from typing import Any

import reflex as rx

from sop_app.review.home import service as home
from sop_app.review.home.schemas import Frame
from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, current_origin, unit_of_work
from sop_app.system.notifications import mailbox
from sop_app.system.notifications import service as notifications
from sop_app.system.notifications.schemas import MailStatus, NoticeRow
from sop_app.system.settings.service import get_currency
from sop_app.ui.components import formats

from .gate import requires


class SessionState(rx.State):
    """Facts about the signed-in person and the current cycle for the shell of every page."""

    is_signed_in: bool = False
    user_name: str = ""
    user_initials: str = ""
    user_email: str = ""
    permissions: dict[str, bool] = {}
    currency: str = "EUR"
    cycle_name: str = ""
    cycle_status_line: str = ""
    counts: dict[str, int] = {}
    notices_unread: int = 0
    notices: list[dict[str, Any]] = []

    @requires(Permission.ACCOUNT_USE)
    async def enter(self) -> None:
        """Load what the shell shows; runs on every page before the page's own handler."""
        actor = current_origin().actor
        self.is_signed_in = True
        self.user_name = actor.name
        self.user_initials = formats.initials(actor.name)
        self.user_email = actor.email
        self.permissions = {permission.value: True for permission in actor.permissions}
        self.currency = await get_currency()
        async with unit_of_work() as uow:
            await self._refresh(uow)

    @requires(Permission.ACCOUNT_USE)
    async def read_notices(self, is_open: bool) -> None:
        """Show the notices behind the bell; closing them marks them as read."""
        async with unit_of_work() as uow:
            if not is_open:
                await notifications.mark_notices_read(uow)
            await self._refresh(uow)

    async def _refresh(self, uow: UnitOfWork) -> None:
        """Load the cycle, the counts and the notices, after an act that changed them."""
        frame = await home.read_frame(uow)
        self.cycle_name = frame.cycle_name
        self.cycle_status_line = _status_line(frame)
        self.counts = {"forecast": frame.open_rows, "review": frame.reviews}
        if uow.actor.may(Permission.MAIL_VIEW):
            self.counts["mail"] = (await mailbox.count_mails(uow))[MailStatus.FAILED]
        self.notices_unread = frame.unread
        rows = await notifications.list_notices(uow)
        self.notices = [_notice(row, clock.here()) for row in rows]


def _status_line(frame: Frame) -> str:
    if frame.closes_at is None:
        return ""
    word = "closes" if frame.status == "open" else "since"
    return f"{frame.status.capitalize()}, {word} {formats.weekday(frame.closes_at.date())}"


def _notice(row: NoticeRow, now: datetime) -> dict[str, Any]:
    return {
        "title": row.title,
        "detail": row.detail,
        "href": row.href or "/",
        "at": formats.moment(row.created_at, now),
        "unread": not row.is_read,
    }
