"""Settings that differ from their defaults."""

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
