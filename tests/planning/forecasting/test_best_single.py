"""One method per item: who competes, on what, who wins, and what the planner can read of it."""

import numpy as np
import pytest

from sop_app.planning.forecasting import best_single
from sop_app.planning.forecasting.best_single import BestSingleMethod
from sop_app.planning.forecasting.choices import Basis, Measure
from sop_app.planning.forecasting.engine import find_method, make_forecast
from sop_app.planning.forecasting.methods.contract import Cost, PerItemMethod
from sop_app.planning.forecasting.panel import panel_of
from sop_app.planning.forecasting.rules import list_rivals, split_trial

AVERAGES = ("seasonal_naive", "moving_average_3", "moving_average_6", "moving_average_12")
SMOOTHING = ("exponential_smoothing", "holt")
TWO_YEARS = ("damped_holt_winters", "prophet", "auto_arima")
ALL = ("auto_ets", "dot", "pretrained", "ml_ensemble")
RNG = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("months", "rivals"),
    [
        (1, AVERAGES),
        (11, AVERAGES),
        (12, AVERAGES + SMOOTHING),
        (23, AVERAGES + SMOOTHING),
        (24, AVERAGES + SMOOTHING + TWO_YEARS),
        (35, AVERAGES + SMOOTHING + TWO_YEARS),
        (36, AVERAGES + SMOOTHING + TWO_YEARS + ALL),
    ],
)
def test_the_ladder(months, rivals):
    assert list_rivals(months) == rivals


@pytest.mark.parametrize("months", [6, 12, 24, 36])
def test_every_rival_of_the_ladder_can_forecast_and_be_tried(months):
    history = 100 + RNG.normal(0, 9, months)
    panel = panel_of({"A": history})
    for name in list_rivals(months):
        assert find_method(name).fit(panel).predict(3).failures == {}
    choice = find_method("best_single").choose(panel)[0]
    assert {one.failure for one in choice.trial.scores} == {None}
    assert {one.method for one in choice.trial.scores} == set(list_rivals(months))


@pytest.mark.parametrize(
    ("months", "origins", "ahead"),
    [
        (1, (), 1),
        (2, (1,), 1),
        (6, (3, 2, 1), 1),
        (12, (3, 2, 1), 1),
        (24, (4, 3, 2), 2),
        (36, (6, 4, 3), 3),
        (72, (12, 9, 6), 6),
        (200, (12, 9, 6), 6),
    ],
)
def test_the_trial_is_the_last_sixth_of_a_history(months, origins, ahead):
    assert split_trial(months) == (origins, ahead)


def compete(monkeypatch, history, **rivals):
    """Let methods of constants and functions compete with last year again."""
    made = {"seasonal_naive": find_method("seasonal_naive")}
    for name, forecast in rivals.items():
        made[name] = PerItemMethod(name, name.title(), 1, Cost.CHEAP, forecast)
    monkeypatch.setattr(best_single, "list_rivals", lambda _: tuple(made))
    return BestSingleMethod(made).choose(panel_of({"A": history}))[0]


def always(figure):
    return lambda _, horizon: np.full(horizon, float(figure))


def test_scores_by_hand(monkeypatch):
    """Two years: origins 4, 3 and 2 months back, two months each; the last four were 10 20 10 40."""
    history = np.r_[np.full(20, 20.0), 10, 20, 10, 40]
    choice = compete(monkeypatch, history, ten=always(10))
    assert (choice.item, choice.basis, choice.members) == ("A", Basis.TRIAL, ("ten",))
    trial = choice.trial
    assert (trial.origins, trial.months_ahead, trial.measure) == ((4, 3, 2), 2, Measure.MAPE)
    ten, naive = trial.scores
    # Windows 10 20, 20 10 and 10 40, 110 in all; always 10 misses 10, 10 and 30 of them.
    assert ten.wape == pytest.approx(50 / 110)
    assert ten.bias == pytest.approx(-50 / 110)
    assert ten.mape == pytest.approx((0.5 + 0.5 + 0.75) / 6)
    # 20 misses 10 three times and 20 once.
    assert naive.wape == pytest.approx(50 / 110)
    assert naive.mape == pytest.approx((1 + 1 + 1 + 0.5) / 6)
    # No change in a year before the first origin; 10 against 20 in one of 9, two of ... thereafter.
    assert ten.mase == pytest.approx(np.mean([5 / (10 / 9), 15 / (10 / 10)]))
    assert choice.reason == (
        "Ten was nearest in 3 tests of 2 months of 2 methods: MAPE 29.2%, "
        "repeating last year MAPE 58.3%."
    )


def test_a_month_without_sales_is_compared_by_wape(monkeypatch):
    history = np.r_[np.full(20, 20.0), 0, 20, 10, 40]
    choice = compete(monkeypatch, history, ten=always(10))
    assert choice.trial.measure is Measure.WAPE
    assert choice.trial.scores[0].mape is None


def test_what_has_stopped_selling_is_compared_by_mase(monkeypatch):
    history = np.r_[RNG.uniform(5, 9, 20), np.zeros(4)]
    choice = compete(monkeypatch, history, nothing=always(0))
    assert choice.trial.measure is Measure.MASE
    assert choice.members == ("nothing",)


def test_a_rival_that_fails_cannot_win_and_says_why(monkeypatch):
    def fail(history, horizon):
        raise ValueError("out of luck")

    choice = compete(monkeypatch, np.full(24, 5.0), broken=fail)
    assert choice.members == ("seasonal_naive",)
    last = choice.trial.scores[-1]
    assert (last.method, last.failure, last.wape) == ("broken", "Broken: out of luck", None)
    assert choice.reason == (
        "Last year again was nearest in 3 tests of 2 months of 2 methods: MAPE 0.0%."
    )


def test_no_rival_sees_what_it_is_scored_on(monkeypatch):
    seen: list[float] = []

    def spy(history, horizon):
        seen.append(history[-1])
        return np.full(horizon, history[-1])

    compete(monkeypatch, np.arange(1.0, 73.0), spy=spy)
    assert seen == [60, 63, 66]


@pytest.mark.parametrize("history", [[7.0], [0.0] * 30])
def test_where_nothing_can_be_measured_the_average_is_taken(history):
    choice = find_method("best_single").choose(panel_of({"A": history}))[0]
    assert choice.members == ("moving_average_12",)
    assert choice.reason == "Nothing was sold that a method could be measured by."
    assert choice.trial.measure is None


def test_items_of_all_lengths_are_forecast_by_their_own_winner():
    panel = panel_of({"A": np.tile([5.0, 50.0, 5.0, 5.0], 5), "B": [4.0, 4.0, 4.0]})
    made = make_forecast(panel, 2, method="best_single")
    winners = [choice.members[0] for choice in made.choices]
    assert made.methods == tuple(f"best_single: {name}" for name in winners)
    for place, name in enumerate(winners):
        alone = find_method(name).fit(panel.pick([place])).predict(2).values
        np.testing.assert_array_equal(made.points[[place]], alone)
