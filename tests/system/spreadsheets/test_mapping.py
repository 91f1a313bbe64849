"""Columns find their fields, months their series, and doubts become one question per column."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from sop_app.system.spreadsheets.date_text import DateOrder
from sop_app.system.spreadsheets.detection import choose_sheet
from sop_app.system.spreadsheets.field_types import (
    CodeType,
    DateType,
    DecimalType,
    MoneyType,
    TextType,
)
from sop_app.system.spreadsheets.mapping import Mapping, TargetField, column_title, resolve_mapping
from sop_app.system.spreadsheets.matching import propose_mapping
from sop_app.system.spreadsheets.number_text import DecimalSign
from sop_app.system.spreadsheets.questions import QuestionKind, find_questions

CUSTOMER = TargetField("customer_code", "Customer", CodeType(), True, ("Customer ID", "Client"))
NAME = TargetField("name", "Name", TextType(80), synonyms=("Description",))
PRICE = TargetField("unit_price", "Unit price", MoneyType(), synonyms=("Price",))
DAY = TargetField("invoice_date", "Invoice date", DateType())
QUANTITY = TargetField("quantity", "Quantity", DecimalType(), is_month_series=True)
FIELDS = (CUSTOMER, NAME, PRICE, DAY, QUANTITY)


@pytest.fixture
def sheet_of(read, make_workbook):
    async def make(*rows):
        return (await read(make_workbook(rows))).sheets[0]

    return make


async def test_names_match_whatever_their_case_blanks_and_punctuation(sheet_of):
    sheet = await sheet_of(
        ["CustomerID ", "DESCRIPTION", "unit_price", "Invoice-Date", "Colour"],
        ["17850", "Lamp", 2.5, datetime(2010, 12, 1), "red"],  # noqa: DTZ001
    )
    assert propose_mapping(sheet, FIELDS) == Mapping(
        columns={
            "customer_code": "CustomerID",
            "name": "DESCRIPTION",
            "unit_price": "unit_price",
            "invoice_date": "Invoice-Date",
        }
    )


async def test_a_name_almost_right_matches_only_what_fits(sheet_of):
    sheet = await sheet_of(["Custmer", "Unit prices", "Qty"], ["A", "not a price", 1])
    assert propose_mapping(sheet, FIELDS).columns == {"customer_code": "Custmer"}


async def test_one_column_fills_one_field(sheet_of):
    sheet = await sheet_of(["Customer", "Customer"], ["A", 1], ["C", 2])
    mapping = propose_mapping(sheet, FIELDS)
    assert mapping.columns == {"customer_code": "Customer"}
    assert [column_title(column, sheet.columns) for column in sheet.columns] == [
        "Customer",
        "Customer (B)",
    ]


@pytest.mark.parametrize(
    "headers",
    [
        ("Jan-27", "Feb-27", "Mar-27"),
        ("2027-01", "2027-02", "2027-03"),
        ("M01 2027", "M02 2027", "M03 2027"),
        ("01/2027", "02/2027", "03/2027"),
        ("Jan 2027", "February 2027", "März 2027"),
        (datetime(2027, 1, 1), datetime(2027, 2, 1), datetime(2027, 3, 1)),  # noqa: DTZ001
        ("01/01/2027", "01/02/2027", "01/03/2027"),
        ("1/1/2027", "2/1/2027", "3/1/2027"),
    ],
)
async def test_months_as_columns_fill_the_series(sheet_of, headers):
    sheet = await sheet_of(["Customer", *headers, "Total"], ["A", 1, 2, 3, 6], ["B", 1, 2, 3, 6])
    mapping = propose_mapping(sheet, FIELDS)
    assert mapping.month_field == "quantity"
    assert sorted(mapping.month_columns.values()) == ["2027-01-01", "2027-02-01", "2027-03-01"]
    resolved = resolve_mapping(sheet, mapping, FIELDS)
    assert [(column.index, month) for column, month in resolved.months] == [
        (1, date(2027, 1, 1)),
        (2, date(2027, 2, 1)),
        (3, date(2027, 3, 1)),
    ]
    assert resolved.missing_fields == ()


async def test_a_saved_mapping_fits_next_months_file(sheet_of):
    last = await sheet_of(["Customer ID", "Price"], ["A", 1])
    saved = Mapping.from_json({**propose_mapping(last, FIELDS).to_json(), "later": "key"})
    this = await sheet_of(["Report"], [], ["price ", "x", "CUSTOMER_ID"], [2, "y", "B"])
    resolved = resolve_mapping(this, saved, FIELDS)
    assert {column.field.name: column.index for column in resolved.columns} == {
        "customer_code": 2,
        "unit_price": 0,
    }
    assert resolved.missing_columns == ()


async def test_what_a_saved_mapping_misses_is_named(sheet_of):
    sheet = await sheet_of(["Kunde", "Price"], ["A", 1])
    saved = Mapping(columns={"customer_code": "Customer ID", "unit_price": "Price"})
    resolved = resolve_mapping(sheet, saved, FIELDS)
    assert resolved.missing_columns == ("Customer ID",)
    assert resolved.missing_fields == (CUSTOMER,)


async def test_a_date_with_two_readings_is_asked_once_for_the_column(sheet_of):
    sheet = await sheet_of(
        ["Customer", "Invoice date"],
        ["A", "03/04/2011"],
        ["B", "05/06/2011"],
        ["C", "2011-06-05"],
    )
    mapping = propose_mapping(sheet, FIELDS)
    (question,) = find_questions(sheet, mapping, FIELDS)
    assert (question.kind, question.column, question.count) == (
        QuestionKind.DATE_ORDER,
        "Invoice date",
        2,
    )
    assert question.answers == {
        "day_first": "day first: 03/04/2011 is 3 April 2011",
        "month_first": "month first: 03/04/2011 is 4 March 2011",
    }
    answered = Mapping(columns=mapping.columns, date_orders={"Invoice date": "month_first"})
    assert find_questions(sheet, answered, FIELDS) == []
    (_, column) = resolve_mapping(sheet, answered, FIELDS).columns
    assert column.reading.date_order is DateOrder.MONTH_FIRST


async def test_what_the_column_proves_outweighs_last_months_answer(sheet_of):
    sheet = await sheet_of(["Customer", "Invoice date"], ["A", "03/04/2011"], ["B", "31/12/2011"])
    saved = Mapping(
        columns={"customer_code": "Customer", "invoice_date": "Invoice date"},
        date_orders={"Invoice date": "month_first"},
    )
    assert find_questions(sheet, saved, FIELDS) == []
    assert (
        resolve_mapping(sheet, saved, FIELDS).columns[1].reading.date_order is DateOrder.DAY_FIRST
    )


async def test_a_number_with_two_readings_is_asked_once_for_the_column(sheet_of):
    sheet = await sheet_of(["Customer", "Price"], ["A", "1.234"], ["B", "5.678"], ["C", "12"])
    mapping = propose_mapping(sheet, FIELDS)
    (question,) = find_questions(sheet, mapping, FIELDS)
    assert (question.kind, question.count) == (QuestionKind.DECIMAL_SIGN, 2)
    assert question.answers == {
        "point": "decimal point: 1.234 is 1.234",
        "comma": "decimal comma: 1.234 is 1234",
    }
    answered = Mapping(columns=mapping.columns, decimal_signs={"Price": "comma"})
    reading = resolve_mapping(sheet, answered, FIELDS).columns[1].reading
    assert reading.decimal_sign is DecimalSign.COMMA


async def test_a_column_that_is_not_mapped_is_not_asked_about(sheet_of):
    sheet = await sheet_of(["Customer", "Printed"], ["A", "03/04/2011"], ["B", "05/06/2011"])
    assert find_questions(sheet, propose_mapping(sheet, FIELDS), FIELDS) == []


async def test_the_sheet_with_the_known_names_is_chosen(read, make_workbook):
    extract = await read(
        make_workbook(
            Notes=[["a", "b", "c"]] * 50,
            Prices=[["Customer", "Unit price"], ["A", 1]],
            Empty=[],
        )
    )
    known = frozenset(name for item in FIELDS for name in item.known_names)
    assert choose_sheet(extract.sheets, known).name == "Prices"
    assert choose_sheet(extract.sheets).name == "Notes"
    assert choose_sheet([]) is None


async def test_a_figure_of_the_series_is_a_number_like_any_other(sheet_of):
    sheet = await sheet_of(["Customer", "Jan-27", "Feb-27"], ["A", "1.234", 5], ["B", "2.000", 6])
    mapping = propose_mapping(sheet, FIELDS)
    assert [question.column for question in find_questions(sheet, mapping, FIELDS)] == ["Jan-27"]
    assert next(iter(sheet.rows(below=1))).cells == ("A", "1.234", Decimal(5))
