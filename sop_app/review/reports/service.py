"""Reports as people ask for them: a pivot on screen, a workbook, a CSV file."""

import csv
from collections.abc import Awaitable, Callable
from pathlib import Path

from sop_app.kernel.periods import month_label
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.formula_guard import guard_text

from . import queries
from .schemas import Dimension, Measure, Pivot, PivotRequest, ReportCycle, ReportRow, ReportScope
from .workbook import ConsolidatedWorkbook

Progress = Callable[[int, int], Awaitable[None]]
CURRENCY = "EUR"
VIEWS = (Dimension.SALES_REP, Dimension.CUSTOMER, Dimension.FAMILY, Dimension.REGION)
_REPORT_EVERY = 1000


async def show_consolidated(uow: UnitOfWork, request: PivotRequest) -> tuple[ReportCycle, Pivot]:
    """Show one page of the consolidated report of a cycle.

    Raises:
        PermissionDeniedError: The acting person may not read reports.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.REPORTS_VIEW)
    cycle = await queries.get_report_cycle(uow, request.scope.cycle_id)
    return cycle, await queries.read_pivot(uow, cycle, request)


async def list_report_reps(uow: UnitOfWork, cycle_id: int) -> list[tuple[int, str]]:
    """List whose entries a cycle's report can be narrowed to, as key and name.

    Raises:
        PermissionDeniedError: The acting person may not read reports.
    """
    uow.require(Permission.REPORTS_VIEW)
    return await queries.list_reps(uow, cycle_id)


async def write_consolidated_workbook(
    uow: UnitOfWork, scope: ReportScope, path: Path, progress: Progress
) -> int:
    """Write the consolidated report as a formatted workbook and return its number of entries.

    Raises:
        PermissionDeniedError: The acting person may not read reports.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.REPORTS_VIEW)
    cycle = await queries.get_report_cycle(uow, scope.cycle_id)
    book = ConsolidatedWorkbook(path, cycle, currency=CURRENCY)
    for view in VIEWS:
        request = PivotRequest(scope, view, Measure.VALUE, limit=None)
        book.add_pivot(
            f"By {view.label.lower()}", await queries.read_pivot(uow, cycle, request), Measure.VALUE
        )
    book.start_rows()
    count = await _each_row(uow, scope, progress, book.add_row)
    book.close()
    return count


async def write_consolidated_csv(
    uow: UnitOfWork, scope: ReportScope, path: Path, progress: Progress
) -> int:
    """Write every entry of the consolidated report as CSV and return how many there are.

    Raises:
        PermissionDeniedError: The acting person may not read reports.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.REPORTS_VIEW)
    cycle = await queries.get_report_cycle(uow, scope.cycle_id)
    months = [month_label(month) for month in cycle.months]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                *("Sales rep", "Customer code", "Customer", "Region", "SKU", "Product"),
                *("Product group", "Unit", "Status"),
                *months,
                *(f"{month} {CURRENCY}" for month in months),
            ]
        )

        def add_row(row: ReportRow) -> None:
            keys = (row.sales_rep, row.customer_code, row.customer, row.region, row.sku)
            keys += (row.product, row.family, row.unit, row.status)
            writer.writerow([*map(guard_text, keys), *row.quantities, *row.amounts])

        return await _each_row(uow, scope, progress, add_row)


async def _each_row(
    uow: UnitOfWork,
    scope: ReportScope,
    progress: Progress,
    write: Callable[[ReportRow], None],
) -> int:
    total = await queries.count_rows(uow, scope)
    done = 0
    async for row in queries.stream_rows(uow, scope):
        write(row)
        done += 1
        if done % _REPORT_EVERY == 0:
            await progress(done, total)
    await progress(done, total)
    return done
