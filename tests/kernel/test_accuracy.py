"""The accuracy measures against scikit-learn and utilsforecast, and where they are undefined."""

import numpy as np
import pandas as pd
import pytest
import sklearn.metrics as sklearn_metrics
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from utilsforecast import losses

from sop_app.kernel import accuracy

RNG = np.random.default_rng(3)
ACTUAL = RNG.uniform(20, 200, 24)
FORECAST = ACTUAL * RNG.uniform(0.6, 1.5, 24)
HISTORY = RNG.uniform(20, 200, 48)
LOWER, UPPER = FORECAST * 0.8, FORECAST * 1.2


def frame() -> pd.DataFrame:
    months = pd.date_range("2026-01-01", periods=24, freq="MS")
    columns = {"y": ACTUAL, "f": FORECAST, "lo": LOWER, "hi": UPPER}
    return pd.DataFrame({"unique_id": "A", "ds": months, **columns})


def trained() -> pd.DataFrame:
    months = pd.date_range("2022-01-01", periods=48, freq="MS")
    return pd.DataFrame({"unique_id": "A", "ds": months, "y": HISTORY})


def test_measures_agree_with_scikit_learn():
    assert accuracy.mae(ACTUAL, FORECAST) == pytest.approx(
        sklearn_metrics.mean_absolute_error(ACTUAL, FORECAST)
    )
    assert accuracy.rmse(ACTUAL, FORECAST) == pytest.approx(
        sklearn_metrics.root_mean_squared_error(ACTUAL, FORECAST)
    )
    assert accuracy.mape(ACTUAL, FORECAST) == pytest.approx(
        sklearn_metrics.mean_absolute_percentage_error(ACTUAL, FORECAST)
    )
    assert accuracy.pinball(ACTUAL, FORECAST, 0.9) == pytest.approx(
        sklearn_metrics.mean_pinball_loss(ACTUAL, FORECAST, alpha=0.9)
    )


def test_measures_agree_with_utilsforecast():
    def theirs(loss: object) -> float:
        return float(loss["f"].iloc[0])  # type: ignore[index]

    assert accuracy.mase(ACTUAL, FORECAST, HISTORY) == pytest.approx(
        theirs(losses.mase(frame(), ["f"], seasonality=12, train_df=trained()))
    )
    assert accuracy.rmsse(ACTUAL, FORECAST, HISTORY) == pytest.approx(
        theirs(losses.rmsse(frame(), ["f"], seasonality=12, train_df=trained()))
    )
    # utilsforecast's sMAPE lacks the factor 2 of the M competitions.
    assert accuracy.smape(ACTUAL, FORECAST) == pytest.approx(
        2 * theirs(losses.smape(frame(), ["f"]))
    )
    held = losses.coverage(
        frame().rename(columns={"lo": "f-lo-80", "hi": "f-hi-80"}), models=["f"], level=80
    )
    assert accuracy.coverage(ACTUAL, LOWER, UPPER) == pytest.approx(theirs(held))


def test_signed_measures_are_positive_when_the_forecast_was_too_high():
    assert accuracy.bias([100, 100], [130, 110]) == pytest.approx(0.2)
    assert accuracy.bias([100, 100], [70, 90]) == pytest.approx(-0.2)
    assert accuracy.tracking_signal([100, 100], [70, 90]) == pytest.approx(-2.0)


@pytest.mark.parametrize(
    "undefined",
    [
        lambda: accuracy.wape([0, 0], [1, 2]),
        lambda: accuracy.bias([0, 0], [1, 2]),
        lambda: accuracy.mape([0, 5], [1, 5]),
        lambda: accuracy.hit_rate([0, 5], [1, 5]),
        lambda: accuracy.tracking_signal([5, 5], [5, 5]),
        lambda: accuracy.mase([5], [6], [7, 7, 7]),
        lambda: accuracy.rmsse([5], [6], [7, 7, 7]),
        lambda: accuracy.mae([], []),
        lambda: accuracy.rmse([], []),
        lambda: accuracy.coverage([], [], []),
    ],
)
def test_what_is_undefined_is_none(undefined):
    assert undefined() is None


@pytest.mark.parametrize(
    ("actual", "forecast"), [([1, 2], [1]), ([1, np.nan], [1, 2]), ([1, 2], [np.inf, 2])]
)
def test_figures_that_cannot_be_compared_are_refused(actual, forecast):
    with pytest.raises(ValueError, match=r"compared|missing"):
        accuracy.wape(actual, forecast)


positive = arrays(float, 12, elements=st.floats(1, 1e6))


@given(positive, positive, st.floats(0.01, 100))
def test_ratios_do_not_depend_on_the_unit(actual, forecast, factor):
    for measure in (accuracy.wape, accuracy.bias, accuracy.smape, accuracy.mape):
        assert measure(actual * factor, forecast * factor) == pytest.approx(
            measure(actual, forecast), abs=1e-9
        )


@given(positive)
def test_the_perfect_forecast_has_no_error(actual):
    for measure in (accuracy.wape, accuracy.bias, accuracy.mae, accuracy.rmse, accuracy.smape):
        assert measure(actual, actual) == 0
    assert accuracy.hit_rate(actual, actual) == 1
