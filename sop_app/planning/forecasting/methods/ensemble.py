"""An ensemble per item: a tree model learns when which of three base forecasts was wrong.

Stacking on rolling origins: the base models forecast the months after earlier origins, and the meta
model learns from them what was missing to their mean. What it sees of a month is the same when it
learns and when it forecasts: months after an origin are not known, so their mean base forecast
stands in wherever a lag or a rolling figure reaches them. Trees cannot go beyond what they have seen;
the base forecasts carry the trend, the trees only correct them, in levels of the item.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sop_app.planning.forecasting.panel import Series

from .averages import average
from .contract import SEASON, Cost, PerItemMethod
from .prophet import forecast_with_prophet
from .statistical import damped_ets

BASES: tuple[Callable[[Series, int], Series], ...] = (
    average(SEASON),
    damped_ets.forecast_one,
    forecast_with_prophet,
)
SHORTEST = 24
"""Months of history that the base models need at the earliest origin."""
FOLDS = 5
LONGEST_FOLD = 18
LAGS = (1, 3, 6, 12)
WINDOWS = (3, 6)
FASTEST_GROWTH = 10.0
SEED = 1

Matrix = NDArray[np.float64]


def forecast_ensemble(build_meta: Callable[[], Any], history: Series, horizon: int) -> Series:
    """Forecast an item by the mean of the base models and what trees learned to add to it.

    Args:
        build_meta: Makes a fresh regressor of scikit-learn.
        history: At least 36 months.
        horizon: Months ahead.
    """
    origins, months = split_folds(len(history))
    learned = [forecast_bases(history[:origin], months) for origin in origins]
    rows = [
        describe_months(history[:origin], bases)
        for origin, bases in zip(origins, learned, strict=True)
    ]
    missing = [
        (history[origin : origin + months] - bases.mean(axis=0)) / _level(history[:origin])
        for origin, bases in zip(origins, learned, strict=True)
    ]
    meta = build_meta().fit(np.vstack(rows), np.concatenate(missing))
    bases = forecast_bases(history, horizon)
    correction = meta.predict(describe_months(history, bases)) * _level(history)
    return bases.mean(axis=0) + correction


def split_folds(months: int) -> tuple[list[int], int]:
    """Lay the origins the ensemble learns from at the end of a history, one fold apart.

    Returns:
        How many months each origin has seen, and how many it is asked about.

    Example:
        >>> split_folds(36)
        ([26, 28, 30, 32, 34], 2)
    """
    length = min((months - SHORTEST) // FOLDS, LONGEST_FOLD)
    return [months - fold * length for fold in range(FOLDS, 0, -1)], length


def forecast_bases(history: Series, horizon: int) -> Matrix:
    """Forecast with every base model, bases x months ahead, never negative."""
    return np.maximum([forecast(history, horizon) for forecast in BASES], 0.0)


def describe_months(history: Series, bases: Matrix) -> Matrix:
    """Describe the months after an origin as the meta model sees them.

    Sizes are in levels of the item (mean of its last 12 months). The month of the year is counted
    from the origin, so quarters are those of the item's history, not of the calendar.

    Args:
        history: What is known at the origin, at least 24 months.
        bases: Base forecasts of the months after it, bases x months.

    Returns:
        Months x features: month, quarter, year, lags, rolling means and deviations, trend, index of
        the season, growth to the year and month before, and the base forecasts.
    """
    level = _level(history)
    filled = np.r_[history, bases.mean(axis=0)] / level
    ahead = np.arange(len(history), len(filled))
    month = (ahead - len(history)) % SEASON
    windows = [
        measure(np.stack([filled[ahead - lag] for lag in range(1, months + 1)]), axis=0)
        for measure in (np.mean, np.std)
        for months in WINDOWS
    ]
    columns = [
        *(month, month // 3, ahead // SEASON),
        *(filled[ahead - lag] for lag in LAGS),
        *windows,
        np.full(len(ahead), _trend(history / level)),
        _season(history)[month],
        _growth(filled[ahead - 1], filled[ahead - 1 - SEASON]),
        _growth(filled[ahead - 1], filled[ahead - 2]),
        *(bases / level),
    ]
    return np.column_stack(columns).astype(np.float64)


def _level(history: Series) -> float:
    return float(history[-SEASON:].mean()) or 1.0


def _trend(relative: Series) -> float:
    """Slope of the line through the last two years, in levels per month."""
    return float(np.polyfit(np.arange(SHORTEST), relative[-SHORTEST:], 1)[0])


def _season(history: Series) -> Series:
    """Mean share of each month of the year, counted from the origin, in its year's mean."""
    years = history[len(history) % SEASON :].reshape(-1, SEASON)
    means = years.mean(axis=1, keepdims=True)
    return np.mean(years / np.where(means > 0, means, 1.0), axis=0)


def _growth(now: Series, before: Series) -> Series:
    ratio = np.divide(now, before, out=np.ones_like(now), where=before > 0)
    return np.minimum(ratio, FASTEST_GROWTH) - 1


def _build_boosting() -> Any:
    from sklearn.ensemble import GradientBoostingRegressor

    return GradientBoostingRegressor(
        n_estimators=100, max_depth=6, learning_rate=0.1, random_state=SEED
    )


def _build_forest() -> Any:
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(n_estimators=100, max_depth=6, random_state=SEED)


METHODS = (
    PerItemMethod(
        "ml_ensemble",
        "Machine-learning ensemble",
        36,
        Cost.DEAR,
        partial(forecast_ensemble, _build_boosting),
    ),
    PerItemMethod(
        "ml_ensemble_forest",
        "Machine-learning ensemble, random forest",
        36,
        Cost.DEAR,
        partial(forecast_ensemble, _build_forest),
    ),
)
