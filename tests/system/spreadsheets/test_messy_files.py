"""Forty odd, broken, encrypted or hostile files people and testers have made.

What each holds was checked by hand against the folder's manifest; where a second reader (openpyxl)
opens the same file, every cell is compared as well.
"""

import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from sop_app.system.spreadsheets.cells import CellFault, decode, encode
from sop_app.system.spreadsheets.errors import (
    EmptySpreadsheetError,
    FileTooLargeError,
    FileUnreadableError,
    PasswordProtectedError,
    SuspiciousFileError,
    UnsupportedFileError,
)
from sop_app.system.spreadsheets.limits import MEGABYTE

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "messy"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real files in ../shared/data are not on this machine"
)

# file: (sheets with content, a sheet, its header row, rows that hold something, width,
#        a cell and its value)
READ = {
    "calamine__OOM_alloc.xls": (10, "WE 2-22 EOL Data", 3, 43, 4, "A3", "New Deals for:"),
    "calamine__any_sheets.xlsx": (1, "Visible", None, 4, 2, "B3", Decimal(6)),
    "calamine__covered.ods": (1, "sheet1", 1, 3, 1, "A3", "a3"),
    "calamine__date_1904.xlsb": (1, "Sheet1", None, 3, 2, "A1", date(2021, 1, 1)),
    "calamine__date_1904.xlsx": (
        1, "Sheet1", None, 3, 2, "A3", timedelta(days=10, seconds=54610),
    ),
    "calamine__errors.xlsx": (1, "Feuil1", None, 7, 1, "A1", CellFault("#DIV/0!")),
    "calamine__gh548_incorrect_sst_unique_count.xls": (
        7, "System Mapping", 3, 263, 10, "A4", "RF4",
    ),
    "calamine__has_x000D_.xlsx": (1, "Sheet1", 1, 1, 1, "A1", "ABC\r\nDEF"),
    "calamine__inventory-table.xlsx": (1, "Sheet1", 1, 5, 3, "C3", Decimal(200)),
    "calamine__issue_174.xlsx": (1, "Sheet1", 1, 2, 11, "H2", Decimal("1.201")),
    "calamine__malformed_format.xls": (1, "2014", 1, 36, 24, "B2", "Capodanno"),
    "poi__1904DateWindowing.xls": (1, "Sheet1", None, 1, 2, "A1", date(2000, 1, 1)),
    "poi__46535.xlsx": (5, "CodeLists", 1, 2439, 2, "B2", "Arrabury"),
    "poi__52348.xlsx": (1, "balance", 3, 9, 15, "G4", Decimal(1000)),
    "poi__56278.xlsx": (10, "Market Rates", 3, 23, 3, "B4", "0.032500"),
    "poi__ExcelPivotTableSample.xlsx": (
        3, "Tabelle1", 1, 4, 7, "G4", date(2022, 11, 13),
    ),
    "poi__Excel_file_with_trash_item.xlsx": (1, "Teams", 1, 680, 8, "A2", date(2015, 8, 22)),
    "poi__MalformedSSTCount.xlsx": (1, "Sheet1", 2, 3, 4, "A3", Decimal(23)),
    "poi__SampleSS.ods": (2, "First Sheet", 2, 3, 2, "B2", "2nd row 2nd column"),
    "poi__SimpleMacro.xlsm": (1, "Sheet1", 1, 1, 1, "A1", "This is a macro workbook"),
    "poi__SimpleStrict.xlsx": (2, "Sheet Number 2", None, 5, 6, "A4", date(1990, 1, 1)),
    "poi__StringContinueRecords.xls": (
        3, "file load sequence", 2, 306, 51, "B3", datetime(2006, 12, 15, 16, 2),  # noqa: DTZ001
    ),
    "poi__com.aida-tour.www_SPO_files_maldives%20august%20october.xls": (
        3, "СОДЕРЖАНИЕ", 5, 20, 7, "A1", "МАЛЬДИВЫ",
    ),
    "poi__no_drawing_patriarch.xlsx": (1, "Лист 1", 5, 7577, 10, "A1", "Прайс-лист"),
    "poi__right-to-left.xlsx": (2, "عربى", 1, 4, 1, "A1", "نص"),
    "poi__workbookProtection-sheet_password-2013.xlsx": (
        1, "Sheet1", 1, 1, 1, "A1", 'The password of this Sheet is: "pwd"',
    ),
    "poi__xxe_in_schema.xlsx": (1, "Sheet1", 9, 2, 5, "C9", "/Test/Test"),
}  # fmt: skip

REFUSED = {
    "calamine__pass_protected.ods": (PasswordProtectedError, "Remove the password"),
    "poi__protected_passtika.xlsb": (PasswordProtectedError, "Remove the password"),
    "poi__protected_sha512.xlsx": (PasswordProtectedError, "Remove the password"),
    "poi__53105.xlsx": (FileTooLargeError, "16,384 columns in sheet Sheet1; the limit is 512"),
    "poi__54764.xlsx": (SuspiciousFileError, "declares entities"),
    "poi__poc-xmlbomb-empty.xlsx": (SuspiciousFileError, "declares entities"),
    "poi__duplicate-filename.xlsx": (SuspiciousFileError, "two parts of the same name"),
    "poi__57893-many-merges.xlsx": (EmptySpreadsheetError, "no sheet holds a filled cell"),
    "poi__SampleSS.xml": (UnsupportedFileError, "an Excel 2003 XML workbook"),
    "poi__testEXCEL_4.xls": (UnsupportedFileError, "older than Excel 97"),
    "poi__clusterfuzz-testcase-minimized-POIHSSFFuzzer-4657005060816896.xls": (
        FileUnreadableError, "its content is damaged",
    ),
    "poi__clusterfuzz-testcase-minimized-XLSX2CSVFuzzer-5636439151607808.xlsx": (
        FileUnreadableError, "its package is damaged",
    ),
    "poi__xlmmacro.xlsm": (UnsupportedFileError, "Excel 4 macros"),
}  # fmt: skip

# openpyxl opens these as well, and within a moment.
BOTH = sorted(
    {name for name in READ if name.endswith((".xlsx", ".xlsm"))}
    - {"calamine__issue_174.xlsx", "poi__SimpleStrict.xlsx"}
)


def test_every_file_of_the_folder_has_an_expected_outcome():
    files = {path.name for path in FOLDER.iterdir()} - {"manifest.csv"}
    assert files == set(READ) | set(REFUSED)
    assert len(files) == 40


def cell_of(sheet, place):
    column, row = ord(place[0]) - 65, int(place[1:])
    return next(line.cells[column] for line in sheet.rows() if line.number == row)


@pytest.mark.memory
@pytest.mark.parametrize("name", READ)
async def test_a_readable_file_gives_its_cells(read, name):
    sheet_count, title, header_row, row_count, width, place, value = READ[name]
    started = time.monotonic()
    extract = await read(FOLDER / name)
    assert time.monotonic() - started < 10
    assert extract.peak_memory < 64 * MEGABYTE
    assert len(extract.sheets) == sheet_count
    sheet = extract.sheet(title)
    assert (sheet.row_count, sheet.width) == (row_count, width)
    assert sheet.header_row == header_row
    assert cell_of(sheet, place) == value


@pytest.mark.parametrize("name", REFUSED)
async def test_an_unreadable_file_is_refused_with_its_reason(read, name):
    kind, reason = REFUSED[name]
    started = time.monotonic()
    with pytest.raises(kind, match=reason) as caught:
        await read(FOLDER / name)
    assert time.monotonic() - started < 10
    assert caught.value.message.startswith(name)


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.parametrize("name", BOTH)
async def test_a_second_reader_sees_the_same_cells(read, name):
    extract = await read(FOLDER / name)
    book = openpyxl.load_workbook(FOLDER / name, data_only=True)
    for sheet in extract.sheets:
        ours = {
            (row.number, column): cell
            for row in sheet.rows()
            for column, cell in enumerate(row.cells, 1)
            if cell is not None
        }
        theirs = {
            (cell.row, cell.column): value
            for line in book[sheet.name].iter_rows()
            for cell in line
            if (value := decode(encode(cell.value))) is not None
        }
        assert _comparable(ours) == _comparable(theirs), sheet.name


def _comparable(cells):
    """Level what two readers may tell differently: blanks around a text, a date at midnight."""
    return {place: _level(cell) for place, cell in cells.items()}


def _level(cell):
    if isinstance(cell, str):
        return cell.replace("_x000D_\n", "\r\n").strip()
    if isinstance(cell, datetime) and cell == datetime.combine(cell, datetime.min.time()):
        return cell.date()
    return cell
