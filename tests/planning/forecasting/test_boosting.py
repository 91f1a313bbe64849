"""The company's own boosting model: what it learns from, and how it goes on beyond that."""

import numpy as np
import pytest

from sop_app.planning.forecasting.engine import find_method
from sop_app.planning.forecasting.methods.boosting import collect_windows, repeat_season
from sop_app.planning.forecasting.panel import panel_of

MONTH = np.arange(60)
SEASON = 100 + 40 * np.sin(MONTH * np.pi / 6)


@pytest.mark.parametrize("learned", [12, 18, 23, 24])
def test_months_beyond_those_learned_are_those_of_the_year_before(learned):
    months = np.arange(learned)[None, :] % 12
    np.testing.assert_array_equal(repeat_season(months, 36)[0], np.arange(36) % 12)


@pytest.mark.parametrize("horizon", [6, 18, 19, 24, 36])
def test_the_season_goes_on_to_any_horizon(horizon):
    panel = panel_of({f"{i:02}": SEASON * (i + 1) for i in range(12)})
    values = find_method("boosting").fit(panel).predict(horizon).values
    expected = np.resize(SEASON[:12], horizon)
    np.testing.assert_allclose(values / np.arange(1, 13)[:, None], [expected] * 12, rtol=0.03)


def test_windows_by_hand():
    """40 months: windows of 24 end at 24 and 27; the second has 13 of the 14 months asked."""
    lessons = collect_windows([np.arange(1.0, 41.0)], 14)
    windows, came = lessons.windows, lessons.ahead
    assert windows.level.tolist() == [18.5, 21.5]
    assert np.isnan(came).sum(axis=1).tolist() == [0, 1]
    level, spread = windows.level[:, None], windows.spread[:, None]
    np.testing.assert_allclose(
        (came * spread + 1) * level, [range(25, 39), [*range(28, 41), np.nan]]
    )


def test_nothing_sold_teaches_nothing():
    assert collect_windows([np.zeros(50)], 18) is None
