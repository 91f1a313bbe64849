"""Level, launch curve and season of a new item, by hand."""

import numpy as np
import pandas as pd
import pytest

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.new_items.analogues import Analogue, ItemProfile
from sop_app.planning.forecasting.new_items.forecast import Known, forecast_new_item
from sop_app.planning.forecasting.new_items.launch import Launch, learn_launches
from sop_app.planning.forecasting.panel import Panel, panel_of

RAMP = [10.0, 30, 50, 70, 90] + [100.0] * 15
NEW = ItemProfile("N")
NO_SEASON = np.ones(12)
TWO = (Analogue("A", 0.9), Analogue("B", 0.6))
LAUNCHES = {
    "A": Launch(100.0, np.r_[0.1, 0.5, np.ones(10)], NO_SEASON),
    "B": Launch(50.0, np.r_[0.6, 1.0, np.ones(10)], NO_SEASON),
    "old": Launch(30.0, None, NO_SEASON),
}


def months(count: int, first: str = "2027-01-01") -> pd.DatetimeIndex:
    return pd.date_range(first, periods=count, freq="MS")


def test_a_launch_is_seen_where_the_item_starts_after_the_data():
    panel = panel_of({"old": [100.0] * 36, "A": RAMP, "zeros first": [0.0] * 16 + RAMP})
    found = learn_launches(panel)
    assert found["old"].curve is None
    assert found["old"].level == 100
    for item in ("A", "zeros first"):
        assert found[item].level == 100
        np.testing.assert_allclose(found[item].curve, [0.1, 0.3, 0.5, 0.7, 0.9] + [1] * 7)


def test_an_item_of_less_than_a_year_has_a_level_and_no_curve():
    found = learn_launches(panel_of({"old": [1.0] * 24, "young": [4.0] * 11, "dead": [0.0] * 24}))
    assert (found["young"].level, found["young"].curve) == (4, None)
    assert "dead" not in found
    assert learn_launches(Panel((), (), ())) == {}


def test_only_the_items_wanted_are_learned_from():
    panel = panel_of({"old": [100.0] * 36, "A": RAMP})
    # That the data start with the other item still tells that the launch was seen.
    (found,) = learn_launches(panel, {"A"}).values()
    assert found.curve is not None


def test_the_season_is_told_by_calendar_month():
    figures = np.resize([50.0, 100, 100, 100, 100, 100, 150, 100, 100, 100, 100, 100], 36)
    (launch,) = learn_launches(panel_of({"A": figures}, last_month="2026-12-01")).values()
    np.testing.assert_allclose(launch.season[[0, 6, 3]], [0.5, 1.5, 1.0])
    (later,) = learn_launches(panel_of({"A": figures}, last_month="2026-02-01")).values()
    # The same figures ending in February: the low month is March, the high one September.
    np.testing.assert_allclose(later.season[[2, 8]], [0.5, 1.5])


def test_without_sales_the_level_and_the_curve_are_those_of_the_analogues():
    found = forecast_new_item(NEW, TWO, LAUNCHES, months(14))
    # Weighted 0.9 to 0.6: 80 a month; 30 % and 70 % in the first two.
    assert found.level == pytest.approx(80)
    np.testing.assert_allclose(found.points, [24, 56] + [80] * 12)
    assert found.analogues == TWO
    assert found.reasons == (
        "Similar items: A (90%), B (60%).",
        "The level of 80 a month is the mean of the similar items.",
        "The launch follows that of A, B: 30% of the level in the first month, 100% in the sixth.",
    )


def test_own_sales_set_the_scale_and_the_curve_goes_on():
    found = forecast_new_item(NEW, TWO[:1], LAUNCHES, months(2), Known([30.0]))
    # 30 where a tenth of the level was to be expected: 300 a month, half of it in month two.
    np.testing.assert_allclose(found.points, [150, 300])
    assert found.reasons[1] == "The level of 300 a month is scaled to its own sales so far."


def test_a_start_without_a_sale_leaves_the_level_of_the_analogues():
    assert forecast_new_item(NEW, TWO, LAUNCHES, months(1), Known([0, 0])).level == pytest.approx(
        80
    )


def test_the_planners_level_comes_first():
    found = forecast_new_item(NEW, TWO, LAUNCHES, months(3), Known([30.0], level=1000))
    np.testing.assert_allclose(found.points, [700, 1000, 1000])
    assert found.reasons[1] == "The level of 1,000 a month is the planner's."


def test_the_season_follows_the_calendar():
    season = NO_SEASON.copy()
    season[11], season[0] = 2.0, 0.5
    launches = {"A": Launch(100.0, np.ones(12), season)}
    found = forecast_new_item(NEW, TWO[:1], launches, months(3, "2026-12-01"))
    np.testing.assert_allclose(found.points, [200, 50, 100])
    # 80 sold in a December of factor 2: a level of 40.
    later = forecast_new_item(NEW, TWO[:1], launches, months(2), Known([80.0]))
    np.testing.assert_allclose(later.points, [20, 40])


def test_without_a_launch_seen_the_level_is_expected_at_once():
    found = forecast_new_item(NEW, [Analogue("old", 0.8)], LAUNCHES, months(2))
    np.testing.assert_allclose(found.points, [30, 30])
    assert found.reasons[2].startswith("No launch of a similar item")


def test_own_sales_are_enough_where_nothing_is_alike():
    found = forecast_new_item(NEW, [Analogue("gone", 0.9)], LAUNCHES, months(2), Known([4, 6]))
    np.testing.assert_allclose(found.points, [5, 5])
    assert found.analogues == ()
    assert found.reasons[0] == "No similar item sells."


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (Known(), "Nothing is known of N, and no item like it sells. Give a level."),
        (Known([1.0] * 6), "N has 6 months of history: that is no new item."),
        (Known([-1.0]), "N: a quantity is 0 or more."),
        (Known(level=np.nan), "N: a quantity is 0 or more."),
    ],
)
def test_what_cannot_be_forecast_is_refused(known, sentence):
    with pytest.raises(InvalidInputError) as refusal:
        forecast_new_item(NEW, (), LAUNCHES, months(2), known)
    assert refusal.value.message == sentence
