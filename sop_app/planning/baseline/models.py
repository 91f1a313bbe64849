"""Tables of the baseline forecast.

An item's figures are arrays (index 0 is the first forecast month), as a forecast entry's are: a
run of 10,000 items is 10,000 rows. Only people who see every customer see them (migration 0005).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Float, ForeignKey, Integer
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from sop_app.system.tables import Instant, Record


def _figures() -> Any:
    return Field(sa_column=Column(ARRAY(Float), nullable=False))


def _run_key() -> Any:
    return Field(
        sa_column=Column(
            Integer, ForeignKey("forecast_run.id", ondelete="CASCADE"), primary_key=True
        )
    )


class ForecastRun(Record, table=True):
    """One calculation of the baseline forecast.

    ``fingerprint`` is the SHA-256 of the histories it saw, ``versions`` are those of the libraries:
    with the same two it gives the same figures to the last digit. ``finished_at`` is empty while it
    is not complete.
    """

    __tablename__ = "forecast_run"

    id: int = Field(default=None, primary_key=True)
    job_id: int | None = Field(default=None, index=True)
    method: str = Field(max_length=40)
    horizon: int
    windows: int
    scope: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    last_month: date
    fingerprint: str = Field(default="", max_length=64)
    versions: dict[str, str] = Field(
        default_factory=dict, sa_column=Column(JSONB, nullable=False, server_default="{}")
    )
    item_count: int = 0
    fallback_count: int = 0
    created_by: int = Field(foreign_key="app_user.id")
    created_at: datetime = Field(sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    wape: float | None = None
    naive_wape: float | None = None
    bias: float | None = None


class ForecastItem(Record, table=True):
    """The forecast of one item, or of one member of a level above the items.

    ``key`` is the id of a product or category, the name of a family, region or channel, and empty
    for the total. ``unit_value`` is the list price, by which errors are compared across items.
    """

    __tablename__ = "forecast_item"

    run_id: int = _run_key()
    level: str = Field(primary_key=True, max_length=10)
    key: str = Field(primary_key=True, max_length=120)
    demand_class: str = Field(max_length=14)
    months_of_history: int
    method: str = Field(max_length=40)
    members: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    reason: str = Field(max_length=300)
    note: str = Field(default="", max_length=300)
    unit_value: float = 0.0
    last_year: float = 0.0
    points: list[float] = _figures()
    lower_80: list[float] = _figures()
    upper_80: list[float] = _figures()
    lower_95: list[float] = _figures()
    upper_95: list[float] = _figures()
    rivals: dict[str, list[float]] = Field(sa_column=Column(JSONB, nullable=False))
    wape: float | None = None
    naive_wape: float | None = None
    bias: float | None = None
    mase: float | None = None
    mae: float | None = None
    scores: list[dict[str, Any]] = Field(
        sa_column=Column(JSONB, nullable=False, server_default="[]")
    )


class ForecastBacktest(Record, table=True):
    """What a run would have forecast from an earlier month, beside what was sold."""

    __tablename__ = "forecast_backtest"

    run_id: int = _run_key()
    level: str = Field(primary_key=True, max_length=10)
    key: str = Field(primary_key=True, max_length=120)
    origin: date = Field(primary_key=True)
    forecast: list[float] = _figures()
    naive: list[float] = _figures()
    actual: list[float] = _figures()
    rivals: dict[str, list[float]] = Field(sa_column=Column(JSONB, nullable=False))


class CycleBaseline(Record, table=True):
    """Which run is the baseline of a cycle."""

    __tablename__ = "cycle_baseline"

    cycle_id: int = Field(
        sa_column=Column(Integer, ForeignKey("cycle.id", ondelete="CASCADE"), primary_key=True)
    )
    run_id: int = Field(foreign_key="forecast_run.id")
    pinned_by: int = Field(foreign_key="app_user.id")
    pinned_at: datetime = Field(sa_type=Instant)


class HistoryFinding(Record, table=True):
    """Something unusual in an item's history, and what a planner decided about it.

    ``corrected_value`` replaces the month's sales in forecasts while the status is ``accepted``;
    the sales themselves are never touched.
    """

    __tablename__ = "history_finding"

    product_id: int = Field(foreign_key="product.id", primary_key=True)
    month: date = Field(primary_key=True)
    kind: str = Field(max_length=16)
    detectors: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    severity: str = Field(max_length=6)
    value: float
    expected: float
    action: str = Field(max_length=12)
    suggested_value: float | None = None
    similar_months: list[str] = Field(sa_column=Column(JSONB, nullable=False, server_default="[]"))
    status: str = Field(max_length=10)
    corrected_value: float | None = None
    found_at: datetime = Field(sa_type=Instant)
    decided_by: int | None = Field(default=None, foreign_key="app_user.id")
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
