"""Exact strings: every figure of the program passes through these functions."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sop_app.ui.components import formats


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1284500, 0, "1,284,500"),
        (0, 0, "0"),
        (-0.4, 0, "0"),
        (-1250, 0, "−1,250"),
        (None, 0, "–"),
        (float("nan"), 0, "–"),
        (float("inf"), 0, "–"),
        (Decimal("NaN"), 0, "–"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (Decimal("519.55"), 1, "519.6"),
        (Decimal("1234567890123.45"), 2, "1,234,567,890,123.45"),
    ],
)
def test_number(value, decimals, expected):
    assert formats.number(value, decimals) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3360, "+3,360"), (-1250, "−1,250"), (0, "0"), (0.3, "0"), (-0.3, "0"), (None, "–")],
)
def test_change(value, expected):
    assert formats.change(value) == expected


@pytest.mark.parametrize(
    ("write", "value", "expected"),
    [
        (formats.percent, 0.826, "82.6%"),
        (formats.percent, 0, "0.0%"),
        (formats.percent, None, "–"),
        (formats.percent, float("nan"), "–"),
        (formats.percent_change, 0.149, "+14.9%"),
        (formats.percent_change, Decimal("-0.312"), "−31.2%"),
        (formats.percent_change, 0, "0.0%"),
        (formats.percent_change, None, "–"),
        (formats.points, -0.013, "−1.3 pt"),
        (formats.points, 0.024, "+2.4 pt"),
        (formats.price, Decimal("46.2"), "46.20"),
        (formats.price, None, "–"),
    ],
)
def test_ratios_and_prices(write, value, expected):
    assert write(value) == expected


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        (1284500, "EUR", "€1,284,500"),
        (-18400, "EUR", "−€18,400"),
        (1284500, "GBP", "£1,284,500"),
        (655410, "SEK", "SEK 655,410"),
        (0, "EUR", "€0"),
        (None, "EUR", "–"),
    ],
)
def test_money(amount, currency, expected):
    assert formats.money(amount, currency) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (49_900_000, "€49.9M"),
        (5_720_000, "€5.72M"),
        (128_400_000, "€128M"),
        (284_300, "€284k"),
        (999_600, "€1.00M"),
        (999_499, "€999k"),
        (940, "€940"),
        (0, "€0"),
        (-2_140_000, "−€2.14M"),
        (3_100_000_000, "€3.10B"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_money_short(amount, expected):
    assert formats.money_short(amount) == expected


def test_dates():
    assert formats.day(date(2019, 3, 14)) == "14 Mar 2019"
    assert formats.weekday(date(2026, 12, 11)) == "Fri 11 Dec"
    assert formats.deadline(_at(2026, 12, 11, 17, 0)) == "Fri 11 Dec, 17:00"
    assert formats.month(date(2027, 1, 1)) == "Jan 2027"
    assert formats.month_in_header(date(2027, 9, 1)) == "Sep"
    assert formats.day(None) == formats.weekday(None) == formats.deadline(None) == "–"
    assert formats.month(None) == "–"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (_at(2026, 12, 8, 10, 42), "Today 10:42"),
        (_at(2026, 12, 7, 17, 5), "Yesterday 17:05"),
        (_at(2026, 12, 4, 14, 5), "4 Dec 14:05"),
        (_at(2025, 12, 8, 14, 5), "8 Dec 2025"),
        (None, "–"),
    ],
)
def test_moment(at, expected):
    assert formats.moment(at, now=_at(2026, 12, 8, 12, 0)) == expected


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        ([(2027, 10), (2027, 11), (2027, 12)], "Oct to Dec 2027"),
        ([(2027, 1), (2028, 4)], "Jan 2027 to Apr 2028"),
        ([(2027, 6)], "Jun 2027"),
        ([], "–"),
    ],
)
def test_month_range(months, expected):
    assert formats.month_range([date(year, month, 1) for year, month in months]) == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(days=3, hours=6, minutes=12), "3 days 6 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=5, minutes=9), "5 h 9 min"),
        (timedelta(hours=5), "5 h"),
        (timedelta(minutes=30), "30 min"),
        (timedelta(seconds=20), "No time"),
        (timedelta(days=-1), "No time"),
    ],
)
def test_time_left(span, expected):
    assert formats.time_left(span) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (38, "about 40 seconds left"),
        (2, "about 5 seconds left"),
        (70, "about 1 minute left"),
        (290, "about 5 minutes left"),
    ],
)
def test_job_time_left(seconds, expected):
    assert formats.job_time_left(timedelta(seconds=seconds)) == expected


def test_counts_and_names():
    assert formats.count(1, "row") == "1 row"
    assert formats.count(1280, "row") == "1,280 rows"
    assert formats.count(2, "category", "categories") == "2 categories"
    assert formats.initials("Elena Marsh") == "EM"
    assert formats.initials("Robert van der Hale") == "RH"
    assert formats.initials("admin") == "A"
    assert formats.initials("") == ""
