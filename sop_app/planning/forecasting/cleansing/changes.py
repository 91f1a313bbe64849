"""Lasting changes: the level steps up or down, or the trend bends.

Both look at the relative, seasonally adjusted series with single odd months taken out, so that a
spike is no step. Items that sell now and then are passed over: their level is not known well
enough.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .baseline import Baseline, remove_season
from .grid import Matrix, quantile_of_known, windows_of
from .segments import find_borders

SHORTEST_SEGMENT = 4
"""Months a new level has to last."""
PENALTY = 12.0
"""What a further step costs, in variances of the noise: about three times the logarithm of the
number of months, where an information criterion would take one."""
SMALLEST_STEP = 0.2
SMALLEST_STEP_SPREADS = 3.0
STEP_AGAINST_LINE = 0.6
"""Squares two levels may leave, as a share of those of a straight line; else it is a trend."""
SHORTEST_TREND = 8
SMALLEST_BEND = 0.2
"""Change of the yearly growth, as a share of the level."""
BEND_TEST = 40.0
"""F of the largest gain; far above chance (about 12), for demand wanders."""


@dataclass(frozen=True)
class Change:
    """A lasting change of one item.

    Attributes:
        row: Its place in the grid.
        column: First month of the new level or trend.
        size: Step as a share of the old level; for a bend the change of growth per year, as a
            share of the mean level.
        spreads: The step, or a year's bend, in usual spreads.
        level_before: Level before a step in the item's unit; for a bend the level at the bend.
    """

    row: int
    column: int
    size: float
    spreads: float
    level_before: float


def smooth_odd_months(values: Matrix, baseline: Baseline) -> Matrix:
    """Take out the season and each month that sticks out from both its neighbours.

    Returns:
        Items x months in the items' units; gaps inside filled with the level, NaN in front.
    """
    adjusted = remove_season(values, baseline.season)
    started = np.maximum.accumulate(np.isfinite(values), axis=1)
    filled = np.where(started & ~np.isfinite(adjusted), baseline.level, adjusted)
    smooth = quantile_of_known(windows_of(filled, 1, 1), 0.5)
    return np.where(started, smooth, np.nan)


def find_level_shifts(values: Matrix, baseline: Baseline) -> tuple[Change, ...]:
    """Find steps of the level with an exact change point search.

    Args:
        values: Items x months in the items' units; NaN where there is no figure.
        baseline: What is expected of them.
    """
    smooth = smooth_odd_months(values, baseline)
    months = np.isfinite(smooth).sum(axis=1)
    usable = ~baseline.is_sparse & (months >= 2 * SHORTEST_SEGMENT)
    usable[usable] = np.nanmean(smooth[usable], axis=1) > 0
    rows = np.flatnonzero(usable)
    level, spread = np.nanmean(smooth[rows], axis=1), baseline.spread[rows]
    relative = smooth[rows] / level[:, None]
    borders = find_borders(relative, PENALTY * spread**2, SHORTEST_SEGMENT)
    return tuple(
        Change(int(row), column, size, spreads, before * float(level[place]))
        for place, row in enumerate(rows)
        for column, size, spreads, before in _steps(
            relative[place], float(spread[place]), borders[place]
        )
    )


def _steps(
    relative: Matrix, spread: float, borders: list[int]
) -> list[tuple[int, float, float, float]]:
    """Keep the steps that matter and are no mere slope."""
    kept: list[tuple[int, float, float, float]] = []
    for start, middle, end in zip(borders, borders[1:], borders[2:], strict=False):
        before, after = relative[start:middle], relative[middle:end]
        old, new = float(np.median(before)), float(np.median(after))
        size, spreads = (new - old) / max(old, 0.05), (new - old) / spread
        if abs(size) < SMALLEST_STEP or abs(spreads) < SMALLEST_STEP_SPREADS:
            continue
        steps = ((before - before.mean()) ** 2).sum() + ((after - after.mean()) ** 2).sum()
        if steps <= STEP_AGAINST_LINE * _squares_off_line(relative[start:end]):
            kept.append((middle, size, spreads, old))
    return kept


def _squares_off_line(values: Matrix) -> float:
    time = np.arange(len(values)) - (len(values) - 1) / 2
    centred = values - values.mean()
    return float(centred @ centred - (time @ centred) ** 2 / (time @ time))


def find_trend_changes(values: Matrix, baseline: Baseline) -> tuple[Change, ...]:
    """Find the month where a straight trend bends most, where that explains much more.

    Compares one line with two that meet (two-phase regression, Hinkley 1971), for all items and
    months of the bend at once. The library's piecewise-linear search pins its lines to single
    months, which are noise in demand, and costs a thousand times as much.
    """
    smooth = smooth_odd_months(values, baseline)
    starts = np.isfinite(smooth).argmax(axis=1)
    usable = ~baseline.is_sparse & np.isfinite(smooth).any(axis=1)
    found: list[Change] = []
    for start in np.unique(starts[usable]):
        rows = np.flatnonzero(usable & (starts == start))
        if smooth.shape[1] - start >= 2 * SHORTEST_TREND:
            found += _bends(smooth[rows, start:], rows, int(start), baseline)
    return tuple(found)


def _bends(
    history: Matrix, rows: NDArray[np.int64], start: int, baseline: Baseline
) -> list[Change]:
    months = history.shape[1]
    level = history.mean(axis=1)
    relative = history / np.where(level > 0, level, 1.0)[:, None]
    knots = np.arange(SHORTEST_TREND, months - SHORTEST_TREND + 1)
    time = np.arange(months)
    bends = np.maximum(time - knots[:, None] + 1, 0).astype(float)
    line = np.column_stack([np.ones(months), time])
    off_line = np.eye(months) - line @ np.linalg.pinv(line)
    shapes, rest = bends @ off_line, relative @ off_line
    weights = (shapes**2).sum(axis=1)
    fits = rest @ shapes.T
    gains = fits**2 / weights
    best = gains.argmax(axis=1)
    gain = gains.max(axis=1)
    # The smoothed months share neighbours: a third of them is a careful count of free ones.
    left = ((rest**2).sum(axis=1) - gain) / (months / 3)
    per_year = 12 * np.take_along_axis(fits, best[:, None], 1)[:, 0] / weights[best]
    bent = (gain > BEND_TEST * np.maximum(left, 1e-12)) & (np.abs(per_year) >= SMALLEST_BEND)
    return [
        Change(
            int(rows[place]),
            start + int(knots[best[place]]),
            float(per_year[place]),
            float(per_year[place] / baseline.spread[rows[place]]),
            float(baseline.level[rows[place], start + knots[best[place]]]),
        )
        for place in np.flatnonzero(bent)
    ]
