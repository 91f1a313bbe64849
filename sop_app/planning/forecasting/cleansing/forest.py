"""Months that are unusual in several respects at once: one isolation forest over all items.

A forest per item costs a hundred times as much and learns from three dozen months; features
without scale let the items teach each other what is usual (Liu, Ting & Zhou 2008).
"""

import numpy as np

from sop_app.planning.forecasting.methods.contract import SEASON

from .baseline import Baseline, remove_season
from .findings import Thresholds
from .grid import Mask, Matrix, windows_of

FEATURES = (
    "demand_qty",
    "yoy_change",
    "mom_change",
    "deviation_from_seasonal",
    "forecast_error",
)


def describe_months(values: Matrix, baseline: Baseline, errors: Matrix | None = None) -> Matrix:
    """Describe every month by the five features, in units of the item's usual spread.

    Args:
        values: Items x months in the items' units; NaN where there is no figure.
        baseline: What is expected of them.
        errors: Actual less forecast, items x months in the items' units; without them the errors
            of a twelve-month average times the season.

    Returns:
        Items x months x features in the order of ``FEATURES``; 0 where one cannot be known.
    """
    unit = np.where(baseline.level > 0, baseline.level, 1.0) * baseline.spread[:, None]
    if errors is None:
        before = windows_of(remove_season(values, baseline.season), SEASON, 0)
        known = np.isfinite(before[:, :, :-1])
        mean = np.nan_to_num(before[:, :, :-1]).sum(axis=2) / np.maximum(known.sum(axis=2), 1)
        naive = np.where(known.any(axis=2), mean * baseline.season, np.nan)
        errors = values - naive
    features = (
        values - baseline.level,
        _change(values, SEASON),
        _change(values, 1),
        values - baseline.expected,
        errors,
    )
    return np.nan_to_num(np.stack([each / unit for each in features], axis=-1))


def find_by_forest(features: Matrix, known: Mask, thresholds: Thresholds | None = None) -> Mask:
    """Let a forest name the most unusual months of all items.

    Args:
        features: Items x months x features.
        known: Items x months: which months are looked at.
        thresholds: Contamination, number of trees and seed.

    Returns:
        Items x months; about the share ``contamination`` of the known months is true.
    """
    from sklearn.ensemble import IsolationForest  # seconds to import

    limits = thresholds or Thresholds()
    found = np.zeros(known.shape, dtype=bool)
    if not known.any():
        return found
    rows = features[known]
    forest = IsolationForest(
        n_estimators=limits.trees,
        contamination=limits.contamination,  # pyright: ignore[reportArgumentType] stub knows "auto"
        random_state=limits.seed,
    )
    found[known] = forest.fit(rows).predict(rows) == -1
    return found


def _change(values: Matrix, months: int) -> Matrix:
    earlier = np.full_like(values, np.nan)
    earlier[:, months:] = values[:, :-months]
    return values - earlier
