"""Measures of forecast accuracy, each told once for the whole program.

An error is actual minus forecast. Signed measures follow the planner's language instead: bias and
tracking signal are **positive when the forecast was too high**. Ratios are 0 to 1 and more, never
percent. A measure that is undefined for the figures at hand (a percentage of zero sales, a scale
without any change) is ``None``; it is never infinity and never a silent 0.

Sources: Hyndman & Koehler (2006), "Another look at measures of forecast accuracy"; Makridakis,
Spiliotis & Assimakopoulos (2020) for sMAPE as in M4; Gneiting & Raftery (2007) for the interval
score; ASCM Supply Chain Dictionary for MAD and tracking signal.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Figures = NDArray[np.float64]
HIT_TOLERANCE = 0.2


def wape(actual: ArrayLike, forecast: ArrayLike) -> float | None:
    """Weigh the absolute errors against what was sold: sum |A - F| / sum |A|.

    Example:
        >>> wape([100, 300], [150, 250])
        0.25
    """
    a, f = _pair(actual, forecast)
    return _ratio(np.abs(a - f).sum(), np.abs(a).sum())


def bias(actual: ArrayLike, forecast: ArrayLike) -> float | None:
    """Say by which share of the sales the forecast was too high: sum (F - A) / sum A.

    Example:
        >>> bias([100, 300], [150, 350])
        0.25
    """
    a, f = _pair(actual, forecast)
    return _ratio((f - a).sum(), a.sum())


def mae(actual: ArrayLike, forecast: ArrayLike) -> float | None:
    """Average the absolute errors (MAD), in the unit of the figures.

    Example:
        >>> mae([100, 300], [150, 250])
        50.0
    """
    a, f = _pair(actual, forecast)
    return _mean(np.abs(a - f))


def rmse(actual: ArrayLike, forecast: ArrayLike) -> float | None:
    """Take the root of the mean squared error, in the unit of the figures.

    Example:
        >>> rmse([0, 0], [3, 3])
        3.0
    """
    a, f = _pair(actual, forecast)
    squared = _mean((a - f) ** 2)
    return None if squared is None else float(np.sqrt(squared))


def mape(actual: ArrayLike, forecast: ArrayLike) -> float | None:
    """Average the errors in relation to each actual; undefined as soon as one actual is 0.

    Example:
        >>> mape([100, 200], [150, 200])
        0.25
        >>> mape([0, 200], [150, 200]) is None
        True
    """
    a, f = _pair(actual, forecast)
    if not a.size or (a == 0).any():
        return None
    return _mean(np.abs((a - f) / a))


def smape(actual: ArrayLike, forecast: ArrayLike) -> float | None:
    """Average 2 |A - F| / (|A| + |F|), between 0 and 2; nothing forecast and nothing sold is no error.

    Example:
        >>> smape([100], [300])
        1.0
    """
    a, f = _pair(actual, forecast)
    size = np.abs(a) + np.abs(f)
    return _mean(np.where(size == 0, 0.0, 2 * np.abs(a - f) / np.where(size == 0, 1.0, size)))


def hit_rate(
    actual: ArrayLike, forecast: ArrayLike, tolerance: float = HIT_TOLERANCE
) -> float | None:
    """Count the share of forecasts within a tolerance of the actual; undefined with a zero actual.

    Example:
        >>> hit_rate([100, 100, 100, 100], [80, 120, 121, 79])
        0.5
    """
    a, f = _pair(actual, forecast)
    if not a.size or (a == 0).any():
        return None
    return _mean(np.abs(a - f) <= tolerance * np.abs(a) * (1 + 1e-12))


def tracking_signal(actual: ArrayLike, forecast: ArrayLike) -> float | None:
    """Relate the running sum of (F - A) to the MAD; beyond 4 either way the forecast is biased.

    Undefined when every forecast was right.

    Example:
        >>> tracking_signal([100, 100], [110, 120])
        2.0
    """
    a, f = _pair(actual, forecast)
    deviation = _mean(np.abs(a - f))
    return None if deviation is None else _ratio((f - a).sum(), deviation)


def mase(
    actual: ArrayLike, forecast: ArrayLike, history: ArrayLike, season: int = 12
) -> float | None:
    """Relate the MAE to that of the seasonal naive forecast inside the history.

    Below 1 the forecast beats repeating last year. A history of at most one season is scaled by
    its changes from month to month; without any change the measure is undefined.

    Example:
        >>> mase([12, 12], [13, 11], [10, 11, 10, 11], season=1)
        1.0
    """
    size = mae(actual, forecast)
    scale = _scale(history, season, power=1)
    return None if size is None or scale is None else size / scale


def rmsse(
    actual: ArrayLike, forecast: ArrayLike, history: ArrayLike, season: int = 12
) -> float | None:
    """Relate the RMSE to that of the seasonal naive forecast inside the history.

    Example:
        >>> rmsse([12, 12], [14, 10], [10, 11, 10, 11], season=1)
        2.0
    """
    size = rmse(actual, forecast)
    scale = _scale(history, season, power=2)
    return None if size is None or scale is None else size / float(np.sqrt(scale))


def pinball(actual: ArrayLike, quantile: ArrayLike, probability: float) -> float | None:
    """Average the pinball loss of a quantile forecast, in the unit of the figures.

    Example:
        >>> pinball([10, 10], [8, 14], 0.9)
        1.1
    """
    a, q = _pair(actual, quantile)
    loss = _mean(np.maximum(probability * (a - q), (probability - 1) * (a - q)))
    return None if loss is None else round(loss, 12)


def coverage(actual: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> float | None:
    """Count the share of actuals inside their interval, bounds included.

    Example:
        >>> coverage([1, 5, 9, 5], [0, 0, 0, 5], [4, 6, 8, 5])
        0.75
    """
    a, low = _pair(actual, lower)
    _, high = _pair(actual, upper)
    return _mean((a >= low) & (a <= high))


def interval_score(
    actual: ArrayLike, lower: ArrayLike, upper: ArrayLike, level: float
) -> float | None:
    """Average the width of intervals plus the fine for actuals outside; lower is better.

    Args:
        actual: What happened.
        lower: Lower bounds.
        upper: Upper bounds.
        level: Share of actuals the intervals promise to hold, 0.95.

    Example:
        >>> interval_score([5, 12], [0, 0], [10, 10], 0.5)
        14.0
    """
    a, low = _pair(actual, lower)
    _, high = _pair(actual, upper)
    missed = np.maximum(low - a, 0) + np.maximum(a - high, 0)
    return _mean(high - low + 2 / (1 - level) * missed)


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[Figures, Figures]:
    """Read two sets of figures of one shape.

    Raises:
        ValueError: They differ in shape, or one of the figures is missing.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} actuals cannot be compared with {b.shape} forecasts.")
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise ValueError("A figure is missing or infinite.")
    return a, b


def _scale(history: ArrayLike, season: int, *, power: int) -> float | None:
    y = np.asarray(history, dtype=float)
    lag = season if y.size > season else 1
    return _mean(np.abs(y[lag:] - y[:-lag]) ** power) or None


def _mean(figures: NDArray[Any]) -> float | None:
    return float(figures.mean()) if figures.size else None


def _ratio(part: Any, whole: Any) -> float | None:
    return None if whole == 0 else float(part / whole)
