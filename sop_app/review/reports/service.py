"""Reports as people ask for them: a pivot on screen, a workbook, a CSV file."""

from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from . import queries
from .schemas import Pivot, PivotRequest, ReportCycle


async def show_consolidated(uow: UnitOfWork, request: PivotRequest) -> tuple[ReportCycle, Pivot]:
    """Show one page of the consolidated report of a cycle.

    Raises:
        PermissionDeniedError: The acting person may not read reports.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.REPORTS_VIEW)
    cycle = await queries.get_report_cycle(uow, request.scope.cycle_id)
    return cycle, await queries.read_pivot(uow, cycle, request)
