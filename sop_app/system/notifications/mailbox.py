"""What an administrator does with mails: look through them, read one, send one again."""

import re
from typing import Any

from sqlalchemy import Row, text

from sop_app.kernel.errors import NotFoundError, WrongStatusError
from sop_app.kernel.paging import Page, PageRequest
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.listing import Conditions, Listing, read_page

from .outbox import ACCOUNT_LINK, LINK_REMOVED
from .schemas import MailFilter, MailKind, MailPreview, MailRow, MailStatus
from .service import QUEUE_CHANNEL, new_message_id

_COLUMNS = """
    id, kind, to_name, to_email, subject, status, created_at, due_at, sent_at, attempts, last_error
"""
_LIST = Listing(
    columns=_COLUMNS,
    source="mail",
    orders={
        "at": "created_at",
        "to_name": "lower(to_name)",
        "subject": "lower(subject)",
        "kind": "kind",
        "status": "status",
    },
    default_order="at",
    key="id DESC",
)
_RESEND = text("""
    UPDATE mail SET status = 'queued', due_at = :now, attempts = 0, last_error = '',
        sent_at = NULL, leased_until = NULL,
        message_id = CASE status WHEN 'sent' THEN :message_id ELSE message_id END
    WHERE id = :id
""")


async def list_mails(uow: UnitOfWork, wanted: MailFilter, page: PageRequest) -> Page[MailRow]:
    """List one page of mails.

    Raises:
        PermissionDeniedError: The person may not see mails.
    """
    uow.require(Permission.MAIL_VIEW)
    conditions = Conditions()
    conditions.add_search("concat_ws(' ', to_name, to_email, subject)", wanted.find)
    conditions.add_choice("status", "statuses", [wanted.status] if wanted.status else [])
    conditions.add_choice("kind", "kinds", [wanted.kind] if wanted.kind else [])
    return await read_page(uow, _LIST, conditions, page, _row)


async def count_mails(uow: UnitOfWork) -> dict[MailStatus, int]:
    """Count the mails of each status.

    Raises:
        PermissionDeniedError: The person may not see mails.
    """
    uow.require(Permission.MAIL_VIEW)
    rows = await uow.session.execute(text("SELECT status, count(*) FROM mail GROUP BY status"))
    return dict.fromkeys(MailStatus, 0) | {MailStatus(status): count for status, count in rows}


async def read_mail(uow: UnitOfWork, mail_id: int) -> MailPreview:
    """Read one mail.

    A link that opens somebody's account is shown only where no mail server is set up and the
    administrator is the one who hands it over.

    Raises:
        PermissionDeniedError: The person may not see mails.
        NotFoundError: There is no such mail.
    """
    uow.require(Permission.MAIL_VIEW)
    row, text_body, html_body = await _find(uow, mail_id)
    if not row.kind.opens_an_account or row.status is MailStatus.KEPT:
        return MailPreview(row, text_body, html_body, is_shortened=False)
    return MailPreview(
        row,
        re.sub(ACCOUNT_LINK, LINK_REMOVED, text_body),
        re.sub(ACCOUNT_LINK, LINK_REMOVED, html_body),
        is_shortened=True,
    )


async def resend_mail(uow: UnitOfWork, mail_id: int) -> None:
    """Send a mail now: one that failed or was kept, or once more one that was sent.

    A mail that the server never took keeps its Message-ID; one that it took gets a new one, else
    the reader's program would hide it.

    Raises:
        PermissionDeniedError: The person may not see mails.
        NotFoundError: There is no such mail.
        WrongStatusError: It was sent, and its link was removed afterwards.
    """
    uow.require(Permission.MAIL_VIEW)
    row, _, _ = await _find(uow, mail_id)
    if row.status is MailStatus.SENT and row.kind.opens_an_account:
        raise WrongStatusError(
            "The mail", "sent and its link removed", "sent again; send a new link on the users page"
        )
    values = {"id": mail_id, "now": uow.now, "message_id": new_message_id()}
    await uow.session.execute(_RESEND, values)
    await uow.session.execute(text(f"NOTIFY {QUEUE_CHANNEL}"))
    record(uow, "mail_resent", ("mail", mail_id), after={"to": row.to_email})


async def _find(uow: UnitOfWork, mail_id: int) -> tuple[MailRow, str, str]:
    found = await uow.session.execute(
        text(f"SELECT {_COLUMNS}, text_body, html_body FROM mail WHERE id = :id"), {"id": mail_id}
    )
    row = found.one_or_none()
    if row is None:
        raise NotFoundError("mail", mail_id)
    return _row(row), row.text_body, row.html_body


def _row(row: Row[Any]) -> MailRow:
    return MailRow(
        id=row.id,
        kind=MailKind(row.kind),
        to_name=row.to_name,
        to_email=row.to_email,
        subject=row.subject,
        status=MailStatus(row.status),
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        last_error=row.last_error,
    )
