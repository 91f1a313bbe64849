"""What the mail page shows and does."""

from typing import Any

import reflex as rx

from sop_app.kernel.paging import PageRequest
from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.config import get_config
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.notifications import mailbox
from sop_app.system.notifications.schemas import MailFilter, MailKind, MailStatus
from sop_app.ui.components import formats
from sop_app.ui.components.filter_bar import ANY
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

from .rows import EMPTY_PREVIEW, preview_of, table_row

VIEW = Permission.MAIL_VIEW


class MailState(rx.State):
    """The visible page of mails, and the words of one of them."""

    find: str = ""
    status: str = ANY
    kind: str = ANY
    sort_key: str = "at"
    is_descending: bool = True
    page: int = 1
    page_size: int = 50
    total_count: int = 0
    rows: list[dict[str, Any]] = []
    counts: dict[str, int] = dict.fromkeys(("all", *MailStatus), 0)
    line: str = ""
    has_server: bool = True
    is_preview_open: bool = False
    preview: dict[str, Any] = EMPTY_PREVIEW

    @requires(VIEW)
    async def load(self) -> None:
        """Show the newest mails, filtered as the address says."""
        query = self.router.url.query_parameters
        self.find, self.page, self.kind = query.get("find", "")[:200], 1, ANY
        self.status = _known(query.get("status", ANY), MailStatus)
        self.is_preview_open, self.has_server = False, get_config().smtp is not None
        await self._refresh()

    @requires(VIEW)
    async def find_mails(self, text: str) -> None:
        """Show mails with words in the recipient or the subject."""
        self.find, self.page = text[:200], 1
        await self._refresh()

    @requires(VIEW)
    async def choose_status(self, status: str) -> None:
        """Show what is queued, sent, failed or kept."""
        self.status, self.page = _known(status, MailStatus), 1
        await self._refresh()

    @requires(VIEW)
    async def choose_kind(self, kind: str) -> None:
        """Show mails of one kind."""
        self.kind, self.page = _known(kind, MailKind), 1
        await self._refresh()

    @requires(VIEW)
    async def clear_filters(self) -> None:
        """Show all mails."""
        self.find, self.status, self.kind, self.page = "", ANY, ANY, 1
        await self._refresh()

    @requires(VIEW)
    async def sort(self, key: str) -> None:
        """Sort by a column; a second time the other way round."""
        self.is_descending = key == self.sort_key and not self.is_descending
        self.sort_key, self.page = key, 1
        await self._refresh()

    @requires(VIEW)
    async def turn_page(self, page: int) -> None:
        """Show another page."""
        self.page = max(page, 1)
        await self._refresh()

    @requires(VIEW)
    async def change_page_size(self, size: str) -> None:
        """Show more or fewer mails at once."""
        self.page_size = int(size) if size in {"15", "50", "100", "200"} else 50
        self.page = 1
        await self._refresh()

    @requires(VIEW)
    async def open_mail(self, mail_id: int) -> None:
        """Show the words of a mail."""
        async with unit_of_work() as uow:
            await self._show(uow, mail_id)
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
            await self._show(uow, mail_id)
        notices = await self.get_state(NoticeState)
        notices._push("success", "Mail queued", "It goes out within seconds.")
        await self._refresh()

    async def _show(self, uow: UnitOfWork, mail_id: int) -> None:
        self.preview = preview_of(await mailbox.read_mail(uow, mail_id), clock.now())

    async def _refresh(self) -> None:
        wanted = MailFilter(
            self.find,
            None if self.status == ANY else MailStatus(self.status),
            None if self.kind == ANY else MailKind(self.kind),
        )
        page = PageRequest(self.sort_key, self.is_descending, self.page, self.page_size)
        async with unit_of_work() as uow:
            found = await mailbox.list_mails(uow, wanted, page)
            counts = await mailbox.count_mails(uow)
        self.total_count = found.total
        self.rows = [table_row(mail, clock.now()) for mail in found.rows]
        self.counts = {"all": sum(counts.values())} | {k.value: n for k, n in counts.items()}
        self.line = formats.count(self.counts["all"], "mail")

    @rx.var
    def is_filtered(self) -> bool:
        """Whether the list shows fewer than all mails."""
        return bool(self.find) or self.status != ANY or self.kind != ANY


def _known(value: str, choices: type[MailStatus] | type[MailKind]) -> str:
    return value if value in {choice.value for choice in choices} else ANY
