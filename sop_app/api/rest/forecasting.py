"""The baseline forecast for programs: runs, what they found, and how good they were."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from sop_app.api.access import transaction_for
from sop_app.api.rest.forecasting_bodies import (
    AccuracyAnswer,
    CompareAnswer,
    CompareBody,
    ItemAnswer,
    ModelAnswer,
    MonthAccuracy,
    PinBody,
    RunBody,
    RunOrdered,
    answer_comparison,
    answer_item,
)
from sop_app.api.rest.listing import Listed, PlainText, RecordId, Search
from sop_app.kernel.errors import InvalidInputError, NotFoundError, WrongStatusError
from sop_app.kernel.paging import Page, PageRequest
from sop_app.planning.baseline import service
from sop_app.planning.baseline.rules import BACKTEST_MONTHS, Level
from sop_app.planning.baseline.schemas import ItemFilter, ItemRow, RunRow
from sop_app.planning.forecasting.rules import DemandClass
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1/forecasting", tags=["forecasting"])
View = transaction_for(Permission.STATISTICS_VIEW)
Run = transaction_for(Permission.STATISTICS_RUN)
RunId = Annotated[
    int | None, Query(gt=0, le=2**31 - 1, description="The newest complete run by default")
]
Key = Annotated[PlainText, Path(max_length=120)]


async def _find_run(uow: UnitOfWork, run_id: int | None) -> RunRow:
    """Find the run a program reads, by default the newest complete one over all products.

    Raises:
        NotFoundError: There is none.
        WrongStatusError: It has not all its figures.
    """
    if run_id is None:
        run = await service.find_latest_run(uow)
        if run is None:
            raise NotFoundError("complete forecast run", "over all products")
        return run
    run = await service.get_run(uow, run_id)
    if run.finished_at is None:
        raise WrongStatusError(f"The forecast run {run_id}", run.status, "read")
    return run


@router.post("/generate", status_code=202)
async def order_run(body: RunBody, uow: UnitOfWork = Run) -> RunOrdered:
    """Order a forecast of all products, or of some; a worker makes it in the background."""
    run_id, job_id = await service.order_run(uow, body.as_request())
    return RunOrdered(run_id=run_id, job_id=job_id)


@router.get("/runs")
async def list_runs(
    limit: Annotated[int, Query(ge=1, le=200)] = 50, uow: UnitOfWork = View
) -> list[RunRow]:
    """List the runs, the newest first."""
    return await service.list_runs(uow, limit)


@router.get("/runs/{run_id}")
async def read_run(run_id: RecordId, uow: UnitOfWork = View) -> RunRow:
    """Tell how a run stands, and how good it was."""
    return await service.get_run(uow, run_id)


@router.post("/runs/{run_id}/pin")
async def pin_run(run_id: RecordId, body: PinBody, uow: UnitOfWork = Run) -> RunRow:
    """Make a complete run over all products the baseline of a cycle."""
    await service.pin_run(uow, body.cycle_id, run_id)
    return await service.get_run(uow, run_id)


def _order(page: Listed) -> PageRequest:
    """Put the costliest errors first when no order is asked for."""
    if page.sort:
        return page
    return PageRequest("error_amount", is_descending=True, page=page.page, size=page.size)


@router.get("/results")
async def list_results(  # noqa: PLR0913
    page: Annotated[PageRequest, Depends(_order)],
    run_id: RunId = None,
    level: Level = Level.PRODUCT,
    find: Search = "",
    demand_class: DemandClass | None = None,
    has_note: bool = False,
    uow: UnitOfWork = View,
) -> Page[ItemRow]:
    """List the items of a level; ``has_note`` keeps those whose method failed."""
    run = await _find_run(uow, run_id)
    wanted = ItemFilter(run.id, level, find, demand_class or "", has_note)
    return await service.list_items(uow, wanted, page)


@router.get("/results/total")
async def read_total(run_id: RunId = None, uow: UnitOfWork = View) -> ItemAnswer:
    """Read the forecast of all products together."""
    run = await _find_run(uow, run_id)
    return answer_item(await service.get_item(uow, run.id, Level.TOTAL, ""))


@router.get("/results/{level}/{key:path}")
async def read_result(
    level: Level, key: Key, run_id: RunId = None, uow: UnitOfWork = View
) -> ItemAnswer:
    """Read an item's forecast: points, intervals, why these methods, and their rivals.

    ``key`` is the id of a product or category, or the name of a family, region or channel.
    """
    run = await _find_run(uow, run_id)
    return answer_item(await service.get_item(uow, run.id, level, key))


@router.get("/models", dependencies=[View])
async def list_models() -> list[ModelAnswer]:
    """List the methods a run can be asked for, the combining ones first."""
    return [
        ModelAnswer(
            name=method.name,
            title=method.title,
            minimum_months=method.minimum_months,
            cost=method.cost,
        )
        for method in service.describe_methods()
    ]


@router.post("/compare")
async def compare_methods(body: CompareBody, uow: UnitOfWork = View) -> CompareAnswer:
    """Lay the figures a run stored of an item's method and of its rivals side by side."""
    run = await _find_run(uow, body.run_id)
    item = await service.get_item(uow, run.id, body.level, body.key)
    return answer_comparison(item, body.methods, service.describe_methods())


@router.get("/accuracy")
async def show_accuracy(
    run_id: RunId = None,
    level: Annotated[Level, Query(description="Of the errors by months ahead")] = Level.FAMILY,
    uow: UnitOfWork = View,
) -> AccuracyAnswer:
    """Show a run's errors by demand class, by the methods combined, and by months ahead."""
    if level is Level.PRODUCT:
        raise InvalidInputError(
            {"level": "Products are too many for one answer. Ask for a level above them."}
        )
    run = await _find_run(uow, run_id)
    return AccuracyAnswer(
        run=run,
        by_demand_class=await service.count_groups(uow, run.id, "demand_class"),
        by_methods=await service.count_groups(uow, run.id, "members"),
        by_lag=await service.map_errors_by_lag(uow, run.id, level),
    )


@router.get("/accuracy/trend")
async def show_trend(
    run_id: RunId = None,
    level: Level = Level.PRODUCT,
    key: Annotated[
        PlainText, Query(max_length=120, description="All members of the level together by default")
    ] = "",
    lag: Annotated[int | None, Query(ge=1, le=BACKTEST_MONTHS)] = None,
    uow: UnitOfWork = View,
) -> list[MonthAccuracy]:
    """Show accuracy by month, of forecasts made ``lag`` months ahead or any."""
    run = await _find_run(uow, run_id)
    if key:
        await service.get_item(uow, run.id, level, key)
    return [
        MonthAccuracy(month=month, wape=wape, bias=bias, naive_wape=naive)
        for month, wape, bias, naive in await service.show_trend(uow, run.id, level, key, lag)
    ]
