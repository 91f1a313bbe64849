"""Give wrong rows back in the user's own workbook."""

import tempfile
from pathlib import Path

from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.files import open_file
from sop_app.system.spreadsheets.batches import load_batch, open_staged
from sop_app.system.spreadsheets.difference import RowOutcome
from sop_app.system.spreadsheets.error_workbook import write_error_workbook
from sop_app.system.spreadsheets.extract import SheetExtract
from sop_app.system.spreadsheets.mapping import column_title
from sop_app.system.spreadsheets.reading import read_for
from sop_app.system.spreadsheets.validation import CellError


async def error_workbook(uow: UnitOfWork, batch_id: int) -> tuple[str, bytes]:
    """Write the uploaded file with an error column and a comment on each wrong cell.

    Returns:
        The name of the file and its bytes.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        InvalidInputError: No row is wrong.
        SpreadsheetError: The file resists; not even a copy could be written.
    """
    staged = open_staged(await load_batch(uow, batch_id))
    errors = await _read_errors(uow, batch_id, staged.sheet)
    if not errors:
        raise InvalidInputError({"file": "No row of this file is wrong."})
    stored = await open_file(uow, staged.batch.file_id)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / f"source.{staged.extract.kind}"
        source.write_bytes(stored.content)
        rows, target = folder / "rows", folder / "target"
        rows.mkdir()
        target.mkdir()
        extract = await read_for(staged.kind, source, rows, staged.batch.file_name)
        sheet = extract.sheet(staged.sheet.name)
        path = await write_error_workbook(source, extract, sheet, errors, target)
        return path.name, path.read_bytes()


async def _read_errors(uow: UnitOfWork, batch_id: int, sheet: SheetExtract) -> list[CellError]:
    places = {column_title(column, sheet.columns): column.index for column in sheet.columns}
    found = await uow.session.execute(
        text("""
            SELECT row_number, header, message FROM staged_change, jsonb_each_text(errors)
                AS error(header, message)
            WHERE batch_id = :batch_id AND outcome = :wrong ORDER BY row_number
        """),
        {"batch_id": batch_id, "wrong": RowOutcome.WRONG.value},
    )
    return [
        CellError(row, places.get(header), header, "", message) for row, header, message in found
    ]
