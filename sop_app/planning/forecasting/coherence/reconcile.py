"""Make forecasts of all levels agree; minimum trace by the library hierarchicalforecast.

Forecasts of a family and of its items are made apart and never add up by themselves. Bottom-up
believes the items, top-down the total, and minimum trace combines all of them by how wrong each
has been.
"""

from enum import StrEnum

import numpy as np

from sop_app.kernel.errors import InvalidInputError

from .hierarchy import BOTTOM, Hierarchy, Matrix
from .rounding import round_coherently
from .shares import split_forecast

MOST_SHRUNK_NODES = 3000
"""Nodes up to which the covariance of all errors is estimated: a dense matrix, cubic in time."""
FEWEST_ERRORS = 6


class Approach(StrEnum):
    """Whose forecasts are believed."""

    BOTTOM_UP = "bottom_up"
    TOP_DOWN = "top_down"
    MIN_TRACE = "min_trace"


def reconcile(
    forecasts: Matrix,
    hierarchy: Hierarchy,
    approach: Approach = Approach.MIN_TRACE,
    *,
    errors: Matrix | None = None,
    bottom_history: Matrix | None = None,
) -> Matrix:
    """Make forecasts of all nodes agree.

    Args:
        forecasts: Nodes x months ahead, coarsest level first, the bottom last; bottom-up reads
            only the bottom, top-down only the first node, which has to be the total.
        hierarchy: Which nodes add up to which.
        approach: Minimum trace with shrunk covariance of the errors (Wickramasuriya, Athanasopoulos
            & Hyndman 2019) where errors are given and there are at most 3,000 nodes; else weighted
            by how many bottom series a node sums up.
        errors: Nodes x past months, actual less forecast; used by minimum trace.
        bottom_history: Bottom series x months; top-down splits by their part of the last 12.

    Returns:
        Nodes x months ahead, at least 0, each node the sum of its bottom series.

    Raises:
        InvalidInputError: Shapes do not fit the hierarchy, or what the approach needs is missing.
    """
    count = hierarchy.node_count
    if len(forecasts) != count:
        raise InvalidInputError({"forecasts": f"{len(forecasts)} forecasts for {count} nodes."})
    if approach is Approach.BOTTOM_UP:
        bottom = forecasts[hierarchy.slices[BOTTOM]]
    elif approach is Approach.TOP_DOWN:
        bottom = _top_down(forecasts, hierarchy, bottom_history)
    else:
        bottom = _min_trace(forecasts, hierarchy, errors)[hierarchy.slices[BOTTOM]]
    return hierarchy.add_up(np.maximum(bottom, 0.0))


def _top_down(forecasts: Matrix, hierarchy: Hierarchy, history: Matrix | None) -> Matrix:
    if history is None or len(history) != hierarchy.bottom_count:
        raise InvalidInputError({"bottom_history": "Top-down needs a history of every series."})
    if len(hierarchy.names[hierarchy.levels[0]]) != 1:
        raise InvalidInputError({"hierarchy": "Top-down needs a total as the first level."})
    total = np.zeros(hierarchy.bottom_count, dtype=np.int64)
    return split_forecast(np.maximum(forecasts[:1], 0.0), history, total)


def _min_trace(forecasts: Matrix, hierarchy: Hierarchy, errors: Matrix | None) -> Matrix:
    from hierarchicalforecast.methods import MinTrace, MinTraceSparse

    if errors is None or len(forecasts) > MOST_SHRUNK_NODES:
        method = MinTraceSparse("wls_struct")
        return np.asarray(method.fit_predict(S=hierarchy.summing, y_hat=forecasts)["mean"])
    if len(errors) != len(forecasts) or errors.shape[1] < FEWEST_ERRORS:
        reason = f"Errors of {FEWEST_ERRORS} months or more are needed of every node."
        raise InvalidInputError({"errors": reason})
    found = MinTrace("mint_shrink").fit_predict(
        S=hierarchy.summing.toarray(),
        y_hat=forecasts,
        y_insample=errors,
        y_hat_insample=np.zeros_like(errors),
    )
    return np.asarray(found["mean"])


def reconcile_to_units(
    reconciled: Matrix, hierarchy: Hierarchy, nested: tuple[str, ...], decimals: int | Matrix = 0
) -> Matrix:
    """Round coherent forecasts to units; every node stays the sum of its bottom series.

    Args:
        reconciled: Nodes x months ahead, as ``reconcile`` returns them.
        hierarchy: Which nodes add up to which.
        nested: Levels, coarsest first, each within the one before, whose own sums are roundings of
            their exact sums: ``("total", "category", "family")``. Levels that cross them add up
            too, but may be further from their exact sum than one unit.
        decimals: Of the units, one for all or one per bottom series.

    Raises:
        ValueError: The levels are not nested.
    """
    bottom = reconciled[hierarchy.slices[BOTTOM]]
    digits = np.broadcast_to(np.asarray(decimals, dtype=np.int64), (len(bottom),))
    rounded = round_coherently(bottom, [hierarchy.groups[level] for level in nested], digits)
    scale = 10.0 ** int(digits.max())
    return np.rint(hierarchy.add_up(np.rint(rounded * scale))) / scale
