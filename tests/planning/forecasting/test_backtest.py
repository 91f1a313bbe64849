"""Back-tests: what a method sees, what it is scored on, and what the scores say."""

import numpy as np
import pytest

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.backtest import run_backtest
from sop_app.planning.forecasting.engine import find_method
from sop_app.planning.forecasting.methods.contract import Cost, PerItemMethod
from sop_app.planning.forecasting.panel import panel_of

RAMP = np.arange(1.0, 49.0)


def naive():
    return find_method("seasonal_naive")


def test_scores_by_hand():
    """A straight line rises by 12 a year, so repeating last year is always 12 too low."""
    scores = run_backtest(panel_of({"A": RAMP}), [naive()], 3, windows=2, step=3)
    whole = scores[0]
    assert (whole.method, whole.lag, whole.items, whole.windows) == ("seasonal_naive", None, 1, 2)
    # The windows are months 46 to 48 and 43 to 45: 273 in all, each forecast 12 too low.
    assert whole.wape == pytest.approx(72 / 273)
    assert whole.bias == pytest.approx(-72 / 273)
    assert whole.mase == pytest.approx(1.0)
    assert whole.hit_rate == 0
    # Lag 1 is months 46 and 43.
    assert scores[1].lag == 1
    assert scores[1].wape == pytest.approx(24 / 89)
    assert [one.lag for one in scores] == [None, 1, 2, 3]


def test_a_method_never_sees_what_it_is_scored_on():
    seen: list[float] = []

    def spy(history, horizon):
        seen.append(history[-1])
        return np.full(horizon, history[-1])

    method = PerItemMethod("spy", "Spy", 1, Cost.CHEAP, spy)
    run_backtest(panel_of({"A": RAMP}), [method], 4, windows=3, step=2)
    assert seen == [44, 42, 40]


def test_all_methods_are_scored_on_the_items_the_most_demanding_can_do():
    panel = panel_of({"long": RAMP, "short": RAMP[-20:]})
    scores = run_backtest(panel, [naive(), find_method("damped_holt_winters")], 3, windows=1)
    assert {one.items for one in scores} == {1}


@pytest.mark.parametrize("answers", [{"windows": 0}, {"step": 0}, {"windows": 40}])
def test_a_back_test_that_cannot_be_done_is_refused(answers):
    with pytest.raises(InvalidInputError, match=r"1 or more|No item has"):
        run_backtest(panel_of({"A": RAMP}), [naive()], 3, **answers)
