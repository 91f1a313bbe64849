"""Rounding that keeps sums: by hand, and for anything."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sop_app.planning.forecasting.coherence.rounding import round_coherently, round_to_total


def test_the_largest_remainders_are_rounded_up():
    values = np.array([[1.6, 0.2], [2.5, 0.2], [3.4, 0.2]])
    # 7.5 becomes 8, so two of the three are rounded up; 0.6 becomes 1, for the first of equals.
    assert round_to_total(values).tolist() == [[2, 1], [3, 0], [3, 0]]


def test_decimals_are_units_too():
    assert round_to_total(np.array([[0.125], [0.125]]), 2).ravel().tolist() == [0.13, 0.12]


def test_ten_tenths_are_one():
    assert round_to_total(np.full((10, 1), 0.1)).sum() == 1


def test_each_level_keeps_the_sums_of_the_one_above():
    values = np.array([[0.5], [0.5], [0.5], [0.6]])
    family, total = np.array([0, 0, 1, 1]), np.zeros(4, dtype=int)
    # Total 2.1 -> 2; families 1 and 1.1 -> 1 and 1.
    assert round_coherently(values, [total, family], np.zeros(4, dtype=int)).ravel().tolist() == [
        1,
        0,
        0,
        1,
    ]


def test_pieces_and_grams_share_no_remainder():
    values = np.array([[1.5], [1.5], [1.2345], [1.2345]])
    rounded = round_coherently(values, [np.zeros(4, dtype=int)], np.array([0, 0, 3, 3]))
    assert rounded.ravel().tolist() == [2, 1, 1.235, 1.234]


def test_levels_that_are_not_nested_are_refused():
    crossing = [np.array([0, 0, 1]), np.array([0, 1, 1])]
    with pytest.raises(ValueError, match="not nested"):
        round_coherently(np.ones((3, 1)) / 2, crossing, np.zeros(3, dtype=int))


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf, 1e13])
def test_what_is_no_quantity_is_refused(wrong):
    with pytest.raises(ValueError, match="from 0 to"):
        round_to_total(np.array([[wrong]]))


@given(data=st.data())
def test_whatever_is_rounded_keeps_its_sums_and_moves_less_than_a_unit(data):
    count, decimals = data.draw(st.integers(1, 30)), data.draw(st.integers(0, 3))
    elements = st.one_of(st.floats(0, 3), st.floats(0, 1e8), st.sampled_from([0.0, 0.1, 0.5, 2.0]))
    values = data.draw(arrays(float, (count, 2), elements=elements))
    family = data.draw(arrays(np.int64, count, elements=st.integers(0, 4)))
    category = family // 2
    rounded = round_coherently(
        values, [np.zeros(count, dtype=int), category, family], np.full(count, decimals)
    )
    units = np.rint(rounded * 10**decimals)
    assert (rounded >= 0).all()
    np.testing.assert_allclose(units, rounded * 10**decimals, rtol=1e-12)
    exact = values * 10.0**decimals
    for groups in (np.zeros(count, dtype=int), category, family, np.arange(count)):
        for group in np.unique(groups):
            distance = units[groups == group].sum(axis=0) - exact[groups == group].sum(axis=0)
            assert (np.abs(distance) < 1 + 1e-6).all()
    total = exact.sum(axis=0)
    assert (np.abs(units.sum(axis=0) - total) <= 0.5 + 1e-6).all()
