"""The cut into stretches of one level is the cheapest there is."""

from itertools import pairwise

import numpy as np
import pytest

from sop_app.planning.forecasting.cleansing.segments import find_borders

NAN = np.nan


def cost_of(series: np.ndarray, borders: list[int], penalty: float) -> float:
    stretches = [series[start:end] for start, end in pairwise(borders)]
    return sum(float(((one - one.mean()) ** 2).sum()) + penalty for one in stretches)


def all_cuts(start: int, months: int, shortest: int) -> list[list[int]]:
    whole = [[start, months]]
    return whole + [
        [start, *rest]
        for border in range(start + shortest, months - shortest + 1)
        for rest in all_cuts(border, months, shortest)
    ]


def random_steps(count: int, months: int, seed: int) -> np.ndarray:
    """Series that step every tenth month or so, with noise."""
    rng = np.random.default_rng(seed)
    steps = rng.normal(size=(count, months)) * (rng.random((count, months)) < 0.1)
    return 5 + steps.cumsum(axis=1) + 0.3 * rng.normal(size=(count, months))


def test_two_steps_are_cut_where_they_are():
    series = np.array([[1.0] * 5 + [4.0] * 6 + [2.0] * 4])
    assert find_borders(series, np.array([1.0]), 4) == [[0, 5, 11, 15]]


def test_a_step_is_cut_when_it_saves_more_than_it_costs():
    # Two levels 2 apart, 4 months each: one stretch leaves squares of 8.
    series = np.array([[1.0] * 4 + [3.0] * 4] * 2)
    assert find_borders(series, np.array([7.9, 8.1]), 4) == [[0, 4, 8], [0, 8]]


def test_a_stretch_has_its_shortest_length():
    series = np.array([[1.0] * 6 + [9.0] * 2])
    assert find_borders(series, np.array([0.1]), 2) == [[0, 6, 8]]
    assert find_borders(series, np.array([0.1]), 3) == [[0, 5, 8]]


def test_a_series_is_cut_from_its_first_month_on():
    series = np.array([[NAN] * 3 + [1.0] * 4 + [5.0] * 4, [NAN] * 7 + [5.0] * 4, [2.0] * 11])
    assert find_borders(series, np.full(3, 0.5), 4) == [[3, 7, 11], [7, 11], [0, 11]]


def test_a_high_level_hides_no_step():
    series = np.array([[1.0] * 8 + [2.0] * 8])
    assert find_borders(series + 1e9, np.array([1.0]), 4) == [[0, 8, 16]]


def test_no_other_cut_is_cheaper():
    series = random_steps(60, 16, seed=4)
    cuts = all_cuts(0, 16, 3)
    for row, borders in zip(series, find_borders(series, np.full(60, 0.5), 3), strict=True):
        assert borders == min(cuts, key=lambda cut: cost_of(row, cut, 0.5))


def test_the_library_finds_the_same_cut_or_a_dearer_one():
    ruptures = pytest.importorskip("ruptures")  # cannot be installed from Python 3.14 on
    series = random_steps(2000, 36, seed=7)
    found = find_borders(series, np.full(2000, 1.0), 4)
    same = 0
    for row, borders in zip(series, found, strict=True):
        search = ruptures.KernelCPD(kernel="linear", min_size=4).fit(row[:, None])
        theirs = [0, *search.predict(pen=1.0)]
        same += theirs == borders
        # Its pruning forgets that stretches have a shortest length, and may lose the best cut.
        assert theirs == borders or cost_of(row, theirs, 1.0) > cost_of(row, borders, 1.0)
    assert same == 1999
