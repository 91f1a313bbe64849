"""Tell people what happened: queue a mail, put a line behind the bell, read the lines."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import text

from sop_app.system.config import get_config
from sop_app.system.database import UnitOfWork

from .rendering import render_mail
from .schemas import MailKind, MailStatus, NoticeRow

Recipient = int | tuple[str, str]

QUEUE_CHANNEL = "mail_queued"

_INSERT_MAIL = text("""
    INSERT INTO mail (kind, to_user_id, to_name, to_email, subject, text_body, html_body,
                      message_id, dedupe_key, status, due_at, created_at, attempts, last_error)
    VALUES (:kind, :user_id, :name, :email, :subject, :text_body, :html_body,
            :message_id, :dedupe_key, :status, :now, :now, 0, '')
    ON CONFLICT (dedupe_key) DO NOTHING
    RETURNING id
""")
_INSERT_NOTICE = text("""
    INSERT INTO notice (user_id, severity, title, detail, href, created_at)
    VALUES (:user_id, :severity, :title, :detail, :href, :now)
""")


async def queue_mail(
    uow: UnitOfWork,
    kind: MailKind | str,
    recipient: Recipient,
    context: Mapping[str, Any],
    *,
    dedupe_key: str | None = None,
) -> int | None:
    """Write a mail into the outbox; the worker sends it once this transaction is committed.

    Args:
        uow: The transaction that causes the mail.
        kind: What the mail is about.
        recipient: A person's id, or a name and an e-mail address.
        context: The facts of the kind's templates, see ``docs/mail.md``. The recipient's name is
            added as ``recipient_name``.
        dedupe_key: Makes the mail unique for good, for example
            ``reminder:cycle 7:user 12``; a second mail with the key is not written.

    Returns:
        The mail's id; None if the key was used before or the person is disabled.

    Raises:
        ValueError: There is no such kind, or no such person; a programming error.
    """
    kind = MailKind(kind)
    person = await _find_person(uow, recipient)
    if person is None:
        return None
    user_id, name, email = person
    mail = render_mail(kind, {**context, "recipient_name": name})
    mail_id = await uow.session.scalar(
        _INSERT_MAIL,
        {
            "kind": kind,
            "user_id": user_id,
            "name": name,
            "email": email,
            "subject": mail.subject,
            "text_body": mail.text_body,
            "html_body": mail.html_body,
            "message_id": new_message_id(),
            "dedupe_key": dedupe_key,
            "status": MailStatus.QUEUED,
            "now": uow.now,
        },
    )
    if mail_id is not None:
        await uow.session.execute(text(f"NOTIFY {QUEUE_CHANNEL}"))
    return mail_id


async def queue_notice(
    uow: UnitOfWork,
    user_id: int,
    title: str,
    *,
    detail: str = "",
    href: str = "",
    severity: str = "info",
) -> None:
    """Put a line behind a person's bell.

    Args:
        uow: The transaction that causes the notice.
        user_id: Whose bell.
        title: The fact in a few words, cut at 200 characters.
        detail: One sentence more, cut at 500 characters.
        href: The page where the person goes on.
        severity: ``info``, ``success``, ``warning`` or ``error``.
    """
    # No RETURNING and no ORM: row-level security hides another person's notice from its author.
    await uow.session.execute(
        _INSERT_NOTICE,
        {
            "user_id": user_id,
            "severity": severity,
            "title": title[:200],
            "detail": detail[:500],
            "href": href[:200],
            "now": uow.now,
        },
    )


async def list_notices(uow: UnitOfWork, *, limit: int = 20) -> list[NoticeRow]:
    """List the acting person's notices, newest first."""
    rows = await uow.session.execute(
        text("""
            SELECT id, severity, title, detail, href, created_at, read_at IS NOT NULL
            FROM notice WHERE user_id = :user_id ORDER BY id DESC LIMIT :limit
        """),
        {"user_id": uow.actor.user_id, "limit": limit},
    )
    return [NoticeRow(*row) for row in rows]


async def count_unread_notices(uow: UnitOfWork) -> int:
    """Count the acting person's notices that were not read yet."""
    return await uow.session.scalar(
        text("SELECT count(*) FROM notice WHERE user_id = :user_id AND read_at IS NULL"),
        {"user_id": uow.actor.user_id},
    )


async def mark_notices_read(uow: UnitOfWork, notice_ids: Collection[int] | None = None) -> None:
    """Mark the acting person's notices as read.

    Args:
        uow: The transaction.
        notice_ids: Which ones; all of them by default.
    """
    await uow.session.execute(
        text("""
            UPDATE notice SET read_at = :now
            WHERE user_id = :user_id AND read_at IS NULL
              AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY (:ids))
        """),
        {
            "user_id": uow.actor.user_id,
            "now": uow.now,
            "ids": None if notice_ids is None else list(notice_ids),
        },
    )


async def _find_person(uow: UnitOfWork, recipient: Recipient) -> tuple[int | None, str, str] | None:
    if not isinstance(recipient, int):
        name, email = recipient
        return None, name, email.strip()
    found = await uow.session.execute(
        text("SELECT full_name, email, status FROM app_user WHERE id = :id AND id > 0"),
        {"id": recipient},
    )
    row = found.one_or_none()
    if row is None:
        raise ValueError(f"There is no person {recipient} to write to.")
    return None if row.status == "disabled" else (recipient, row.full_name, row.email)


def new_message_id() -> str:
    """Invent the name by which mail programs know a mail."""
    host = urlsplit(get_config().public_url).hostname or "localhost"
    return f"<{uuid.uuid4().hex}@{host[:80]}>"
