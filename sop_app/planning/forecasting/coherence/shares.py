"""Split forecasts down by what each part sold: customer and product pairs too sparse for a model."""

import numpy as np
from numpy.typing import NDArray

from .hierarchy import Matrix, Places

MONTHS_OF_SHARES = 12


def shares_of_parts(history: Matrix, parents: Places, parent_count: int) -> Matrix:
    """Find each part's share of its parent over the last twelve months.

    Args:
        history: Parts x months, oldest first.
        parents: For every part the place of its parent, ``(parts,)``.
        parent_count: How many parents there are.

    Returns:
        ``(parts,)``, adding up to 1 within each parent that has parts; equal shares where the
        parent sold nothing.

    Example:
        >>> shares_of_parts(np.array([[3.0], [1.0], [0], [0]]), np.array([0, 0, 1, 1]), 2).tolist()
        [0.75, 0.25, 0.5, 0.5]
    """
    sold = history[:, -MONTHS_OF_SHARES:].sum(axis=1)
    total = np.bincount(parents, weights=sold, minlength=parent_count)[parents]
    count = np.bincount(parents, minlength=parent_count)[parents]
    return np.where(total > 0, sold / np.where(total > 0, total, 1.0), 1.0 / count)


def split_forecast(
    forecast: Matrix,
    history: Matrix,
    parents: Places,
    own: tuple[NDArray[np.bool_], Matrix] | None = None,
) -> Matrix:
    """Split forecasts of parents to their parts; the parts add up to their parent.

    Args:
        forecast: Parents x months ahead, at least 0.
        history: Parts x months, oldest first.
        parents: For every part the place of its parent, ``(parts,)``.
        own: Which parts are dense enough to have a forecast of their own, ``(parts,)``, and these
            forecasts, parts x months ahead (read where true only). A part that has one replaces
            its share by it before all are scaled to the parent.

    Returns:
        Parts x months ahead.
    """
    count = len(forecast)
    shares = shares_of_parts(history, parents, count)
    split = shares[:, None] * forecast[parents]
    if own is None:
        return split
    is_dense, figures = own
    wanted = np.where(is_dense[:, None], np.maximum(figures, 0.0), split)
    total = np.zeros_like(forecast)
    np.add.at(total, parents, wanted)
    scale = np.divide(forecast, total, out=np.zeros_like(forecast), where=total > 0)
    return np.where(total[parents] > 0, wanted * scale[parents], split)
