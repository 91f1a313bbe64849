"""Import a file in one go, without a worker: what the command line does."""

import tempfile
from pathlib import Path

from sqlalchemy import text

from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.accepting import accept_batch
from sop_app.system.spreadsheets.batches import StagedFile, require_kind
from sop_app.system.spreadsheets.preview import preview_rows
from sop_app.system.spreadsheets.reading import read_for, stage_extract
from sop_app.system.spreadsheets.schemas import ImportCounts, ImportResult
from sop_app.system.spreadsheets.staged_rows import clear_rows
from sop_app.system.spreadsheets.staging import create_batch

MOST_ERRORS_SHOWN = 20


async def import_file(
    uow: UnitOfWork, kind: str, path: Path, *, mapping: str = "", is_dry_run: bool = False
) -> ImportResult:
    """Read, check and store a file in the caller's transaction.

    Nothing is stored when a row is wrong, a question is open, or on a dry run; the result says
    what is wrong.

    Args:
        uow: The transaction.
        kind: What the file holds.
        path: The file.
        mapping: Name of a saved mapping; else the one that fits, else the names of the columns.
        is_dry_run: Whether to stop before storing.

    Raises:
        NotFoundError: There is no such kind or mapping.
        SpreadsheetError: The file cannot be read.
        InvalidInputError: A column is missing, or can be read in two ways.
        ConflictError: What is stored has changed in between.
    """
    found = require_kind(uow, kind)
    with tempfile.TemporaryDirectory() as folder:
        extract = await read_for(found, path, Path(folder), path.name)
        batch = await create_batch(uow, kind, path.name, path.read_bytes())
        staged = await stage_extract(uow, batch, extract, mapping_name=mapping)
    counts = await preview_rows(uow, staged, counts_options=False)
    errors = await _first_errors(uow, staged) if counts.wrong else ()
    is_accepted = not counts.wrong and not is_dry_run
    if is_accepted:
        await accept_batch(uow, batch)
    assert batch.id is not None  # noqa: S101
    await clear_rows(uow, batch.id)
    return ImportResult(batch.id, counts, batch.counts.get("outcome", {}), is_accepted, errors)


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


def describe(counts: ImportCounts) -> str:
    """Say in one line what a file does."""
    parts = [
        f"{count:,} {word}"
        for count, word in (
            (counts.new, "new"),
            (counts.changed, "changed"),
            (counts.unchanged, "unchanged"),
            (counts.missing, "removed"),
            (counts.wrong, "wrong"),
        )
        if count or word != "removed"
    ]
    return f"{', '.join(parts)} rows"
