"""Tables of the planning cycle."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer
from sqlmodel import Field

from sop_app.system.tables import Instant, Record


class Cycle(Record, table=True):
    """One month's planning: which months are planned and when the input window is open."""

    __tablename__ = "cycle"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'open', 'closed')", name="status"),
        CheckConstraint("extract(day from start_month) = 1", name="first_of_month"),
        CheckConstraint("mandatory_months BETWEEN 1 AND horizon_months", name="mandatory"),
        CheckConstraint("opens_at < closes_at", name="window"),
    )

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=80, unique=True)
    start_month: date
    horizon_months: int = 16
    mandatory_months: int = 12
    opens_at: datetime = Field(sa_type=Instant)
    closes_at: datetime = Field(sa_type=Instant)
    time_zone: str = Field(max_length=60)
    status: str = Field(max_length=10)
    prefill: str = Field(max_length=12)
    opened_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    version: int = 1


class CycleStep(Record, table=True):
    """One of the five steps of a cycle, with its owner and due date."""

    __tablename__ = "cycle_step"

    cycle_id: int = Field(
        sa_column=Column(Integer, ForeignKey("cycle.id", ondelete="CASCADE"), primary_key=True)
    )
    position: int = Field(primary_key=True)
    name: str = Field(max_length=40)
    owner_id: int | None = Field(default=None, foreign_key="app_user.id")
    due_date: date | None = None
    status: str = Field(max_length=10)
