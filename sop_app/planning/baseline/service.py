"""Order runs of the baseline forecast, read what they found, and make one a cycle's baseline."""

from datetime import date
from typing import Any

from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError, NotFoundError, WrongStatusError
from sop_app.kernel.paging import Page, PageRequest
from sop_app.planning.cycles.queries import find_cycle
from sop_app.planning.cycles.rules import CycleStatus
from sop_app.planning.forecasting.engine import find_method, list_methods
from sop_app.planning.forecasting.methods.contract import Method
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.service import start_job

from . import queries
from .history import find_last_month
from .models import ForecastRun
from .rules import Level, check_request
from .schemas import (
    GroupShare,
    HeatMap,
    ItemFilter,
    ItemForecast,
    ItemRow,
    RunRequest,
    RunRow,
)

BASELINE_JOB = "baseline_forecast"
COMPLETE = "r.finished_at IS NOT NULL AND r.scope = '{}'"


async def order_run(uow: UnitOfWork, request: RunRequest) -> tuple[int, int]:
    """Ask for a forecast; a worker makes it in the background.

    Returns:
        The run and the job that carries it out.

    Raises:
        PermissionDeniedError: The person may not run forecasts.
        InvalidInputError: The method, horizon or windows cannot be, a product or the category is
            none there is, or nothing was ever sold.
    """
    uow.require(Permission.STATISTICS_RUN)
    run_id = await create_run(uow, request)
    title = f"Baseline forecast, {find_method(request.method).title.lower()}"
    job_id = await start_job(uow, BASELINE_JOB, title, {"run_id": run_id})
    await uow.session.execute(
        text("UPDATE forecast_run SET job_id = :job WHERE id = :id"), {"job": job_id, "id": run_id}
    )
    return run_id, job_id


async def create_run(uow: UnitOfWork, request: RunRequest) -> int:
    """Note a run that somebody carries out.

    Raises:
        InvalidInputError: As ``order_run``.
    """
    check_request(request.horizon, request.windows)
    find_method(request.method)
    await _check_scope(uow, request)
    last_month = await find_last_month(uow)
    if last_month is None:
        raise InvalidInputError(
            {"history": "There are no sales of a month that is over. Import the sales history."}
        )
    scope: dict[str, Any] = {}
    if request.category_id is not None:
        scope["category_id"] = request.category_id
    if request.product_ids:
        scope["product_ids"] = list(request.product_ids)
    run = ForecastRun(
        method=request.method,
        horizon=request.horizon,
        windows=request.windows,
        scope=scope,
        last_month=last_month,
        created_by=uow.actor.user_id,
        created_at=uow.now,
    )
    uow.session.add(run)
    await uow.session.flush()
    facts = {"method": run.method, "horizon": run.horizon, "windows": run.windows, **scope}
    record(uow, "forecast_run_ordered", ("forecast_run", run.id), after=facts)
    return run.id


async def _check_scope(uow: UnitOfWork, request: RunRequest) -> None:
    """Refuse products and a category there are not.

    Raises:
        InvalidInputError: The first product that is missing, or the category, is named.
    """
    refused: dict[str, str] = {}
    if request.product_ids:
        known = await uow.session.scalars(
            text("SELECT id FROM product WHERE id = ANY (:ids) AND deleted_at IS NULL"),
            {"ids": list(request.product_ids)},
        )
        missing = set(request.product_ids).difference(known)
        if missing:
            refused["product_ids"] = f"There is no product {min(missing)}."
    if request.category_id is not None:
        category_id = request.category_id
        found = await uow.session.scalar(
            text("SELECT id FROM category WHERE id = :id"), {"id": category_id}
        )
        if found is None:
            refused["category_id"] = f"There is no category {category_id}."
    if refused:
        raise InvalidInputError(refused)


async def list_runs(uow: UnitOfWork, limit: int = 50) -> list[RunRow]:
    """List the runs, the newest first.

    Raises:
        PermissionDeniedError: The person may not see statistics.
    """
    uow.require(Permission.STATISTICS_VIEW)
    return await queries.find_runs(uow, "true", limit)


async def get_run(uow: UnitOfWork, run_id: int) -> RunRow:
    """Read one run.

    Raises:
        PermissionDeniedError: The person may not see statistics.
        NotFoundError: There is no such run.
    """
    uow.require(Permission.STATISTICS_VIEW)
    found = await queries.find_runs(uow, "r.id = :id", id=run_id)
    if not found:
        raise NotFoundError("forecast run", run_id)
    return found[0]


async def find_latest_run(uow: UnitOfWork) -> RunRow | None:
    """Find the newest complete run over all products.

    Raises:
        PermissionDeniedError: The person may not see statistics.
    """
    uow.require(Permission.STATISTICS_VIEW)
    found = await queries.find_runs(uow, COMPLETE, 1)
    return found[0] if found else None


async def list_items(uow: UnitOfWork, wanted: ItemFilter, page: PageRequest) -> Page[ItemRow]:
    """List the items of a run, by default those whose errors cost most first.

    Raises:
        PermissionDeniedError: The person may not see statistics.
    """
    uow.require(Permission.STATISTICS_VIEW)
    return await queries.find_items(uow, wanted, page)


async def get_item(uow: UnitOfWork, run_id: int, level: Level, key: str) -> ItemForecast:
    """Read everything a run says about one item.

    Raises:
        PermissionDeniedError: The person may not see statistics.
        NotFoundError: The run has no such item.
    """
    uow.require(Permission.STATISTICS_VIEW)
    if level in (Level.PRODUCT, Level.CATEGORY) and not key.isdigit():
        raise NotFoundError("item", key)
    return await queries.find_item(uow, run_id, level, key)


async def count_groups(uow: UnitOfWork, run_id: int, group: str) -> list[GroupShare]:
    """Count a run's products by ``demand_class`` or by the ``members`` that forecast them.

    Raises:
        PermissionDeniedError: The person may not see statistics.
    """
    uow.require(Permission.STATISTICS_VIEW)
    return await queries.find_shares(uow, run_id, group)


async def map_errors_by_lag(uow: UnitOfWork, run_id: int, level: Level) -> HeatMap:
    """Show how the error of a level's members grows with the months ahead.

    Raises:
        PermissionDeniedError: The person may not see statistics.
    """
    uow.require(Permission.STATISTICS_VIEW)
    return await queries.find_lag_map(uow, run_id, level)


async def map_errors_by_month(
    uow: UnitOfWork, run_id: int, level: Level, page: PageRequest
) -> HeatMap:
    """Show the error of a level's members month by month, the costliest members first.

    Raises:
        PermissionDeniedError: The person may not see statistics.
    """
    uow.require(Permission.STATISTICS_VIEW)
    return await queries.find_month_map(uow, run_id, level, page)


async def show_trend(
    uow: UnitOfWork, run_id: int, level: Level, key: str = "", lag: int | None = None
) -> list[tuple[date, float | None, float | None, float | None]]:
    """Show how accuracy moved: month, WAPE, bias, and the seasonal naive forecast's WAPE.

    Args:
        uow: The transaction.
        run_id: The run whose back-test is meant.
        level: The level whose members are scored.
        key: One member; all of the level together when empty.
        lag: Only forecasts made so many months ahead.

    Raises:
        PermissionDeniedError: The person may not see statistics.
    """
    uow.require(Permission.STATISTICS_VIEW)
    return await queries.find_trend(uow, run_id, level, key, lag)


async def pin_run(uow: UnitOfWork, cycle_id: int, run_id: int) -> None:
    """Make a run the baseline of a cycle; it replaces the one before.

    Raises:
        PermissionDeniedError: The person may not run forecasts.
        NotFoundError: There is no such cycle or run.
        WrongStatusError: The cycle is closed, or the run is not complete.
        InvalidInputError: The run forecast some of the products only.
    """
    uow.require(Permission.STATISTICS_RUN)
    cycle, run = await find_cycle(uow, cycle_id), await get_run(uow, run_id)
    if cycle.status == CycleStatus.CLOSED:
        raise WrongStatusError(f"The cycle {cycle.name}", cycle.status, "given another baseline")
    if run.finished_at is None:
        raise WrongStatusError(f"The forecast run {run_id}", run.status, "pinned")
    if run.is_selection:
        raise InvalidInputError({"run": "A baseline has all products; this run has some of them."})
    before = await uow.session.scalar(
        text("SELECT run_id FROM cycle_baseline WHERE cycle_id = :id"), {"id": cycle_id}
    )
    await uow.session.execute(
        text("""
            INSERT INTO cycle_baseline (cycle_id, run_id, pinned_by, pinned_at)
            VALUES (:cycle_id, :run_id, :user_id, :now)
            ON CONFLICT (cycle_id) DO UPDATE
            SET run_id = :run_id, pinned_by = :user_id, pinned_at = :now
        """),
        {"cycle_id": cycle_id, "run_id": run_id, "user_id": uow.actor.user_id, "now": uow.now},
    )
    record(
        uow,
        "baseline_pinned",
        ("cycle", cycle_id),
        before={"baseline_run": before},
        after={"baseline_run": run_id},
    )


def describe_methods() -> list[Method]:
    """List the methods a run can be asked for, the combining ones first."""
    return list_methods()
