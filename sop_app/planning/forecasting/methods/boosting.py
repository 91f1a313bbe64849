"""Gradient boosting over the company's own items: one model that all of them teach.

A direct model on the features of the pre-trained one: the month ahead is a feature, so an error is
never fed back, and a window is seen without its scale, so a large item and a small one teach the
same. Signals are further columns: their figure in the month ahead, and its change against the same
month a year before, since the answer is the distance from that.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sop_app.planning.forecasting.panel import Panel, Series
from sop_app.planning.forecasting.pretrained.features import (
    Windows,
    build_design,
    cut_windows,
    scale_windows,
)
from sop_app.planning.forecasting.signals import Signals

from .contract import SEASON, Cost, Points, require_history

LOOK_BACK = 24
LEARNED = (18, 24)
"""Months ahead that are learned: the first that reach the horizon. More than needed teach worse."""
MOST_WINDOWS = 30_000
STEP = 3
FARTHEST = 30.0
"""Distances from last year beyond this many spreads are cut off: they teach nothing."""
SEED = 1

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Lessons:
    """What histories teach.

    Attributes:
        windows: Look-back windows.
        ahead: Windows x months ahead in spreads from the level, NaN where the history ends.
        origins: Windows x 2: the place of the history, and how many of its months were seen.
    """

    windows: Windows
    ahead: Matrix
    origins: NDArray[np.int64]


@dataclass(frozen=True)
class BoostingMethod:
    """Learns from all items of the panel and forecasts each.

    Attributes:
        signals: What is known beside demand; None to look at demand alone.
    """

    signals: Signals | None = None
    name: str = "boosting"
    title: str = "Boosting on all items"
    minimum_months: int = LOOK_BACK + SEASON
    cost: Cost = Cost.NORMAL
    learns_across: bool = True

    def fit(self, panel: Panel) -> "BoostingFitted":
        """Keep the histories; the model learns when it is known how far ahead it is asked."""
        require_history(self, panel)
        return BoostingFitted(panel, self.signals)


@dataclass(frozen=True)
class BoostingFitted:
    """The histories a model learns from and forecasts, and the signals beside them."""

    panel: Panel
    signals: Signals | None = None

    def predict(self, horizon: int) -> Points:
        """Learn from every window of every history, and forecast all items.

        Months beyond those learned repeat the season of those before.
        """
        ahead = next((months for months in LEARNED if months >= horizon), LEARNED[-1])
        signals = _lay_out_signals(self.panel, self.signals, ahead)
        windows = cut_windows(self.panel.series, LOOK_BACK)
        design, answers = build_design(windows, _months_ahead(len(self.panel), ahead))
        if (lessons := collect_windows(self.panel.series, ahead)) is not None:
            origins = np.column_stack([np.arange(len(self.panel)), self.panel.lengths])
            design = np.hstack([design, _signal_columns(signals, origins, ahead)])
            answers = answers + _train(lessons, signals).predict(design)
        shape = answers.reshape(len(self.panel), ahead)
        learned = (1 + shape * windows.spread[:, None]) * windows.level[:, None]
        return Points(repeat_season(np.maximum(learned, 0.0), horizon))


def repeat_season(learned: Matrix, horizon: int) -> Matrix:
    """Go on beyond the months that were learned with those of the year before.

    Args:
        learned: Items x months, at least a year.
        horizon: Months wanted.

    Example:
        >>> repeat_season(np.arange(1.0, 15.0)[None, :], 28)[0, 12:].tolist()
        [13.0, 14.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 3.0, 4.0]
    """
    months = np.arange(horizon)
    years_beyond = np.maximum(-(-(months - learned.shape[1] + 1) // SEASON), 0)
    return learned[:, months - SEASON * years_beyond]


def collect_windows(series: Sequence[Series], ahead: int) -> Lessons | None:
    """Cut every history into windows and the months that came after each.

    Args:
        series: The histories.
        ahead: Months wanted after each window.

    Returns:
        None when nothing was ever sold.
    """
    found: list[Series] = []
    came: list[Series] = []
    origins: list[tuple[int, int]] = []
    for place, history in enumerate(series):
        for end in range(LOOK_BACK, len(history) - SEASON + 1, STEP):
            if history[end - SEASON : end].any():
                known = history[end : end + ahead]
                found.append(history[end - LOOK_BACK : end])
                origins.append((place, end))
                came.append(np.pad(known, (0, ahead - len(known)), constant_values=-1))
    if not found:
        return None
    chosen = np.arange(len(found))
    if len(found) > MOST_WINDOWS:
        chosen = np.random.default_rng(SEED).choice(len(found), MOST_WINDOWS, replace=False)
    months = np.array([found[place] for place in chosen])
    windows = scale_windows(months, np.full(len(months), LOOK_BACK))
    after = np.array([came[place] for place in chosen])
    relative = after / windows.level[:, None] - 1
    spreads = np.where(after < 0, np.nan, relative / windows.spread[:, None])
    return Lessons(windows, spreads, np.array(origins)[chosen])


def _lay_out_signals(panel: Panel, signals: Signals | None, ahead: int) -> tuple[Matrix, ...]:
    if signals is None:
        return ()
    return tuple(
        signals.take(item, last_month, len(history), ahead)
        for item, last_month, history in zip(
            panel.ids, panel.last_months, panel.series, strict=True
        )
    )


def _signal_columns(
    signals: tuple[Matrix, ...], origins: NDArray[np.int64], ahead: int
) -> NDArray[np.float32]:
    """Lay the signals of the months ahead beside the design, one row per window and month.

    Args:
        signals: By history its months x signals; none when there are no signals.
        origins: Windows x 2: the history's place, and how many of its months were seen.
        ahead: Months after each window.

    Returns:
        ``(windows * ahead, 2 * signals)``; NaN where a signal is not known.
    """
    if not signals:
        return np.empty((len(origins) * ahead, 0), dtype=np.float32)
    rows = np.empty((len(origins), ahead, 2 * signals[0].shape[1]), dtype=np.float32)
    for row, (place, end) in enumerate(origins.tolist()):
        figures = signals[place][end : end + ahead]
        year_before = signals[place][end - SEASON : end - SEASON + ahead]
        rows[row] = np.hstack([figures, figures - year_before])
    return rows.reshape(len(origins) * ahead, -1)


def _months_ahead(count: int, ahead: int) -> NDArray[np.int64]:
    return np.tile(np.arange(1, ahead + 1), (count, 1))


def _train(lessons: Lessons, signals: tuple[Matrix, ...]) -> Any:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sklearn.ensemble import HistGradientBoostingRegressor

    design, last_year = build_design(lessons.windows, _months_ahead(*lessons.ahead.shape))
    design = np.hstack([design, _signal_columns(signals, lessons.origins, lessons.ahead.shape[1])])
    distance = lessons.ahead.ravel() - last_year
    known = np.isfinite(distance)
    design = design[known]
    # The library cannot learn from a column without a figure; from a constant it learns nothing.
    design[:, np.isnan(design).all(axis=0)] = 0.0
    model = HistGradientBoostingRegressor(
        loss="absolute_error",
        max_iter=200,
        learning_rate=0.06,
        max_leaf_nodes=31,
        min_samples_leaf=40,
        l2_regularization=1.0,
        max_features=0.7,
        random_state=SEED,
    )
    return model.fit(design, np.clip(distance[known], -FARTHEST, FARTHEST))


METHODS = (BoostingMethod(),)
