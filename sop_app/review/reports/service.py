"""Reports as people ask for them: a pivot on screen, a workbook, a CSV file."""

import csv
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path

from sop_app.kernel.periods import month_label
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.service import start_job
from sop_app.system.settings.service import get_currency
from sop_app.system.spreadsheets.formula_guard import guard_text

from . import queries
from .schemas import (
    ROW_HEADERS,
    Dimension,
    FileFormat,
    Measure,
    Pivot,
    PivotRequest,
    ReportCycle,
    ReportRow,
    ReportScope,
)
from .workbook import ConsolidatedWorkbook

Progress = Callable[[int, int], Awaitable[None]]
CONSOLIDATED_JOB = "consolidated_report"
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


async def name_narrowed_customer(uow: UnitOfWork, scope: ReportScope) -> str:
    """Give the name of the one customer a report is narrowed to, else nothing.

    Raises:
        PermissionDeniedError: The acting person may not read reports.
    """
    uow.require(Permission.REPORTS_VIEW)
    if scope.customer_id is None:
        return ""
    return await queries.name_customer(uow, scope.customer_id)


async def order_consolidated(uow: UnitOfWork, scope: ReportScope, file_format: FileFormat) -> int:
    """Ask for the consolidated report as a file and return the id of the job that makes it.

    Raises:
        PermissionDeniedError: The acting person may not read reports.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.REPORTS_VIEW)
    cycle = await queries.get_report_cycle(uow, scope.cycle_id)
    arguments = {"scope": asdict(scope), "format": file_format.value}
    return await start_job(uow, CONSOLIDATED_JOB, f"Consolidated report, {cycle.name}", arguments)


async def write_consolidated(
    uow: UnitOfWork, scope: ReportScope, file_format: FileFormat, path: Path, progress: Progress
) -> str:
    """Write the consolidated report to a file and return the name people should see.

    Raises:
        PermissionDeniedError: The acting person may not read reports.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.REPORTS_VIEW)
    cycle = await queries.get_report_cycle(uow, scope.cycle_id)
    write = _write_workbook if file_format is FileFormat.XLSX else _write_csv
    await write(uow, cycle, scope, path, progress)
    return f"Consolidated forecast {cycle.name}.{file_format}"


async def _write_workbook(
    uow: UnitOfWork, cycle: ReportCycle, scope: ReportScope, path: Path, progress: Progress
) -> None:
    book = ConsolidatedWorkbook(path, cycle, currency=await get_currency())
    for view in VIEWS:
        request = PivotRequest(scope, view, Measure.VALUE, limit=None)
        pivot = await queries.read_pivot(uow, cycle, request)
        book.add_pivot(f"By {view.label.lower()}", pivot, Measure.VALUE)
    book.start_rows()
    await _each_row(uow, scope, progress, book.add_row)
    book.close()


async def _write_csv(
    uow: UnitOfWork, cycle: ReportCycle, scope: ReportScope, path: Path, progress: Progress
) -> None:
    months = [month_label(month) for month in cycle.months]
    currency = await get_currency()
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        amounts = [f"{month} {currency}" for month in months]
        writer.writerow([*ROW_HEADERS, *months, *amounts])

        def add_row(row: ReportRow) -> None:
            writer.writerow([*map(guard_text, row.keys), *row.quantities, *row.amounts])

        await _each_row(uow, scope, progress, add_row)


async def _each_row(
    uow: UnitOfWork,
    scope: ReportScope,
    progress: Progress,
    write: Callable[[ReportRow], None],
) -> None:
    total = await queries.count_rows(uow, scope)
    done = 0
    async for row in queries.stream_rows(uow, scope):
        write(row)
        done += 1
        if done % _REPORT_EVERY == 0:
            await progress(done, total)
    await progress(done, total)
