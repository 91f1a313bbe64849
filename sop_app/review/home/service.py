"""Read what the frame of every page and the home page show the acting person."""

from decimal import Decimal

from sop_app.actuals.sales_history.totals import YEAR
from sop_app.kernel.periods import add_months, first_of_month, month_range
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.cycles.service import get_cycle
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from . import queries
from .schemas import Frame, OpenRows, SalesMonth

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
