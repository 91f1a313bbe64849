"""What programs send to and receive from the routes of the baseline forecast."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sop_app.api.rest.listing import PlainText, RecordId
from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.baseline.rules import BACKTEST_WINDOWS, HORIZON_MONTHS, Level
from sop_app.planning.baseline.schemas import (
    Backtest,
    GroupShare,
    HeatMap,
    ItemForecast,
    MethodScore,
    RunRequest,
    RunRow,
)
from sop_app.planning.forecasting.methods.contract import Cost, Method


class RunBody(BaseModel):
    """What to forecast, how and how far; all products when neither they nor a category are named."""

    model_config = ConfigDict(extra="forbid")

    method: PlainText = Field(default="auto", max_length=40)
    horizon: int = HORIZON_MONTHS
    windows: int = BACKTEST_WINDOWS
    product_ids: Annotated[tuple[RecordId, ...], Field(max_length=20_000)] = ()
    category_id: RecordId | None = None

    def as_request(self) -> RunRequest:
        """Hand the wishes to the service."""
        return RunRequest(
            method=self.method,
            horizon=self.horizon,
            windows=self.windows,
            category_id=self.category_id,
            product_ids=tuple(dict.fromkeys(self.product_ids)),
        )


class RunOrdered(BaseModel):
    """The run, and the background job that makes it; ``/runs/{run_id}`` says how it stands."""

    run_id: int
    job_id: int


class PinBody(BaseModel):
    """The cycle whose baseline a run becomes."""

    model_config = ConfigDict(extra="forbid")

    cycle_id: RecordId


class CompareBody(BaseModel):
    """The item, and the methods to compare; all the run has figures of when none is named."""

    model_config = ConfigDict(extra="forbid")

    level: Level = Level.PRODUCT
    key: PlainText = Field(default="", max_length=120)
    methods: Annotated[tuple[PlainText, ...], Field(max_length=50)] = ()
    run_id: RecordId | None = None


class ModelAnswer(BaseModel):
    """A method that a run can be asked for.

    ``minimum_months`` is the history an item needs, ``cost`` the processor time per item.
    """

    name: str
    title: str
    minimum_months: int
    cost: Cost


class ForecastMonth(BaseModel):
    """One month ahead, and the intervals that hold 80 and 95 of 100 outcomes.

    ``previous`` is what the run before expected of the month.
    """

    month: date
    point: float
    lower_80: float
    upper_80: float
    lower_95: float
    upper_95: float
    previous: float | None


class HistoryMonth(BaseModel):
    """What was sold in a month, and the same with the corrections planners accepted."""

    month: date
    sold: float
    corrected: float


class ItemAnswer(BaseModel):
    """Everything a run says about one item. ``rivals`` has a figure per month of ``months``."""

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
    months: list[ForecastMonth]
    history: list[HistoryMonth]
    scores: list[MethodScore]
    backtests: list[Backtest]
    rivals: dict[str, list[float]]


class MethodFigures(BaseModel):
    """What a method expects, and how good it was; ``score`` is empty where nothing was tried."""

    method: str
    title: str
    is_chosen: bool
    points: list[float]
    score: MethodScore | None


class CompareAnswer(BaseModel):
    """The methods of an item side by side, the best first; each has a point per month."""

    run_id: int
    level: Level
    key: str
    name: str
    months: list[date]
    methods: list[MethodFigures]


class AccuracyAnswer(BaseModel):
    """How good a run was in its back-test; errors are WAPE, as ratios."""

    run: RunRow
    by_demand_class: list[GroupShare]
    by_methods: list[GroupShare]
    by_lag: HeatMap


class MonthAccuracy(BaseModel):
    """WAPE and bias of the forecasts of a month, and the seasonal naive forecast's WAPE."""

    month: date
    wape: float | None
    bias: float | None
    naive_wape: float | None


def answer_item(item: ItemForecast) -> ItemAnswer:
    """Answer with an item, its figures laid out by month."""
    (lower_80, upper_80), (lower_95, upper_95) = item.bounds[80], item.bounds[95]
    return ItemAnswer(
        run_id=item.run_id,
        level=item.level,
        key=item.key,
        name=item.name,
        code=item.code,
        unit=item.unit,
        demand_class=item.demand_class,
        method=item.method,
        members=item.members,
        reason=item.reason,
        note=item.note,
        months=[
            ForecastMonth(
                month=month,
                point=item.points[index],
                lower_80=lower_80[index],
                upper_80=upper_80[index],
                lower_95=lower_95[index],
                upper_95=upper_95[index],
                previous=item.previous.get(month),
            )
            for index, month in enumerate(item.months)
        ],
        history=[
            HistoryMonth(month=month, sold=sold, corrected=corrected)
            for month, sold, corrected in zip(
                item.history_months, item.history, item.corrected, strict=True
            )
        ],
        scores=item.scores,
        backtests=item.backtests,
        rivals=item.rivals,
    )


def answer_comparison(
    item: ItemForecast, wanted: Sequence[str], methods: Sequence[Method]
) -> CompareAnswer:
    """Answer with the methods that an item has figures of, or with those wanted of them.

    Raises:
        InvalidInputError: The run has no figures of a method wanted.
    """
    points = {**item.rivals, item.method: item.points}
    missing = [name for name in wanted if name not in points]
    if missing:
        known = ", ".join(sorted(points))
        raise InvalidInputError(
            {"methods": f"The run has no figures of '{missing[0]}'. It has: {known}."}
        )
    titles = {method.name: method.title for method in methods}
    scores = {score.method: score for score in item.scores}
    best_first = [name for name in dict.fromkeys((*scores, item.method, *points)) if name in points]
    return CompareAnswer(
        run_id=item.run_id,
        level=item.level,
        key=item.key,
        name=item.name,
        months=item.months,
        methods=[
            MethodFigures(
                method=name,
                title=titles.get(name, name),
                is_chosen=name == item.method,
                points=points[name],
                score=scores.get(name),
            )
            for name in best_first
            if not wanted or name in wanted
        ],
    )
