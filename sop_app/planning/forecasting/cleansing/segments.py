"""Cut series into stretches of one level each: the exact least-squares answer."""

import numpy as np
from numpy.typing import NDArray

from .grid import Matrix


def find_borders(values: Matrix, penalties: NDArray[np.float64], shortest: int) -> list[list[int]]:
    """Find where each series changes its level, for all series at once.

    Of all ways to cut a series it takes the one with the smallest sum of squares around the means of
    the stretches plus a penalty per stretch (optimal partitioning, Jackson et al. 2005). The squares
    of the values are the same however they are cut, so the most is made of ``sum² / length``.

    Args:
        values: Series x months; NaN only in front of a series' first month.
        penalties: What a further stretch costs each series, in squares of its unit.
        shortest: Months a stretch has to last, and every series has.

    Returns:
        By series the first column of each stretch and, last, the number of columns.

    Example:
        >>> find_borders(np.array([[1.0, 1.0, 1.0, 5.0, 5.0, 5.0]]), np.array([2.0]), 2)
        [[0, 3, 6]]
    """
    count, months = values.shape
    starts = np.isfinite(values).argmax(axis=1)
    # Around the mean, or a high level would swallow the digits of a small step.
    centred = np.nan_to_num(values - np.nanmean(values, axis=1, keepdims=True))
    sums = np.c_[np.zeros(count), centred.cumsum(axis=1)]
    best = np.full((count, months + 1), -np.inf)
    best[np.arange(count), starts] = 0.0
    previous = np.zeros((count, months + 1), dtype=np.int64)
    for end in range(shortest, months + 1):
        begins = np.arange(end - shortest + 1)
        squares = (sums[:, end, None] - sums[:, begins]) ** 2 / (end - begins)
        gains = best[:, begins] + squares
        previous[:, end] = gains.argmax(axis=1)
        # Where a series has not begun, or is too young for a stretch, -inf stays.
        best[:, end] = np.maximum(best[:, end], gains.max(axis=1) - penalties)
    return [_walk_back(row, start) for row, start in zip(previous, starts.tolist(), strict=True)]


def _walk_back(previous: NDArray[np.int64], start: int) -> list[int]:
    borders = [len(previous) - 1]
    while borders[0] > start:
        borders.insert(0, int(previous[borders[0]]))
    return borders
