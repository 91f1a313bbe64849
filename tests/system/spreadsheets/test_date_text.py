# ruff: noqa: DTZ001 a sheet knows no zone
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_app.system.spreadsheets.date_text import (
    DateEvidence,
    DateOrder,
    read_date,
    read_month,
    read_serial,
)

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


@pytest.mark.parametrize(
    "text",
    [
        "2010-12-01",
        "2010/12/1",
        "2010.12.01",
        "20101201",
        "1 Dec 2010",
        "1-Dec-10",
        "01. Dezember 2010",
        "1 décembre 2010",
        "December 1, 2010",
        "Dec 1st, 2010",
    ],
)
def test_a_clear_date_needs_no_order(text):
    assert read_date(text, None) == date(2010, 12, 1)
    assert read_date(text, DAY) == read_date(text, MONTH) == date(2010, 12, 1)


@pytest.mark.parametrize(
    ("text", "day_first", "month_first"),
    [
        ("03/04/2011", date(2011, 4, 3), date(2011, 3, 4)),
        ("03.04.11", date(2011, 4, 3), date(2011, 3, 4)),
        ("31/12/2010", date(2010, 12, 31), None),
        ("12/31/2010", None, date(2010, 12, 31)),
        ("12/1/2010 8:26", datetime(2010, 1, 12, 8, 26), datetime(2010, 12, 1, 8, 26)),
        ("12/1/2010 8:26 PM", datetime(2010, 1, 12, 20, 26), datetime(2010, 12, 1, 20, 26)),
        ("12/1/2010 12:05 AM", datetime(2010, 1, 12, 0, 5), datetime(2010, 12, 1, 0, 5)),
        ("30/02/2011", None, None),
        ("12/1/2010 25:00", None, None),
        ("1/2", None, None),
        ("01-02/2011", None, None),
    ],
)
def test_a_numeric_date_follows_the_order_of_its_column(text, day_first, month_first):
    assert read_date(text, DAY) == day_first
    assert read_date(text, MONTH) == month_first
    assert read_date(text, None) is None


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)))
def test_every_way_to_write_a_date_is_read_back(day):
    assert read_date(f"{day:%Y-%m-%d}", None) == day
    assert read_date(f"{day:%d/%m/%Y}", DAY) == day
    assert read_date(f"{day:%m/%d/%y}", MONTH) == day
    assert read_date(f"{day:%d %b %Y}", None) == day
    assert read_month(f"{day:%b-%y}") == day.replace(day=1)


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.integers(0, 86_399))
def test_a_serial_number_is_a_day_and_a_time(day, second):
    instant = datetime(day.year, day.month, day.day) + timedelta(seconds=second)
    serial = Decimal((instant - datetime(1899, 12, 30)).days) + Decimal(second) / 86_400
    expected = instant if second else day
    assert read_serial(round(serial, 10), uses_1904=False) == expected


def test_serial_numbers_of_1904_start_four_years_later():
    assert read_serial(Decimal(42735), uses_1904=True) == date(2021, 1, 1)
    assert read_serial(Decimal(44197), uses_1904=False) == date(2021, 1, 1)
    assert read_serial(Decimal(250), uses_1904=False) is None


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text):
    assert isinstance(read_date(text, DAY), date | None)
    assert isinstance(read_month(text), date | None)


@pytest.mark.parametrize(
    "cell",
    [
        "Jan-27", "Jan 2027", "January 2027", "Januar 2027", "2027-01", "2027/1", "01/2027",
        "M01 2027", "2027 M01", "2027M1", "202701", "2027 Jan", Decimal(202701),
        date(2027, 1, 31), datetime(2027, 1, 5, 12), "2027-01-15",
    ],
)  # fmt: skip
def test_a_month_is_recognised(cell):
    assert read_month(cell) == date(2027, 1, 1)


@pytest.mark.parametrize(
    "cell", ["Total", "Jan", "M13 2027", "2027-13", Decimal(7), None, "Q1 2027"]
)
def test_what_is_no_month_is_none(cell):
    assert read_month(cell) is None


@pytest.mark.parametrize(
    ("texts", "order", "is_ambiguous"),
    [
        (["2011-03-04", "5 Mar 2011"], None, False),
        (["03/04/2011", "05/06/2011"], None, True),
        (["03/04/2011", "31/12/2010"], DAY, False),
        (["03/04/2011", "12/31/2010"], MONTH, False),
        (["31/12/2010", "12/31/2010"], None, True),
        (["05/05/2011"], None, False),
    ],
)
def test_the_column_settles_the_order_or_asks(texts, order, is_ambiguous):
    evidence = DateEvidence()
    assert all(evidence.add(text, 1) for text in texts)
    assert evidence.order is order
    assert evidence.is_ambiguous is is_ambiguous
