"""Background tasks with their progress, and the files they make."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Index

from sop_app.system.tables import Instant, Record


class Job(Record, table=True):
    """One piece of background work asked for by a person."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_owner", "owner_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40)
    title: str = Field(max_length=200)
    owner_id: int = Field(foreign_key="app_user.id")
    status: str = Field(max_length=10)
    arguments: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    result: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    error: str = Field(default="", max_length=1000)
    done_count: int = 0
    total_count: int = 0
    stage: str = Field(default="", max_length=120)
    cancel_requested: bool = False
    attempts: int = 0
    created_at: datetime = Field(sa_type=Instant)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    heartbeat_at: datetime | None = Field(default=None, sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)


class StoredFile(Record, table=True):
    """An uploaded or generated file, kept in the database so that any worker can read it."""

    __tablename__ = "stored_file"

    id: int = Field(default=None, primary_key=True)
    owner_id: int = Field(foreign_key="app_user.id", index=True)
    kind: str = Field(max_length=40)
    name: str = Field(max_length=200)
    content_type: str = Field(max_length=100)
    size: int
    sha256: str = Field(max_length=64, index=True)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)


class StoredFilePart(Record, table=True):
    """Some bytes of a stored file: nobody has to hold a large file in memory as a whole."""

    __tablename__ = "stored_file_part"

    file_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("stored_file.id", ondelete="CASCADE"), primary_key=True
        )
    )
    number: int = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
