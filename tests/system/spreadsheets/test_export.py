"""What is written comes back the same, and no text is ever a formula."""

# ruff: noqa: DTZ001 a sheet knows no zone

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from sop_app.system.spreadsheets.delimited import detect_dialect, read_delimited
from sop_app.system.spreadsheets.errors import CellTooLongError
from sop_app.system.spreadsheets.export import (
    ColumnFormat,
    ExportColumn,
    ExportSheet,
    valid_sheet_name,
    write_csv,
    write_workbook,
)
from sop_app.system.spreadsheets.formula_guard import guard_text, unguard_text
from sop_app.system.spreadsheets.limits import ReadLimits

TRIGGERS = ("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", " =1", "\u00a0@x",
            "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x", "'=1", "''-1", "=HYPERLINK(\"x\")",
            "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!D2")  # fmt: skip
HARMLESS = ("plain", "O'Neil", "'quoted'", "1=1", "a-b", "00123", "_x0041_", 'a,b;c"d', "x\ny", "€")

COLUMNS = (
    ExportColumn("SKU"),
    ExportColumn("Stock", ColumnFormat.QUANTITY, has_total=True),
    ExportColumn("Price", ColumnFormat.MONEY, note="Per piece"),
    ExportColumn("Valid from", ColumnFormat.DATE),
    ExportColumn("Month", ColumnFormat.MONTH),
    ExportColumn("Changed", ColumnFormat.INSTANT),
    ExportColumn("Active", ColumnFormat.BOOLEAN),
)
ROW = (
    "00123",
    Decimal("-1200.5"),
    Decimal("2.55"),
    date(2027, 1, 31),
    date(2027, 1, 1),
    datetime(2027, 1, 1, 8, 30, tzinfo=UTC),
    True,
)
EMPTY_ROW = ("A1", None, None, None, None, None, None)


@pytest.fixture
def export(tmp_path):
    async def write(columns, rows, **options):
        path = tmp_path / "out.xlsx"
        await write_workbook(path, [ExportSheet("Products", columns, rows, **options)])
        return path

    return write


async def test_a_workbook_comes_back_with_types_and_values(export, read):
    path = await export(COLUMNS, [ROW, EMPTY_ROW], title="Products, 8 Dec 2026")
    sheet = (await read(path)).sheet("Products")
    assert sheet.header_row == 3
    assert [column.header for column in sheet.columns] == [column.title for column in COLUMNS]
    first, second = sheet.rows(below=3)
    assert first.cells == (
        "00123",
        Decimal("-1200.5"),
        Decimal("2.55"),
        date(2027, 1, 31),
        date(2027, 1, 1),
        datetime(2027, 1, 1, 8, 30),
        True,
    )
    assert second.cells == EMPTY_ROW


async def test_a_workbook_is_formatted(export):
    path = await export(COLUMNS, [ROW], frozen_columns=2)
    page = openpyxl.load_workbook(path)["Products"]
    assert page.freeze_panes == "C2"
    assert page.auto_filter.ref == "A1:G2"
    assert page.print_title_rows == "$1:$1"
    assert page.page_setup.orientation == "landscape"
    assert page["A1"].font.bold
    assert page["A2"].number_format == "@"
    assert page["C2"].number_format == "#,##0.00"
    assert page["D2"].number_format == "yyyy-mm-dd"
    assert page["C1"].comment.text == "Per piece"
    assert page.column_dimensions["A"].width > 20


async def test_totals_are_formulas_with_their_value(export):
    rows = [("A", Decimal("1.5"), 1, None, None, None, None), ("B", 2, 1, None, None, None, None)]
    path = await export(COLUMNS, rows, has_totals=True)
    formulas = openpyxl.load_workbook(path)["Products"]
    values = openpyxl.load_workbook(path, data_only=True)["Products"]
    assert formulas["A4"].value == "Total"
    assert formulas["B4"].value == "=SUBTOTAL(109,B2:B3)"
    assert values["B4"].value == 3.5
    assert formulas["C4"].value is None


@pytest.mark.parametrize("text", TRIGGERS + HARMLESS)
async def test_no_text_is_a_formula_in_a_workbook(export, text):
    path = await export([ExportColumn(text), ExportColumn("Code")], [(text, "A")], title=text)
    for row in openpyxl.load_workbook(path)["Products"].iter_rows():
        assert all(cell.data_type != "f" for cell in row)
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[-1][0] == text


@pytest.mark.parametrize("text", TRIGGERS)
async def test_no_text_is_a_formula_in_csv(tmp_path, text):
    path = tmp_path / "out.csv"
    await write_csv(path, [ExportColumn(text), ExportColumn("Code")], [(text, "A")])
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert all(cell.startswith("'") or cell in {"A", "Code"} for cell in cells)
    rows = read_delimited(path, "out.csv", detect_dialect(path, "out.csv"), ReadLimits())
    assert list(rows) == [[text, "Code"], [text, "A"]]


async def test_numbers_in_csv_stay_numbers(tmp_path):
    path = tmp_path / "out.csv"
    assert await write_csv(path, COLUMNS, [ROW]) == 1
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[1] == "00123,-1200.5,2.55,2027-01-31,2027-01-01,2027-01-01 08:30:00,TRUE"


async def test_csv_comes_back_through_the_reader(tmp_path, read):
    path = tmp_path / "out.csv"
    await write_csv(path, [ExportColumn("a"), ExportColumn("b")], [("=1", "x"), ("ä", " -y")])
    sheet = (await read(path)).sheets[0]
    assert [row.cells for row in sheet.rows(below=1)] == [("=1", "x"), ("ä", " -y")]


WORKBOOK_TEXT = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"),
    min_size=1,
)


@given(texts=st.lists(WORKBOOK_TEXT, min_size=1, max_size=5))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_any_text_survives_a_workbook(tmp_path: Path, texts):
    path = tmp_path / "any.xlsx"
    columns = [ExportColumn("first"), *(ExportColumn(f"c{at}") for at in range(len(texts)))]
    await write_workbook(path, [ExportSheet("S", columns, [("x", *texts)])])
    found = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[1]
    assert found == ["x", *texts]


CSV_TEXT = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from("\t\r\n=+-@'\" ")
    )
)


@given(texts=st.lists(CSV_TEXT))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_any_text_survives_csv(tmp_path: Path, texts):
    path = tmp_path / "any.csv"
    await write_csv(path, [ExportColumn("n"), ExportColumn("t")], [("1", text) for text in texts])
    dialect = detect_dialect(path, "any.csv")
    rows = list(read_delimited(path, "any.csv", dialect, ReadLimits()))
    assert rows == [["n", "t"], *(["1", text] for text in texts)]


@given(st.text())
def test_the_guard_is_taken_away_exactly(text):
    guarded = guard_text(text)
    assert unguard_text(guarded) == text
    assert not guarded.lstrip()[:1] or guarded.lstrip()[0] not in "=+-@\uff1d\uff0b\uff0d\uff20"


async def test_rows_may_come_over_time_and_progress_is_told(tmp_path):
    async def rows():
        for number in range(1_200):
            yield (f"A{number}",)

    heard: list[int] = []
    path = tmp_path / "out.xlsx"
    sheet = ExportSheet("S", [ExportColumn("SKU")], rows())
    assert await write_workbook(path, [sheet], report=heard.append) == 1_200
    assert heard == [500, 1_000]


async def test_a_text_no_cell_can_hold_is_refused(export):
    with pytest.raises(CellTooLongError, match="32,768 characters in Note does not fit"):
        await export([ExportColumn("Note")], [("x" * 32_768,)])


def test_sheet_names_are_made_valid():
    taken: set[str] = set()
    names = [valid_sheet_name(name, taken) for name in ("a/b:c", "A B C", "'q'", "", "x" * 40)]
    assert names == ["a b c", "A B C 2", "q", "Sheet", "x" * 31]
