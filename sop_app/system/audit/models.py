"""The audit table. The application role may add and read its rows, never change them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Index

from sop_app.system.tables import Instant, Record


class AuditEntry(Record, table=True):
    """Who did what to which record, with the fields that differ."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_entity", "entity_type", "entity_id", "id"),)

    id: int = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    at: datetime = Field(sa_type=Instant, index=True)
    actor_id: int = Field(foreign_key="app_user.id", index=True)
    action: str = Field(max_length=60)
    entity_type: str = Field(max_length=40)
    entity_id: str = Field(max_length=60)
    severity: str = Field(default="info", max_length=8)
    before: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    after: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    ip: str = Field(default="", max_length=64)
    request_id: str = Field(default="", max_length=40)
