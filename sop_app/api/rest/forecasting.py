"""The baseline forecast for programs: runs, results, methods, accuracy, unusual months."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from sop_app.api.access import transaction_for
from sop_app.api.rest.listing import Listed, PlainText, RecordId, Search
from sop_app.kernel.errors import NotFoundError
from sop_app.kernel.paging import Page
from sop_app.kernel.periods import first_of_month
from sop_app.planning.baseline import findings, service
from sop_app.planning.baseline.rules import (
    BACKTEST_WINDOWS,
    HORIZON_MONTHS,
    FindingStatus,
    Level,
)
from sop_app.planning.baseline.schemas import (
    FindingFilter,
    FindingRow,
    HeatMap,
    ItemFilter,
    ItemForecast,
    ItemRow,
    RunRequest,
    RunRow,
)
from sop_app.planning.forecasting.cleansing.findings import Kind, Severity
from sop_app.planning.forecasting.rules import DemandClass
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1/forecasting", tags=["forecasting"])
View = transaction_for(Permission.STATISTICS_VIEW)
Run = transaction_for(Permission.STATISTICS_RUN)
RunId = Annotated[
    int | None, Query(ge=1, le=2**31 - 1, description="The newest complete run by default")
]
Key = Annotated[PlainText, Path(max_length=120)]
MemberKey = Annotated[PlainText, Query(max_length=120)]


class GenerateBody(BaseModel):
    """What is forecast; all products by the automatic choice by default."""

    method: PlainText = Field("auto", max_length=40)
    horizon: int = HORIZON_MONTHS
    windows: int = BACKTEST_WINDOWS
    category_id: RecordId | None = None
    product_ids: list[RecordId] = Field(default=[], max_length=1000)


class RunStarted(BaseModel):
    """The run, and the job that carries it out: ask ``/api/v1/jobs/{job_id}`` how far it is."""

    run_id: int
    job_id: int


class JobStarted(BaseModel):
    """The job that does it: ask ``/api/v1/jobs/{job_id}`` how far it is."""

    job_id: int


class PinBody(BaseModel):
    """The cycle whose baseline a run becomes."""

    cycle_id: RecordId


class CompareBody(BaseModel):
    """Which item's methods are compared; the total has no key."""

    level: Level = Level.PRODUCT
    key: PlainText = Field("", max_length=120)
    methods: list[PlainText] = Field(default=[], max_length=40)


class DecisionBody(BaseModel):
    """What becomes of unusual months, all of them or none."""

    keys: list[tuple[RecordId, date]] = Field(min_length=1, max_length=500)
    status: FindingStatus
    value: float | None = None


class Decided(BaseModel):
    """How many findings were decided."""

    count: int


async def _newest(uow: UnitOfWork, run_id: int | None) -> int:
    if run_id is not None:
        return (await service.get_run(uow, run_id)).id
    run = await service.find_latest_run(uow)
    if run is None:
        raise NotFoundError("forecast run", "that is complete")
    return run.id


@router.post("/generate", status_code=202)
async def generate(body: GenerateBody, uow: UnitOfWork = Run) -> RunStarted:
    """Order a forecast; it is made in the background."""
    request = RunRequest(
        body.method, body.horizon, body.windows, body.category_id, tuple(body.product_ids)
    )
    run_id, job_id = await service.order_run(uow, request)
    return RunStarted(run_id=run_id, job_id=job_id)


@router.get("/runs")
async def list_runs(
    limit: Annotated[int, Query(ge=1, le=200)] = 50, uow: UnitOfWork = View
) -> list[RunRow]:
    """List the runs, the newest first."""
    return await service.list_runs(uow, limit)


@router.get("/runs/{run_id}")
async def get_run(run_id: RecordId, uow: UnitOfWork = View) -> RunRow:
    """Read one run."""
    return await service.get_run(uow, run_id)


@router.post("/runs/{run_id}/pin")
async def pin_run(run_id: RecordId, body: PinBody, uow: UnitOfWork = Run) -> RunRow:
    """Make a run the baseline of a cycle."""
    await service.pin_run(uow, body.cycle_id, run_id)
    return await service.get_run(uow, run_id)


@router.get("/results")
async def list_results(
    page: Listed,
    run_id: RunId = None,
    level: Level = Level.PRODUCT,
    find: Search = "",
    demand_class: DemandClass | None = None,
    uow: UnitOfWork = View,
) -> Page[ItemRow]:
    """List what a run expects of each member of a level."""
    wanted = ItemFilter(await _newest(uow, run_id), level, find, demand_class or "")
    return await service.list_items(uow, wanted, page)


@router.get("/results/total")
async def get_total(run_id: RunId = None, uow: UnitOfWork = View) -> ItemForecast:
    """Read the forecast of all products together."""
    return await service.get_item(uow, await _newest(uow, run_id), Level.TOTAL, "")


@router.get("/results/{level}/{key:path}")
async def get_result(
    level: Level, key: Key, run_id: RunId = None, uow: UnitOfWork = View
) -> ItemForecast:
    """Read a forecast with its intervals, its methods, their scores and why they were chosen."""
    return await service.get_item(uow, await _newest(uow, run_id), level, key)


@router.get("/models")
async def list_models(_: UnitOfWork = View) -> list[dict[str, Any]]:
    """List the methods that can be asked for."""
    return [
        {
            "name": method.name,
            "title": method.title,
            "minimum_months": method.minimum_months,
            "cost": method.cost.value,
        }
        for method in service.describe_methods()
    ]


@router.post("/compare")
async def compare(
    body: CompareBody, run_id: RunId = None, uow: UnitOfWork = View
) -> dict[str, Any]:
    """Compare what methods expect of an item, and how good each was in the run's back-test."""
    item = await service.get_item(uow, await _newest(uow, run_id), body.level, body.key)
    points = {item.method: item.points, **item.rivals}
    wanted = body.methods or list(points)
    return {
        "months": item.months,
        "points": {name: points[name] for name in wanted if name in points},
        "scores": [asdict(score) for score in item.scores if score.method in wanted],
    }


@router.get("/accuracy")
async def show_accuracy(
    run_id: RunId = None, level: Level = Level.CATEGORY, uow: UnitOfWork = View
) -> dict[str, Any]:
    """Show how good a run's methods were: in all, by demand class and methods, by months ahead."""
    found = await _newest(uow, run_id)
    run = await service.get_run(uow, found)
    lags: HeatMap = await service.map_errors_by_lag(uow, found, level)
    return {
        "run": asdict(run),
        "by_demand_class": await service.count_groups(uow, found, "demand_class"),
        "by_methods": await service.count_groups(uow, found, "members"),
        "by_lag": asdict(lags),
    }


@router.get("/accuracy/trend")
async def show_trend(
    run_id: RunId = None,
    level: Level = Level.PRODUCT,
    key: MemberKey = "",
    lag: Annotated[int | None, Query(ge=1, le=36)] = None,
    uow: UnitOfWork = View,
) -> list[dict[str, Any]]:
    """Show how accuracy moved, month by month."""
    found = await service.show_trend(uow, await _newest(uow, run_id), level, key, lag)
    return [
        {"month": month, "wape": wape, "bias": bias, "naive_wape": naive}
        for month, wape, bias, naive in found
    ]


@router.post("/anomalies/detect", status_code=202)
async def detect_anomalies(uow: UnitOfWork = Run) -> JobStarted:
    """Look through the history for unusual months, in the background."""
    return JobStarted(job_id=await findings.order_detection(uow))


@router.get("/anomalies")
async def list_anomalies(  # noqa: PLR0913
    page: Listed,
    status: FindingStatus | None = None,
    severity: Severity | None = None,
    kind: Kind | None = None,
    find: Search = "",
    product_id: RecordId | None = None,
    uow: UnitOfWork = View,
) -> Page[FindingRow]:
    """List unusual months and what was decided about them."""
    severities = (severity.value,) if severity else ()
    wanted = FindingFilter(status, severities, kind.value if kind else "", find, product_id)
    return await findings.list_findings(uow, wanted, page)


@router.post("/anomalies/decisions")
async def decide_anomalies(body: DecisionBody, uow: UnitOfWork = Run) -> Decided:
    """Accept, reject or ignore unusual months, or take the decision back with ``open``."""
    keys = [(product_id, first_of_month(month)) for product_id, month in body.keys]
    return Decided(count=await findings.decide(uow, keys, body.status, value=body.value))
