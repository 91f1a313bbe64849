"""A cell with #N/A is an error, never an empty cell, in every kind of workbook."""

import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_app.system.spreadsheets.binary_scan import scan_xls, scan_xlsb_book, scan_xlsb_sheet
from sop_app.system.spreadsheets.cells import CellFault
from sop_app.system.spreadsheets.limits import MEGABYTE
from tests.system.spreadsheets.test_hostile_files import ROW, SHEET, build

# Record type, length, column, style, then the number 15 (RK) or the error value.
NUMBER_IN_B1 = bytes.fromhex("020c 01000000 02000000 00002e40")
ERROR_IN_B1 = bytes.fromhex("0309 01000000 02000000 2a")

MESSY = Path(__file__).parents[4] / "shared" / "data" / "messy"
needs_files = pytest.mark.skipif(
    not MESSY.is_dir(), reason="the real files in ../shared/data are not on this machine"
)


def faults_of(sheet):
    return {
        (row.number, column): cell.code
        for row in sheet.rows()
        for column, cell in enumerate(row.cells)
        if isinstance(cell, CellFault)
    }


async def test_every_way_to_write_an_error_cell_is_seen(read, tmp_path):
    cells = (
        ROW
        + '<row r="2"><c r="A2" t="e"><v>#N/A</v></c>'
        + '<c r="B2" s="3" t="e"><f t="shared" si="0"/><v>#REF!</v></c><c r="C2"><f>A1</f><v>5</v></c>'
        + '<c t="e" r="D2"><f>1/0</f><v>#DIV/0!</v></c>'
        + '<c r="E2" t="e"><f t="array" ref="E2">x&gt;1</f><v>#NAME?</v></c>'
        + '<c r="F2" t="str"><f>"t"</f><v>#N/A text</v></c></row>'
    )
    sheet = (await read(build(tmp_path / "faults.xlsx", SHEET.format(cells)))).sheets[0]
    assert faults_of(sheet) == {
        (2, 0): "#N/A",
        (2, 1): "#REF!",
        (2, 3): "#DIV/0!",
        (2, 4): "#NAME?",
    }
    assert [row.cells[2] for row in sheet.rows(below=1)] == [Decimal(5)]


async def test_an_error_cell_across_two_blocks_is_seen(read, tmp_path):
    for shift in (200, 4_000, 8_100):
        start = SHEET.index("{}") + len(ROW) + len('<row r="2"><c r="A2" t="e"><f></f>')
        padding = " " * (MEGABYTE - start - shift)
        formula = "1" * 8_190
        cells = f'{ROW}{padding}<row r="2"><c r="A2" t="e"><f>{formula}</f><v>#N/A</v></c></row>'
        sheet = (await read(build(tmp_path / "seam.xlsx", SHEET.format(cells)))).sheets[0]
        assert faults_of(sheet) == {(2, 0): "#N/A"}


@needs_files
async def test_errors_of_an_old_workbook_are_seen(read):
    extract = await read(MESSY / "poi__StringContinueRecords.xls")
    counts = [len(faults_of(sheet)) for sheet in extract.sheets]
    assert sum(counts) == 121
    assert (await read(MESSY / "poi__1904DateWindowing.xls")).uses_1904


@needs_files
async def test_errors_of_a_binary_workbook_are_seen(read, tmp_path):
    path = tmp_path / "faults.xlsb"
    with (
        zipfile.ZipFile(MESSY / "calamine__date_1904.xlsb") as source,
        zipfile.ZipFile(path, "w") as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("worksheets/sheet1.bin"):
                assert content.count(NUMBER_IN_B1) == 1
                content = content.replace(NUMBER_IN_B1, ERROR_IN_B1)
            target.writestr(name, content)
    extract = await read(path)
    assert extract.uses_1904
    assert faults_of(extract.sheets[0]) == {(1, 1): "#N/A"}


async def test_an_open_document_keeps_its_row_numbers_and_errors(read, tmp_path):
    namespaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    row = "<table:table-row{}><table:table-cell/>{}</table:table-row>"
    text = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    table = (
        row.format(' table:number-rows-repeated="3"', "")
        + row.format("", text.format("code") + text.format("figure"))
        + row.format("", text.format("A1") + text.format("#N/A"))
    )
    path = tmp_path / "faults.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {namespaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="S">{table}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    sheet = (await read(path)).sheets[0]
    assert [tuple(found) for found in sheet.rows()] == [
        (4, (None, "code", "figure")),
        (5, (None, "A1", CellFault("#N/A"))),
    ]


@given(st.binary(max_size=2_000), st.booleans())
def test_no_bytes_break_the_scan(content, is_compound):
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + b"\x09\x00" if is_compound else b""
    assert scan_xls(head + content).uses_1904 in (True, False)
    assert isinstance(scan_xlsb_sheet(content), dict)
    assert isinstance(scan_xlsb_book(content), tuple)
