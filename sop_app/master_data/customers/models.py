"""The customer table. Row-level security of every customer-bound table hangs on it."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from sop_app.system.tables import Instant, Record


class Customer(Record, table=True):
    """A company that buys from us; ``sales_rep_id`` decides who sees it."""

    __tablename__ = "customer"
    __table_args__ = (CheckConstraint("status IN ('active', 'inactive')", name="status"),)

    id: int = Field(default=None, primary_key=True)
    code: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=160, index=True)
    region: str = Field(default="", max_length=60)
    territory: str = Field(default="", max_length=60)
    channel: str = Field(default="", max_length=60)
    sales_rep_id: int | None = Field(default=None, foreign_key="app_user.id", index=True)
    currency: str = Field(default="EUR", max_length=3)
    payment_terms: str = Field(default="", max_length=60)
    status: str = Field(default="active", max_length=12)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1
