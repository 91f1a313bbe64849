"""What the mail page shows and does."""

from typing import Any

import reflex as rx

from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.config import get_config
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.notifications import mailbox
from sop_app.system.notifications.schemas import MailFilter, MailKind, MailStatus
from sop_app.ui.components import formats
from sop_app.ui.components.filter_bar import ANY
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.list_state import ListPlace, list_events
from sop_app.ui.shell.notices import NoticeState

from .rows import EMPTY_PREVIEW, preview_of, table_row

VIEW = Permission.MAIL_VIEW


PLACE = ListPlace("/mail", "at", ("status", "kind"), sorts_down=True)


class MailState(list_events(VIEW), rx.State):
    """The visible page of mails, and the words of one of them."""

    filters: dict[str, list[str]] = PLACE.no_filters
    is_descending: bool = True
    rows: list[dict[str, Any]] = []
    counts: dict[str, int] = dict.fromkeys(("all", *MailStatus), 0)
    line: str = ""
    has_server: bool = True
    is_preview_open: bool = False
    preview: dict[str, Any] = EMPTY_PREVIEW

    @rx.var
    def status(self) -> str:
        """What became of the mails shown, as the chips show it."""
        return next(iter(self.filters.get("status", [])), ANY)

    @rx.var
    def kind(self) -> str:
        """The kind of mail shown, as the filter shows it."""
        return next(iter(self.filters.get("kind", [])), ANY)

    @requires(VIEW)
    async def load(self) -> None:
        """Show the newest mails, filtered as the address says."""
        self._open()
        self.is_preview_open, self.has_server = False, get_config().smtp is not None
        await self._reload()

    @requires(VIEW)
    async def open_mail(self, mail_id: int) -> None:
        """Show the words of a mail."""
        async with unit_of_work() as uow:
            await self._read(uow, mail_id)
        self.is_preview_open = True

    @requires(VIEW)
    async def show_preview(self, is_open: bool) -> None:
        """Close the mail."""
        self.is_preview_open = is_open and self.is_preview_open
        if not is_open:
            self.preview = EMPTY_PREVIEW

    @requires(VIEW)
    async def resend(self, mail_id: int) -> None:
        """Send a mail now, or once more."""
        async with unit_of_work() as uow:
            await mailbox.resend_mail(uow, mail_id)
            await self._read(uow, mail_id)
        notices = await self.get_state(NoticeState)
        notices._push("success", "Mail queued", "It goes out within seconds.")
        await self._reload()

    async def _read(self, uow: UnitOfWork, mail_id: int) -> None:
        self.preview = preview_of(await mailbox.read_mail(uow, mail_id), clock.here())

    def _place(self) -> ListPlace:
        return PLACE

    async def _show(self, uow: UnitOfWork) -> None:
        self.filters = {
            "status": [one for one in self.filters["status"][:1] if one in set(MailStatus)],
            "kind": [kind for kind in self.filters["kind"][:1] if kind in set(MailKind)],
        }
        wanted = MailFilter(
            self.find,
            None if self.status == ANY else MailStatus(self.status),
            None if self.kind == ANY else MailKind(self.kind),
        )
        found = await mailbox.list_mails(uow, wanted, self._page_request())
        counts = await mailbox.count_mails(uow)
        self.total_count = found.total
        self.rows = [table_row(mail, clock.here()) for mail in found.rows]
        self.counts = {"all": sum(counts.values())} | {k.value: n for k, n in counts.items()}
        self.line = formats.count(self.counts["all"], "mail")
