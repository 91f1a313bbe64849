"""At which level there is enough to forecast: below it, series only receive shares."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.rules import DemandClass, classify_demand

from .hierarchy import Hierarchy

LOOK_BACK = 24
"""Months a series is judged by: what it was before says little about what it is."""
ENOUGH_VOLUME = 0.8
"""Share of the demand that has to be in dense series for a level to be forecast."""


@dataclass(frozen=True)
class Density:
    """How dense the series of a level are.

    Attributes:
        level: The level.
        series_count: How many series it has.
        dense: Which of them sell regularly: smooth or erratic demand over at least half a year.
        selling_ratio: Share of the months since each series' first sale with a sale, on average.
        volume_ratio: Share of the level's demand that is in dense series.
    """

    level: str
    series_count: int
    dense: NDArray[np.bool_]
    selling_ratio: float
    volume_ratio: float


def measure_density(level: str, history: NDArray[np.float64]) -> Density:
    """Measure how dense the series of a level are over the last two years.

    Args:
        level: Name of the level.
        history: Series x months, oldest first; 0 before a series' first sale.

    Example:
        >>> regular, rare = [5.0] * 12, [5.0, 0, 0, 0] * 3
        >>> found = measure_density("item", np.array([regular, rare]))
        >>> found.dense.tolist(), found.volume_ratio
        ([True, False], 0.8)
    """
    recent = history[:, -LOOK_BACK:]
    regular = (DemandClass.SMOOTH, DemandClass.ERRATIC)
    dense = np.array([classify_demand(one) in regular and _half_year(one) for one in recent])
    since = np.maximum.accumulate(recent > 0, axis=1).sum(axis=1)
    sold = (recent > 0).sum(axis=1)
    started = since > 0
    selling = float((sold[started] / since[started]).mean()) if started.any() else 0.0
    volume = float(recent.sum())
    ratio = float(recent[dense].sum()) / volume if volume > 0 else 0.0
    return Density(level, len(history), dense, selling, ratio)


def _half_year(history: NDArray[np.float64]) -> bool:
    return int((history > 0).argmax()) <= len(history) - 6


def choose_level(
    hierarchy: Hierarchy, bottom_history: NDArray[np.float64], *, enough: float = ENOUGH_VOLUME
) -> tuple[str, Mapping[str, Density]]:
    """Choose the finest level at which most of the demand is in dense series.

    Args:
        hierarchy: The levels, coarsest first.
        bottom_history: Bottom series x months, oldest first.
        enough: Share of the demand that has to be in dense series, 0 to 1.

    Returns:
        The level, and every level's density; the coarsest level where none is dense enough.

    Raises:
        InvalidInputError: The history is not of the hierarchy's bottom series.
    """
    if len(bottom_history) != hierarchy.bottom_count:
        reason = f"{len(bottom_history)} histories for {hierarchy.bottom_count} series."
        raise InvalidInputError({"bottom_history": reason})
    nodes = hierarchy.add_up(bottom_history)
    measured = {
        level: measure_density(level, nodes[hierarchy.slices[level]]) for level in hierarchy.levels
    }
    dense = [level for level in hierarchy.levels if measured[level].volume_ratio >= enough]
    return (dense[-1] if dense else hierarchy.levels[0]), measured
