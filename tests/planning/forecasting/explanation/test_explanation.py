"""Why a number is what it is: parts that add up, and sentences that say it."""

import numpy as np
import pandas as pd
import pytest

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.engine import find_method, make_forecast
from sop_app.planning.forecasting.explanation.decomposition import decompose
from sop_app.planning.forecasting.explanation.drivers import (
    Meaning,
    group_columns,
    measure_drivers,
)
from sop_app.planning.forecasting.explanation.explain import Member, explain_item
from sop_app.planning.forecasting.explanation.movement import (
    Movement,
    Run,
    explain_movement,
    largest_step,
)
from sop_app.planning.forecasting.panel import Panel, panel_of
from sop_app.planning.forecasting.pretrained.features import build_design, cut_windows
from sop_app.planning.forecasting.rules import DemandClass, choose_methods

MONTH = np.arange(48)
SEASONAL = 200 + 2 * MONTH + 50 * np.sin(MONTH * np.pi / 6)
JANUARY = pd.Timestamp("2027-01-01")


def test_the_parts_add_up_to_the_history():
    parts = decompose(SEASONAL)
    np.testing.assert_allclose(parts.trend + parts.season + parts.remainder, SEASONAL)
    assert parts.season_strength > 0.99
    assert parts.trend_strength > 0.99
    assert parts.growth_ratio == pytest.approx(24 / (200 + 2 * 35), abs=0.01)


def test_below_two_years_there_is_a_line_and_no_season():
    parts = decompose(10.0 + 2 * np.arange(14))
    np.testing.assert_allclose(parts.trend, 10 + 2 * np.arange(14))
    assert not parts.season.any()
    assert (parts.season_strength, parts.trend_strength) == (0, pytest.approx(1))
    assert parts.growth_ratio == pytest.approx(36 / 12 - 1)


@pytest.mark.parametrize("history", [[7.0], [7.0] * 5, [0.0] * 14, [7.0] * 30])
def test_what_never_moves_has_no_season_and_no_trend(history):
    parts = decompose(np.array(history))
    np.testing.assert_allclose(parts.trend, history, atol=1e-9)
    assert (parts.season_strength, parts.trend_strength) == (0, 0)


@pytest.mark.parametrize("look_back", [12, 24])
def test_every_feature_but_the_month_ahead_has_one_meaning(look_back):
    design, last_year = build_design(cut_windows([SEASONAL], look_back), np.array([[3]]))
    columns = [place for group in group_columns(look_back).values() for place in group]
    assert len(columns) == len(set(columns))
    left = sorted(set(range(design.shape[1])) - set(columns))
    # The month ahead, and whether it is beyond a year.
    assert design[0, left].tolist() == [3, 0]
    groups, windows = group_columns(look_back), cut_windows([SEASONAL], look_back)
    assert np.float32(last_year[0]) in design[0, list(groups[Meaning.SAME_MONTH])]
    assert np.float32(windows.spread[0]) in design[0, list(groups[Meaning.VARIABILITY])]
    assert design[0, list(groups[Meaning.LENGTH])].tolist() == [look_back]
    assert design[0, list(groups[Meaning.GAPS])].tolist() == [0]
    recent = windows.shape[0, -6:].astype(np.float32)
    assert design[0, list(groups[Meaning.RECENT_MONTHS])[:6]].tolist() == recent.tolist()


@pytest.mark.parametrize("months", [8, 48])
def test_the_drivers_of_a_seasonal_item_share_one_whole(months):
    drivers = measure_drivers(SEASONAL[-months:], 12)
    assert {one.meaning for one in drivers} == set(Meaning)
    assert sum(one.share for one in drivers) == pytest.approx(1)
    shares = [one.share for one in drivers]
    assert shares == sorted(shares, reverse=True)


def test_the_same_month_of_last_year_drives_a_seasonal_item():
    assert measure_drivers(SEASONAL, 12)[0].meaning is Meaning.SAME_MONTH


def test_the_effects_grow_with_the_unit():
    once, thousandfold = measure_drivers(SEASONAL, 6), measure_drivers(1000 * SEASONAL, 6)
    for small, large in zip(once, thousandfold, strict=True):
        assert large.meaning is small.meaning
        assert large.effect == pytest.approx(1000 * small.effect, rel=1e-3, abs=1)


def test_an_item_like_all_others_has_no_drivers():
    drivers = measure_drivers(SEASONAL, 6, [SEASONAL, SEASONAL])
    assert {(one.effect, one.share) for one in drivers} == {(0.0, 0.0)}


def test_drivers_need_half_a_year():
    with pytest.raises(ValueError, match="6 months"):
        measure_drivers(np.ones(5), 3)


def mean_of_last_three(panel: Panel, horizon: int) -> np.ndarray:
    return np.full(horizon, panel.series[0][-3:].mean())


def run(history: list[float], last_month: str, points: list[float]) -> Run:
    return Run(panel_of({"A": history}, last_month), np.array(points))


def test_the_steps_lead_from_the_old_forecast_to_the_new():
    year = [float(month) for month in range(1, 13)]
    before = run([*year, 10, 20, 30], "2026-09-01", [25, 25, 25, 25])
    # September was corrected from 30 to 60; October and November are new.
    now = run([*year, 10, 20, 60, 40, 50], "2026-11-01", [57, 57])
    found = explain_movement(before, now, pd.Timestamp("2026-12-01"), mean_of_last_three)
    assert found == Movement(
        month=pd.Timestamp("2026-12-01"),
        before=25,
        now=57,
        method=20 - 25,
        corrections=30 - 20,
        new_months=50 - 30,
        other_items=57 - 50,
        surprises=((pd.Timestamp("2026-10-01"), 15.0), (pd.Timestamp("2026-11-01"), 25.0)),
        same_month_last_year=6.0,
        growth_before=decompose(before.history.series[0]).growth_ratio,
        growth_now=decompose(now.history.series[0]).growth_ratio,
    )
    steps = found.method + found.corrections + found.new_months + found.other_items
    assert found.before + steps == found.now
    assert largest_step(found) == ("the new months", 20)


def test_without_new_months_nothing_is_new():
    before = run([6, 6, 6], "2026-12-01", [5, 5])
    now = run([6, 6, 6], "2026-12-01", [6, 6])
    found = explain_movement(before, now, JANUARY, mean_of_last_three)
    assert (found.method, found.corrections, found.new_months, found.other_items) == (1, 0, 0, 0)
    assert (found.surprises, found.same_month_last_year) == ((), None)


def test_a_month_that_is_not_forecast_by_both_is_refused():
    before = run([6, 6, 6], "2026-11-01", [5])
    now = run([6, 6, 6, 6], "2026-12-01", [6])
    with pytest.raises(InvalidInputError) as refusal:
        explain_movement(before, now, JANUARY, mean_of_last_three)
    assert refusal.value.message == "The forecast after Nov 2026 does not hold Jan 2027."


def explain(history: np.ndarray, movement: Movement | None = None):
    made = make_forecast(panel_of({"A": history}), 6)
    choice = choose_methods(history, learns_across=False)
    return made, explain_item(made, 0, choice, movement=movement)


def test_a_young_item_is_explained_by_the_model_and_its_votes():
    made, found = explain(SEASONAL[-30:])
    assert found.item_id == "A"
    assert found.demand_class is DemandClass.SMOOTH
    assert found.members == (
        Member("pretrained", "Pre-trained model", 0.5),
        Member("dot", find_method("dot").title, 0.25),
        Member("damped_holt_winters", "Damped Holt-Winters", 0.25),
    )
    lower, upper = made.bounds[80]
    assert found.interval_ratio == pytest.approx((upper - lower).sum() / made.points.sum())
    assert len(found.drivers) == len(Meaning)
    assert found.sentences[0] == "30 months of history, smooth demand."
    assert found.sentences[1].startswith("The history shows a strong season, and its trend went up")
    assert found.sentences[2].startswith("The pre-trained model looked most at ")
    assert found.sentences[3].startswith("The 80 % interval is ")


def test_an_item_without_the_model_has_no_drivers():
    _, found = explain(np.tile([8.0, 0, 0], 10))
    assert found.drivers == ()
    assert [one.name for one in found.members] == ["adida", "imapa", "tsb"]


def test_what_never_sold_has_no_interval():
    _, found = explain(np.zeros(30))
    assert found.interval_ratio is None
    assert found.sentences == ("Nothing was ever sold.", "The history shows little season.")


def test_a_movement_is_told_first():
    moved = Movement(JANUARY, 100, 130, 0, 5, 25, 0, (), None, None, None)
    _, found = explain(SEASONAL, moved)
    assert found.sentences[0] == (
        "Jan 2027 went from 100 to 130; most of it comes from the new months (+25)."
    )
    same = Movement(JANUARY, 100, 100, 0, 0, 0, 0, (), None, None, None)
    assert explain(SEASONAL, same)[1].sentences[0] == "Jan 2027 is forecast as before."
