"""How a file is read, from upload to stored months: sheets, headers, dates and numbers as people write them."""

import datetime
import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from sop_app.kernel.errors import InvalidInputError
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.jobs import runner
from sop_app.system.spreadsheets import staging
from sop_app.system.spreadsheets.schemas import BatchStatus
from tests.system.spreadsheets.importing import accept, act, upload, work

HEADER = ("Date", "Customer", "Product", "Quantity", "Amount")
STORED = """
    SELECT month::text, net_quantity, amount FROM sales_month JOIN product p ON p.id = product_id
    ORDER BY month, p.sku
"""


@pytest.fixture(autouse=True)
async def planner(make_user):
    actor = await make_user("Ida Planner", Role.DEMAND_PLANNER)
    with database.acting_as(actor):
        yield actor


def as_text(*rows: tuple, header: tuple = HEADER) -> bytes:
    return "\n".join(";".join(map(str, row)) for row in (header, *rows)).encode()


def as_workbook(sheets: dict[str, list[tuple]], *, uses_1904: bool = False) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    if uses_1904:
        book.epoch = CALENDAR_MAC_1904
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


async def check(view, **answers):
    """Answer what is asked and let the worker check the rows."""
    await act(staging.set_mapping, view.id, replace(view.mapping, **answers))
    return await work(view.id)


@pytest.mark.parametrize(
    ("order", "months"),
    [("day_first", ["2026-04-01", "2026-06-01"]), ("month_first", ["2026-03-01", "2026-05-01"])],
)
async def test_a_date_with_two_readings_is_asked_for_the_column(owner_rows, order, months):
    content = as_text(("03/04/2026", "C1", "P1", 1, 2), ("05/06/2026", "C1", "P1", 3, 4))
    view = await upload("sales_lines", content, "sales.csv")
    [question] = view.questions
    assert (question.column, question.example, question.count) == ("Date", "03/04/2026", 2)
    assert question.answers == {
        "day_first": "day first: 03/04/2026 is 3 April 2026",
        "month_first": "month first: 03/04/2026 is 4 March 2026",
    }
    with pytest.raises(InvalidInputError, match="Say how Date is to be read"):
        await act(staging.start_preview, view.id)
    await accept(await check(view, date_orders={"Date": order}))
    assert [row[0] for row in owner_rows(STORED)] == months


async def test_one_clear_date_settles_the_column_against_last_months_answer(owner_rows):
    content = as_text(("03/04/2026", "C1", "P1", 1, 2))
    view = await upload("sales_lines", content, "april.csv")
    view = await check(view, date_orders={"Date": "month_first"})
    await act(staging.remember_mapping, view.id, "Old ERP")
    await accept(view)
    content = as_text(("03/05/2026", "C1", "P1", 1, 2), ("31/05/2026", "C1", "P2", 1, 2))
    view = await upload("sales_lines", content, "may.csv")
    assert (view.mapping_name, view.questions) == ("Old ERP", ())
    await accept(await check(view))
    assert [row[0] for row in owner_rows(STORED)] == ["2026-03-01", "2026-05-01", "2026-05-01"]


async def test_a_number_with_two_readings_is_asked_for_the_column(owner_rows):
    content = as_text(("2026-01-05", "C1", "P1", "1.234", "2,5"))
    view = await upload("sales_lines", content, "sales.csv")
    assert [(q.column, q.example) for q in view.questions] == [("Quantity", "1.234")]
    view = await check(view, decimal_signs={"Quantity": "comma"})
    await accept(view)
    assert owner_rows(STORED) == [("2026-01-01", Decimal(1234), Decimal("2.5"))]


async def test_dates_and_numbers_as_text_have_their_values(owner_rows):
    rows = [
        ("31.1.26", "C1", "P1", "1.234,5", "5,25"),
        ("1 Feb 2026", "C1", "P1", "1 000", "1.000.000,01"),
        ("20260331", "C1", "P1", "7-", "-3,5"),
        ("2026-04-30", "C1", "P1", "2", "0,3333"),
    ]
    await accept(await check(await upload("sales_lines", as_text(*rows), "sales.csv")))
    assert owner_rows(STORED) == [
        ("2026-01-01", Decimal("1234.5"), Decimal("5.25")),
        ("2026-02-01", Decimal(1000), Decimal("1000000.01")),
        ("2026-03-01", Decimal(-7), Decimal("-3.5")),
        ("2026-04-01", Decimal(2), Decimal("0.3333")),
    ]


async def test_texts_in_a_workbook_are_read_like_its_dates_and_numbers(owner_rows):
    rows = [
        HEADER,
        (datetime.date(2026, 1, 31), 17850.0, "P1", 2, 3.5),
        ("2026-01-15", "17850", "P1", "3", "1.25"),
        (46054, "17850", "P1", 5, 1),  # the serial number of 1 February 2026
    ]
    view = await upload("sales_lines", as_workbook({"Sales": rows}), "sales.xlsx")
    await accept(await check(view))
    assert owner_rows(STORED) == [
        ("2026-01-01", Decimal(5), Decimal("4.75")),
        ("2026-02-01", Decimal(5), Decimal(1)),
    ]
    assert owner_rows("SELECT code FROM customer") == [("17850",)]


async def test_days_of_a_1904_workbook_are_where_its_owner_sees_them(owner_rows):
    rows = [
        HEADER,
        (datetime.date(2026, 1, 31), "C1", "P1", 2, 3),
        (46054 - 1462, "C1", "P1", 5, 1),  # 1 February 2026, counted from 1904
    ]
    content = as_workbook({"Sales": rows}, uses_1904=True)
    await accept(await check(await upload("sales_lines", content, "mac.xlsx")))
    assert [row[0] for row in owner_rows(STORED)] == ["2026-01-01", "2026-02-01"]


TITLED = [
    ("Sales report", None, None, None, None),
    (None, None, None, None, None),
    ("Printed by Ada", None, None, None, None),
    HEADER,
    ("2026-01-05", "C1", "P1", 1, 2),
]


async def test_the_sheet_and_the_header_below_its_titles_are_found(owner_rows):
    notes = [("Notes", "By"), ("Stock take", "Ada"), ("Moved", "Ben")]
    content = as_workbook({"Notes": notes, "Sales": TITLED})
    view = await upload("sales_lines", content, "report.xlsx")
    assert (view.sheet, view.sheets, view.header_row) == ("Sales", ("Notes", "Sales"), 4)
    await accept(await check(view))
    assert owner_rows(STORED) == [("2026-01-01", Decimal(1), Decimal(2))]


async def test_another_sheet_and_another_header_can_be_chosen(owner_rows):
    other = [
        ("Date", "Customer", "Product", "Quantity", "Amount"),
        ("Day of sale", "Sold to", "Item", "Pieces", "Euro"),
        ("2026-02-05", "C2", "P2", 7, 8),
    ]
    content = as_workbook({"Sales": TITLED, "Other": other})
    view = await upload("sales_lines", content, "report.xlsx")
    await act(staging.choose_sheet, view.id, "Other")
    view = await work(view.id)
    assert (view.sheet, view.header_row, view.row_count) == ("Other", 1, 2)
    await act(staging.choose_sheet, view.id, "Other", 2)
    view = await work(view.id)
    assert (view.header_row, view.row_count, view.status) == (2, 1, BatchStatus.READ)
    assert [column.header for column in view.columns][:3] == ["Day of sale", "Sold to", "Item"]
    columns = {
        "date": "Day of sale", "customer": "Sold to", "product": "Item", "quantity": "Pieces",
        "amount": "Euro",
    }  # fmt: skip
    view = await check(view, columns=columns)
    assert view.counts.wrong == 0
    await accept(view)
    assert owner_rows(STORED) == [("2026-02-01", Decimal(7), Decimal(8))]


async def test_a_sheet_without_header_is_matched_by_its_letters(owner_rows):
    rows = [("2026-02-05", "C2", "P2", 7, 8), ("2026-02-06", "C2", "P2", 1, 1)]
    view = await upload("sales_lines", as_workbook({"Sales": rows}), "plain.xlsx")
    await act(staging.choose_sheet, view.id, "Sales", 0)
    view = await work(view.id)
    assert (view.header_row, view.row_count) == (0, 2)
    names = ("date", "customer", "product", "quantity", "amount")
    letters = dict(zip(names, map("Column {}".format, "ABCDE"), strict=True))
    await accept(await check(view, columns=letters))
    assert owner_rows(STORED) == [("2026-02-01", Decimal(8), Decimal(9))]


@pytest.mark.parametrize("row", [-1, 61])
async def test_a_header_too_far_down_is_refused(row):
    view = await upload("sales_lines", as_workbook({"Sales": TITLED}), "report.xlsx")
    with pytest.raises(InvalidInputError, match="Choose a row from 1 to 60"):
        await act(staging.choose_sheet, view.id, "Sales", row)


async def test_the_marked_file_has_its_errors_beside_the_chosen_header(owner_rows):
    rows = [*TITLED, ("2026-01-06", "C1", "P1", "many", 2)]
    view = await upload("sales_lines", as_workbook({"Sales": rows}), "report.xlsx")
    view = await check(view)
    assert view.counts.wrong == 1
    job_id = await act(staging.order_error_workbook, view.id)
    await runner.run_job(job_id)
    parts = owner_rows("""
        SELECT p.content FROM stored_file f JOIN stored_file_part p ON p.file_id = f.id
        WHERE f.kind = 'import_errors' ORDER BY p.number
    """)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(bytes(part) for (part,) in parts)))
    sheet = book["Sales"]
    assert (sheet.cell(4, 6).value, sheet.cell(5, 6).value) == ("Errors", None)
    assert '"many" is not a number' in sheet.cell(6, 6).value
    assert '"many" is not a number' in sheet.cell(6, 4).comment.text
