"""Import a file the way the import service does: read, map, check, compare, accept."""

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sop_app.system import database
from sop_app.system.spreadsheets.cells import RawCell
from sop_app.system.spreadsheets.difference import (
    Difference,
    RowDifference,
    RowOutcome,
    compare_rows,
)
from sop_app.system.spreadsheets.export import ExportSheet, write_workbook
from sop_app.system.spreadsheets.kinds import ImportContext, ImportOutcome, RowImport, known_names
from sop_app.system.spreadsheets.mapping import resolve_mapping
from sop_app.system.spreadsheets.matching import propose_mapping
from sop_app.system.spreadsheets.reader import read_workbook
from sop_app.system.spreadsheets.validation import CheckedRow, RowChecker, row_key

Table = Sequence[Sequence[RawCell | int | float]]


async def write_table(folder: Path, rows: Table) -> Path:
    """Write a small table, its header first, as CSV."""
    path = folder / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


async def preview(kind: RowImport, path: Path, folder: Path) -> tuple[Difference, ImportContext]:
    """Say what accepting a file would do, in the order the import service works in."""
    spooled = Path(tempfile.mkdtemp(dir=folder))
    extract = await read_workbook(path, spooled, known_names=known_names(kind))
    sheet = extract.sheets[0]
    mapping = propose_mapping(sheet, kind.fields)
    resolved = resolve_mapping(sheet, mapping, kind.fields)
    assert not resolved.missing_fields
    async with database.unit_of_work() as uow:
        context = ImportContext(uow, 1, mapping, resolved)
        checker = RowChecker(resolved, await kind.load_references(context))
        rows = []
        for row in checker.check_all(sheet.rows(below=sheet.header_row or 0)):
            errors = kind.check_row(context, row)
            rows.append(CheckedRow(row.row, row.values, (*row.errors, *errors)))
        keys = {key for row in rows if (key := row_key(row.values, kind.key_fields))}
        current = await kind.load_current(context, keys)
        return compare_rows(current, rows, kind.key_fields), context


async def accept(kind: RowImport, difference: Difference, context: ImportContext) -> ImportOutcome:
    """Store what a preview showed, in a transaction of its own."""

    async def rows():
        for row in difference.rows:
            if row.outcome in (RowOutcome.NEW, RowOutcome.CHANGED):
                yield row

    async with database.unit_of_work() as uow:
        return await kind.accept(
            ImportContext(uow, context.batch_id, context.mapping, context.resolved), rows()
        )


async def import_table(kind: RowImport, folder: Path, rows: Table) -> ImportOutcome:
    """Import a table that has no fault."""
    difference, context = await preview(kind, await write_table(folder, rows), folder)
    assert [row.row.errors for row in difference.rows if row.row.errors] == []
    return await accept(kind, difference, context)


async def export_and_preview(
    kind: RowImport, sheet: ExportSheet, folder: Path
) -> list[RowDifference]:
    """Write an export as a workbook and preview its import."""
    path = folder / "export.xlsx"
    await write_workbook(path, [sheet])
    difference, _ = await preview(kind, path, folder)
    return list(difference.rows)
