"""A history described without its scale: the questions the pre-trained model is asked.

A window of the last 12 or 24 months is divided by its level (mean of the last 12 months) and
measured in its spread. Each month ahead is one row: the window, statistics of it, the horizon and
the months a year or two before the target. The model answers with the target's distance from the
seasonal naive forecast, in spreads. So a history in pieces and one in thousands ask the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SEASON = 12
LOOK_BACKS = (12, 24)
MIN_MONTHS = 6
MODEL_HORIZON = 24
SMALLEST_SPREAD = 0.01
# Far coarser than the rounding errors of another unit, far finer than a difference that matters.
DECIMALS = 4


@dataclass(frozen=True)
class Windows:
    """Look-back windows of one length, each on its own scale.

    Attributes:
        shape: Months as distances from the level in spreads, ``(n, look_back)``, oldest first.
        spread: Mean distance of a month from the median of its year, as a share of the level.
        level: Mean size of the last 12 months in the unit of the series; 0 where nothing sold.
        zero_ratio: Share of the months without demand.
        known: How many months of the window are history and not padding.
    """

    shape: Floats
    spread: Floats
    level: Floats
    zero_ratio: Floats
    known: Integers


def cut_windows(series: Sequence[Floats], look_back: int) -> Windows:
    """Cut the last months off every history; where it is shorter, its mean stands in before it.

    Args:
        series: Histories of at least ``MIN_MONTHS`` finite numbers, oldest month first.
        look_back: 12 or 24.
    """
    known = np.array([min(len(history), look_back) for history in series])
    months = np.empty((len(series), look_back))
    for row, history in enumerate(series):
        months[row] = np.mean(history[-look_back:])
        months[row, look_back - known[row] :] = history[-look_back:]
    return scale_windows(months, known)


def scale_windows(months: Floats, known: Integers) -> Windows:
    """Bring windows to their own scale.

    Args:
        months: Demand, shape ``(n, look_back)``; padding before the last ``known`` months.
        known: How many months of each row are history, shape ``(n,)``.
    """
    look_back = months.shape[1]
    level = np.abs(months[:, -SEASON:]).mean(axis=1)
    relative = months / np.where(level > 0, level, 1.0)[:, None]
    years = relative.reshape(len(months), -1, SEASON)
    distance = np.abs(years - np.median(years, axis=2, keepdims=True)).mean(axis=(1, 2))
    spread = np.maximum(distance * look_back / known, SMALLEST_SPREAD)
    shape = np.round((relative - 1.0) / spread[:, None], DECIMALS)
    return Windows(shape, spread, level, (months <= 0).mean(axis=1), known)


def build_design(windows: Windows, horizons: Integers) -> tuple[NDArray[np.float32], Floats]:
    """Build the rows the model is asked, and the forecast its answers are added to.

    Args:
        windows: ``n`` look-back windows.
        horizons: Months ahead, 1 to ``MODEL_HORIZON``, shape ``(n, m)``.

    Returns:
        The design, ``(n * m, features)``, and the seasonal naive forecast in spreads from the
        level, ``(n * m,)``; series by series, horizon by horizon.
    """
    about_window = np.hstack([windows.shape, _describe_windows(windows)]).astype(np.float32)
    about_target = _describe_targets(windows.shape, horizons)
    repeated = np.repeat(about_window, horizons.shape[1], axis=0)
    design = np.hstack([repeated, about_target.astype(np.float32)])
    return design, about_target[:, 2]


def _describe_windows(windows: Windows) -> Floats:
    shape = windows.shape
    columns = [windows.spread, windows.zero_ratio, windows.known, *_describe_year(shape)]
    if shape.shape[1] >= 2 * SEASON:
        columns += _compare_years(shape)
    return np.column_stack(columns)


def _describe_year(shape: Floats) -> list[Floats]:
    """Describe the last 12 months: where they stand, lean to, and how they move."""
    year = shape[:, -SEASON:]
    step = np.abs(np.diff(year, axis=1)).mean(axis=1)
    deviation = year.std(axis=1)
    return [
        deviation,
        year[:, -3:].mean(axis=1),
        year[:, -6:].mean(axis=1),
        np.median(year, axis=1),
        step,
        step / (deviation + 1e-6),
        _correlate(year[:, 1:], year[:, :-1]),
        year @ _smoothing_weights(0.2),
        year @ _smoothing_weights(0.5),
        year @ _slope_weights(SEASON),
    ]


def _compare_years(shape: Floats) -> list[Floats]:
    """Compare the last 12 months with the 12 before: growth, its steadiness, the season's."""
    before, year = shape[:, -2 * SEASON : -SEASON], shape[:, -SEASON:]
    growth = year - before
    return [
        before.mean(axis=1),
        growth.std(axis=1),
        np.abs(growth).mean(axis=1),
        np.median(growth, axis=1),
        growth[:, -6:].mean(axis=1),
        growth[:, -3:].mean(axis=1),
        growth @ _smoothing_weights(0.2),
        growth @ _smoothing_weights(0.5),
        _correlate(year, before),
        (year * before).mean(axis=1),
        shape[:, -2 * SEASON :] @ _slope_weights(2 * SEASON),
        np.abs(np.diff(shape, axis=1)).mean(axis=1),
    ]


def _describe_targets(shape: Floats, horizons: Integers) -> Floats:
    """Describe the target month: how far ahead, and what its month was in earlier years."""
    rows = np.arange(len(shape))[:, None]
    newest = shape.shape[1] - 1
    same_month = newest - SEASON + 1 + (horizons - 1) % SEASON
    last_year = shape[rows, same_month]
    columns = [horizons, horizons > SEASON, last_year]
    columns += [
        shape[rows, np.clip(same_month - 1, 0, newest)],
        shape[rows, np.clip(same_month + 1, 0, newest)],
    ]
    if shape.shape[1] >= 2 * SEASON:
        year_before = shape[rows, same_month - SEASON]
        columns += [
            year_before,
            (last_year + year_before) / 2,
            last_year - year_before,
            shape[rows, np.clip(same_month - SEASON - 1, 0, newest)],
            shape[rows, same_month - SEASON + 1],
        ]
    return np.stack(columns, axis=-1).reshape(horizons.size, -1).astype(np.float64)


def _correlate(one: Floats, other: Floats) -> Floats:
    """Correlate rows with rows; a row that never moves has no correlation, 0."""
    one = one - one.mean(axis=1, keepdims=True)
    other = other - other.mean(axis=1, keepdims=True)
    return (one * other).mean(axis=1) / (one.std(axis=1) * other.std(axis=1) + 1e-6)


def _smoothing_weights(alpha: float) -> Floats:
    """Weights of 12 months in exponential smoothing, the newest last."""
    weights = (1.0 - alpha) ** np.arange(SEASON)[::-1]
    return weights / weights.sum()


def _slope_weights(months: int) -> Floats:
    """Weights that give the slope of the least-squares line through the months."""
    centred = np.arange(months) - (months - 1) / 2
    return centred / (centred @ centred)
