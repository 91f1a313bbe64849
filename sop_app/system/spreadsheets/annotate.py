"""The process that writes errors into a workbook: it opens the user's file, so it is confined too.

Started as ``python -m sop_app.system.spreadsheets.annotate``; see `jail` for how it speaks.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from sop_app.system.spreadsheets.cells import CellFault, RawCell
from sop_app.system.spreadsheets.export import valid_sheet_name
from sop_app.system.spreadsheets.extract import SheetExtract, SheetRow, WorkbookExtract
from sop_app.system.spreadsheets.file_kinds import FileKind
from sop_app.system.spreadsheets.jail import serve_request
from sop_app.system.spreadsheets.limits import ReadLimits
from sop_app.system.spreadsheets.package_check import check_package
from sop_app.system.spreadsheets.validation import CellError

ERROR_HEADER = "Errors"
_MOST_COMMENTS = 5_000
_LONGEST_SENTENCE = 32_000
_COLUMN_WIDTH = 60
_RED, _DARK_RED, _GREY = "FFC7CE", "9C0006", "F0F0F3"

RowErrors = dict[int, list[CellError]]


def annotate_workbook(
    book_path: Path, target: Path, sheet: SheetExtract, errors: RowErrors, *, keeps_macros: bool
) -> None:
    """Give the user's workbook back with an error column and a comment on each wrong cell."""
    book = load_workbook(book_path, keep_vba=keeps_macros)
    page = book[sheet.name]
    column = _error_column(sheet) + 1
    for row in range(1, page.max_row + 1 if column <= sheet.width else 0):
        page.cell(row, column).value = None
    header = page.cell(sheet.header_row or 1, column, ERROR_HEADER)
    header.font = Font(bold=True, color=_DARK_RED)
    page.column_dimensions[header.column_letter].width = _COLUMN_WIDTH
    fill = PatternFill("solid", fgColor=_RED)
    commented = 0
    for row, found in errors.items():
        sentence = page.cell(row, column, _sentence(found))
        sentence.data_type = "s"
        sentence.font = Font(color=_DARK_RED)
        for index, message in _by_column(found):
            cell = page.cell(row, index + 1)
            if not isinstance(cell, Cell):
                continue
            cell.fill = fill
            if commented < _MOST_COMMENTS:
                cell.comment = Comment(message, "S&OP", height=90, width=260)
                commented += 1
    book.save(target)


def write_copy(target: Path, sheet: SheetExtract, errors: RowErrors) -> None:
    """Write the sheet's cells to a new workbook, with an error column and comments.

    Rows keep the numbers they have in the file, so that messages keep pointing to the right place.
    """
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "strings_to_formulas": False})
    copy = _Copy(book, sheet)
    for row in sheet.rows():
        copy.write_row(row, errors.get(row.number, []))
    book.close()


class _Copy:
    """A new workbook with the cells of a sheet."""

    def __init__(self, book: Any, sheet: SheetExtract) -> None:
        self._page = book.add_worksheet(valid_sheet_name(sheet.name, set()))
        self._header_row = sheet.header_row
        self._column = _error_column(sheet)
        self._commented = 0
        self._date = book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._duration = book.add_format({"num_format": "[h]:mm:ss"})
        self._header = book.add_format({"bold": True, "bg_color": f"#{_GREY}"})
        self._error = book.add_format({"font_color": f"#{_DARK_RED}"})
        self._wrong = book.add_format({"bg_color": f"#{_RED}"})
        self._page.set_column(self._column, self._column, _COLUMN_WIDTH)
        self._page.freeze_panes(sheet.header_row or 0, 0)

    def write_row(self, row: SheetRow, found: list[CellError]) -> None:
        """Write one row, its cells first, then what is wrong with them."""
        at = row.number - 1
        wrong = dict(_by_column(found))
        is_header = row.number == self._header_row
        for index, cell in enumerate(row.cells[: self._column]):
            if is_header and cell is not None:
                self._page.write_string(at, index, str(cell), self._header)
            else:
                self._write_cell(at, index, cell, self._wrong if index in wrong else None)
        if is_header:
            self._page.write_string(at, self._column, ERROR_HEADER, self._header)
        elif found:
            self._page.write_string(at, self._column, _sentence(found), self._error)
        for index, message in wrong.items():
            if self._commented < _MOST_COMMENTS:
                self._page.write_comment(at, index, message)
                self._commented += 1

    def _write_cell(self, row: int, column: int, cell: RawCell, look: Any) -> None:
        page = self._page
        match cell:
            case None:
                if look:
                    page.write_blank(row, column, None, look)
            case bool():
                page.write_boolean(row, column, cell, look)
            case str():
                page.write_string(row, column, cell, look)
            case CellFault():
                page.write_string(row, column, cell.code, look)
            case datetime():
                page.write_datetime(row, column, cell, self._instant)
            case date():
                page.write_datetime(row, column, cell, self._date)
            case time() | timedelta():
                page.write_datetime(row, column, cell, self._duration)
            case _:
                page.write_number(row, column, cell, look)


def _error_column(sheet: SheetExtract) -> int:
    """Give the column for errors: the one of an earlier round, else the first free one."""
    for column in sheet.columns:
        if column.header == ERROR_HEADER:
            return column.index
    return sheet.width


def _sentence(errors: list[CellError]) -> str:
    return " ".join(error.message for error in errors)[:_LONGEST_SENTENCE]


def _by_column(errors: list[CellError]) -> Iterator[tuple[int, str]]:
    placed = sorted((error.column, error.message) for error in errors if error.column is not None)
    for column, group in groupby(placed, key=lambda item: item[0]):
        yield column, "\n".join(message for _, message in group)


def _load_errors(path: Path) -> RowErrors:
    errors: RowErrors = defaultdict(list)
    with path.open(encoding="utf-8") as file:
        for line in file:
            error = CellError(**json.loads(line))
            errors[error.row].append(error)
    return dict(sorted(errors.items()))


def _handle(request: dict[str, Any], limits: ReadLimits) -> str:
    extract = WorkbookExtract.load(Path(request["extract"]), Path(request["rows"]))
    sheet = extract.sheet(request["sheet"])
    errors = _load_errors(Path(request["errors"]))
    target = Path(request["target"])
    if request["in_place"]:
        source = Path(request["source"])
        check_package(source, extract.name, limits)
        keeps_macros = extract.kind is FileKind.XLSM
        annotate_workbook(source, target, sheet, errors, keeps_macros=keeps_macros)
    else:
        write_copy(target, sheet, errors)
    return str(target)


if __name__ == "__main__":
    sys.exit(serve_request(_handle))
