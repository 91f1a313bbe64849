"""Prophet, for items with changes of trend; slow, and never part of the default.

The library is imported when the first forecast is made: that takes seconds.
"""

import logging

import numpy as np
import pandas as pd

from sop_app.planning.forecasting.panel import Series

from .contract import Cost, PerItemMethod

_ANY_MONTH = "2010-01-01"
"""Without holidays only the distance between months matters, not which they are."""


def forecast_with_prophet(history: Series, horizon: int) -> Series:
    """Fit a linear trend with changes and a yearly season that multiplies it."""
    from prophet import Prophet

    for name in ("cmdstanpy", "prophet"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    months = pd.date_range(_ANY_MONTH, periods=len(history) + horizon, freq="MS")
    model = Prophet(
        growth="linear",
        seasonality_mode="multiplicative",
        yearly_seasonality=True,
        weekly_seasonality=False,
        daily_seasonality=False,
        changepoint_prior_scale=0.05,
        seasonality_prior_scale=10.0,
        uncertainty_samples=0,
    )
    model.fit(pd.DataFrame({"ds": months[: len(history)], "y": history}), algorithm="LBFGS")
    ahead = model.predict(pd.DataFrame({"ds": months[len(history) :]}))
    return np.asarray(ahead["yhat"], dtype=float)


METHODS = (PerItemMethod("prophet", "Prophet", 24, Cost.DEAR, forecast_with_prophet),)
