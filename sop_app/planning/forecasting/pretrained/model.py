"""Forecasts of the shipped model: points, and how far the quantiles lie from them.

History of 6 to 23 months is answered from its last 12 (padded with its mean), longer history from
its last 24. Months ahead beyond 24 repeat the season, with intervals that widen like those of a
random walk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from sop_app.planning.forecasting.pretrained import features
from sop_app.planning.forecasting.pretrained.features import Floats, Windows
from sop_app.planning.forecasting.pretrained.trees import Trees, read_trees

SHIPPED = Path(__file__).parent / "shipped"
QUANTILES = (0.025, 0.1, 0.9, 0.975)
MAX_HORIZON = 36
# Bounds the memory of one call to some 200 MB, however many series it is given.
BLOCK = 4000


@dataclass(frozen=True)
class Prediction:
    """Forecasts of many series, in the unit of each.

    Attributes:
        point: Median forecast, shape ``(n, horizon)``; at least 0 where the history never was
            below.
        offsets: Distances of the 2.5 %, 10 %, 90 % and 97.5 % quantiles from the median, shape
            ``(n, horizon, 4)``, ascending, the first two at most 0 and the others at least 0.
            Added to any forecast they give its 95 % and 80 % intervals; not cut at zero demand.
    """

    point: Floats
    offsets: Floats


@dataclass(frozen=True)
class LookBackModel:
    """The trees of one look-back: the median, and the quantiles of its errors."""

    point: Trees
    offsets: tuple[Trees, ...]


def file_name(look_back: int, quantile: float | None = None) -> str:
    """Name the file of a look-back's point model, or of one quantile of its errors.

    Example:
        >>> file_name(24), file_name(12, 0.975)
        ('point_24.txt', 'error_12_q975.txt')
    """
    if quantile is None:
        return f"point_{look_back}.txt"
    return f"error_{look_back}_q{1000 * quantile:03.0f}.txt"


@cache
def load_model(folder: Path = SHIPPED) -> Mapping[int, LookBackModel]:
    """Load the shipped model, once per process; keyed by look-back."""

    def read(look_back: int, quantile: float | None = None) -> Trees:
        return read_trees(folder / file_name(look_back, quantile))

    return {
        look_back: LookBackModel(
            read(look_back), tuple(read(look_back, quantile) for quantile in QUANTILES)
        )
        for look_back in features.LOOK_BACKS
    }


def predict(series: Sequence[Floats], horizon: int, *, threads: int = 1) -> Prediction:
    """Forecast many series from their recent history alone.

    Args:
        series: Monthly histories, oldest month first, each of at least six months.
        horizon: Months ahead, 1 to 36.
        threads: How many threads may work on it.

    Raises:
        ValueError: The horizon is out of range, or a history is too short or holds something that
            is not a finite number; the message names the position of the series, from 0.
    """
    if not 1 <= horizon <= MAX_HORIZON:
        raise ValueError(f"horizon {horizon} is not between 1 and {MAX_HORIZON}")
    histories = [_check_history(position, each) for position, each in enumerate(series)]
    point = np.zeros((len(histories), horizon))
    offsets = np.zeros((len(histories), horizon, len(QUANTILES)))
    for look_back, rows in _group_rows(histories):
        windows = features.cut_windows([histories[row] for row in rows], look_back)
        answer = predict_windows(load_model()[look_back], windows, horizon, threads)
        point[rows], offsets[rows] = answer.point, answer.offsets
    never_negative = np.array([history.min() >= 0 for history in histories], dtype=bool)
    point[never_negative] = np.maximum(point[never_negative], 0.0)
    return Prediction(point, offsets)


def predict_windows(
    model: LookBackModel, windows: Windows, horizon: int, threads: int = 1
) -> Prediction:
    """Forecast from windows of the model's look-back; nothing is cut at zero demand here."""
    ahead = min(horizon, features.MODEL_HORIZON)
    horizons = np.tile(np.arange(1, ahead + 1), (len(windows.level), 1))
    design, seasonal_naive = features.build_design(windows, horizons)
    point = model.point.predict(design, threads=threads) + seasonal_naive
    errors = [trees.predict(design, threads=threads) for trees in model.offsets]
    unit = (windows.level * windows.spread)[:, None]
    return _extend(
        point.reshape(horizons.shape) * unit + windows.level[:, None],
        _order(np.stack(errors, axis=-1)).reshape(*horizons.shape, -1) * unit[:, :, None],
        horizon,
    )


def _check_history(position: int, history: Floats) -> Floats:
    checked = np.asarray(history, dtype=np.float64)
    if checked.ndim != 1 or len(checked) < features.MIN_MONTHS:
        raise ValueError(
            f"series {position} has fewer than {features.MIN_MONTHS} months of history"
        )
    if not np.isfinite(checked).all():
        month = int(np.flatnonzero(~np.isfinite(checked))[0])
        raise ValueError(f"series {position} has no finite number in month {month}")
    return checked


def _group_rows(histories: Sequence[Floats]) -> list[tuple[int, np.ndarray]]:
    """Group the positions of histories by the look-back that answers them, in blocks."""
    shorter, longer = features.LOOK_BACKS
    is_long = np.array([len(history) >= longer for history in histories], dtype=bool)
    return [
        (look_back, rows[start : start + BLOCK])
        for look_back, rows in (
            (shorter, np.flatnonzero(~is_long)),
            (longer, np.flatnonzero(is_long)),
        )
        for start in range(0, len(rows), BLOCK)
    ]


def _order(errors: Floats) -> Floats:
    """Put quantiles in ascending order and on their side of the median."""
    ordered = np.sort(errors, axis=-1)
    middle = len(QUANTILES) // 2
    ordered[..., :middle] = np.minimum(ordered[..., :middle], 0.0)
    ordered[..., middle:] = np.maximum(ordered[..., middle:], 0.0)
    return ordered


def _extend(point: Floats, offsets: Floats, horizon: int) -> Prediction:
    """Repeat the last season until the horizon; errors grow with the root of the distance."""
    ahead = np.arange(horizon)
    source = np.where(ahead < point.shape[1], ahead, ahead - features.SEASON)
    growth = np.sqrt((ahead + 1) / (source + 1))
    return Prediction(point[:, source], offsets[:, source] * growth[:, None])
