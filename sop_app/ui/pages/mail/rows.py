"""Mails as the mail page shows them."""

from datetime import datetime
from html import escape
from typing import Any

from sop_app.system.notifications.schemas import MailKind, MailPreview, MailRow, MailStatus
from sop_app.ui.components import formats
from sop_app.ui.components.forms import Options
from sop_app.ui.components.table_columns import Column

COLUMNS = (
    Column("to_name", "To", "name", detail_key="to_email", is_sortable=True),
    Column("subject", "Subject", width="360px", is_sortable=True),
    Column("kind", "Kind", "muted", is_sortable=True),
    Column("status", "Status", "badge", badge="mail", is_sortable=True),
    Column("at", "Written", "muted", is_sortable=True),
    Column("outcome", "Outcome", "muted", width="220px"),
)
KIND_OPTIONS: Options = [(kind.value, kind.label) for kind in MailKind]
EMPTY_PREVIEW: dict[str, Any] = {
    "id": 0,
    "subject": "",
    "to": "",
    "status": "",
    "outcome": "",
    "html": "",
    "text": "",
    "is_shortened": False,
    "may_resend": False,
}
_PAGE_OF_TEXT = (
    '<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
    "<pre style=\"margin:16px;white-space:pre-wrap;font:13px/20px Inter,'Segoe UI',sans-serif\">"
    "{text}</pre>"
)


def table_row(mail: MailRow, now: datetime) -> dict[str, Any]:
    """Format a mail for the table."""
    return {
        "id": mail.id,
        "to_name": mail.to_name,
        "to_email": mail.to_email,
        "subject": mail.subject,
        "kind": mail.kind.label,
        "status": mail.status.value,
        "at": formats.moment(mail.created_at, now),
        "outcome": outcome_of(mail, now),
        "outcome_tone": "bad" if mail.status is MailStatus.FAILED else "",
    }


def outcome_of(mail: MailRow, now: datetime) -> str:
    """Say what became of a mail, or what it waits for."""
    if mail.status is MailStatus.SENT:
        return f"Sent {formats.moment(mail.sent_at, now)}"
    if mail.status is MailStatus.KEPT:
        return "Kept here, no mail server"
    if mail.status is MailStatus.FAILED:
        return mail.last_error
    if mail.last_error:
        return f"{mail.last_error}; tried again {formats.moment(mail.due_at, now)}"
    return "Goes out within seconds"


def preview_of(mail: MailPreview, now: datetime) -> dict[str, Any]:
    """Format one mail for reading. Its words are shown in frames that run nothing."""
    is_spent = mail.row.status is MailStatus.SENT and mail.is_shortened
    return {
        "id": mail.row.id,
        "subject": mail.row.subject,
        "to": f"{mail.row.to_name} <{mail.row.to_email}>",
        "status": mail.row.status.value,
        "outcome": outcome_of(mail.row, now),
        "html": mail.html_body,
        "text": _PAGE_OF_TEXT.format(text=escape(mail.text_body)),
        "is_shortened": mail.is_shortened,
        "may_resend": not is_spent,
    }
