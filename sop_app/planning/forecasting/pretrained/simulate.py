"""Monthly series nobody ever sold: what the pre-trained model learns from instead of real data.

A series is a level, a season and noise, added on the scale of logarithms (most) or of the series
itself, and then disturbed: level shifts, outliers, counts of small numbers, months without demand.
How strong each part is differs from series to series by draws whose spread covers what companies
report. Every step works on all series at once; a series is a row of 48 months about a level of 1.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MONTHS = 48
SEASON = 12
LOG_LIMIT = 6.0


def simulate_series(count: int, seed: int, months: int = MONTHS) -> Floats:
    """Simulate monthly series; the same seed gives the same series.

    Args:
        count: How many series.
        seed: Seed of all randomness.
        months: Length of every series.

    Returns:
        Demand at least 0, one row per series, shape ``(count, months)``.
    """
    rng = np.random.default_rng(seed)
    season = _draw_season(rng, count, months)
    shape = _draw_level(rng, count, months) + season + _draw_noise(rng, count, months)
    is_multiplicative = rng.random((count, 1)) < 0.7
    logarithmic = np.exp(np.clip(shape, -LOG_LIMIT, LOG_LIMIT))
    demand = np.where(is_multiplicative, logarithmic, np.maximum(1.0 + shape, 0.0))
    _add_outliers(rng, demand)
    return _thin_out(rng, _draw_counts(rng, demand))


def _some(rng: np.random.Generator, count: int, share: float) -> Floats:
    """Draw a column of ones for about this share of the series and zeros for the others."""
    return (rng.random((count, 1)) < share).astype(float)


def _spread(rng: np.random.Generator, count: int, centre: float, sigma: float) -> Floats:
    """Draw a column of positive strengths, log-normal about ``exp(centre)``."""
    return np.exp(rng.normal(centre, sigma, (count, 1)))


def _pick(rng: np.random.Generator, count: int, values: Sequence[float], p: Sequence[float]):
    return rng.choice(np.asarray(values), size=(count, 1), p=p)


def _draw_level(rng: np.random.Generator, count: int, months: int) -> Floats:
    """Draw levels that trend, damp, wander, return to their mean, cycle and shift."""
    drift = _draw_drift(rng, count, months)
    wander = rng.normal(size=(count, months)) * _spread(rng, count, -3.6, 0.8)
    memory = _pick(rng, count, (1.0, 0.97, 0.9, 0.7), (0.72, 0.1, 0.1, 0.08))
    level = np.empty((count, months))
    last = np.zeros((count, 1))
    for month in range(months):
        last = memory * last + wander[:, [month]] + drift[:, [month]]
        level[:, [month]] = last
    return level + _draw_cycle(rng, count, months) + _draw_shift(rng, count, months)


def _draw_drift(rng: np.random.Generator, count: int, months: int) -> Floats:
    """Draw how much a level grows from month to month: damped, changing, or for ever."""
    damping = _pick(rng, count, (1.0, 0.98, 0.95, 0.9), (0.3, 0.3, 0.2, 0.2))
    change = rng.normal(size=(count, months))
    change *= _spread(rng, count, -6.5, 1.0) * _some(rng, count, 0.5)
    slope = rng.normal(0.0, 0.006, (count, 1)) * _some(rng, count, 0.7)
    drift = np.empty((count, months))
    for month in range(months):
        slope = damping * slope + change[:, [month]]
        drift[:, [month]] = slope
    return drift


def _draw_cycle(rng: np.random.Generator, count: int, months: int) -> Floats:
    """Draw the swing of business over years, for some series."""
    length = rng.uniform(18.0, 72.0, (count, 1))
    phase = rng.uniform(0.0, 2 * np.pi, (count, 1))
    strength = _spread(rng, count, -2.8, 0.7) * _some(rng, count, 0.15)
    return strength * np.sin(2 * np.pi * np.arange(months) / length + phase)


def _draw_shift(rng: np.random.Generator, count: int, months: int) -> Floats:
    """Draw one lasting step of the level, for some series."""
    start = rng.integers(6, months, (count, 1))
    size = rng.normal(0.0, 0.25, (count, 1)) * _some(rng, count, 0.12)
    return size * (np.arange(months) >= start)


def _draw_season(rng: np.random.Generator, count: int, months: int) -> Floats:
    """Draw seasons: waves, single months, peaks; steady, growing, or changing over the years."""
    years = -(-months // SEASON)
    kind = rng.random((count, 1))
    shape = np.where(kind < 0.5, _draw_waves(rng, count), rng.standard_t(3, (count, SEASON)))
    shape = np.where(kind > 0.85, _draw_peaks(rng, count), shape)
    shape = shape - shape.mean(axis=1, keepdims=True)
    shape /= shape.std(axis=1, keepdims=True) + 1e-9
    amplitude = _spread(rng, count, -2.2, 0.9) * _some(rng, count, 0.8)
    turn = rng.normal(size=(count, years, SEASON)).cumsum(axis=1)
    turn *= (_spread(rng, count, -2.0, 0.7) * _some(rng, count, 0.4))[:, :, None]
    season = (shape[:, None, :] + turn).reshape(count, years * SEASON)[:, :months]
    growth = 1.0 + rng.normal(0.0, 0.02, (count, months)).cumsum(axis=1)
    return amplitude * season * growth


def _draw_waves(rng: np.random.Generator, count: int) -> Floats:
    """Draw smooth seasons of one to four harmonics, weaker the faster they swing."""
    month = np.arange(SEASON)
    harmonics = rng.integers(1, 5, (count, 1))
    season = np.zeros((count, SEASON))
    for order in range(1, 5):
        phase = rng.uniform(0.0, 2 * np.pi, (count, 1))
        strength = rng.normal(size=(count, 1)) / order * (harmonics >= order)
        season += strength * np.sin(2 * np.pi * order * month / SEASON + phase)
    return season


def _draw_peaks(rng: np.random.Generator, count: int) -> Floats:
    """Draw seasons that are flat but for a few high or low months."""
    is_peak = rng.random((count, SEASON)) < rng.uniform(0.08, 0.35, (count, 1))
    return rng.normal(size=(count, SEASON)) * is_peak + 0.05 * rng.normal(size=(count, SEASON))


def _draw_noise(rng: np.random.Generator, count: int, months: int) -> Floats:
    """Draw noise: calm or heavy-tailed, of one spread or changing, alone or remembering."""
    heavy = rng.standard_t(4, (count, months)) * 0.7
    noise = np.where(_some(rng, count, 0.3) > 0, heavy, rng.normal(size=(count, months)))
    unrest = rng.normal(size=(count, months // 6 + 1)).repeat(6, axis=1)[:, :months]
    noise *= np.exp(unrest * 0.4 * _some(rng, count, 0.25))
    memory = rng.uniform(-0.3, 0.6, (count, 1)) * _some(rng, count, 0.3)
    for month in range(1, months):
        noise[:, [month]] += memory * noise[:, [month - 1]]
    return noise * _spread(rng, count, -2.7, 0.8)


def _add_outliers(rng: np.random.Generator, demand: Floats) -> None:
    """Multiply one month of some series, in place."""
    rows = np.flatnonzero(rng.random(len(demand)) < 0.15)
    columns = rng.integers(0, demand.shape[1], len(rows))
    demand[rows, columns] *= np.exp(rng.normal(0.3, 0.6, len(rows)))


def _draw_counts(rng: np.random.Generator, demand: Floats) -> Floats:
    """Turn some series into counts of pieces: the fewer pieces, the more chance."""
    rows = np.flatnonzero(rng.random(len(demand)) < 0.1)
    pieces = np.exp(rng.uniform(np.log(0.5), np.log(60.0), (len(rows), 1)))
    counted = demand.copy()
    counted[rows] = rng.poisson(np.minimum(demand[rows], 50.0) * pieces)
    return counted


def _thin_out(rng: np.random.Generator, demand: Floats) -> Floats:
    """Leave months of a few series without any demand."""
    share = rng.uniform(0.05, 0.6, (len(demand), 1)) * _some(rng, len(demand), 0.03)
    return np.where(rng.random(demand.shape) < share, 0.0, demand)
