# ruff: noqa: DTZ001 a sheet knows no zone
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_app.system.spreadsheets.cells import (
    EMPTY,
    CellFault,
    column_index,
    column_letter,
    decode,
    encode,
)


@pytest.mark.parametrize(
    ("value", "token", "back"),
    [
        ("", EMPTY, None),
        ("  \u00a0", EMPTY, None),
        (None, EMPTY, None),
        ("00123", "s00123", "00123"),
        ("a\tb\nc\\d\r", "sa\\tb\\nc\\\\d\\r", "a\tb\nc\\d\r"),
        (17850.0, "n17850", Decimal(17850)),
        (0.1 + 0.2, "n0.3", Decimal("0.3")),
        (-0.0, "n0", Decimal(0)),
        (1e22, "n1e+22", Decimal("1e22")),
        (float("nan"), "e#NUM!", CellFault("#NUM!")),
        (True, "b1", True),
        (date(2010, 12, 1), "d2010-12-01", date(2010, 12, 1)),
        (datetime(2010, 12, 1, 8, 26), "d2010-12-01T08:26:00", datetime(2010, 12, 1, 8, 26)),
        (datetime(2010, 12, 1, 23, 59, 59, 999_600), "d2010-12-02T00:00:00", datetime(2010, 12, 2)),
        (time(8, 26), "h08:26:00", time(8, 26)),
        (timedelta(days=10, seconds=54610), "p918610", timedelta(days=10, seconds=54610)),
        ("#N/A", "e#N/A", CellFault("#N/A")),
        ("#1 seller", "s#1 seller", "#1 seller"),
    ],
)
def test_a_cell_is_written_and_read_back(value, token, back):
    assert encode(value) == token
    assert decode(token) == back
    assert type(decode(token)) is type(back)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])).filter(str.strip))
def test_any_text_survives_and_stays_on_its_line(text):
    token = encode("x" + text)
    assert "\t" not in token
    assert "\n" not in token
    assert decode(token) == "x" + text.replace("\0", "\ufffd")


@given(st.integers(0, 16_383))
def test_column_letters_count_like_excel(index):
    assert column_index(column_letter(index)) == index
