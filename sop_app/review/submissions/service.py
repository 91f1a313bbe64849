"""Read what sales reps hand in, as a manager, a coordinator or the rep may see it."""

from collections.abc import Collection
from datetime import date

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.cycles.service import find_previous_cycle, get_cycle
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from . import queries
from .rules import LARGE_CHANGE, Basis
from .schemas import ChangeQuery, CourseMonth, CycleSpan, Progress, RowChange, Scope


async def describe_span(uow: UnitOfWork, cycle_id: int) -> CycleSpan:
    """Say which months a cycle's submissions cover and which of them can be compared.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    compared = await _compare(uow, cycle_id)
    months = tuple(compared.cycle.mandatory)
    return CycleSpan(
        cycle_id=cycle_id,
        name=compared.cycle.name,
        months=months,
        last_year_months=months[: compared.last_year_count],
        last_cycle_months=months[: compared.last_cycle_count],
        last_cycle_name=compared.previous.name if compared.previous else "",
    )


async def list_progress_of_cycle(uow: UnitOfWork, cycle_id: int) -> tuple[CycleRow, list[Progress]]:
    """List how far each visible sales rep is, with the cycle it is about.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    compared = await _compare(uow, cycle_id)
    found = await queries.read_progress(uow, compared, Scope(cycle_id), "rep")
    return compared.cycle, found


async def list_progress_by_customer(uow: UnitOfWork, scope: Scope) -> list[Progress]:
    """List how far each customer of a rep is, by name.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    return await queries.read_progress(uow, await _compare(uow, scope.cycle_id), scope, "customer")


async def list_changes(uow: UnitOfWork, query: ChangeQuery) -> list[RowChange]:
    """List the rows of a submission that changed most against last cycle or last year.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    return await queries.read_changes(uow, await _compare(uow, query.scope.cycle_id), query)


async def show_course(uow: UnitOfWork, scope: Scope) -> list[CourseMonth]:
    """Show the money of each mandatory month beside last cycle's and last year's.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such cycle.
    """
    return await queries.read_course(uow, await _compare(uow, scope.cycle_id), scope)


async def list_submitted_customers(uow: UnitOfWork, scope: Scope) -> list[tuple[int, str]]:
    """List the customers of a rep's rows, as key and name.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
    """
    uow.require(Permission.FORECAST_VIEW)
    return await queries.list_customers(uow, scope)


async def find_entries_to_decide(
    uow: UnitOfWork, scope: Scope, *, rep_ids: Collection[int] = ()
) -> list[int]:
    """Find the submitted rows of a scope that the acting person may approve or return.

    The person's own rows are never among them.

    Args:
        uow: The transaction.
        scope: A rep, a customer, or everybody.
        rep_ids: Only rows of these reps; all when empty.

    Raises:
        PermissionDeniedError: The person may not review forecasts.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.FORECAST_REVIEW)
    compared = await _compare(uow, scope.cycle_id)
    found = await queries.list_entries_to_decide(uow, compared, scope)
    return [entry_id for entry_id, rep_id in found if not rep_ids or rep_id in rep_ids]


async def find_entries_with_small_change(uow: UnitOfWork, cycle_id: int) -> tuple[list[int], int]:
    """Find the submitted rows that differ by at most 10% from the last cycle.

    Without a last cycle they are compared with last year's sales.

    Returns:
        The rows, and how many other submitted rows are left to look at.

    Raises:
        PermissionDeniedError: The person may not review forecasts.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.FORECAST_REVIEW)
    compared = await _compare(uow, cycle_id)
    scope = Scope(cycle_id)
    basis = Basis.LAST_CYCLE if compared.last_cycle_count else Basis.LAST_YEAR
    small = await queries.list_entries_to_decide(uow, compared, scope, (basis, LARGE_CHANGE))
    waiting = await queries.list_entries_to_decide(uow, compared, scope)
    return [entry_id for entry_id, _ in small], len(waiting) - len(small)


async def _compare(uow: UnitOfWork, cycle_id: int) -> queries.Compared:
    uow.require(Permission.FORECAST_VIEW)
    cycle: CycleRow = await get_cycle(uow, cycle_id)
    previous = await find_previous_cycle(uow, cycle)
    today: date = uow.now.date()
    return queries.compare(cycle, previous, today)
