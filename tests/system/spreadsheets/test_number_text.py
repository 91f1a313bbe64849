from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_app.system.spreadsheets.number_text import DecimalSign, NumberEvidence, read_number

POINT, COMMA = DecimalSign.POINT, DecimalSign.COMMA


@pytest.mark.parametrize(
    ("text", "with_point", "with_comma"),
    [
        ("1200", "1200", "1200"),
        ("1.234,56", None, "1234.56"),
        ("1,234.56", "1234.56", None),
        ("1.234", "1.234", "1234"),
        ("1,234", "1234", "1.234"),
        ("0,123", None, "0.123"),
        ("12,5", None, "12.5"),
        ("1.234.567", None, "1234567"),
        ("1 234,50", None, "1234.50"),
        ("1\u202f234,50", None, "1234.50"),
        ("1'234.50", "1234.50", None),
        ("-5", "-5", "-5"),
        ("1.234,56-", None, "-1234.56"),
        ("\u22125", "-5", "-5"),
        (" 7 ", "7", "7"),
        ("1E+05", "100000", "100000"),
        ("007", "7", "7"),
        ("1,2OO", None, None),
        ("12.34.56", None, None),
        ("1,23,456", None, None),
        ("1.234 567", None, None),
        ("--5", None, None),
        ("-5-", None, None),
        ("5%", None, None),
        ("€5", None, None),
        ("", None, None),
        ("-", None, None),
        ("\u0661\u0662", None, None),
    ],
)
def test_a_number_has_the_value_its_sign_gives(text, with_point, with_comma):
    for sign, expected in ((POINT, with_point), (COMMA, with_comma)):
        found = read_number(text, sign)
        assert found == (None if expected is None else Decimal(expected))


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
    )
)
def test_a_grouped_number_is_read_back_exactly(number):
    english = f"{number:,f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_number(english, POINT) == number
    assert read_number(german, COMMA) == number


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader(text):
    for sign in DecimalSign:
        assert isinstance(read_number(text, sign), Decimal | None)


@pytest.mark.parametrize(
    ("texts", "sign", "is_ambiguous"),
    [
        (["1", "2", "300"], None, False),
        (["1.234", "5.678"], None, True),
        (["1.234", "12,5"], COMMA, False),
        (["1.234", "12.5"], POINT, False),
        (["1.234", "12.5", "12,5"], None, True),
        (["1.234.567"], COMMA, False),
    ],
)
def test_the_column_settles_the_sign_or_asks(texts, sign, is_ambiguous):
    evidence = NumberEvidence()
    assert all(evidence.add(text, 1) for text in texts)
    assert evidence.count == len(texts)
    assert evidence.decimal_sign is sign
    assert evidence.is_ambiguous is is_ambiguous


def test_what_is_no_number_leaves_no_evidence():
    evidence = NumberEvidence()
    assert not evidence.add("1,2OO", 3)
    assert evidence == NumberEvidence()
