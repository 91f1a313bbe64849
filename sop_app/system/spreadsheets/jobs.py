"""What the worker does for imports: read, check, store, mark errors, and tidy up."""

import asyncio
import mimetypes
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from sop_app.system.database import unit_of_work
from sop_app.system.jobs.context import JobContext
from sop_app.system.jobs.files import read_blocks, save_file, store_file
from sop_app.system.jobs.registry import job, scheduled
from sop_app.system.spreadsheets.accepting import accept_batch
from sop_app.system.spreadsheets.batches import load_batch, lock_batch, open_staged
from sop_app.system.spreadsheets.confined import ReadProgress
from sop_app.system.spreadsheets.error_files import error_workbook
from sop_app.system.spreadsheets.errors import SpreadsheetError
from sop_app.system.spreadsheets.extract import WorkbookExtract
from sop_app.system.spreadsheets.kinds import AnyImport, find_kind
from sop_app.system.spreadsheets.preview import preview_rows
from sop_app.system.spreadsheets.reading import count_options, read_for, stage_extract
from sop_app.system.spreadsheets.schemas import BatchStatus
from sop_app.system.spreadsheets.staged_rows import clear_rows
from sop_app.system.spreadsheets.staging import (
    ACCEPT_JOB,
    ERRORS_JOB,
    HEADER_ROWS,
    PREVIEW_JOB,
    READ_JOB,
)

KEPT_DAYS = 14
ERROR_FILE_DAYS = 2
_WATCH_SECONDS = 0.3


@job(READ_JOB)
async def read_upload(context: JobContext) -> dict[str, Any]:
    """Read an uploaded file; check its rows at once if nothing is left to be answered."""
    batch_id = context.arguments["batch_id"]
    with tempfile.TemporaryDirectory() as folder:
        async with unit_of_work() as uow:
            batch = await load_batch(uow, batch_id)
            upload = _Upload(
                find_kind(batch.kind),
                batch.file_name,
                Path(folder, f"source{Path(batch.file_name).suffix.lower()}"),
                batch.options.get(HEADER_ROWS, {}),
            )
            await save_file(uow, batch.file_id, upload.path)
        rows = Path(folder, "rows")
        rows.mkdir()
        try:
            extract = await _read_watched(context, upload, rows)
            await _stage(context, batch_id, extract)
        except SpreadsheetError as refusal:
            await _note_refusal(batch_id, refusal.message)
            raise
    return {"batch_id": batch_id}


@dataclass(frozen=True)
class _Upload:
    """An uploaded file on the worker's disk, and the header rows its owner has chosen."""

    kind: AnyImport
    name: str
    path: Path
    header_rows: dict[str, int]


async def _read_watched(context: JobContext, upload: _Upload, rows: Path) -> WorkbookExtract:
    """Read a file while its owner follows the progress and may stop it."""
    latest = ReadProgress("")

    def keep(progress: ReadProgress) -> None:
        nonlocal latest
        latest = progress

    reading = asyncio.create_task(
        read_for(upload.kind, upload.path, rows, upload.name, keep, header_rows=upload.header_rows)
    )
    try:
        while not reading.done():
            await asyncio.wait([reading], timeout=_WATCH_SECONDS)
            await context.progress(latest.rows, latest.total, "Reading the file")
    finally:
        reading.cancel()
    return await reading


async def _stage(context: JobContext, batch_id: int, extract: WorkbookExtract) -> None:
    await context.progress(0, 0, "Looking at the columns")
    async with unit_of_work() as uow:
        batch = await lock_batch(uow, batch_id, waits=True)
        staged = await stage_extract(uow, batch, extract)
        await count_options(uow, staged)
        is_ready = not staged.missing_fields() and not staged.questions()
        if is_ready and not staged.kind.options:
            await preview_rows(uow, staged, context.progress)
        await context.complete(uow, {"batch_id": batch_id})


async def _note_refusal(batch_id: int, message: str) -> None:
    async with unit_of_work() as uow:
        batch = await lock_batch(uow, batch_id, waits=True)
        batch.status, batch.refusal = BatchStatus.REFUSED.value, message[:1000]


@job(PREVIEW_JOB)
async def preview_upload(context: JobContext) -> dict[str, Any]:
    """Check every row and lay down what accepting would do."""
    batch_id = context.arguments["batch_id"]
    async with unit_of_work() as uow:
        batch = await lock_batch(uow, batch_id, waits=True)
        counts = await preview_rows(uow, open_staged(batch), context.progress)
        result = {"batch_id": batch_id, "total": counts.total}
        await context.complete(uow, result)
    return result


@job(ACCEPT_JOB)
async def accept_upload(context: JobContext) -> dict[str, Any]:
    """Store what was shown, all or nothing; done twice it changes nothing."""
    batch_id = context.arguments["batch_id"]
    async with unit_of_work() as uow:
        batch = await lock_batch(uow, batch_id, waits=True)
        await accept_batch(uow, batch, context.progress)
        result = {"batch_id": batch_id, **batch.counts["outcome"]}
        await context.complete(uow, result)
    return result


@job(ERRORS_JOB)
async def write_errors(context: JobContext) -> dict[str, Any]:
    """Write the user's workbook with its errors marked and keep it for download."""
    await context.progress(0, 1, "Marking errors")
    with tempfile.TemporaryDirectory() as folder:
        async with unit_of_work() as uow:
            path = await error_workbook(uow, context.arguments["batch_id"], Path(folder))
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            expires = uow.now + timedelta(days=ERROR_FILE_DAYS)
            blocks = read_blocks(path)
            file_id = await store_file(uow, "import_errors", path.name, blocks, kind, expires)
            await context.complete(uow, {"file_id": file_id})
    return {"file_id": file_id}


@scheduled(every=timedelta(hours=1))
async def forget_staged_rows() -> None:
    """Drop the staged rows of imports that have ended, and give up those nobody went on with."""
    async with unit_of_work() as uow:
        await uow.session.execute(
            text("""
                UPDATE import_batch SET status = 'cancelled'
                WHERE status IN ('uploaded', 'read', 'previewed') AND created_at < :oldest
            """),
            {"oldest": uow.now - timedelta(days=KEPT_DAYS)},
        )
        ended = await uow.session.execute(
            text("""
                SELECT id FROM import_batch b WHERE status IN ('accepted', 'cancelled', 'refused')
                AND (to_regclass('staging.rows_' || id) IS NOT NULL
                     OR EXISTS (SELECT FROM staged_change c WHERE c.batch_id = b.id))
            """)
        )
        for batch_id in ended.scalars().all():
            await clear_rows(uow, batch_id)
