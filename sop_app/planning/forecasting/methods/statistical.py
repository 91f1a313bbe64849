"""Methods of statsforecast: exponential smoothing, Theta, ARIMA, MSTL, CES, intermittent demand."""

import importlib
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from sop_app.planning.forecasting.panel import Series

from .contract import SEASON, Cost, PerItemMethod


class _Library:
    """The models of statsforecast, imported at their first use: seconds a web start can spare."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("statsforecast.models"), name)


models = _Library()

SMOOTHING = 0.1
"""The smoothing of demand size and probability in TSB."""


def _by(build: Callable[[], Any]) -> Callable[[Series, int], Series]:
    """Forecast with a fresh model of the library each time."""

    def forecast(history: Series, horizon: int) -> Series:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return build().forecast(y=np.ascontiguousarray(history), h=horizon)["mean"]

    return forecast


def _above_zero(forecast: Callable[[Series, int], Series]) -> Callable[[Series, int], Series]:
    """Refuse a history with a month at 0: figures are multiplied and divided."""

    def checked(history: Series, horizon: int) -> Series:
        if (history <= 0).any():
            raise ValueError("needs every month above 0")
        return forecast(history, horizon)

    return checked


def forecast_intermittent(history: Series, horizon: int) -> Series:
    """Average ADIDA, IMAPA and TSB: the demand per month of an item that sells now and then."""
    members = (adida, imapa, tsb)
    return np.mean([member.forecast_one(history, horizon) for member in members], axis=0)


croston_sba = PerItemMethod(
    "croston_sba", "Croston (SBA)", 1, Cost.CHEAP, _by(lambda: models.CrostonSBA())
)
tsb = PerItemMethod(
    "tsb",
    "Teunter-Syntetos-Babai",
    1,
    Cost.CHEAP,
    _by(lambda: models.TSB(alpha_d=SMOOTHING, alpha_p=SMOOTHING)),
)
adida = PerItemMethod("adida", "ADIDA", 1, Cost.CHEAP, _by(lambda: models.ADIDA()))
imapa = PerItemMethod("imapa", "IMAPA", 1, Cost.CHEAP, _by(lambda: models.IMAPA()))
intermittent = PerItemMethod(
    "intermittent", "Mean of ADIDA, IMAPA, TSB", 1, Cost.CHEAP, forecast_intermittent
)
theta = PerItemMethod("theta", "Theta", 12, Cost.CHEAP, _by(lambda: models.Theta(SEASON)))
dot = PerItemMethod(
    "dot",
    "Dynamic optimised Theta",
    12,
    Cost.CHEAP,
    _by(lambda: models.DynamicOptimizedTheta(SEASON)),
)
damped_ets = PerItemMethod(
    "damped_holt_winters",
    "Damped Holt-Winters",
    24,
    Cost.NORMAL,
    _by(lambda: models.AutoETS(season_length=SEASON, model="AAA", damped=True)),
)
mstl_ets = PerItemMethod(
    "mstl_ets",
    "MSTL with exponential smoothing",
    24,
    Cost.NORMAL,
    _by(lambda: models.MSTL([SEASON], trend_forecaster=models.AutoETS(model="ZZN"))),
)
auto_ets = PerItemMethod(
    "auto_ets",
    "Automatic exponential smoothing",
    12,
    Cost.NORMAL,
    _by(lambda: models.AutoETS(SEASON)),
)
auto_arima = PerItemMethod(
    "auto_arima",
    "Automatic ARIMA",
    24,
    Cost.DEAR,
    _by(lambda: models.AutoARIMA(season_length=SEASON, max_p=5, max_d=2, max_q=5, ic="aic")),
)
METHODS = (
    PerItemMethod(
        "exponential_smoothing",
        "Single exponential smoothing",
        3,
        Cost.CHEAP,
        _by(lambda: models.SimpleExponentialSmoothingOptimized()),
    ),
    PerItemMethod("holt", "Holt", 12, Cost.CHEAP, _by(lambda: models.Holt(season_length=SEASON))),
    PerItemMethod(
        "damped_holt",
        "Damped Holt",
        12,
        Cost.CHEAP,
        _by(lambda: models.AutoETS(season_length=SEASON, model="AAN", damped=True)),
    ),
    PerItemMethod(
        "holt_winters",
        "Holt-Winters, additive",
        24,
        Cost.NORMAL,
        _by(lambda: models.HoltWinters(SEASON)),
    ),
    PerItemMethod(
        "holt_winters_multiplicative",
        "Holt-Winters, multiplicative",
        24,
        Cost.NORMAL,
        _above_zero(_by(lambda: models.HoltWinters(SEASON, error_type="M"))),
    ),
    damped_ets,
    auto_ets,
    theta,
    dot,
    auto_arima,
    mstl_ets,
    PerItemMethod(
        "ces", "Complex exponential smoothing", 24, Cost.NORMAL, _by(lambda: models.AutoCES(SEASON))
    ),
    croston_sba,
    tsb,
    adida,
    imapa,
    intermittent,
)
