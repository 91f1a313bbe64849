"""Single months far from expectation: z-score, Tukey's fence, distance from the rolling mean."""

import numpy as np

from .grid import Mask, Matrix, quantile_of_known, windows_of


def find_by_z_score(deviation: Matrix, threshold: float = 2.5) -> Mask:
    """Find months more than so many standard deviations from the item's mean.

    Args:
        deviation: Items x months, without level and season; NaN where nothing is known.
        threshold: Standard deviations (of the population, ``ddof=0``).

    Example:
        >>> find_by_z_score(np.array([[0.0] * 11 + [1.0]])).nonzero()[1].tolist()
        [11]
    """
    known = np.isfinite(deviation)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    centred = np.nan_to_num(deviation) - np.nan_to_num(deviation).sum(1, keepdims=True) / count
    spread = np.sqrt((np.where(known, centred, 0.0) ** 2).sum(axis=1, keepdims=True) / count)
    return known & (spread > 0) & (np.abs(centred) > threshold * spread)


def find_by_iqr(deviation: Matrix, multiplier: float = 1.5) -> Mask:
    """Find months beyond Tukey's fences (Tukey 1977): quartiles and so many times their distance.

    Args:
        deviation: Items x months, without level and season; NaN where nothing is known.
        multiplier: Interquartile ranges beyond the quartiles.

    Example:
        >>> find_by_iqr(np.array([[1.0, 2.0, 3.0, 4.0, 8.0]])).tolist()
        [[False, False, False, False, True]]
    """
    lower = quantile_of_known(deviation, 0.25)[:, None]
    upper = quantile_of_known(deviation, 0.75)[:, None]
    reach = multiplier * (upper - lower)
    return (deviation < lower - reach) | (deviation > upper + reach)


def find_by_rolling_mean(adjusted: Matrix, threshold: float = 2.0, window: int = 12) -> Mask:
    """Find sudden spikes and drops against the months right before.

    Args:
        adjusted: Items x months without season, in any unit; NaN where nothing is known.
        threshold: Standard deviations (of the sample, ``ddof=1``) of those months.
        window: How many months before; at least half of them have to be known.

    Example:
        >>> history = np.array([[9.0, 11.0] * 6 + [13.0]])
        >>> find_by_rolling_mean(history).nonzero()[1].tolist()
        [12]
    """
    before = windows_of(adjusted, window, 0)[:, :, :-1]
    known = np.isfinite(before)
    count = known.sum(axis=2)
    mean = np.nan_to_num(before).sum(axis=2) / np.maximum(count, 1)
    square = np.where(known, (before - mean[:, :, None]) ** 2, 0.0).sum(axis=2)
    spread = np.sqrt(square / np.maximum(count - 1, 1))
    enough = count >= -(-window // 2)
    return enough & (spread > 0) & (np.abs(adjusted - mean) > threshold * spread)
