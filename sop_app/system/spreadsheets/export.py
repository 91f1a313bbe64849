"""Write tables as formatted Excel workbooks and as CSV, row by row.

Text stays text: in a workbook every text is written as a text cell, which no program calculates; in
CSV a text that would be calculated gets a guard (see `formula_guard`) that our own reader takes
away again. Numbers stay numbers, so negative figures carry no guard.
"""

import asyncio
import contextlib
import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from sop_app.system.spreadsheets.errors import CellTooLongError
from sop_app.system.spreadsheets.formula_guard import guard_text

MAX_CELL_CHARACTERS = 32_767
_MAX_ROWS = 1_048_576
_PAUSE_ROWS = 500
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

Row = Sequence[object]
Rows = Iterable[Row] | AsyncIterable[Row]


class ColumnFormat(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    QUANTITY = "quantity"
    PRICE = "price"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    MONTH = "month"
    INSTANT = "instant"
    BOOLEAN = "boolean"


_NUMBER_FORMATS = {
    ColumnFormat.TEXT: "@",
    ColumnFormat.INTEGER: "#,##0",
    ColumnFormat.QUANTITY: "#,##0.###",
    ColumnFormat.PRICE: "#,##0.00##",
    ColumnFormat.MONEY: "#,##0.00",
    ColumnFormat.PERCENT: "0.0%",
    ColumnFormat.DATE: "yyyy-mm-dd",
    ColumnFormat.MONTH: "mmm yyyy",
    ColumnFormat.INSTANT: "yyyy-mm-dd hh:mm",
    ColumnFormat.BOOLEAN: "General",
}
_WIDTHS = {
    ColumnFormat.TEXT: 22,
    ColumnFormat.DATE: 12,
    ColumnFormat.INSTANT: 17,
    ColumnFormat.MONEY: 14,
}


@dataclass(frozen=True)
class ExportColumn:
    """A column of an export.

    Attributes:
        title: Header; also the name by which the column is found when the file is imported.
        format: How its values are written.
        width: Width in characters; a default of the format when 0.
        has_total: Whether the totals row sums it up.
        note: Comment on the header cell, for example what is allowed.
    """

    title: str
    format: ColumnFormat = ColumnFormat.TEXT
    width: int = 0
    has_total: bool = False
    note: str = ""


@dataclass(frozen=True)
class ExportSheet:
    """One sheet of a workbook.

    Attributes:
        name: Name of the sheet; made valid where it is not.
        columns: Its columns.
        rows: Its rows, each with one value per column; ``None`` leaves a cell empty.
        title: A line above the header, with an empty line between; "" for none.
        frozen_columns: Columns that stay in view.
        has_totals: Whether a row of formulas under the rows sums up the columns that ask for it.
    """

    name: str
    columns: Sequence[ExportColumn]
    rows: Rows
    title: str = ""
    frozen_columns: int = 1
    has_totals: bool = False


async def write_workbook(
    path: Path,
    sheets: Sequence[ExportSheet],
    *,
    constant_memory: bool = True,
    report: Callable[[int], None] | None = None,
) -> int:
    """Write sheets as an Excel workbook: frozen header, filter, formats, widths, print set-up.

    Args:
        path: Where the file is written.
        sheets: What it holds.
        constant_memory: Write rows to disk as they come; memory does not grow with them.
        report: Called now and then with the number of rows written.

    Returns:
        Rows written, headers and totals not counted.

    Raises:
        CellTooLongError: A text does not fit into an Excel cell.
    """
    count = 0
    options = {"constant_memory": constant_memory, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(str(path), {**options, "strings_to_urls": False})
    try:
        looks = {
            look: book.add_format({"num_format": text}) for look, text in _NUMBER_FORMATS.items()
        }
        names: set[str] = set()
        for sheet in sheets:
            writer = _SheetWriter(book, looks, sheet, valid_sheet_name(sheet.name, names))
            async for row in _follow(sheet.rows):
                writer.add(row)
                count += 1
                if count % _PAUSE_ROWS == 0:
                    if report:
                        report(count)
                    await asyncio.sleep(0)
            writer.finish()
    finally:
        await asyncio.to_thread(book.close)
    return count


def valid_sheet_name(name: str, taken: set[str]) -> str:
    """Make a name Excel accepts for a sheet: 31 characters, no forbidden sign, not twice."""
    base = " ".join(name.translate(_FORBIDDEN_IN_NAMES).split()).strip("'")[:31] or "Sheet"
    valid, number = base, 2
    while valid.casefold() in taken:
        suffix = f" {number}"
        valid, number = base[: 31 - len(suffix)] + suffix, number + 1
    taken.add(valid.casefold())
    return valid


class _SheetWriter:
    """Writes one sheet: header first, then rows as they come, then totals."""

    def __init__(self, book: Any, looks: dict[ColumnFormat, Any], plan: ExportSheet, name: str):
        self._sheet = book.add_worksheet(name)
        self._plan = plan
        self._header = 2 if plan.title else 0
        self._next = self._header + 1
        self._totals = {
            position: Decimal(0)
            for position, column in enumerate(plan.columns)
            if plan.has_totals and column.has_total
        }
        self._bold = book.add_format({"bold": True, "top": 1, "bg_color": "#F0F0F3"})
        self._total_looks = {
            position: book.add_format(
                {
                    "bold": True,
                    "top": 1,
                    "bg_color": "#F0F0F3",
                    "num_format": _NUMBER_FORMATS[plan.columns[position].format],
                }
            )
            for position in self._totals
        }
        self._writers = [
            self._column_writer(position, column, looks[column.format])
            for position, column in enumerate(plan.columns)
        ]
        self._set_up_page()
        self._write_header(book)

    def _set_up_page(self) -> None:
        sheet = self._sheet
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(self._header)
        sheet.set_footer("&L&F&CPage &P of &N&R&A")
        sheet.freeze_panes(self._header + 1, self._plan.frozen_columns)

    def _write_header(self, book: Any) -> None:
        look = book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#F0F0F3", "text_wrap": True, "valign": "top"}
        )
        for position, column in enumerate(self._plan.columns):
            width = column.width or _WIDTHS.get(column.format, 11)
            self._sheet.set_column(position, position, max(width, min(len(column.title) + 2, 30)))
        if self._plan.title:
            title = book.add_format({"bold": True, "font_size": 14})
            self._sheet.write_string(0, 0, self._plan.title, title)
        for position, column in enumerate(self._plan.columns):
            self._sheet.write_string(self._header, position, column.title, look)
            if column.note:
                self._sheet.write_comment(self._header, position, column.note)

    def _column_writer(
        self, position: int, column: ExportColumn, look: Any
    ) -> Callable[[int, object], object]:
        """Choose once per column how its values are written."""
        sheet = self._sheet
        match column.format:
            case ColumnFormat.TEXT:

                def write_text(row: int, value: object) -> None:
                    text = str(value)
                    if len(text) > MAX_CELL_CHARACTERS:
                        raise CellTooLongError(column.title, len(text))
                    sheet.write_string(row, position, text, look)

                return write_text
            case ColumnFormat.DATE | ColumnFormat.MONTH | ColumnFormat.INSTANT:
                return lambda row, value: sheet.write_datetime(row, position, _naive(value), look)
            case ColumnFormat.BOOLEAN:
                return lambda row, value: sheet.write_boolean(row, position, value)
            case _ if position in self._totals:

                def write_summed(row: int, value: Any) -> None:
                    self._totals[position] += value if isinstance(value, int) else Decimal(value)
                    sheet.write_number(row, position, value, look)

                return write_summed
            case _:
                return lambda row, value: sheet.write_number(row, position, value, look)

    def add(self, values: Row) -> None:
        """Write the next row; an empty text leaves the cell empty."""
        row = self._next
        if row >= _MAX_ROWS:
            raise ValueError("An Excel sheet has no more rows; export as CSV or in parts.")
        for write, value in zip(self._writers, values, strict=True):
            if value is not None and value != "":
                write(row, value)
        self._next = row + 1

    def finish(self) -> None:
        """Add the totals and the filter over the rows."""
        last = self._next - 1
        columns = len(self._plan.columns)
        if self._plan.has_totals and last > self._header:
            for position in range(columns):
                if position not in self._totals:
                    self._sheet.write_blank(self._next, position, None, self._bold)
            self._sheet.write_string(self._next, 0, "Total", self._bold)
            for position, total in self._totals.items():
                letter = xl_col_to_name(position)
                formula = f"=SUBTOTAL(109,{letter}{self._header + 2}:{letter}{last + 1})"
                look = self._total_looks[position]
                self._sheet.write_formula(self._next, position, formula, look, float(total))
        if columns:
            self._sheet.autofilter(self._header, 0, max(last, self._header), columns - 1)


async def write_csv(path: Path, columns: Sequence[ExportColumn], rows: Rows) -> int:
    """Write a table as CSV: UTF-8 with mark (so that Excel reads it), comma, decimal point.

    Returns:
        Rows written, the header not counted.
    """
    count = 0
    with contextlib.closing(path.open("w", encoding="utf-8-sig", newline="")) as file:
        async for line in csv_lines(columns, rows):
            file.write(line)
            count += 1
    return count - 1


async def csv_lines(columns: Sequence[ExportColumn], rows: Rows) -> AsyncIterator[str]:
    """Yield a table as CSV lines, the header first, for a file or a streamed answer."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")

    def take(values: Iterable[str]) -> str:
        writer.writerow(values)
        line = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return line

    yield take(guard_text(column.title) for column in columns)
    count = 0
    async for row in _follow(rows):
        yield take(map(_csv_value, row))
        count += 1
        if count % _PAUSE_ROWS == 0:
            await asyncio.sleep(0)


def _csv_value(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return _naive(value).isoformat(" ", "seconds")
        case date():
            return value.isoformat()
        case str():
            return guard_text(value)
        case _:
            return str(value)


def _naive(value: Any) -> Any:
    """Drop the zone, which a sheet does not know; instants are exported in the zone they carry."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


async def _follow(rows: Rows) -> AsyncIterator[Row]:
    """Follow rows whether they come at once or over time."""
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row
