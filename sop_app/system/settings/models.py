"""Settings that differ from their defaults, and how people left their pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from sop_app.system.tables import Instant, Record


class Setting(Record, table=True):
    """One changed setting; a setting without a row has its default."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True, max_length=60)
    value: Any = Field(sa_column=Column(JSONB, nullable=False))
    updated_at: datetime = Field(sa_type=Instant)
    updated_by: int = Field(foreign_key="app_user.id")


class RememberedView(Record, table=True):
    """How a person left a page: its filters, order and unit as the query of an address."""

    __tablename__ = "remembered_view"

    user_id: int = Field(foreign_key="app_user.id", primary_key=True)
    page: str = Field(primary_key=True, max_length=60)
    query: str = Field(max_length=1000)
