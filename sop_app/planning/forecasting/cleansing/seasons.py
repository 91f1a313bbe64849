"""Years whose season is not that of the years before: peaks that moved or stayed away."""

import numpy as np

from sop_app.planning.forecasting.methods.contract import SEASON

from .baseline import Baseline
from .grid import Mask, Matrix

STEADY = 0.7
"""Rank correlation of the years before, from which on there is a season to break."""
BROKEN = 0.3
"""Rank correlation with them, below which a year has another season."""
SMALLEST_SEASON = 0.1
"""Standard deviation of the season, as a share of the level."""


def find_season_breaks(values: Matrix, baseline: Baseline) -> Mask:
    """Find the first year whose season differs from at least two steady years before.

    Ranks are compared, so that one odd month breaks no season.

    Args:
        values: Items x months in the items' units, NaN where there is no figure; years are counted
            back from the last month, and only whole ones are compared.
        baseline: What is expected of them.

    Returns:
        Items x months; true at the month of that year that is furthest off.
    """
    found = np.zeros(values.shape, dtype=bool)
    years = values.shape[1] // SEASON
    front = values.shape[1] - years * SEASON
    level = np.where(baseline.level > 0, baseline.level, np.nan)
    profiles = (values / level)[:, front:].reshape(len(values), years, SEASON)
    waiting = ~baseline.is_sparse
    for year in range(2, years):
        before, now = profiles[:, :year], profiles[:, year]
        known = np.logical_and.reduce(np.isfinite(before), axis=2, keepdims=True)
        usual = np.where(known.any(axis=1), _mean_over_years(before, known), np.nan)
        steady = _correlate_ranks(profiles[:, year - 2], profiles[:, year - 1]) >= STEADY
        broken = _correlate_ranks(usual, now) < BROKEN
        strong = usual.std(axis=1) >= np.maximum(SMALLEST_SEASON, baseline.spread)
        rows = np.flatnonzero(waiting & steady & broken & strong)
        furthest = np.abs(now[rows] - usual[rows]).argmax(axis=1)
        found[rows, front + year * SEASON + furthest] = True
        waiting[rows] = False
    return found


def _mean_over_years(profiles: Matrix, known: Mask) -> Matrix:
    return np.where(known, profiles, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)


def _correlate_ranks(one: Matrix, other: Matrix) -> Matrix:
    """Correlate rows by rank (Spearman); NaN where a month is not known."""
    known = np.isfinite(one).all(axis=1) & np.isfinite(other).all(axis=1)
    first, second = (each.argsort(axis=1).argsort(axis=1) - 5.5 for each in (one, other))
    return np.where(known, (first * second).sum(axis=1) / (first**2).sum(axis=1), np.nan)
