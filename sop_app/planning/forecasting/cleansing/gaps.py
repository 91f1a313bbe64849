"""Months without a row, told apart from true zeros, in rows before they become a panel."""

import numpy as np
import pandas as pd

from sop_app.planning.forecasting.panel import COLUMNS

from .baseline import Baseline, estimate_baseline
from .findings import Action, Detector, Finding, Kind, Severity
from .grid import Grid


def find_missing_months(frame: pd.DataFrame) -> tuple[Finding, ...]:
    """Find the months without a row between an item's first and last, and what to put there.

    Where the item sells nearly every month the figure is missing: level times season is proposed.
    An item that sells now and then has no row because nothing was sold: 0 is proposed.

    Args:
        frame: Columns ``unique_id``, ``ds`` (a day of the month) and ``y``; rows in any order, one
            per item and month at most. A ``y`` that is no number counts as missing.
    """
    grid = _grid_with_gaps(frame)
    baseline = estimate_baseline(grid.values)
    # For the question whether it sells now and then, a month without a row is one without a sale.
    started = np.maximum.accumulate(np.isfinite(grid.values), axis=1)
    zeros = np.where(started, np.nan_to_num(grid.values), np.nan)
    sparse = estimate_baseline(zeros).is_sparse
    rows, columns = np.nonzero(started & ~np.isfinite(grid.values))
    return tuple(
        _missing(grid, baseline, row, column, is_sparse=bool(sparse[row]))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
    )


def fill_months(frame: pd.DataFrame, findings: tuple[Finding, ...]) -> pd.DataFrame:
    """Make a copy of the rows with the proposed figures of the missing months.

    Args:
        frame: As for ``find_missing_months``; columns beside the three are dropped.
        findings: What that found; findings of other kinds are passed over.

    Returns:
        Rows that ``read_panel`` takes.
    """
    figures = pd.Series(pd.to_numeric(frame["y"], errors="coerce"))
    known = frame.loc[figures.notna(), list(COLUMNS)]
    added = [
        {"unique_id": finding.item_id, "ds": finding.month, "y": finding.suggested}
        for finding in findings
        if finding.kind is Kind.MISSING_MONTH
    ]
    if not added:
        return known.reset_index(drop=True)
    dated = known.assign(ds=pd.to_datetime(known["ds"]))
    return pd.concat([dated, pd.DataFrame(added)], ignore_index=True)


def _missing(grid: Grid, baseline: Baseline, row: int, column: int, *, is_sparse: bool) -> Finding:
    expected = 0.0 if is_sparse else float(baseline.expected[row, column])
    return Finding(
        item_id=grid.ids[row],
        month=grid.month(row, column),
        kind=Kind.MISSING_MONTH,
        detectors=(Detector.GAP_CHECK,),
        severity=Severity.LOW if is_sparse else Severity.MEDIUM,
        value=None,
        expected=expected,
        action=Action.ADJUST,
        suggested=expected,
    )


def _grid_with_gaps(frame: pd.DataFrame) -> Grid:
    days = pd.to_datetime(frame["ds"])
    number = (days.dt.year * 12 + days.dt.month - 1).to_numpy()
    figures = pd.Series(pd.to_numeric(frame["y"], errors="coerce")).to_numpy(dtype=float)
    known = np.isfinite(figures)
    ids, places = np.unique(frame["unique_id"].astype(str).to_numpy()[known], return_inverse=True)
    number, figures = number[known], figures[known]
    last = np.zeros(len(ids), dtype=np.int64)
    np.maximum.at(last, places, number)
    back = last[places] - number
    width = int(back.max(initial=0)) + 1
    values = np.full((len(ids), width), np.nan)
    values[places, width - 1 - back] = figures
    months = pd.to_datetime(pd.DataFrame({"year": last // 12, "month": last % 12 + 1, "day": 1}))
    return Grid(tuple(ids.tolist()), values, tuple(months))
