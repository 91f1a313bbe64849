"""Each detector on cases small enough to check by hand."""

import numpy as np
import pandas as pd
import pytest

from sop_app.planning.forecasting.cleansing import changes, events, forest, outliers, seasons
from sop_app.planning.forecasting.cleansing.baseline import (
    estimate_baseline,
    remove_season,
    sells_now_and_then,
)
from sop_app.planning.forecasting.cleansing.findings import Thresholds
from sop_app.planning.forecasting.cleansing.grid import grid_of, quantile_of_known
from sop_app.planning.forecasting.panel import panel_of

NAN = np.nan
SEASON = np.array([80, 80, 90, 100, 100, 110, 120, 120, 110, 100, 100, 90.0])
WOBBLE = np.tile([1.01, 0.99], 60)


def places(mask: np.ndarray) -> list[tuple[int, int]]:
    return list(zip(*(axis.tolist() for axis in mask.nonzero()), strict=True))


def seasonal(months: int) -> np.ndarray:
    return np.resize(SEASON, months)[None, :] * WOBBLE[:months]


def test_a_panel_is_laid_out_with_its_last_months_in_one_column():
    grid = grid_of(panel_of({"A": [1, 2, 3], "B": [7]}, last_month="2026-03-01"))
    np.testing.assert_array_equal(grid.values, [[1, 2, 3], [NAN, NAN, 7]])
    assert f"{grid.month(0, 0):%Y-%m}" == "2026-01"
    assert grid.column(0, pd.Timestamp("2026-02-01")) == 1
    assert grid.column(1, pd.Timestamp("2026-02-01")) is None
    assert grid.column(0, pd.Timestamp("2026-04-01")) is None


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.9, 1.0])
def test_quantiles_are_those_of_numpy(share):
    values = np.random.default_rng(1).normal(size=(40, 11))
    values[values < -1] = NAN
    np.testing.assert_allclose(quantile_of_known(values, share), np.nanquantile(values, share, 1))


def test_the_z_score_is_counted_in_standard_deviations_of_the_item():
    # Mean 1, standard deviation 3: the last month is 3 of them away.
    row = [0.0] * 9 + [10.0]
    deviation = np.array([row, [NAN, *row[1:]]])
    assert places(outliers.find_by_z_score(deviation, 2.9)) == [(0, 9)]
    assert places(outliers.find_by_z_score(deviation, 2.8)) == [(0, 9), (1, 9)]
    assert places(outliers.find_by_z_score(np.full((1, 12), 5.0))) == []


def test_the_fences_stand_one_and_a_half_quartile_distances_out():
    # Quartiles 2 and 4: fences at -1 and 7.
    assert places(outliers.find_by_iqr(np.array([[1, 2, 3, 4, 7.0]]))) == []
    assert places(outliers.find_by_iqr(np.array([[1, 2, 3, 4, 7.1], [-1.1, 2, 3, 4, 5]]))) == [
        (0, 4),
        (1, 0),
    ]


def test_a_month_is_compared_with_the_twelve_before():
    # Mean 10, sample standard deviation sqrt(12 / 11) = 1.0445: two of them end at 12.089.
    before = [9.0, 11.0] * 6
    assert places(outliers.find_by_rolling_mean(np.array([[*before, 12.08]]))) == []
    assert places(outliers.find_by_rolling_mean(np.array([[*before, 12.09]]))) == [(0, 12)]
    assert places(outliers.find_by_rolling_mean(np.array([[9.0, 11.0, 9, 11, 9, 40]]))) == []


def test_a_season_that_came_back_is_expected():
    baseline = estimate_baseline(seasonal(36))
    np.testing.assert_allclose(baseline.expected[0], np.resize(SEASON, 36), rtol=0.03)
    np.testing.assert_allclose(baseline.season[0, :12].max(), 1.2, rtol=0.02)
    assert np.abs(baseline.scores).max() < 2.5


@pytest.mark.parametrize(("months", "tolerance"), [(24, 0.11), (36, 0.03), (48, 0.03)])
def test_a_single_spike_bends_neither_its_season_nor_its_level(months, tolerance):
    values = seasonal(months)
    clean = estimate_baseline(values).expected
    values[0, 15] *= 3
    baseline = estimate_baseline(values)
    np.testing.assert_allclose(baseline.expected, clean, rtol=tolerance)
    assert baseline.scores[0, 15] > 10


def test_the_level_follows_a_lasting_step():
    values = np.r_[np.full(18, 50.0), np.full(18, 100.0)][None, :]
    baseline = estimate_baseline(values)
    np.testing.assert_allclose(baseline.level[0], values[0])
    assert (baseline.deviation == 0).all()


def test_items_that_sell_now_and_then_are_told_by_the_months_since_their_first_sale():
    values = np.array(
        [[0, 0, 0, 5, 5, 5, 5], [5, 0, 0, 5, 0, 0, 5], [0] * 7, [NAN, 5, 0, 5, 5, 5, 5]]
    )
    assert sells_now_and_then(values).tolist() == [False, True, True, False]


def test_the_zeros_of_an_item_that_sells_now_and_then_are_not_compared():
    values = np.tile([5.0, 0, 0], 8)[None, :]
    baseline = estimate_baseline(values)
    assert np.isfinite(baseline.deviation[0]).sum() == 8
    assert (baseline.expected == 5).all()


def test_months_in_which_next_to_nothing_sells_tell_nothing_about_the_level():
    assert np.isnan(remove_season(np.array([[3.0]]), np.array([[0.01]]))).all()


def test_the_features_are_distances_in_usual_spreads():
    values = np.full((1, 24), 100.0)
    values[0, 20] = 150
    baseline = estimate_baseline(values)
    features = forest.describe_months(values, baseline)
    # The smallest spread is 2 % of the level: 50 pieces are 25 spreads.
    np.testing.assert_allclose(features[0, 20], [25, 25, 25, 25, 25])
    np.testing.assert_allclose(features[0, 21], [0, 0, -25, 0, -25 / 12])
    errors = np.full((1, 24), 4.0)
    np.testing.assert_allclose(forest.describe_months(values, baseline, errors)[0, :, 4], 2)


def test_the_forest_names_the_promised_share():
    rng = np.random.default_rng(3)
    features = rng.normal(size=(40, 25, 5))
    features[7, 3] = 9
    known = np.ones((40, 25), dtype=bool)
    known[0] = False
    found = forest.find_by_forest(features, known, Thresholds(contamination=0.05))
    assert found.sum() == round(0.05 * 39 * 25)
    assert found[7, 3]
    assert not found[0].any()


def test_a_forest_without_months_finds_nothing():
    nothing = forest.find_by_forest(np.zeros((1, 2, 5)), np.zeros((1, 2), dtype=bool))
    assert not nothing.any()


@pytest.mark.parametrize(("after", "size"), [(150, 0.5), (60, -0.4)])
def test_a_step_is_found_at_the_first_month_of_the_new_level(after, size):
    values = np.r_[np.full(20, 100.0), np.full(16, after)][None, :] * WOBBLE[:36]
    (shift,) = changes.find_level_shifts(values, estimate_baseline(values))
    assert (shift.row, shift.column) == (0, 20)
    assert shift.size == pytest.approx(size, abs=0.02)
    assert shift.level_before == pytest.approx(100, rel=0.02)


def test_neither_a_spike_nor_a_trend_nor_a_season_is_a_step():
    spike = np.full(36, 100.0) * WOBBLE[:36]
    spike[20] = 300
    trend = np.linspace(100, 200, 36)
    values = np.vstack([spike, trend, seasonal(36)[0], np.zeros(36)])
    assert changes.find_level_shifts(values, estimate_baseline(values)) == ()


def test_seven_months_are_too_few_for_two_levels():
    values = np.array([[100.0, 100, 100, 100, 200, 200, 200]])
    assert changes.find_level_shifts(values, estimate_baseline(values)) == ()


def test_a_bend_of_the_trend_is_found_near_its_month():
    up = np.r_[np.full(18, 100.0), 100 + 4 * np.arange(1, 19)]
    values = np.vstack([up * WOBBLE[:36], np.linspace(100, 200, 36), seasonal(36)[0]])
    (bend,) = changes.find_trend_changes(values, estimate_baseline(values))
    assert bend.row == 0
    assert abs(bend.column - 18) <= 1
    # 4 pieces a month of a mean level of 138.
    assert bend.size == pytest.approx(12 * 4 / up.mean(), rel=0.1)


def test_a_year_with_another_season_is_found_and_one_odd_month_is_none():
    moved = seasonal(48)
    moved[0, 36:] = np.roll(SEASON, 6)
    odd = seasonal(48)
    odd[0, 40] *= 3
    values = np.vstack([moved, odd])
    (place,) = places(seasons.find_season_breaks(values, estimate_baseline(values)))
    assert place[0] == 0
    assert place[1] >= 36


def test_lifts_and_lost_sales_and_zeros():
    values = np.full((3, 24), 100.0) * WOBBLE[:24]
    values[1, 10] = 0
    values[2, 12] = 40
    baseline = estimate_baseline(values)
    assert places(events.find_suspicious_zeros(values, baseline)) == [(1, 10)]
    empty = np.zeros((3, 24), dtype=bool)
    empty[2, 12] = empty[2, 13] = True
    assert places(events.find_lost_sales(values, baseline, empty)) == [(2, 12)]
    assert events.lift_of(150, 100) == 0.5
    assert events.lift_of(150, 0) is None


def test_figures_are_laid_beside_the_last_months():
    grid = grid_of(panel_of({"A": [1, 2, 3], "B": [7, 8]}, last_month="2026-03-01"))
    laid = events.lay_out(grid, {"A": [5, 6], "C": [1]})
    np.testing.assert_array_equal(laid, [[NAN, 5, 6], [NAN, NAN, NAN]])
    marked = events.mark_events(grid, {"B": [pd.Timestamp("2026-02-01")], "A": [], "X": []})
    assert places(marked) == [(1, 1)]
    assert not events.mark_events(grid, {"B": [pd.Timestamp("2020-02-01")]}).any()
