"""The mail outbox and the notices behind the bell."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity
from sqlmodel import Field, Index

from sop_app.system.tables import Instant, Record


class Mail(Record, table=True):
    """A mail to send, written in the transaction that causes it.

    ``dedupe_key`` makes a reminder unique (cycle, person, kind, day); ``message_id`` never changes,
    so a mail repeated after a crash is recognised by the reader's program.
    """

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_due", "status", "due_at"),)

    id: int = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    kind: str = Field(max_length=40)
    to_user_id: int | None = Field(default=None, foreign_key="app_user.id", index=True)
    to_name: str = Field(default="", max_length=120)
    to_email: str = Field(max_length=254)
    subject: str = Field(max_length=200)
    text_body: str
    html_body: str
    message_id: str = Field(max_length=120, unique=True)
    dedupe_key: str | None = Field(default=None, max_length=120, unique=True)
    status: str = Field(max_length=10)
    due_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    leased_until: datetime | None = Field(default=None, sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    attempts: int = 0
    last_error: str = Field(default="", max_length=500)


class Notice(Record, table=True):
    """A line behind the bell: something happened that this person should know."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_user", "user_id", "id"),)

    id: int = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    user_id: int = Field(foreign_key="app_user.id")
    severity: str = Field(default="info", max_length=10)
    title: str = Field(max_length=200)
    detail: str = Field(default="", max_length=500)
    href: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)
