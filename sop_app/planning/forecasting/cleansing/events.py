"""What is known from elsewhere: promotions and other events, stock-outs, zeros that cannot be."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from .baseline import NEIGHBOURS, Baseline
from .grid import Grid, Mask, Matrix, windows_of

SHORT_OF_USUAL = 1.0
"""Spreads below expected from which on an empty stock has cost sales."""
ZERO_SPREADS = 2.5
USUALLY_SOLD = 0.8
"""Share of the months around that sold, above which a zero is odd."""


def mark_events(grid: Grid, events: Mapping[str, Sequence[pd.Timestamp]]) -> Mask:
    """Mark the months of known events, by item; months without history are passed over."""
    marked = np.zeros(grid.values.shape, dtype=bool)
    rows = {item: row for row, item in enumerate(grid.ids)}
    for item, months in events.items():
        if (row := rows.get(item)) is not None:
            for month in months:
                if (column := grid.column(row, month)) is not None:
                    marked[row, column] = True
    return marked


def lay_out(grid: Grid, figures: Mapping[str, Sequence[float]]) -> Matrix:
    """Lay figures per item and month beside the histories.

    Args:
        grid: The histories.
        figures: By item one figure per month, the last for the item's last month; may be fewer
            months than the history has.

    Returns:
        Items x months, NaN where there is none.
    """
    laid = np.full(grid.values.shape, np.nan)
    for row, item in enumerate(grid.ids):
        known = np.array(figures.get(item, ()), dtype=np.float64).ravel()[-grid.values.shape[1] :]
        if known.size:
            laid[row, -known.size :] = known
    return laid


def find_empty_stock(on_hand: Matrix) -> Mask:
    """Find the months that ended without stock; true demand may have been higher than sales."""
    return on_hand <= 0


def find_lost_sales(values: Matrix, baseline: Baseline, empty: Mask) -> Mask:
    """Find months that ended without stock and sold clearly less than expected."""
    unit = baseline.level * baseline.spread[:, None]
    return empty & (values < baseline.expected - SHORT_OF_USUAL * unit)


def find_suspicious_zeros(values: Matrix, baseline: Baseline) -> Mask:
    """Find months without a sale where the item sells nearly always and the season lets expect it.

    A zero may be true, or stand for figures that never arrived.
    """
    around = windows_of(values, NEIGHBOURS, NEIGHBOURS)
    known = np.isfinite(around).sum(axis=2) - 1
    sold = (around > 0).sum(axis=2)
    usual = sold >= USUALLY_SOLD * np.maximum(known, 1)
    unexpected = baseline.expected > ZERO_SPREADS * baseline.level * baseline.spread[:, None]
    return (values == 0) & usual & unexpected & ~baseline.is_sparse[:, None]


def lift_of(value: float, expected: float) -> float | None:
    """Say how much more an event sold than expected, as a share; None where nothing was expected.

    Example:
        >>> lift_of(150.0, 100.0)
        0.5
    """
    return value / expected - 1 if expected > 0 else None
