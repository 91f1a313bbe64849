"""Intervals measured on the company's own items: who is measured, on what, and what comes of it."""

import numpy as np
import pytest

from sop_app.kernel import accuracy
from sop_app.planning.forecasting import calibration
from sop_app.planning.forecasting.calibration import measure_misses, pool_quantile
from sop_app.planning.forecasting.choices import Basis, ItemChoice
from sop_app.planning.forecasting.engine import find_method, make_forecast
from sop_app.planning.forecasting.intervals import bounds_around, distances
from sop_app.planning.forecasting.methods.contract import Cost, PerItemMethod
from sop_app.planning.forecasting.panel import panel_of

RNG = np.random.default_rng(21)
SPREAD = 12.0


def noisy(count: int, months: int = 60, spread: float = SPREAD):
    return panel_of(
        {f"{i:03}": np.maximum(100 + RNG.normal(0, spread, months), 1) for i in range(count)}
    )


def chosen(panel, *members: str) -> list[ItemChoice]:
    return [ItemChoice(item, Basis.RULE, members, "") for item in panel.ids]


def misses(panel, name="moving_average_12", horizon=6, levels=(80, 95)):
    methods = {name: find_method(name)}
    return measure_misses(chosen(panel, name), panel, horizon, methods, levels)


def test_a_quantile_by_hand():
    """Nine errors 1 to 9: 80 % of the next lie below the eighth; months are evened out by thirds."""
    shares = np.arange(1.0, 10.0)[:, None] * [1, 4, 1]
    np.testing.assert_allclose(pool_quantile(shares, 0.8), [16, 16, 16])
    # Beyond what nine errors can tell, the largest stands.
    np.testing.assert_allclose(pool_quantile(shares[:, :1], 0.95), [9])


def test_what_is_measured_holds_the_promised_share():
    panel = noisy(300, 72)
    seen, actual = panel.cut(12), np.array([history[-12:] for history in panel.series])
    points = find_method("moving_average_12").fit(seen).predict(12).values
    for place, level in enumerate((80, 95)):
        size = misses(seen, horizon=12)[:, :, place]
        held = accuracy.coverage(actual, points - size, points + size)
        assert held == pytest.approx(level / 100, abs=0.02)


def test_the_errors_come_from_before_what_was_held_back(monkeypatch):
    monkeypatch.setattr(calibration, "ENOUGH_ITEMS", 1)
    seen: list[int] = []

    def spy(history, horizon):
        seen.append(len(history))
        return np.full(horizon, 100.0)

    method = PerItemMethod("spy", "Spy", 1, Cost.CHEAP, spy)
    panel = noisy(1, 60)
    measure_misses(chosen(panel, "spy"), panel, 6, {"spy": method}, (80,))
    measure_misses(chosen(panel, "spy"), panel, 36, {"spy": method}, (80,))
    assert seen == [54, 36]


def test_who_cannot_be_measured_keeps_what_the_pre_trained_model_expects(monkeypatch):
    monkeypatch.setattr(calibration, "ENOUGH_ITEMS", 2)
    steady = RNG.uniform(90, 110, (2, 60))
    panel = panel_of(
        {
            "steady": steady[0],
            "steady, too": steady[1],
            "short": steady[0][:47],
            "sparse": np.where(np.arange(60) % 3, 0, 7.0),
            "the same each year": np.tile(steady[0][:12], 5),
        }
    )
    measured = np.isfinite(misses(panel)).all(axis=(1, 2))
    assert dict(zip(panel.ids, measured.tolist(), strict=True)) == {
        "short": False,
        "sparse": False,
        "steady": True,
        "steady, too": True,
        "the same each year": False,
    }


def test_few_items_forecast_alike_are_too_few():
    panel = noisy(200)
    assert np.isfinite(misses(panel)).all()
    assert np.isnan(misses(panel.pick(range(199)))).all()


def test_a_method_that_needs_more_than_is_left_is_not_measured(monkeypatch):
    monkeypatch.setattr(calibration, "ENOUGH_ITEMS", 1)
    assert np.isfinite(misses(noisy(1, 60), "boosting", horizon=12)).all()
    assert np.isnan(misses(noisy(1, 59), "boosting", horizon=24)).all()


def test_bounds_lie_half_way_between_what_is_expected_and_what_was_missed():
    panel = noisy(1)
    points = np.full((1, 2), 100.0)
    expected = np.abs(distances(panel, 2)[0, :, [0, 3]])
    known = np.array([[[9.0], [np.nan]]])
    lower, upper = bounds_around(points, panel, (95,), known)[95]
    np.testing.assert_allclose(100 - lower[0, 0], np.sqrt(9 * expected[0, 0]))
    np.testing.assert_allclose(upper[0, 0] - 100, np.sqrt(9 * expected[1, 0]))
    np.testing.assert_allclose(upper[0, 1] - 100, expected[1, 1])


def test_the_forecast_of_a_company_has_measured_intervals_but_not_the_fast_one():
    panel = noisy(200)
    for name, is_measured in (("moving_average_12", True), ("fast", False)):
        made = make_forecast(panel, 3, method=name)
        plain = bounds_around(made.points, panel)
        assert (made.bounds[80][1] != plain[80][1]).all() == is_measured
