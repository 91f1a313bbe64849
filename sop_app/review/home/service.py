"""Read what the frame of every page and the home page show the acting person."""

from decimal import Decimal

from sop_app.actuals.sales_history.totals import (
    YEAR,
    SalesTotals,
    find_last_sales_month,
    total_by_customer,
)
from sop_app.kernel.periods import add_months, first_of_month, month_range
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.cycles.service import get_cycle
from sop_app.review.submissions.schemas import Progress, Scope
from sop_app.review.submissions.service import list_progress_by_customer
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from . import queries
from .schemas import Frame, OpenRows, OwnCustomer, ReturnedForecast, SalesMonth

AHEAD = 6


async def read_frame(uow: UnitOfWork) -> Frame:
    """Read the current cycle and the work that waits for the acting person.

    Raises:
        PermissionDeniedError: The person has no account's rights.
    """
    uow.require(Permission.ACCOUNT_USE)
    return await queries.read_frame(
        uow,
        may_edit=uow.actor.may(Permission.FORECAST_EDIT),
        may_review=uow.actor.may(Permission.FORECAST_REVIEW),
    )


async def list_open_rows(uow: UnitOfWork, cycle_id: int, *, limit: int = 5) -> OpenRows:
    """List the acting rep's rows that cannot be submitted yet, errors first.

    Raises:
        PermissionDeniedError: The person does not enter forecasts.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.FORECAST_EDIT)
    cycle = await get_cycle(uow, cycle_id)
    missing_count, error_count = await queries.count_open_rows(uow, cycle)
    rows = await queries.read_open_rows(uow, cycle, limit)
    return OpenRows(tuple(rows), missing_count, error_count)


async def find_returned(uow: UnitOfWork, cycle_id: int) -> ReturnedForecast | None:
    """Find the acting rep's rows that came back, with the latest comment; None without any.

    Raises:
        PermissionDeniedError: The person does not enter forecasts.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.FORECAST_EDIT)
    return await queries.read_returned(uow, await get_cycle(uow, cycle_id))


async def list_own_customers(uow: UnitOfWork, cycle_id: int) -> list[OwnCustomer]:
    """List the acting rep's customers with sales and forecast, the largest sales first.

    Raises:
        PermissionDeniedError: The person may not see forecasts or sales.
        NotFoundError: There is no such cycle.
    """
    scope = Scope(cycle_id, rep_id=uow.actor.user_id)
    progress = await list_progress_by_customer(uow, scope)
    until = await find_last_sales_month(uow)
    sales = await total_by_customer(uow, [row.key for row in progress], until)
    customers = [_own_customer(row, sales.get(row.key, SalesTotals())) for row in progress]
    return sorted(customers, key=lambda row: (-row.sold, row.name))


def _own_customer(row: Progress, sales: SalesTotals) -> OwnCustomer:
    return OwnCustomer(
        id=row.key,
        name=row.name,
        code=row.code,
        sold=sales.amount,
        sold_change=sales.amount_change,
        planned=row.amount,
        planned_change=(row.amount - sales.amount) / sales.amount if sales.amount > 0 else None,
        row_count=row.row_count,
        complete_count=row.complete_count,
        error_count=row.error_count,
        status=row.status,
    )


async def show_sales_and_plan(uow: UnitOfWork, cycle: CycleRow | None) -> list[SalesMonth]:
    """Show twelve months of sales and the next six of the forecast, each beside the year before.

    The forecast begins after the last month that is over; it counts from the cycle's start month,
    a month between the two has neither. Everybody sees the total of what the person may see.

    Raises:
        PermissionDeniedError: The person may not see the home page.
    """
    uow.require(Permission.DASHBOARD_VIEW)
    this_month = first_of_month(uow.now.date())
    first = add_months(this_month, -YEAR)
    sales = await queries.read_sales(uow, add_months(first, -YEAR), add_months(this_month, -1))
    plan = await queries.read_plan(uow, cycle) if cycle else {}
    return [
        SalesMonth(
            month=month,
            sold=sales.get(month, Decimal(0)) if month < this_month and sales else None,
            planned=plan.get(month) if month >= this_month else None,
            last_year=sales.get(add_months(month, -YEAR)),
        )
        for month in month_range(first, YEAR + (AHEAD if plan else 0))
    ]
