"""How good methods have been: forecasts from earlier months against what then happened.

The origin moves back through the history (rolling origin); a method only ever sees the months
before it. Every score says over how many items and windows it was taken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sop_app.kernel import accuracy
from sop_app.kernel.errors import InvalidInputError

from .intervals import bounds_around
from .methods.contract import SEASON, Method
from .panel import Panel
from .parallel import Workers, predict_points

STEP_MONTHS = 3


@dataclass(frozen=True)
class Score:
    """What a method reached in a back-test; a measure that is undefined is None.

    Attributes:
        method: Name of the method.
        lag: Months ahead, or None for the whole horizon.
        items: How many items were scored.
        windows: From how many origins.
        mase: Mean over items of the error in relation to repeating last year.
        coverage_80: Share of actuals inside the 80 % interval.
    """

    method: str
    lag: int | None
    items: int
    windows: int
    wape: float | None
    bias: float | None
    mase: float | None
    hit_rate: float | None
    coverage_80: float | None
    coverage_95: float | None


@dataclass(frozen=True)
class Window:
    """One origin: what a method forecast and what happened; each items x months."""

    actual: NDArray[np.float64]
    forecast: NDArray[np.float64]
    bounds: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]]
    scales: NDArray[np.float64]


def run_backtest(
    panel: Panel,
    methods: Iterable[Method],
    horizon: int,
    *,
    windows: int = 3,
    step: int = STEP_MONTHS,
    workers: Workers = 1,
) -> list[Score]:
    """Score methods over several origins, the whole horizon first, then each lag.

    All methods are scored on the same items: those with enough history for the most demanding of
    them at the earliest origin.

    Raises:
        InvalidInputError: No item has enough history, or a number is not positive.
    """
    if min(horizon, windows, step) < 1:
        raise InvalidInputError({"windows": "Horizon, windows and step are 1 or more."})
    chosen = list(methods)
    longest = horizon + (windows - 1) * step
    needed = longest + max(SEASON + 1, *(method.minimum_months for method in chosen))
    scored = panel.pick(np.flatnonzero(panel.lengths >= needed))
    if not len(scored):
        raise InvalidInputError(
            {"windows": f"No item has the {needed} months of history that these windows need."}
        )
    scores: list[Score] = []
    for method in chosen:
        found = [
            _play(scored, method, horizon, horizon + window * step, workers)
            for window in range(windows)
        ]
        scores += [score_windows(method.name, found, lag) for lag in (None, *range(1, horizon + 1))]
    return scores


def _play(panel: Panel, method: Method, horizon: int, cut: int, workers: Workers) -> Window:
    seen = panel.cut(cut)
    points = predict_points(method, seen, horizon, workers=workers).values
    end = -cut + horizon
    actual = np.array([history[-cut : end or None] for history in panel.series])
    scales = np.array([np.abs(one[SEASON:] - one[:-SEASON]).mean() for one in seen.series])
    return Window(actual, points, bounds_around(points, seen), scales)


def score_windows(method: str, windows: Sequence[Window], lag: int | None) -> Score:
    """Sum up the windows of one method, for one lag or the whole horizon."""
    months = slice(None) if lag is None else slice(lag - 1, lag)
    actual = np.vstack([one.actual[:, months] for one in windows])
    forecast = np.vstack([one.forecast[:, months] for one in windows])
    scales = np.concatenate([one.scales for one in windows])
    sizes = np.abs(actual - forecast).mean(axis=1)[scales > 0]
    held = {
        level: accuracy.coverage(
            actual,
            np.vstack([one.bounds[level][0][:, months] for one in windows]),
            np.vstack([one.bounds[level][1][:, months] for one in windows]),
        )
        for level in (80, 95)
    }
    return Score(
        method=method,
        lag=lag,
        items=len(windows[0].actual),
        windows=len(windows),
        wape=accuracy.wape(actual, forecast),
        bias=accuracy.bias(actual, forecast),
        mase=float((sizes / scales[scales > 0]).mean()) if sizes.size else None,
        hit_rate=accuracy.hit_rate(actual, forecast),
        coverage_80=held[80],
        coverage_95=held[95],
    )
