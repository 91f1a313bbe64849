"""Wrong rows go back in the user's own workbook, with the errors beside the cells."""

import dataclasses

import openpyxl
import pytest

from sop_app.system.spreadsheets import error_workbook
from sop_app.system.spreadsheets.error_workbook import write_error_workbook
from sop_app.system.spreadsheets.validation import CellError

ERRORS = [
    CellError(3, 1, "Price", "x", 'Price: "x" is not a number such as 1234.56.'),
    CellError(3, None, "", "A1", "A1 stands in row 2 already."),
    CellError(4, 0, "SKU", "", "=SKU is empty; expected a code."),
]
ROWS = [["SKU", "Price"], ["A1", 1], ["A1", "x"], [None, 3], ["=B1", 4]]


@pytest.fixture
def own_workbook(tmp_path):
    """A workbook with a format, a formula and a second sheet the user would miss."""
    path = tmp_path / "Prices May.xlsx"
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Prices"
    for row in ROWS:
        page.append(row)
    page["A5"].data_type = "s"
    page["B2"] = "=1+2"
    page["A1"].fill = openpyxl.styles.PatternFill("solid", fgColor="00FF00")
    book.create_sheet("Notes")["A1"] = "keep me"
    book.save(path)
    return path


def error_texts(page):
    return [page.cell(row, 3).value for row in range(1, 6)]


EXPECTED = [
    "Errors",
    None,
    'Price: "x" is not a number such as 1234.56. A1 stands in row 2 already.',
    "=SKU is empty; expected a code.",
    None,
]


async def test_the_users_own_workbook_comes_back_annotated(read, own_workbook, tmp_path):
    extract = await read(own_workbook)
    sheet = extract.sheet("Prices")
    path = await write_error_workbook(own_workbook, extract, sheet, ERRORS, tmp_path)
    assert path.name == "Prices May (errors).xlsx"
    book = openpyxl.load_workbook(path)
    page = book["Prices"]
    assert error_texts(page) == EXPECTED
    assert page["C4"].data_type == "s"
    assert page["B3"].comment.text == ERRORS[0].message
    assert page["B3"].fill.fgColor.rgb == "00FFC7CE"
    assert page["A4"].comment.text == ERRORS[2].message
    assert page["A2"].comment is None
    assert page["B2"].value == "=1+2"
    assert page["A1"].fill.fgColor.rgb == "0000FF00"
    assert book["Notes"]["A1"].value == "keep me"


async def test_a_second_round_uses_the_same_column(read, own_workbook, tmp_path):
    extract = await read(own_workbook)
    first = await write_error_workbook(
        own_workbook, extract, extract.sheet("Prices"), ERRORS, tmp_path
    )
    again = await read(first)
    second = await write_error_workbook(first, again, again.sheet("Prices"), ERRORS[2:], tmp_path)
    page = openpyxl.load_workbook(second)["Prices"]
    assert error_texts(page) == ["Errors", None, None, ERRORS[2].message, None]
    assert page.max_column == 3


@pytest.mark.parametrize("delimiter", [",", ";"])
async def test_another_kind_of_file_comes_back_as_a_workbook(read, tmp_path, delimiter):
    path = tmp_path / "prices.csv"
    text = "\n".join(delimiter.join(str(cell or "") for cell in row) for row in ROWS)
    path.write_text(text.replace("=B1", "'=B1"))
    extract = await read(path)
    made = await write_error_workbook(path, extract, extract.sheets[0], ERRORS, tmp_path)
    assert made.name == "prices (errors).xlsx"
    page = openpyxl.load_workbook(made)["prices"]
    assert error_texts(page) == EXPECTED
    assert [page.cell(5, column).value for column in (1, 2)] == ["=B1", "4"]
    assert page["A5"].data_type == "s"
    assert page["B3"].comment.text == ERRORS[0].message
    read_again = (await read(made)).sheets[0]
    assert [row.cells[:2] for row in read_again.rows(below=1)] == [
        row.cells for row in extract.sheets[0].rows(below=1)
    ]


@pytest.mark.parametrize("what", ["too large", "resists"])
async def test_a_workbook_that_cannot_be_changed_becomes_a_copy(
    read, own_workbook, tmp_path, monkeypatch, what
):
    extract = await read(own_workbook)
    if what == "too large":
        monkeypatch.setattr(error_workbook, "_IN_PLACE_CELLS", 5)
    else:
        own_workbook.write_bytes(own_workbook.read_bytes()[:-300])
    sheet = extract.sheet("Prices")
    path = await write_error_workbook(own_workbook, extract, sheet, ERRORS, tmp_path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Prices"]
    assert error_texts(book["Prices"]) == EXPECTED


async def test_the_row_numbers_of_the_copy_are_those_of_the_file(read, tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("Price list\n\nSKU,Price\nA1,1\n\nA1,x\n")
    extract = await read(path)
    errors = [dataclasses.replace(ERRORS[0], row=6)]
    made = await write_error_workbook(path, extract, extract.sheets[0], errors, tmp_path)
    page = openpyxl.load_workbook(made)["prices"]
    assert [page.cell(row, 3).value for row in range(1, 7)] == [
        None, None, "Errors", None, None, ERRORS[0].message,
    ]  # fmt: skip
