"""Give wrong rows back in the user's own workbook, with the errors beside the cells."""

import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path

from sop_app.system.spreadsheets.confined import run_confined
from sop_app.system.spreadsheets.errors import SpreadsheetError
from sop_app.system.spreadsheets.extract import SheetExtract, WorkbookExtract
from sop_app.system.spreadsheets.file_kinds import FileKind
from sop_app.system.spreadsheets.limits import MEGABYTE, ReadLimits
from sop_app.system.spreadsheets.validation import CellError

_CHILD = "sop_app.system.spreadsheets.annotate"
_IN_PLACE_KINDS = frozenset({FileKind.XLSX, FileKind.XLSM})
_IN_PLACE_BYTES = 3 * MEGABYTE
_IN_PLACE_CELLS = 300_000
_IN_PLACE_SECONDS = 25


async def write_error_workbook(
    source: Path,
    extract: WorkbookExtract,
    sheet: SheetExtract,
    errors: Iterable[CellError],
    folder: Path,
    *,
    limits: ReadLimits | None = None,
) -> Path:
    """Write a workbook that shows each error in a column ``Errors`` and as a comment on its cell.

    A workbook of moderate size is given back as it was: other sheets, formats and formulas stay
    (pictures and charts may not). Any other file, and one that resists, becomes a new workbook
    with the same cells in the same rows.

    Args:
        source: The file the user uploaded.
        extract: What reading it gave; its folder must still exist.
        sheet: The sheet that was imported.
        errors: What is wrong, in any order.
        folder: Where the workbook is written.
        limits: What writing may cost; those of reading by default.

    Returns:
        The path of the workbook, ``<name> (errors).xlsx`` or ``.xlsm``.

    Raises:
        SpreadsheetError: Not even a copy could be written.
    """
    limits = limits or ReadLimits()
    request = {
        **_describe_file(extract, errors, folder),
        "source": str(source.resolve()),
        "sheet": sheet.name,
        "in_place": True,
        "limits": dataclasses.asdict(limits),
    }
    stem = Path(extract.name).stem
    if _can_change_in_place(extract):
        target = folder / f"{stem} (errors).{extract.kind}"
        careful = dataclasses.replace(limits, cpu_seconds=_IN_PLACE_SECONDS)
        attempt = {**request, "target": str(target), "limits": dataclasses.asdict(careful)}
        try:
            await run_confined(_CHILD, attempt, name=extract.name, limits=careful)
        except SpreadsheetError:
            target.unlink(missing_ok=True)
        else:
            return target
    target = folder / f"{stem} (errors).xlsx"
    attempt = {**request, "target": str(target), "in_place": False}
    await run_confined(_CHILD, attempt, name=extract.name, limits=limits)
    return target


def _describe_file(
    extract: WorkbookExtract, errors: Iterable[CellError], folder: Path
) -> dict[str, str]:
    """Write for the child what reading gave and what is wrong, and say where it stands."""
    errors_path = folder / "errors.jsonl"
    with errors_path.open("w", encoding="utf-8") as file:
        for error in errors:
            file.write(json.dumps(dataclasses.asdict(error)) + "\n")
    description = folder / "errors-extract.json"
    extract.save(description)
    return {
        "name": extract.name,
        "extract": str(description),
        "rows": str(extract.folder.resolve()),
        "errors": str(errors_path),
    }


def _can_change_in_place(extract: WorkbookExtract) -> bool:
    """Say whether the workbook is small enough for a reader that keeps everything in memory."""
    cells = sum(sheet.row_count * sheet.width for sheet in extract.sheets)
    return (
        extract.kind in _IN_PLACE_KINDS
        and extract.size <= _IN_PLACE_BYTES
        and cells <= _IN_PLACE_CELLS
    )
