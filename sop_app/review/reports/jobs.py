"""Reports made in the background, for a cycle too large to wait for."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from sop_app.system.database import unit_of_work
from sop_app.system.jobs.context import JobContext
from sop_app.system.jobs.files import store_file
from sop_app.system.jobs.registry import job
from sop_app.system.settings.service import get_settings

from . import service
from .schemas import FileFormat, ReportScope


@job(service.CONSOLIDATED_JOB)
async def make_consolidated_file(context: JobContext) -> dict[str, Any]:
    """Write the consolidated report of a cycle and keep it for its owner."""
    file_format = FileFormat(context.arguments["format"])
    scope = ReportScope(**context.arguments["scope"])

    async def progress(done: int, total: int) -> None:
        await context.progress(done, total, "Writing rows")

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"report.{file_format}")
        async with unit_of_work() as uow:
            name = await service.write_consolidated(uow, scope, file_format, path, progress)
        async with unit_of_work() as uow:
            settings = await get_settings()
            file_id = await store_file(
                uow,
                "report",
                name,
                path.read_bytes(),
                file_format.content_type,
                uow.now + timedelta(days=settings.report_expiry_days),
            )
            result = {"file_id": file_id}
            await context.complete(uow, result)
    return result
