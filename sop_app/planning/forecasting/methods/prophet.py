"""Prophet, for items with changes of trend or known signals; slow, and never part of the default.

The library is imported when the first forecast is made: that takes seconds.
"""

import logging
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from sop_app.planning.forecasting.panel import Panel, Series
from sop_app.planning.forecasting.signals import Matrix, Signals

from .contract import Cost, PerItemMethod, Points, require_history

_ANY_MONTH = "2010-01-01"
"""Signals are given by row, so only the distance between months matters, not which they are."""
MINIMUM_MONTHS = 24


def forecast_with_prophet(
    history: Series, horizon: int, regressors: Matrix | None = None
) -> Series:
    """Fit a linear trend with changes and a yearly season that multiplies it.

    Args:
        history: Months, oldest first.
        horizon: Months ahead.
        regressors: Months of the history and ahead x signals; each multiplies the trend. One that
            never changed in the history teaches nothing and is left out.

    Raises:
        ValueError: A regressor is not known for some month.
    """
    from prophet import Prophet

    for name in ("cmdstanpy", "prophet"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
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
    months = pd.date_range(_ANY_MONTH, periods=len(history) + horizon, freq="MS")
    rows = pd.DataFrame({"ds": months, **_columns(regressors, len(history))})
    for name in rows.columns[1:]:
        model.add_regressor(name, mode="multiplicative")
    model.fit(rows.iloc[: len(history)].assign(y=history), algorithm="LBFGS")
    return np.asarray(model.predict(rows.iloc[len(history) :])["yhat"], dtype=float)


def _columns(regressors: Matrix | None, past: int) -> dict[str, Series]:
    if regressors is None:
        return {}
    if not np.isfinite(regressors).all():
        raise ValueError("a signal is not known for all months of the history and ahead")
    changing = np.ptp(regressors[:past], axis=0) > 0
    return {f"signal_{place}": regressors[:, place] for place in np.flatnonzero(changing)}


@dataclass(frozen=True)
class ProphetWithSignals:
    """Prophet with every signal as a regressor."""

    signals: Signals
    name: str = "prophet"
    title: str = "Prophet"
    minimum_months: int = MINIMUM_MONTHS
    cost: Cost = Cost.DEAR
    learns_across: bool = False

    def fit(self, panel: Panel) -> "ProphetWithSignalsFitted":
        """Keep the histories; each is fitted when its forecast is asked for."""
        require_history(self, panel)
        return ProphetWithSignalsFitted(self, panel)


@dataclass(frozen=True)
class ProphetWithSignalsFitted:
    """Prophet with the histories and signals."""

    method: ProphetWithSignals
    panel: Panel

    def predict(self, horizon: int) -> Points:
        """Forecast one item after the other, each with its own signals."""
        values = np.empty((len(self.panel), horizon))
        failures: dict[int, str] = {}
        for place in range(len(self.panel)):
            one = self.panel.pick([place])
            points = self._for_item(one, horizon).fit(one).predict(horizon)
            values[place] = points.values[0]
            if 0 in points.failures:
                failures[place] = points.failures[0]
        return Points(values, failures)

    def _for_item(self, one: Panel, horizon: int) -> PerItemMethod:
        past = int(one.lengths[0])
        known = self.method.signals.take(one.ids[0], one.last_months[0], past, horizon)
        forecast = partial(forecast_with_prophet, regressors=known)
        return PerItemMethod("prophet", "Prophet", MINIMUM_MONTHS, Cost.DEAR, forecast)


METHODS = (PerItemMethod("prophet", "Prophet", MINIMUM_MONTHS, Cost.DEAR, forecast_with_prophet),)
