"""Import a file in one go, without a worker: what the command line does."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from sop_app.kernel.paging import PageRequest
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.files import read_blocks
from sop_app.system.spreadsheets.accepting import accept_batch
from sop_app.system.spreadsheets.answers import Answers, give_answers
from sop_app.system.spreadsheets.batches import StagedFile, find_earlier, require_kind
from sop_app.system.spreadsheets.changes import list_changes
from sop_app.system.spreadsheets.difference import RowOutcome
from sop_app.system.spreadsheets.error_files import read_errors
from sop_app.system.spreadsheets.error_workbook import write_error_workbook
from sop_app.system.spreadsheets.errors import SpreadsheetError
from sop_app.system.spreadsheets.extract import WorkbookExtract
from sop_app.system.spreadsheets.kinds import BulkImport
from sop_app.system.spreadsheets.preview import preview_rows
from sop_app.system.spreadsheets.reading import read_for, stage_extract
from sop_app.system.spreadsheets.schemas import ChangeLine, ImportResult, shares_of
from sop_app.system.spreadsheets.staged_rows import clear_rows
from sop_app.system.spreadsheets.staging import create_batch

MOST_ERRORS_SHOWN = 20
MOST_CHANGES_SHOWN = 120
NO_ANSWERS = Answers()


async def import_file(
    uow: UnitOfWork,
    kind: str,
    path: Path,
    answers: Answers = NO_ANSWERS,
    *,
    is_dry_run: bool = False,
    error_folder: Path | None = None,
) -> ImportResult:
    """Read, check and store a file in the caller's transaction.

    Nothing is stored when a row is wrong, or on a dry run; the result says what is wrong.

    Args:
        uow: The transaction.
        kind: What the file holds.
        path: The file.
        answers: How it is to be read.
        is_dry_run: Whether to stop before storing.
        error_folder: Where the file goes with its errors marked, when rows are wrong.

    Raises:
        NotFoundError: There is no such kind or mapping.
        SpreadsheetError: The file cannot be read.
        InvalidInputError: A column is missing, can be read in two ways, or an answer is none.
        ConflictError: What is stored has changed in between.
    """
    found = require_kind(uow, kind)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        extract = await read_for(found, path, folder, path.name)
        batch = await create_batch(uow, kind, path.name, read_blocks(path))
        if answers.sheet:
            batch.sheet = extract.sheet(answers.sheet).name
        staged = await stage_extract(uow, batch, extract, mapping_name=answers.mapping)
        staged = give_answers(staged, answers)
        counts = await preview_rows(uow, staged, counts_options=False)
        result = ImportResult(
            staged.context(uow).batch_id,
            counts,
            is_accepted=not counts.wrong and not is_dry_run,
            shares=shares_of(batch.counts),
            changes=await _summed_changes(uow, staged),
            earlier=await find_earlier(uow, batch),
        )
        if counts.wrong:
            errors = await _first_errors(uow, staged)
            marked = await _mark_errors(uow, path, extract, staged, error_folder)
            result = replace(result, errors=errors, error_file=marked)
    if result.is_accepted:
        await accept_batch(uow, batch)
    await clear_rows(uow, result.batch_id)
    return result


async def _mark_errors(
    uow: UnitOfWork,
    path: Path,
    extract: WorkbookExtract,
    staged: StagedFile,
    folder: Path | None,
) -> Path | None:
    """Write the file with its errors marked into a folder; a file that is there is kept.

    Returns:
        Where it is; ``None`` when it was not wanted or could not be written.
    """
    if folder is None:
        return None
    errors = await read_errors(uow, staged.context(uow).batch_id, staged.sheet)
    sheet = extract.sheet(staged.sheet.name)
    with tempfile.TemporaryDirectory() as name:
        try:
            marked = await write_error_workbook(path, extract, sheet, errors, Path(name))
            return Path(shutil.copyfile(marked, _free_path(folder, marked.name)))
        except (OSError, SpreadsheetError):
            return None


def _free_path(folder: Path, name: str) -> Path:
    path, number = folder / name, 1
    while path.exists():
        number += 1
        path = folder / f"{Path(name).stem} {number}{Path(name).suffix}"
    return path


async def _summed_changes(uow: UnitOfWork, staged: StagedFile) -> tuple[ChangeLine, ...]:
    """List the changes of a kind that sums them up, such as sales by month."""
    if not isinstance(staged.kind, BulkImport):
        return ()
    wanted = {RowOutcome.NEW, RowOutcome.CHANGED}
    page = PageRequest(size=MOST_CHANGES_SHOWN)
    return (await list_changes(uow, staged.context(uow).batch_id, wanted, page)).lines


async def _first_errors(uow: UnitOfWork, staged: StagedFile) -> tuple[str, ...]:
    found = await uow.session.execute(
        text("""
            SELECT row_number, message FROM staged_change, jsonb_each_text(errors)
                AS error(header, message)
            WHERE batch_id = :batch_id AND outcome = 'wrong' ORDER BY row_number LIMIT :count
        """),
        {"batch_id": staged.batch.id, "count": MOST_ERRORS_SHOWN},
    )
    return tuple(f"Row {row}: {message}" for row, message in found)
