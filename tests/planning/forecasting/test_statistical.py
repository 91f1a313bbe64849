"""Each statistical method against its library called directly, and our averages by hand."""

import numpy as np
import pytest
import statsforecast.models as models

from sop_app.planning.forecasting.engine import find_method
from sop_app.planning.forecasting.panel import panel_of

RNG = np.random.default_rng(1)
MONTH = np.arange(60)
SEASONAL = 200 + MONTH + 40 * np.sin(MONTH * np.pi / 6) + RNG.normal(0, 8, 60)
SPARSE = np.where(RNG.random(60) < 0.3, RNG.integers(1, 9, 60), 0).astype(float)

LIBRARY = {
    "exponential_smoothing": models.SimpleExponentialSmoothingOptimized(),
    "holt": models.Holt(season_length=12),
    "damped_holt": models.AutoETS(season_length=12, model="AAN", damped=True),
    "holt_winters": models.HoltWinters(12),
    "holt_winters_multiplicative": models.HoltWinters(12, error_type="M"),
    "damped_holt_winters": models.AutoETS(season_length=12, model="AAA", damped=True),
    "auto_ets": models.AutoETS(12),
    "theta": models.Theta(12),
    "dot": models.DynamicOptimizedTheta(12),
    "auto_arima": models.AutoARIMA(season_length=12, max_p=5, max_d=2, max_q=5, ic="aic"),
    "mstl_ets": models.MSTL([12], trend_forecaster=models.AutoETS(model="ZZN")),
    "ces": models.AutoCES(12),
    "croston_sba": models.CrostonSBA(),
    "tsb": models.TSB(alpha_d=0.1, alpha_p=0.1),
    "adida": models.ADIDA(),
    "imapa": models.IMAPA(),
}


@pytest.mark.parametrize("name", LIBRARY)
def test_a_method_gives_what_its_library_gives(name):
    history = SPARSE if name in ("croston_sba", "tsb", "adida", "imapa") else SEASONAL
    expected = np.maximum(LIBRARY[name].forecast(y=history, h=8)["mean"], 0)
    points = find_method(name).fit(panel_of({"A": history})).predict(8)
    assert points.failures == {}
    np.testing.assert_allclose(points.values, [expected], rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("seasonal_naive", [2, 3]),
        ("moving_average_3", [12, 12]),
        ("moving_average_6", [10.5, 10.5]),
        ("moving_average_12", [7.5, 7.5]),
        # (3 x 13 + 2 x 12 + 11) / 6
        ("weighted_average_3", [74 / 6, 74 / 6]),
    ],
)
def test_averages_by_hand(name, expected):
    history = np.arange(1.0, 14.0)
    points = find_method(name).fit(panel_of({"A": history})).predict(2)
    np.testing.assert_allclose(points.values, [expected])


def test_a_method_that_fails_on_an_item_says_so_and_repeats_last_year():
    with_zero = SEASONAL.copy()
    with_zero[30] = 0
    panel = panel_of({"A": SEASONAL, "B": with_zero})
    points = find_method("holt_winters_multiplicative").fit(panel).predict(3)
    assert points.failures == {1: "Holt-Winters, multiplicative: needs every month above 0"}
    assert points.values[1].tolist() == with_zero[48:51].tolist()
    assert points.values[0].tolist() != SEASONAL[48:51].tolist()
