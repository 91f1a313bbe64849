"""Tables of the sales forecast.

An entry holds its horizon as arrays (index 0 is the cycle's start month): a row of the grid is a
row of the table, and a paste of 200 rows is 200 updates in one statement. ``version`` counts the
changes of a row, and ``cell_versions`` holds for each month the version at which its figure last
changed: who has seen a row at version 7 overwrites a cell at 8 or later only knowingly. The view ``forecast_month`` unfolds entries into months for reports.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Integer,
    Numeric,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, Index, UniqueConstraint

from sop_app.system.tables import Instant, Record


class ForecastEntry(Record, table=True):
    """What one customer is expected to buy of one product, month by month, in one cycle."""

    __tablename__ = "forecast_entry"
    __table_args__ = (
        UniqueConstraint("cycle_id", "customer_id", "product_id"),
        CheckConstraint("status IN ('draft', 'submitted', 'approved', 'returned')", name="status"),
        CheckConstraint("0 <= ALL (quantities)", name="quantities_not_negative"),
        Index("ix_forecast_entry_rep", "cycle_id", "sales_rep_id"),
        Index("ix_forecast_entry_customer", "customer_id"),
    )

    id: int = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    customer_id: int = Field(foreign_key="customer.id")
    product_id: int = Field(foreign_key="product.id", index=True)
    sales_rep_id: int | None = Field(default=None, foreign_key="app_user.id")
    status: str = Field(max_length=10)
    quantities: list[int | None] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    prefill: list[int | None] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    prices: list[Decimal] = Field(sa_column=Column(ARRAY(Numeric(14, 4)), nullable=False))
    price_overrides: list[Decimal | None] | None = Field(
        default=None, sa_column=Column(ARRAY(Numeric(14, 4)))
    )
    cell_versions: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    held: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False, server_default="{}"))
    rejected: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    version: int = 1
    changed_at: datetime | None = Field(default=None, sa_type=Instant)
    submitted_at: datetime | None = Field(default=None, sa_type=Instant)
    submitted_by: int | None = Field(default=None, foreign_key="app_user.id")
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    decided_by: int | None = Field(default=None, foreign_key="app_user.id")
    decision_comment: str = Field(default="", max_length=2000)


class ChangeSet(Record, table=True):
    """One act in the grid (typed, paste, fill, upload ...): one step of undo."""

    __tablename__ = "change_set"
    __table_args__ = (
        Index("ix_change_set_user", "cycle_id", "user_id", "id"),
        Index(
            "ix_change_set_undone",
            "cycle_id",
            "user_id",
            "id",
            postgresql_where=text("state = 'undone'"),
        ),
    )

    id: int = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    cycle_id: int = Field(foreign_key="cycle.id")
    user_id: int = Field(foreign_key="app_user.id")
    at: datetime = Field(sa_type=Instant)
    source: str = Field(max_length=16)
    cell_count: int
    state: str = Field(default="done", max_length=8)


class EntryChange(Record, table=True):
    """What one act did to one entry: its changed months, before and after.

    ``version`` is the entry's version after the act. ``cells`` is a list of ``CellChange`` as
    ``changes.py`` writes them.
    """

    __tablename__ = "entry_change"
    __table_args__ = (Index("ix_entry_change_entry", "entry_id", "change_set_id"),)

    change_set_id: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("change_set.id", ondelete="CASCADE"), primary_key=True
        )
    )
    entry_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("forecast_entry.id", ondelete="CASCADE"), primary_key=True
        )
    )
    version: int
    cells: list[list[Any]] = Field(sa_column=Column(JSONB, nullable=False))


class ForecastComment(Record, table=True):
    """A remark on an entry or on one of its months."""

    __tablename__ = "forecast_comment"
    __table_args__ = (Index("ix_forecast_comment_entry", "entry_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    entry_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("forecast_entry.id", ondelete="CASCADE"), nullable=False
        )
    )
    month_index: int | None = None
    author_id: int = Field(foreign_key="app_user.id")
    text: str = Field(max_length=2000)
    created_at: datetime = Field(sa_type=Instant)
    resolved_at: datetime | None = Field(default=None, sa_type=Instant)
