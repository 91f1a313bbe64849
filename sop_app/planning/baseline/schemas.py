"""Runs of the baseline forecast and their figures, as screens and the API see them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from .rules import BACKTEST_WINDOWS, HORIZON_MONTHS, FindingStatus, Level


@dataclass(frozen=True)
class RunRequest:
    """What somebody asks to have forecast.

    Attributes:
        method: Name of a method; the automatic choice by default.
        horizon: Months ahead.
        windows: Origins of the back-test; 0 makes none.
        category_id: Only products of this branch.
        product_ids: Only these products; empty means all.
    """

    method: str = "auto"
    horizon: int = HORIZON_MONTHS
    windows: int = BACKTEST_WINDOWS
    category_id: int | None = None
    product_ids: tuple[int, ...] = ()

    @property
    def is_selection(self) -> bool:
        """Whether only some of the products are forecast."""
        return self.category_id is not None or bool(self.product_ids)


@dataclass(frozen=True)
class RunRow:
    """A run.

    Attributes:
        status: ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``.
        last_month: Last month of sales it saw.
        fallback_count: Items whose method failed and that repeat last year instead.
        is_selection: Whether it forecast some of the products only.
        pinned_to: Names of the cycles whose baseline it is.
    """

    id: int
    method: str
    horizon: int
    windows: int
    last_month: date
    item_count: int
    fallback_count: int
    status: str
    error: str
    job_id: int | None
    is_selection: bool
    created_by_name: str
    created_at: datetime
    finished_at: datetime | None
    wape: float | None
    naive_wape: float | None
    bias: float | None
    pinned_to: tuple[str, ...]


@dataclass(frozen=True)
class MethodScore:
    """How good one method was for one item over the windows of a run's back-test."""

    method: str
    title: str
    wape: float | None
    bias: float | None
    mase: float | None
    mae: float | None
    rmse: float | None
    mape: float | None
    hit_rate: float | None


@dataclass(frozen=True)
class ItemRow:
    """An item of a run in a list.

    Attributes:
        key: Product or category id, name of family, region or channel; empty for the total.
        next_year: Sum of the next twelve months, in the item's unit.
        last_year: Sum of the last twelve months.
        error_amount: What the average monthly error is worth at list price.
    """

    level: Level
    key: str
    name: str
    code: str
    demand_class: str
    months_of_history: int
    method: str
    next_year: float
    last_year: float
    wape: float | None
    naive_wape: float | None
    bias: float | None
    mase: float | None
    error_amount: float | None
    note: str


@dataclass(frozen=True)
class Backtest:
    """What a run would have forecast from an earlier month, and what happened.

    Attributes:
        origin: Last month it was allowed to see.
    """

    origin: date
    forecast: list[float]
    naive: list[float]
    actual: list[float]


@dataclass(frozen=True)
class ItemForecast:
    """Everything a run says about one item.

    Attributes:
        months: The forecast months.
        bounds: Level in percent to lower and upper bounds, one per month.
        history: Net sales per month, oldest first; ``corrected`` the same with what planners
            accepted as corrections.
        reason: Why the methods were chosen.
        scores: The method and its rivals, the best first.
        rivals: What other methods would have forecast, by name.
        previous: Month to figure of the run before this one.
    """

    run_id: int
    level: Level
    key: str
    name: str
    code: str
    unit: str
    demand_class: str
    method: str
    members: list[str]
    reason: str
    note: str
    months: list[date]
    points: list[float]
    bounds: dict[int, tuple[list[float], list[float]]]
    history_months: list[date]
    history: list[float]
    corrected: list[float]
    scores: list[MethodScore]
    backtests: list[Backtest]
    rivals: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    previous: dict[date, float] = field(default_factory=dict[date, float])


@dataclass(frozen=True)
class ItemFilter:
    """Which items of a run are listed."""

    run_id: int
    level: Level = Level.PRODUCT
    find: str = ""
    demand_class: str = ""
    has_note: bool = False


@dataclass(frozen=True)
class GroupShare:
    """How many items a demand class or a combination of methods has, and how much of the volume.

    Attributes:
        name: The class, or the names of the methods joined by " + ".
        volume_share: Part of the last twelve months' units, 0 to 1.
    """

    name: str
    items: int
    volume_share: float
    wape: float | None

    @property
    def names(self) -> list[str]:
        """List the class, or each method."""
        return self.name.split(" + ")


@dataclass(frozen=True)
class FindingRow:
    """An unusual month of an item.

    Attributes:
        kind: What is unusual: ``spike``, ``drop``, ``level_shift`` ...
        detectors: The methods that found it.
        severity: ``low``, ``medium`` or ``high``.
        expected: What level and season let expect.
        action: ``investigate``, ``adjust`` or ``ignore``.
        suggested_value: The proposed correction; None where nothing is to be corrected.
        similar: Earlier months of the item with the same direction and magnitude.
        status: ``open``, ``accepted``, ``rejected`` or ``ignored``.
        corrected_value: What forecasts use instead, while it is accepted.
    """

    product_id: int
    sku: str
    product_name: str
    month: date
    kind: str
    detectors: list[str]
    severity: str
    value: float
    expected: float
    action: str
    suggested_value: float | None
    similar: list[date]
    status: FindingStatus
    corrected_value: float | None
    decided_by_name: str | None
    decided_at: datetime | None


@dataclass(frozen=True)
class FindingFilter:
    """Which findings are listed; empty means all."""

    status: FindingStatus | None = None
    severities: tuple[str, ...] = ()
    kind: str = ""
    find: str = ""
    product_id: int | None = None


@dataclass(frozen=True)
class HeatRow:
    """One line of a heat map: a member with a ratio per column, None where undefined."""

    key: str
    name: str
    cells: list[float | None]


@dataclass(frozen=True)
class HeatMap:
    """Forecast error (WAPE) by member and by lag or month."""

    columns: list[Any]
    rows: list[HeatRow]
    total: int
