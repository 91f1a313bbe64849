"""Give wrong rows back in the user's own workbook."""

from pathlib import Path

from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.files import save_file
from sop_app.system.spreadsheets.batches import load_batch, open_staged
from sop_app.system.spreadsheets.difference import RowOutcome
from sop_app.system.spreadsheets.error_workbook import write_error_workbook
from sop_app.system.spreadsheets.extract import SheetExtract
from sop_app.system.spreadsheets.mapping import column_title
from sop_app.system.spreadsheets.reading import read_for
from sop_app.system.spreadsheets.validation import CellError


async def error_workbook(uow: UnitOfWork, batch_id: int, folder: Path) -> Path:
    """Write the uploaded file with an error column and a comment on each wrong cell.

    Args:
        uow: The transaction.
        batch_id: The import.
        folder: An empty folder to work in; the caller deletes it when done.

    Returns:
        The workbook in that folder.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        InvalidInputError: No row is wrong.
        SpreadsheetError: The file resists; not even a copy could be written.
    """
    staged = open_staged(await load_batch(uow, batch_id))
    errors = await read_errors(uow, batch_id, staged.sheet)
    if not errors:
        raise InvalidInputError({"file": "No row of this file is wrong."})
    source = folder / f"source.{staged.extract.kind}"
    await save_file(uow, staged.batch.file_id, source)
    rows, target = folder / "rows", folder / "target"
    rows.mkdir()
    target.mkdir()
    header_rows = {staged.sheet.name: staged.batch.header_row}
    extract = await read_for(
        staged.kind, source, rows, staged.batch.file_name, header_rows=header_rows
    )
    sheet = extract.sheet(staged.sheet.name)
    return await write_error_workbook(source, extract, sheet, errors, target)


async def read_errors(uow: UnitOfWork, batch_id: int, sheet: SheetExtract) -> list[CellError]:
    """List what the preview of a batch found wrong, with the place of each cell in its sheet."""
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
