"""The ensemble per item: what it learns from, what it sees of a month, and what it adds."""

import numpy as np
import pytest

from sop_app.planning.forecasting.engine import find_method
from sop_app.planning.forecasting.methods import ensemble
from sop_app.planning.forecasting.panel import panel_of

MONTH = np.arange(60)
RNG = np.random.default_rng(3)


@pytest.mark.parametrize(
    ("months", "origins", "length"),
    [
        (36, [26, 28, 30, 32, 34], 2),
        (60, [25, 32, 39, 46, 53], 7),
        (200, [110, 128, 146, 164, 182], 18),
    ],
)
def test_five_folds_end_with_the_history(months, origins, length):
    assert ensemble.split_folds(months) == (origins, length)
    assert origins[-1] + length == months


def test_a_month_by_hand():
    """A level of 10; the base forecasts are 12 and 8 throughout, so 10 stands in for the unknown."""
    history = np.r_[np.full(12, 5.0), np.full(12, 10.0)]
    bases = np.vstack([np.full(14, 12.0), np.full(14, 8.0)])
    first, *_, last = ensemble.describe_months(history, bases)
    calendar, lags, means, deviations = first[:3], first[3:7], first[7:9], first[9:11]
    assert calendar.tolist() == [0, 0, 2]
    assert lags.tolist() == [1, 1, 1, 1]
    assert means.tolist() == [1, 1]
    assert deviations.tolist() == [0, 0]
    # The line through 12 months at 0.5 and 12 at 1 rises by 36 / 1150 a month.
    assert first[11] == pytest.approx(36 / 1150)
    # Season, growth over the year before (10 / 5) and the month before, and the base forecasts.
    np.testing.assert_allclose(first[12:], [1, 1, 0, 1.2, 0.8])
    # Month 37 is the second of its year; a year before it nothing had changed any more.
    assert last[:3].tolist() == [1, 0, 3]
    np.testing.assert_allclose(last[12:], [1, 0, 0, 1.2, 0.8])


def test_what_lies_after_an_origin_is_never_seen(monkeypatch):
    seen: list[int] = []

    def base(history, horizon):
        seen.append(len(history))
        return np.full(horizon, history[-1])

    monkeypatch.setattr(ensemble, "BASES", (base,))
    find_method("ml_ensemble").fit(panel_of({"A": RNG.uniform(5, 9, 36)})).predict(4)
    assert seen == [26, 28, 30, 32, 34, 36]


def test_an_error_that_comes_every_year_is_learned(monkeypatch):
    """The base forecast misses the peak of every twelfth month; the trees add it."""
    history = np.where(MONTH % 12 == 11, 50.0, 10.0)
    monkeypatch.setattr(ensemble, "BASES", (lambda _, horizon: np.full(horizon, 10.0),))
    values = find_method("ml_ensemble").fit(panel_of({"A": history})).predict(12).values[0]
    np.testing.assert_allclose(values, history[:12], rtol=1e-3)


def test_the_forest_is_another_model():
    panel = panel_of({"A": 100 + MONTH + 20 * np.sin(MONTH) + RNG.normal(0, 9, 60)})
    boosted, forest = (
        find_method(name).fit(panel).predict(6).values
        for name in ("ml_ensemble", "ml_ensemble_forest")
    )
    assert (boosted != forest).any()
    np.testing.assert_allclose(boosted, forest, rtol=0.5)
