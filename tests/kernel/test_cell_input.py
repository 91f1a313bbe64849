"""What may be typed into a figure, and what it becomes."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_app.kernel.cell_input import MAX_QUANTITY, CellRefusal, parse_cell_input

quantities = st.integers(0, 9_999_999)
currents = st.none() | quantities


@pytest.mark.parametrize(
    ("text", "current", "expected"),
    [
        ("1200", 7, 1200),
        ("1,200", 7, 1200),
        ("12,345,678", None, 12_345_678),
        ("1 200", None, 1200),
        ("1\u00a0200", None, 1200),
        ("1\u202f200", None, 1200),
        ("1200.0", None, 1200),
        ("10k", None, 10_000),
        ("1.5K", None, 1500),
        ("1.5m", None, 1_500_000),
        ("0", 7, 0),
        ("", 7, None),
        ("  ", 7, None),
        ("*1.1", 455, 501),
        ("*.5", 101, 51),
        ("/2", 7, 4),
        ("+250", 100, 350),
        ("+1k", 100, 1100),
        ("-250", 300, 50),
        ("\u2212250", 300, 50),
        ("-5%", 200, 190),
        ("+5%", 10, 11),
        ("+ 5 %", 200, 210),
        ("-100%", 200, 0),
        ("+250", None, 250),
        ("*2", None, None),
        ("+5%", None, None),
    ],
)
def test_typed_text_becomes_a_quantity(text, current, expected):
    assert parse_cell_input(text, current) == expected


@pytest.mark.parametrize(
    ("text", "current", "message"),
    [
        ("n/a", 10, "'n/a' is not a number. Example: 1,200"),
        (" abc ", 10, "'abc' is not a number. Example: 1,200"),
        ("1,20", 10, "'1,20' is not a number. Example: 1,200"),
        ("1.200,5", 10, "'1.200,5' is not a number. Example: 1,200"),
        ("5%", 10, "'5%' is not a number. Example: 1,200"),
        ("=A1+5", 10, "'=A1+5' is a formula. Type its result, or an operator such as *1.1"),
        (
            "12.5",
            10,
            "'12.5' is not a whole number. Quantities are whole units. Example: 1,200",
        ),
        ("-11", 10, "'-11' gives \u22121 here. A quantity is 0 or more"),
        ("-1", None, "'-1' gives \u22121 here. A quantity is 0 or more"),
        ("-150%", 10, "'-150%' gives \u22125 here. A quantity is 0 or more"),
        ("/0", 10, "'/0' divides by zero. Example: /2"),
        ("*5%", 10, "'*5%' is not understood. A percentage is typed as +5% or -5%"),
        ("9999999m", 1, f"'9999999m' is too large. A quantity is at most {MAX_QUANTITY:,}"),
    ],
)
def test_other_text_is_refused_with_what_is_expected(text, current, message):
    assert parse_cell_input(text, current) == CellRefusal(text, message)


@given(quantities, currents)
def test_a_whole_figure_replaces_whatever_was_there(quantity, current):
    assert parse_cell_input(str(quantity), current) == quantity
    assert parse_cell_input(f"{quantity:,}", current) == quantity


@given(quantities, quantities)
def test_adding_and_taking_away_the_same_gives_back_the_start(current, amount):
    more = parse_cell_input(f"+{amount}", current)
    assert more == current + amount
    assert parse_cell_input(f"-{amount}", more) == current


@given(quantities, st.decimals(0, 50, places=2))
def test_a_factor_rounds_half_up_to_a_whole_unit(current, factor):
    expected = (current * factor).to_integral_value(ROUND_HALF_UP)
    assert parse_cell_input(f"*{factor}", current) == int(expected)


@given(quantities, st.integers(0, 100))
def test_percentages_are_factors(current, percent):
    expected = (Decimal(current) * (100 - percent) / 100).to_integral_value(ROUND_HALF_UP)
    assert parse_cell_input(f"-{percent}%", current) == int(expected)


@given(st.text(max_size=30), currents)
def test_any_text_gives_a_quantity_nothing_or_a_sentence(text, current):
    result = parse_cell_input(text, current)
    if isinstance(result, CellRefusal):
        assert result.message.startswith(f"'{text.strip()}' ")
    else:
        assert result is None or 0 <= result <= MAX_QUANTITY


@given(st.from_regex(r"\A[a-z/_?]{1,12}\Z"), currents)
def test_text_where_a_number_belongs_is_never_taken_for_zero(text, current):
    assert isinstance(parse_cell_input(text, current), CellRefusal)
