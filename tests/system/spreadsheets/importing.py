"""Play the steps of an import as screen and worker do, each in a transaction of its own."""

from collections.abc import Sequence
from typing import Any

from sop_app.import_kinds import register_import_kinds
from sop_app.kernel.paging import PageRequest
from sop_app.system import database
from sop_app.system.jobs import runner
from sop_app.system.jobs import service as jobs
from sop_app.system.jobs.schemas import JobView
from sop_app.system.spreadsheets import jobs as import_jobs
from sop_app.system.spreadsheets import staging
from sop_app.system.spreadsheets.changes import ALL_OUTCOMES, list_changes
from sop_app.system.spreadsheets.schemas import BatchView, ChangePage

register_import_kinds()
assert import_jobs.READ_JOB

CUSTOMERS = b"""Customer code,Customer name,Region,Channel
C-1,Brennan Foodservice,North,Retail
C-2,Harbor Grocers,South,Retail
"""


async def upload(kind: str, content: bytes, name: str = "customers.csv") -> BatchView:
    """Upload a file and let the worker read it."""
    async with database.unit_of_work() as uow:
        batch_id = await staging.upload_file(uow, kind, name, content)
    return await work(batch_id)


async def work(batch_id: int) -> BatchView:
    """Let the worker do what the import waits for."""
    view = await show(batch_id)
    if view.job_id is not None:
        await runner.run_job(view.job_id)
    return await show(batch_id)


async def show(batch_id: int) -> BatchView:
    async with database.unit_of_work() as uow:
        return await staging.get_batch(uow, batch_id)


async def job_of(view: BatchView) -> JobView:
    assert view.job_id is not None
    async with database.unit_of_work() as uow:
        return await jobs.get_job(uow, view.job_id)


async def act(verb: Any, *arguments: Any, **options: Any) -> Any:
    """Call one verb in a transaction of its own."""
    async with database.unit_of_work() as uow:
        return await verb(uow, *arguments, **options)


async def accept(view: BatchView) -> BatchView:
    """Accept what was shown."""
    await act(staging.start_accept, view.id, view.version)
    return await work(view.id)


async def changes(batch_id: int, outcomes: Sequence[Any] = tuple(ALL_OUTCOMES)) -> ChangePage:
    return await act(list_changes, batch_id, outcomes, PageRequest(size=200))
