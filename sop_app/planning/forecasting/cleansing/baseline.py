"""What would have been normal: each month's expected demand from level and season, robustly.

Without it every seasonal peak and every month of a growing item would be an alarm. Medians keep a
single odd month from bending what is expected of its neighbours.
"""

from dataclasses import dataclass

import numpy as np

from sop_app.planning.forecasting.methods.contract import SEASON
from sop_app.planning.forecasting.rules import SPARSE_INTERVAL

from .grid import Mask, Matrix, quantile_of_known, windows_of

NEIGHBOURS = 6
"""Months on each side whose median is the level."""
ROUNDS = 2
SMALLEST_SPREAD = 0.02
"""A month within a few percent of expectation is never news, however steady the item is."""
TRIMMED = 0.9
TRIM_FACTOR = 1.267
"""Standard deviation of a normal distribution over that of its inner 90 %."""
FAR = 3.5
"""Months further off than so many spreads do not count towards the season."""
SMALLEST_SEASON = 0.05
"""A calendar month below a twentieth of the level tells nothing about the level."""


@dataclass(frozen=True)
class Baseline:
    """What is expected of each month; all items x months unless said otherwise.

    Attributes:
        level: Median of the neighbours without season, in the item's unit.
        season: Factor of the calendar month; 1 where no season is known.
        expected: Level times season, in the item's unit.
        deviation: Distance of the value from expected, as a share of the level; NaN where there is
            nothing to compare (missing months, and zeros of items that sell now and then).
        spread: Standard deviation of the deviations without the largest tenth, shape ``(items,)``.
        is_sparse: Whether the item sells now and then, shape ``(items,)``.
    """

    level: Matrix
    season: Matrix
    expected: Matrix
    deviation: Matrix
    spread: Matrix
    is_sparse: Mask

    @property
    def scores(self) -> Matrix:
        """Deviations in spreads."""
        return self.deviation / self.spread[:, None]


def estimate_baseline(values: Matrix) -> Baseline:
    """Estimate level, season and usual spread of every item.

    Args:
        values: Items x months, oldest first, each item's last month in the last column; NaN where
            there is no figure.
    """
    is_sparse = sells_now_and_then(values)
    known = np.where(is_sparse[:, None] & (values == 0), np.nan, values)
    level, season = _first_level(known), np.ones_like(known)
    for _ in range(ROUNDS):
        season = np.where(is_sparse[:, None], 1.0, _robust_season(known, level))
        level = _median_level(remove_season(known, season))
    mean = _mean_of_known(known)[:, None]
    unit = np.maximum(level, 0.1 * np.where(mean > 0, mean, 1.0))
    deviation = (known - level * season) / unit
    is_usual = np.abs(deviation) <= FAR * _spread_of(deviation, season)[:, None]
    season = _mean_season(np.where(is_usual, known, np.nan), level, season)
    deviation = (known - level * season) / unit
    spread = _spread_of(deviation, season)
    return Baseline(level, season, level * season, deviation, spread, is_sparse)


def remove_season(values: Matrix, season: Matrix) -> Matrix:
    """Divide by the season; NaN in calendar months in which next to nothing sells."""
    return values / np.where(season >= SMALLEST_SEASON, season, np.nan)


def sells_now_and_then(values: Matrix) -> Mask:
    """Tell the items that sell less than every 1.32 months since their first sale.

    Returns:
        Shape ``(items,)``; also true for what never sold.
    """
    sold = values > 0
    since = np.maximum.accumulate(sold, axis=1) & np.isfinite(values)
    return (since.sum(axis=1) > SPARSE_INTERVAL * sold.sum(axis=1)) | ~sold.any(axis=1)


def _first_level(values: Matrix) -> Matrix:
    """Take the mean of the year around each month; the first and last whole year at the ends."""
    months = values.shape[1]
    year = windows_of(values, NEIGHBOURS, NEIGHBOURS)
    weights = np.r_[0.5, np.ones(SEASON - 1), 0.5] * np.isfinite(year)
    level = (np.nan_to_num(year) * weights).sum(axis=2)
    weight = weights.sum(axis=2)
    whole = weight > SEASON - 2
    level = np.where(whole, level / np.where(weight > 0, weight, 1.0), np.nan)
    places = np.arange(months)
    before = np.maximum.accumulate(np.where(whole, places, -1), axis=1)
    after = np.minimum.accumulate(np.where(whole, places, months)[:, ::-1], axis=1)[:, ::-1]
    nearest = np.where(before >= 0, before, after)
    found = np.take_along_axis(level, np.minimum(nearest, months - 1), axis=1)
    mean = _mean_of_known(values)[:, None]
    return np.where(whole.any(axis=1, keepdims=True), found, mean)


def _ratios_by_month(values: Matrix, level: Matrix) -> Matrix:
    """Relate months to their level, items x calendar months x years; the last month is the last."""
    ratio = values / np.where(level > 0, level, np.nan)
    years = -(-ratio.shape[1] // SEASON)
    front = years * SEASON - ratio.shape[1]
    padded = np.pad(ratio, ((0, 0), (front, 0)), constant_values=np.nan)
    return padded.reshape(len(ratio), years, SEASON).transpose(0, 2, 1)


def _repeat_factors(factors: Matrix, months: int) -> Matrix:
    return np.tile(factors, (1, -(-months // SEASON)))[:, -months:]


def _robust_season(values: Matrix, level: Matrix) -> Matrix:
    """Find each calendar month's factor: only what came back in another year is season.

    The median of three years or more; of two the one nearer to 1, and 1 where they disagree in
    direction; 1 where there is one year only.
    """
    ratios = _ratios_by_month(values, level)
    count = np.isfinite(ratios).sum(axis=2)
    low, high = quantile_of_known(ratios, 0.0), quantile_of_known(ratios, 1.0)
    nearer = np.where(low > 1, low, np.where(high < 1, high, 1.0))
    factor = np.where(count >= 3, quantile_of_known(ratios, 0.5), nearer)
    return _repeat_factors(np.where(count >= 2, factor, 1.0), values.shape[1])


def _mean_season(usual: Matrix, level: Matrix, robust: Matrix) -> Matrix:
    """Average the usual years where a season was found: a median hides a year's noise as 0."""
    ratios = _ratios_by_month(usual, level)
    count = np.isfinite(ratios).sum(axis=2)
    mean = np.nan_to_num(ratios).sum(axis=2) / np.maximum(count, 1)
    found = _repeat_factors(np.where(count >= 2, mean, np.nan), usual.shape[1])
    return np.where((robust != 1.0) & np.isfinite(found), found, robust)


def _median_level(values: Matrix) -> Matrix:
    level = quantile_of_known(windows_of(values, NEIGHBOURS, NEIGHBOURS), 0.5)
    middle = quantile_of_known(values, 0.5)[:, None]
    return np.where(np.isfinite(level), level, np.nan_to_num(middle))


def _mean_of_known(values: Matrix) -> Matrix:
    count = np.isfinite(values).sum(axis=1)
    return np.nan_to_num(values).sum(axis=1) / np.maximum(count, 1)


def _spread_of(deviation: Matrix, season: Matrix) -> Matrix:
    """Take the standard deviation without the largest tenth, which may be what is looked for.

    Twelve seasonal factors take twelve months' worth of freedom.
    """
    size = np.abs(deviation)
    usual = size <= quantile_of_known(size, TRIMMED)[:, None]
    count = np.maximum(usual.sum(axis=1), 1)
    square = np.where(usual, np.nan_to_num(deviation) ** 2, 0.0).sum(axis=1) / count
    known = np.isfinite(deviation).sum(axis=1)
    free = np.where((season != 1.0).any(axis=1), known - SEASON, known)
    freedom = np.maximum(known, 1) / np.maximum(free, 1)
    return np.maximum(TRIM_FACTOR * np.sqrt(square * freedom), SMALLEST_SPREAD)
