"""One contract for every method, whatever library does the work."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sop_app.planning.forecasting.engine import find_method, list_methods
from sop_app.planning.forecasting.methods.contract import Cost
from sop_app.planning.forecasting.panel import panel_of

METHODS = [method.name for method in list_methods()]
QUICK = [
    method.name
    for method in list_methods()
    if method.cost is Cost.CHEAP and method.name not in ("fast", "boosting")
]
LEARNING = [method.name for method in list_methods() if method.minimum_months > 1]
MONTH = np.arange(60)
RNG = np.random.default_rng(4)


def seasonal(level: float, months: int = 60) -> np.ndarray:
    season = 1 + 0.3 * np.sin(MONTH[:months] * np.pi / 6)
    return level * season * RNG.uniform(0.9, 1.1, months)


@pytest.mark.parametrize("name", METHODS)
def test_forecasts_have_one_shape_and_no_sign(name):
    panel = panel_of({"A": seasonal(50), "B": seasonal(2_000), "C": seasonal(7)})
    points = find_method(name).fit(panel).predict(5)
    assert points.values.shape == (3, 5)
    assert np.isfinite(points.values).all()
    assert (points.values >= 0).all()
    assert points.failures == {}


@pytest.mark.parametrize("name", METHODS)
def test_the_same_history_gives_the_same_forecast_to_the_last_digit(name):
    panel = panel_of({"A": seasonal(50), "B": seasonal(900)})
    once, again = (find_method(name).fit(panel).predict(4).values for _ in range(2))
    assert (once == again).all()


@pytest.mark.parametrize("name", METHODS)
def test_a_constant_history_goes_on(name):
    values = find_method(name).fit(panel_of({"A": np.full(60, 40.0)})).predict(6).values
    # Croston (SBA) takes off half its smoothing, 5 %, by definition.
    np.testing.assert_allclose(values, 38 if name == "croston_sba" else 40, rtol=0.02)


@pytest.mark.parametrize("name", METHODS)
def test_what_never_sold_is_not_forecast(name):
    values = find_method(name).fit(panel_of({"A": np.zeros(60)})).predict(3).values
    np.testing.assert_allclose(values, 0, atol=1e-6)


@pytest.mark.parametrize("name", LEARNING)
def test_too_little_history_is_refused_by_name(name):
    method = find_method(name)
    short = panel_of({"long": seasonal(10), "short": seasonal(10, method.minimum_months - 1)})
    with pytest.raises(ValueError, match=f"needs {method.minimum_months} months.* short has"):
        method.fit(short)


histories = arrays(
    float,
    st.integers(24, 40),
    elements=st.one_of(st.just(0.0), st.floats(0, 10), st.floats(0, 1e9)),
)


@pytest.mark.parametrize("name", QUICK)
@settings(max_examples=15, deadline=None)
@given(history=histories)
def test_odd_histories_never_stop_a_method(name, history):
    points = find_method(name).fit(panel_of({"A": history})).predict(4)
    assert points.values.shape == (1, 4)
    assert np.isfinite(points.values).all()
    assert (points.values >= 0).all()
