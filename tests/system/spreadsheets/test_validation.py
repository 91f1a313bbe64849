"""A raw cell becomes exactly one value, or an error that names it and says what is expected."""

# ruff: noqa: DTZ001 a sheet knows no zone

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_app.system.spreadsheets.cells import CellFault
from sop_app.system.spreadsheets.date_text import DateOrder
from sop_app.system.spreadsheets.extract import SheetRow
from sop_app.system.spreadsheets.field_types import (
    BooleanType,
    CellRefusedError,
    ChoiceType,
    CodeType,
    ColumnReading,
    DateType,
    DecimalType,
    IntegerType,
    MoneyType,
    MonthType,
    ReferenceType,
    TextType,
)
from sop_app.system.spreadsheets.mapping import ResolvedColumn, ResolvedMapping, TargetField
from sop_app.system.spreadsheets.number_text import DecimalSign
from sop_app.system.spreadsheets.validation import (
    CellError,
    RowChecker,
    find_duplicates,
    with_errors,
)

SETTLED = ColumnReading(DateOrder.MONTH_FIRST, DecimalSign.COMMA)
OPEN = ColumnReading()
STATUS = ChoiceType({"new": (), "active": ("aktiv", "in use"), "discontinued": ("obsolete",)})


@pytest.mark.parametrize(
    ("kind", "cell", "reading", "value"),
    [
        (TextType(), "  Lamp ", OPEN, "Lamp"),
        (TextType(), Decimal("2.50"), OPEN, "2.50"),
        (CodeType(), Decimal("17850"), OPEN, "17850"),
        (CodeType(), "17850.0", OPEN, "17850"),
        (CodeType(), "00123", OPEN, "00123"),
        (CodeType(), "85123A ", OPEN, "85123A"),
        (CodeType(), "1.10", OPEN, "1.10"),
        (DecimalType(), Decimal("1.5"), OPEN, Decimal("1.5")),
        (DecimalType(), "1.234,5", SETTLED, Decimal("1234.5")),
        (DecimalType(), "1200", OPEN, Decimal(1200)),
        (MoneyType(), "-3", OPEN, Decimal(-3)),
        (IntegerType(), Decimal("7"), OPEN, 7),
        (DateType(), date(2010, 12, 1), OPEN, date(2010, 12, 1)),
        (DateType(), datetime(2010, 12, 1, 8, 26), OPEN, date(2010, 12, 1)),
        (DateType(keeps_time=True), "12/1/2010 8:26", SETTLED, datetime(2010, 12, 1, 8, 26)),
        (DateType(keeps_time=True), date(2010, 12, 1), OPEN, datetime(2010, 12, 1)),
        (DateType(), "12/1/2010", SETTLED, date(2010, 12, 1)),
        (DateType(), "05/05/2010", OPEN, date(2010, 5, 5)),
        (DateType(), Decimal("40513.5"), OPEN, date(2010, 12, 1)),
        (DateType(), Decimal(20101201), OPEN, date(2010, 12, 1)),
        (DateType(), Decimal(42735), ColumnReading(uses_1904=True), date(2021, 1, 1)),
        (MonthType(), "Jan-27", OPEN, date(2027, 1, 1)),
        (MonthType(), Decimal(40520), OPEN, date(2010, 12, 1)),
        (MonthType(), Decimal(202701), OPEN, date(2027, 1, 1)),
        (BooleanType(), True, OPEN, True),
        (BooleanType(), "Nein", OPEN, False),
        (BooleanType(), Decimal(1), OPEN, True),
        (STATUS, " In Use", OPEN, "active"),
        (STATUS, "NEW", OPEN, "new"),
    ],
)
def test_a_clear_cell_is_read(kind, cell, reading, value):
    found = kind.read(cell, reading)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "cell", "reading", "reason"),
    [
        (TextType(5), "abcdef", OPEN, "has 6 characters; at most 5 fit"),
        (TextType(), "a\x01b", OPEN, "characters that cannot be shown"),
        (CodeType(), date(2010, 3, 1), OPEN, "Excel has turned a code into it"),
        (CodeType(), Decimal(10) ** 15, OPEN, "more than 15 digits"),
        (CodeType(), "4,01E+12", OPEN, "Excel has shortened"),
        (DecimalType(), "1,2OO", SETTLED, "is not a number such as 1234.56"),
        (DecimalType(), "1.234", OPEN, "can be two numbers"),
        (DecimalType(), True, OPEN, "is not a number"),
        (DecimalType(), date(2010, 1, 1), OPEN, "is not a number"),
        (DecimalType(2), Decimal("1.005"), OPEN, "too many decimals; 2 decimals are allowed"),
        (DecimalType(least=Decimal(0)), Decimal(-1), OPEN, "is less than 0"),
        (DecimalType(), Decimal(10) ** 13, OPEN, "is more than 1,000,000,000,000"),
        (DecimalType(), Decimal("1e300"), OPEN, "is more than 1,000,000,000,000"),
        (IntegerType(), Decimal("7.5"), OPEN, "too many decimals; none are allowed"),
        (IntegerType(), "seven", OPEN, "is not a whole number"),
        (DateType(), "31/02/2011", SETTLED, "is not a date such as 2027-01-31"),
        (DateType(), "03/04/2011", OPEN, "can be two dates"),
        (DateType(), Decimal(17), OPEN, "is not a date"),
        (DateType(), time(8), OPEN, "is not a date"),
        (MonthType(), "Q1 2027", OPEN, "is not a month such as 2027-01"),
        (BooleanType(), "maybe", OPEN, "is not yes or no"),
        (STATUS, "gone", OPEN, "is not one of new, active, discontinued"),
    ],
)
def test_an_unclear_cell_is_refused_with_the_reason(kind, cell, reading, reason):
    with pytest.raises(CellRefusedError, match=reason):
        kind.read(cell, reading)


def column(index, name, kind, reading=OPEN, **options):
    return ResolvedColumn(TargetField(name, name.title(), kind, **options), index, name, reading)


SKU = column(0, "sku", CodeType(20), is_required=True)
PRICE = column(2, "price", MoneyType(2, least=Decimal(0)))
OWNER = column(1, "owner", ReferenceType(target="users", title="person"))


def test_a_row_becomes_values():
    checker = RowChecker(ResolvedMapping((SKU, PRICE)))
    checked = checker.check(SheetRow(4, ("A1", "ignored", Decimal("2.5"))))
    assert checked.values == {"sku": "A1", "price": Decimal("2.5")}
    assert checked.is_valid


def test_every_error_of_a_row_is_told_with_its_cell():
    checker = RowChecker(ResolvedMapping((SKU, OWNER, PRICE)), {"users": {"jo"}})
    checked = checker.check(SheetRow(17, (None, "Ann", CellFault("#N/A"))))
    assert not checked.is_valid
    assert [(error.cell, error.value, error.message) for error in checked.errors] == [
        ("A17", "", "Sku is empty; expected a code."),
        ("B17", "Ann", 'Owner: "Ann" is not a known person.'),
        ("C17", "#N/A", 'Price: "#N/A" is an Excel error; correct the formula behind #N/A.'),
    ]
    assert checker.check(SheetRow(18, ("A1", "JO", None))).values == {
        "sku": "A1",
        "owner": "JO",
        "price": None,
    }


def test_a_month_series_is_one_value_per_month():
    january, february = date(2027, 1, 1), date(2027, 2, 1)
    series = {"is_month_series": True}
    months = (
        (column(1, "quantity", DecimalType(0), **series), january),
        (column(2, "quantity", DecimalType(0), **series), february),
    )
    checker = RowChecker(ResolvedMapping((SKU,), months))
    assert checker.check(SheetRow(2, ("A", Decimal(5), None))).values == {
        "sku": "A",
        "quantity": {january: Decimal(5), february: None},
    }
    (error,) = checker.check(SheetRow(3, ("A", "x", Decimal(1)))).errors
    assert error.cell == "B3"


def test_rows_without_mapped_content_are_left_out():
    checker = RowChecker(ResolvedMapping((SKU, PRICE)))
    rows = [SheetRow(2, (None, "subtotal", None)), SheetRow(3, ("A", None, None))]
    assert [row.row for row in checker.check_all(rows)] == [3]


def test_a_key_that_stands_twice_names_the_first_row():
    checker = RowChecker(ResolvedMapping((SKU, PRICE)))
    rows = [
        SheetRow(2, ("A1", None, Decimal(1))),
        SheetRow(3, ("B2", None, Decimal(1))),
        SheetRow(9, ("a1 ", None, Decimal(2))),
        SheetRow(10, (None, None, Decimal(2))),
        SheetRow(11, (None, None, Decimal(2))),
    ]
    checked = list(checker.check_all(rows))
    duplicates = find_duplicates(checked, ["sku"])
    assert duplicates == {9: CellError(9, None, "", "a1", "a1 stands in row 2 already.")}
    assert [row.is_valid for row in with_errors(checked, duplicates)] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_long_value_is_shown_shortened():
    (error,) = (
        RowChecker(ResolvedMapping((PRICE,))).check(SheetRow(2, (None, None, "x" * 100))).errors
    )
    assert error.message == 'Price: "' + "x" * 59 + '…" is not a number such as 1234.56.'
    assert error.value == "x" * 100


CELLS = st.one_of(
    st.none(),
    st.text(max_size=15),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.sampled_from([CellFault("#N/A"), CellFault("#REF!")]),
)
KINDS = [
    TextType(9),
    CodeType(9),
    DecimalType(3),
    IntegerType(),
    MoneyType(),
    DateType(),
    DateType(keeps_time=True),
    MonthType(),
    BooleanType(),
    STATUS,
    ReferenceType(target="users"),
]


@given(st.lists(CELLS, min_size=len(KINDS), max_size=len(KINDS)), st.sampled_from([OPEN, SETTLED]))
def test_no_cell_breaks_the_check(cells, reading):
    columns = tuple(column(at, f"f{at}", kind, reading) for at, kind in enumerate(KINDS))
    checked = RowChecker(ResolvedMapping(columns), {"users": set()}).check(
        SheetRow(2, tuple(cells))
    )
    assert set(checked.values) == {f"f{at}" for at in range(len(KINDS))}
    wrong = {error.column for error in checked.errors}
    assert all(checked.values[f"f{at}"] is None for at in wrong)
