"""Signals: what the sources say, and that the methods that look at them forecast better."""

import numpy as np
import pandas as pd
import pytest

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.engine import find_method, make_forecast
from sop_app.planning.forecasting.methods.boosting import BoostingMethod
from sop_app.planning.forecasting.methods.prophet import ProphetWithSignals
from sop_app.planning.forecasting.panel import panel_of
from sop_app.planning.forecasting.signals import (
    MonthlyTable,
    Promotions,
    Signals,
    WorkingDays,
)

RNG = np.random.default_rng(9)
LAST = pd.Timestamp("2026-12-01")
AHEAD = 6
LIFT = 1.8


def months(first: str, count: int) -> pd.DatetimeIndex:
    return pd.date_range(first, periods=count, freq="MS")


def test_working_days_are_those_of_the_country():
    # January 2027 has 21 weekdays, and Friday the 1st is a holiday.
    january = months("2027-01-01", 2)
    assert WorkingDays().values("A", january).tolist() == [21, 20]
    assert WorkingDays("DE").values("A", january).tolist() == [20, 20]
    assert WorkingDays().values("A", months("2027-12-01", 2)).tolist() == [23, 21]


def test_a_country_without_a_calendar_is_refused():
    with pytest.raises(InvalidInputError) as refusal:
        WorkingDays("Atlantis")
    assert refusal.value.message == "There is no calendar of holidays for Atlantis."


def test_promotions_are_by_item_and_tables_for_all():
    promotions = Promotions({"A": {LAST: 2.0}})
    table = MonthlyTable("index", {LAST: 101.5})
    around = months("2026-11-01", 3)
    assert promotions.values("A", around).tolist() == [0, 2, 0]
    assert promotions.values("B", around).tolist() == [0, 0, 0]
    np.testing.assert_array_equal(table.values("B", around), [np.nan, 101.5, np.nan])


def test_signals_are_taken_around_the_last_month_of_history():
    signals = Signals((Promotions({"A": {LAST: 1.0}}), WorkingDays()))
    assert signals.names == ("promotion", "working_days")
    assert signals.take("A", LAST, 2, 1).tolist() == [[0, 21], [1, 23], [0, 21]]
    assert signals.take("A", pd.Timestamp("2026-11-01"), 1, 1).tolist() == [[0, 21], [1, 23]]
    assert Signals(()).take("A", LAST, 2, 1).shape == (3, 0)


def test_two_signals_of_one_name_are_refused():
    with pytest.raises(InvalidInputError, match="a name of its own"):
        Signals((WorkingDays(), WorkingDays("DE")))


def promoted(count: int, past: int = 60) -> tuple[dict, dict, np.ndarray]:
    """Items with a promotion in every sixth month or so, known half a year ahead."""
    whole = months(f"{LAST - pd.DateOffset(months=past - 1):%Y-%m-%d}", past + AHEAD)
    season = 1 + 0.2 * np.sin(np.arange(past + AHEAD) * np.pi / 6)
    series, strengths, actual = {}, {}, []
    for place in range(count):
        is_promoted = RNG.random(past + AHEAD) < 0.17
        demand = RNG.uniform(20, 900) * season * RNG.normal(1, 0.05, past + AHEAD)
        demand = np.where(is_promoted, LIFT * demand, demand)
        item = f"item {place:04d}"
        series[item] = demand[:past]
        strengths[item] = dict.fromkeys(whole[is_promoted], 1.0)
        actual.append(demand[past:])
    return series, strengths, np.array(actual)


def wape(actual: np.ndarray, forecast: np.ndarray) -> float:
    return float(np.abs(actual - forecast).sum() / actual.sum())


def test_boosting_learns_what_promotions_do(capsys):
    series, strengths, actual = promoted(120)
    panel = panel_of(series)
    signals = Signals((Promotions(strengths), WorkingDays()))
    blind = BoostingMethod().fit(panel).predict(AHEAD).values
    seeing = BoostingMethod(signals).fit(panel).predict(AHEAD).values
    with capsys.disabled():
        print(f"\nboosting: {wape(actual, blind):.3f} -> {wape(actual, seeing):.3f}")  # noqa: T201
    assert wape(actual, seeing) < 0.7 * wape(actual, blind)


def test_a_signal_nobody_knows_ahead_does_not_stop_boosting():
    series, _, _ = promoted(5)
    signals = Signals((MonthlyTable("index", {LAST: 1.0}),))
    points = BoostingMethod(signals).fit(panel_of(series)).predict(AHEAD)
    assert np.isfinite(points.values).all()


def test_prophet_takes_signals_as_regressors(capsys):
    series, strengths, actual = promoted(3)
    panel = panel_of(series)
    blind = find_method("prophet").fit(panel).predict(AHEAD)
    found = make_forecast(
        panel, AHEAD, method="prophet", signals=Signals((Promotions(strengths), WorkingDays()))
    )
    with capsys.disabled():
        before, after = wape(actual, blind.values), wape(actual, found.points)
        print(f"\nProphet: {before:.3f} -> {after:.3f}")  # noqa: T201
    assert found.notes == {}
    assert after < 0.5 * before


def test_prophet_does_not_guess_a_signal():
    series, _, _ = promoted(1)
    panel = panel_of(series)
    index = MonthlyTable("index", dict.fromkeys(months("2020-01-01", 84), 1.0))
    made = make_forecast(panel, AHEAD, method="prophet", signals=Signals((index,)))
    assert made.notes == {
        "item 0000": "Prophet: a signal is not known for all months of the history and ahead"
    }


def test_a_signal_that_never_changed_is_left_out():
    series, _, _ = promoted(1)
    panel = panel_of(series)
    blind = find_method("prophet").fit(panel).predict(AHEAD)
    never = ProphetWithSignals(Signals((Promotions({}),))).fit(panel).predict(AHEAD)
    np.testing.assert_array_equal(never.values, blind.values)


def test_a_back_test_sees_the_signals_of_its_own_months():
    series, strengths, _ = promoted(40)
    panel = panel_of(series)
    method = BoostingMethod(Signals((Promotions(strengths),)))
    earlier = method.fit(panel.cut(AHEAD)).predict(AHEAD).values
    actual = np.array([one[-AHEAD:] for one in panel.series])
    blind = BoostingMethod().fit(panel.cut(AHEAD)).predict(AHEAD).values
    assert wape(actual, earlier) < 0.8 * wape(actual, blind)


def test_the_default_hands_signals_to_its_members():
    signals = Signals((WorkingDays(),))
    assert find_method("boosting", signals=signals) == BoostingMethod(signals)
    default = find_method("auto", signals=signals)
    assert default.methods["boosting"] == BoostingMethod(signals)
    assert default.methods["prophet"] == ProphetWithSignals(signals)
