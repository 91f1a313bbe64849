"""Whole units without losing one: the largest remainders are rounded up.

The method of Hamilton (largest remainder): every figure is rounded down, and the units missing in
the total go to those that lost most. No figure moves by a whole unit.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .hierarchy import Matrix, Places

Units = NDArray[np.int64]
Number = TypeVar("Number", np.float64, np.int64)
NEARLY = 1e-9
"""Figures this near to a whole unit are that unit, and a few steps of the floating point more."""
MOST_UNITS = 1e12
"""Above, sums of floating point numbers no longer tell halves of a unit apart."""


def round_to_total(values: Matrix, decimals: int = 0) -> Matrix:
    """Round figures so that they add up to their rounded total, month by month.

    Args:
        values: Series x months, at least 0.
        decimals: Of the unit: 0 for pieces, 3 for kilograms to the gram.

    Returns:
        Multiples of ``10 ** -decimals``, of the same shape, each less than one away.

    Example:
        >>> round_to_total(np.array([[0.4], [0.4], [0.4]])).ravel().tolist()
        [1.0, 0.0, 0.0]
    """
    groups = np.zeros(len(values), dtype=np.int64)
    return round_coherently(values, [groups], np.full(len(values), decimals))


def round_coherently(
    values: Matrix, levels: Sequence[Places], decimals: NDArray[np.int64]
) -> Matrix:
    """Round bottom series so that each group's sum is a rounding of its own sum, level by level.

    A group's sum is the larger or smaller whole unit next to its exact sum, as long as the levels
    are nested; what crosses them (a region beside the families) adds up exactly all the same when
    it is summed from the rounded series.

    Args:
        values: Bottom series x months, at least 0.
        levels: Nested groups, coarsest first; for each level the group of every bottom series.
        decimals: Of each series' unit, ``(series,)``. Series of different units are rounded apart:
            pieces and kilograms share no remainder.

    Returns:
        Multiples of ``10 ** -decimals``, series x months.

    Raises:
        ValueError: Levels are not nested, or a figure is negative, no number or above 10^12 units.
    """
    if not ((values >= 0).all() and (values * 10.0 ** decimals[:, None] <= MOST_UNITS).all()):
        raise ValueError("only numbers from 0 to 10^12 units can be rounded")
    rounded = np.empty_like(values, dtype=np.float64)
    for digits in np.unique(decimals):
        rows = np.flatnonzero(decimals == digits)
        groups = [level[rows] for level in levels]
        units = _round_units(values[rows] * 10.0**digits, groups)
        rounded[rows] = units / 10.0**digits
    return rounded


def _round_units(values: Matrix, levels: Sequence[Places]) -> Units:
    """Round from the coarsest level down, each level keeping the sums of the one above."""
    chain = [np.unique(level, return_inverse=True)[1] for level in levels]
    chain.append(np.arange(len(values)))
    values = np.where(_is_whole(values), np.rint(values), values)
    sums = _sum_by(values, chain[0])
    units = np.floor(sums + 0.5).astype(np.int64)
    for coarse, fine in pairwise(chain):
        parents = np.zeros(int(fine.max()) + 1, dtype=np.int64)
        parents[fine] = coarse
        if not (parents[fine] == coarse).all():
            raise ValueError("the levels are not nested")
        units = _share_units(_sum_by(values, fine), parents, units)
    return units


def _share_units(exact: Matrix, parents: Places, wanted: Units) -> Units:
    """Round down, and give what is missing to the largest remainders of each parent."""
    is_whole = _is_whole(exact)
    floor = np.where(is_whole, np.rint(exact), np.floor(exact))
    units = floor.astype(np.int64)
    missing = wanted - _sum_by(units, parents)
    remainder = np.where(is_whole, 0.0, exact - floor)
    for month in range(exact.shape[1]):
        order = np.lexsort((-remainder[:, month], parents))
        starts = np.searchsorted(parents[order], np.arange(len(wanted)))
        rank = np.arange(len(order)) - starts[parents[order]]
        units[order, month] += rank < missing[parents[order], month]
    return units


def _is_whole(values: Matrix) -> NDArray[np.bool_]:
    steps = 8 * np.finfo(np.float64).eps * values
    return np.abs(values - np.rint(values)) <= NEARLY + steps


def _sum_by(values: NDArray[Number], groups: Places) -> NDArray[Number]:
    total = np.zeros((int(groups.max()) + 1, values.shape[1]), dtype=values.dtype)
    np.add.at(total, groups, values)
    return total
