"""Mails and notices as other rooms see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MailKind(StrEnum):
    """What a mail is about; each kind has a text and an HTML template of its name."""

    CYCLE_OPENED = "cycle_opened"
    REMINDER = "reminder"
    SUBMISSION_RECEIVED = "submission_received"
    RETURNED = "returned"
    APPROVED = "approved"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105

    @property
    def label(self) -> str:
        """The kind's name on the screen."""
        return self.value.replace("_", " ").capitalize()

    @property
    def opens_an_account(self) -> bool:
        """Whether the mail's link is a secret that only its reader may hold."""
        return self in (MailKind.INVITATION, MailKind.PASSWORD_RESET)


class MailStatus(StrEnum):
    """Queued mails wait for the worker; kept ones stay because no mail server is set up."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    KEPT = "kept"


@dataclass(frozen=True)
class RenderedMail:
    """A mail's words, ready to be stored."""

    subject: str
    text_body: str
    html_body: str


@dataclass(frozen=True)
class NoticeRow:
    """A line behind the bell. ``severity`` is info, success, warning or error."""

    id: int
    severity: str
    title: str
    detail: str
    href: str
    created_at: datetime
    is_read: bool


@dataclass(frozen=True)
class MailRow:
    """A mail as the administrator's list shows it. ``last_error`` is why it still waits or failed."""

    id: int
    kind: MailKind
    to_name: str
    to_email: str
    subject: str
    status: MailStatus
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str


@dataclass(frozen=True)
class MailPreview:
    """A mail with its words.

    Attributes:
        is_shortened: Whether a link that opens somebody's account was taken out.
    """

    row: MailRow
    text_body: str
    html_body: str
    is_shortened: bool


@dataclass(frozen=True)
class MailFilter:
    """Which mails to list: words in the recipient or the subject, a status, a kind."""

    find: str = ""
    status: MailStatus | None = None
    kind: MailKind | None = None
