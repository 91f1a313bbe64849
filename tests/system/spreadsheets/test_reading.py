# ruff: noqa: DTZ001 a sheet knows no zone
"""Reading through the child process: what comes back, exactly."""

import asyncio
from datetime import date, datetime
from decimal import Decimal

import pytest

from sop_app.system.spreadsheets.cells import CellFault
from sop_app.system.spreadsheets.confined import ReadProgress
from sop_app.system.spreadsheets.errors import (
    EmptySpreadsheetError,
    SheetNotFoundError,
    UnsupportedFileError,
    WrongExtensionError,
)
from sop_app.system.spreadsheets.extract import WorkbookExtract
from sop_app.system.spreadsheets.file_kinds import FileKind
from sop_app.system.spreadsheets.number_text import DecimalSign
from sop_app.system.spreadsheets.profiles import ColumnKind


async def test_a_sheet_below_a_title_comes_with_its_row_numbers(read, make_workbook):
    path = make_workbook(
        [
            ["Prices 2027"],
            [],
            ["SKU", "Price ", "Valid from", "Active"],
            ["00123", 2.55, datetime(2027, 1, 1), True],
            [],
            [17850.0, "1.234,50", "31/12/2026", False],
            ["=1+1 as text", 0, datetime(2027, 1, 1, 8, 30)],
        ]
    )
    sheet = (await read(path)).sheet("Sheet1")
    assert (sheet.header_row, sheet.row_count, sheet.data_row_count, sheet.last_row) == (3, 5, 3, 7)
    assert [column.header for column in sheet.columns] == ["SKU", "Price ", "Valid from", "Active"]
    rows = list(sheet.rows(below=3))
    assert [row.number for row in rows] == [4, 6, 7]
    assert rows[0].cells == ("00123", Decimal("2.55"), date(2027, 1, 1), True)
    assert rows[1].cells == (Decimal(17850), "1.234,50", "31/12/2026", False)
    assert rows[2].cells[2] == datetime(2027, 1, 1, 8, 30)
    assert sheet.columns[1].kind is ColumnKind.NUMBER
    assert sheet.columns[1].number_texts.decimal_sign is DecimalSign.COMMA
    assert sheet.columns[2].kind is ColumnKind.DATE
    assert sheet.columns[3].booleans == 2
    assert sheet.columns[3].empty == 1
    assert sheet.columns[0].samples == ["00123", "17850", "=1+1 as text"]


async def test_true_and_one_are_not_confused(read, make_workbook):
    path = make_workbook([["flag", "figure"], [1, True], [True, 1], [0, False]])
    rows = list((await read(path)).sheets[0].rows(below=1))
    assert [row.cells for row in rows] == [
        (Decimal(1), True),
        (True, Decimal(1)),
        (Decimal(0), False),
    ]


async def test_a_text_file_is_read_like_a_sheet(read, tmp_path):
    path = tmp_path / "Sales May.csv"
    path.write_text("Kunde;Menge\n00017;1.234,5\n\n'=x;2,25\n", encoding="cp1252")
    extract = await read(path)
    assert (extract.kind, extract.delimiter, extract.encoding) == (FileKind.CSV, ";", "utf-8")
    sheet = extract.sheet("Sales May")
    assert [tuple(row) for row in sheet.rows(below=1)] == [
        (2, ("00017", "1.234,5")),
        (4, ("=x", "2,25")),
    ]
    assert sheet.columns[1].kind is ColumnKind.NUMBER


async def test_error_values_of_formulas_are_seen(read, tmp_path):
    import xlsxwriter

    path = tmp_path / "faults.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("First & <last>")
    page.write_row(0, 0, ["code", "figure"])
    page.write_row(1, 0, ["A", 1])
    page.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    page.write_formula(30, 1, "=NA()", None, "#N/A")
    book.close()
    sheet = (await read(path)).sheet("First & <last>")
    assert {row.number: row.cells for row in sheet.rows(below=2)} == {
        3: (None, CellFault("#DIV/0!")),
        31: (None, CellFault("#N/A")),
    }
    assert sheet.columns[1].faults == 2


async def test_the_description_survives_saving(read, make_workbook, tmp_path):
    extract = await read(make_workbook([["a", "b"], ["03/04/2011", "1.234"]]))
    extract.save(extract.folder / "again.json")
    assert WorkbookExtract.load(extract.folder / "again.json") == extract


async def test_the_same_file_has_the_same_fingerprint(read, make_workbook):
    path = make_workbook([["a"], [1]])
    first, again = await read(path), await read(path, name="other name.xlsx")
    assert first.sha256 == again.sha256
    assert len(first.sha256) == 64


async def test_copy_blocks_carry_the_prefix_and_leave_the_header_out(read, make_workbook):
    path = make_workbook([["a", "b"], ["x\ty", 1], [None, 2.5]])
    sheet = (await read(path)).sheets[0]
    blocks = [block async for block in sheet.copy_blocks(below=1, prefix="17\t")]
    assert b"".join(blocks) == b"17\t2\tsx\\ty\tn1\n17\t3\t\\N\tn2.5\n"
    assert sheet.copy_columns == ("row_number", "c1", "c2")
    plain = [block async for block in sheet.copy_blocks()]
    assert b"".join(plain) == sheet.path.read_bytes()
    assert [block async for block in sheet.copy_blocks(below=3)] == []


async def test_known_names_help_to_find_the_header(read, make_workbook):
    rows = [["Alpha", "Beta"], ["Gamma", "Delta"], ["sku", "name"], ["x", "y"]]
    path = make_workbook(rows)
    assert (await read(path)).sheets[0].header_row == 1
    assert (await read(path, known_names=["SKU", "Name"])).sheets[0].header_row == 3


async def test_every_sheet_is_read_and_empty_ones_are_left_out(read, make_workbook):
    extract = await read(make_workbook(Empty=[], Full=[["a"], [1]], Other=[["b"], [2]]))
    assert [sheet.name for sheet in extract.sheets] == ["Full", "Other"]
    with pytest.raises(SheetNotFoundError, match="no sheet named Empty"):
        extract.sheet("Empty")


async def test_progress_is_reported(read, make_workbook):
    heard: list[ReadProgress] = []
    await read(make_workbook([["a"], [1]]), report=heard.append)
    assert [progress.stage for progress in heard][:2] == ["checking", "opening"]


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("book.xlsx", b"", EmptySpreadsheetError, "book.xlsx is empty"),
        ("book.csv", b"\n\n;;\n", EmptySpreadsheetError, "no sheet holds a filled cell"),
        ("book.xlsx", b"a,b\n1,2\n", WrongExtensionError, r"is in fact a text file.*\.csv"),
        ("book.pdf", b"%PDF-1.7 ...", UnsupportedFileError, "a PDF document"),
        ("book.csv", b"\x89PNG\r\n", UnsupportedFileError, "a picture"),
        ("book.xls", b"<html><table>", UnsupportedFileError, "a web page"),
        ("book.doc", b"a,b\n1,2\n", UnsupportedFileError, r"a file of the kind \.doc"),
    ],
)
async def test_what_is_no_spreadsheet_is_refused_clearly(
    read, tmp_path, name, content, error, message
):
    path = tmp_path / "upload.bin"
    path.write_bytes(content)
    with pytest.raises(error, match=message):
        await read(path, name=name)


async def test_a_workbook_under_a_text_name_is_named(read, make_workbook):
    path = make_workbook([["a"], [1]])
    with pytest.raises(WrongExtensionError, match="in fact an Excel workbook"):
        await read(path, name="export.csv")


async def test_an_empty_workbook_is_refused(read, make_workbook):
    with pytest.raises(EmptySpreadsheetError):
        await read(make_workbook([]))


async def test_two_files_are_read_at_the_same_time(read, make_workbook):
    first = make_workbook([["a"], [1]], name="one.xlsx")
    second = make_workbook([["b"], [2]], name="two.xlsx")
    extracts = await asyncio.gather(read(first), read(second))
    assert [extract.sheets[0].columns[0].header for extract in extracts] == ["a", "b"]
