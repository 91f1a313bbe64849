"""The pure decisions of sales input, with properties found by hypothesis."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_app.planning.forecast_entry.rules import (
    EntryAct,
    EntryStatus,
    forecast_status,
    is_complete,
    lock_reason,
    missing_months,
    next_status,
    parse_price,
    spread,
    statuses_before,
)

figures = st.lists(st.none() | st.integers(0, 10**9), min_size=1, max_size=400)
totals = st.integers(0, 10**9)


@given(totals, figures, st.randoms())
def test_a_spread_is_exact_and_never_negative(total, current, random):
    last_year = random.choice([[], [random.choice((None, 0, 7)) for _ in current]])
    quantities = spread(total, current, last_year)
    assert len(quantities) == len(current)
    assert sum(quantities) == total
    assert min(quantities) >= 0


@given(totals, figures)
def test_a_spread_stays_within_one_unit_of_its_share(total, current):
    weights = [figure or 0 for figure in current]
    if whole := sum(weights):
        for quantity, weight in zip(spread(total, current), weights, strict=True):
            assert abs(quantity - Decimal(total) * weight / whole) < 1


@given(figures)
def test_spreading_the_present_total_changes_nothing(current):
    total = sum(figure or 0 for figure in current)
    if total:
        assert spread(total, current) == [figure or 0 for figure in current]


def test_nothing_is_spread_over_no_cells():
    assert spread(5, []) == []


@pytest.mark.parametrize(
    ("status", "act", "following"),
    [
        ("draft", "edit", "draft"),
        ("draft", "submit", "submitted"),
        ("draft", "approve", None),
        ("draft", "return", None),
        ("submitted", "edit", None),
        ("submitted", "submit", None),
        ("submitted", "approve", "approved"),
        ("submitted", "return", "returned"),
        ("approved", "edit", None),
        ("approved", "submit", None),
        ("approved", "approve", None),
        ("approved", "return", None),
        ("returned", "edit", "draft"),
        ("returned", "submit", "submitted"),
        ("returned", "approve", None),
        ("returned", "return", None),
    ],
)
def test_the_status_machine(status, act, following):
    assert next_status(status, EntryAct(act)) == following
    assert (status in statuses_before(EntryAct(act))) is (following is not None)


@given(st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=20), st.integers(1, 20))
def test_complete_means_nothing_missing_and_no_error(quantities, mandatory):
    assert is_complete(quantities, (), mandatory) == (
        missing_months(quantities, (), mandatory) == []
    )
    assert not is_complete(quantities, {0}, mandatory)


@pytest.mark.parametrize("status", list(EntryStatus))
@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize("is_open", [True, False])
def test_only_own_open_undecided_rows_are_unlocked(status, is_own, is_open):
    reason = lock_reason(status, is_own=is_own, rep_name="Priya", is_input_open=is_open)
    assert (reason == "") is (is_own and is_open and status in ("draft", "returned"))


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("", None),
        ("12.5", Decimal("12.5000")),
        ("1,200", Decimal("1200.0000")),
        ("*1.1", Decimal("12.5400")),
        ("+5%", Decimal("11.9700")),
        ("0", Decimal("0.0000")),
        ("12.34567", "'12.34567' is not a price. Example: 11.40"),
        ("-3", "'-3' is not a price. Example: 11.40"),
        ("-200%", "'-200%' is no possible price. A price is 0 to 9,999,999"),
        ("99999999", "'99999999' is no possible price. A price is 0 to 9,999,999"),
        ("=1+1", "'=1+1' is not a price. Example: 11.40"),
    ],
)
def test_prices_as_typed(typed, price):
    assert parse_price(typed, Decimal("11.40")) == price


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        ({"draft": 1, "returned": 1, "submitted": 1}, "returned"),
        ({"draft": 1, "submitted": 1}, "draft"),
        ({"submitted": 1, "approved": 3}, "submitted"),
        ({"approved": 3}, "approved"),
    ],
)
def test_one_word_for_a_persons_rows(counts, word):
    assert forecast_status(counts, is_started=True) == word
