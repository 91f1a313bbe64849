"""Look at a panel with every detector and report one finding per item and month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sop_app.planning.forecasting.panel import Panel

from . import changes, events, forest, outliers, seasons
from .baseline import estimate_baseline, remove_season
from .findings import Detector, Finding, Thresholds
from .grid import Grid, Mask, Matrix, grid_of
from .verdicts import Evidence, report

BLOCK = 2000
"""Items looked at together: bounds the memory, whatever the panel's size."""


@dataclass(frozen=True)
class Context:
    """What is known about the items beside their demand; each by item, all optional.

    Attributes:
        events: Months of promotions and other events.
        on_hand: Stock at the end of each month, the last for the item's last month.
        errors: Actual less forecast of each month, aligned in the same way.
    """

    events: Mapping[str, Sequence[pd.Timestamp]]
    on_hand: Mapping[str, Sequence[float]]
    errors: Mapping[str, Sequence[float]]


NOTHING_KNOWN = Context({}, {}, {})


def find_anomalies(
    panel: Panel, context: Context = NOTHING_KNOWN, thresholds: Thresholds | None = None
) -> tuple[Finding, ...]:
    """Find the months that are no normal demand, item by item, oldest first.

    Months that are the methods' common 5 % but nothing to act on come as low findings with the
    advice to ignore them. Items with fewer than ``minimum_months`` are passed over.

    Args:
        panel: The histories.
        context: Known events, stock and forecast errors.
        thresholds: From where on a month is reported.
    """
    limits = thresholds or Thresholds()
    usable = panel.pick(np.flatnonzero(panel.lengths >= limits.minimum_months))
    looked = [
        _look(grid_of(usable.pick(range(start, min(start + BLOCK, len(usable))))), context, limits)
        for start in range(0, len(usable), BLOCK)
    ]
    if not looked:
        return ()
    _ask_forest(looked, context, limits)
    return tuple(finding for one in looked for finding in report(one))


def _look(grid: Grid, context: Context, limits: Thresholds) -> Evidence:
    """Ask the detectors that see one item at a time."""
    values = grid.values
    is_event = events.mark_events(grid, context.events)
    is_empty = events.find_empty_stock(events.lay_out(grid, context.on_hand))
    normal = np.where(is_event | is_empty, np.nan, values)
    baseline = estimate_baseline(normal)
    adjusted = remove_season(
        np.where(np.isfinite(baseline.deviation), normal, np.nan), baseline.season
    )
    found = {
        Detector.Z_SCORE: outliers.find_by_z_score(baseline.deviation, limits.z_score),
        Detector.IQR: outliers.find_by_iqr(baseline.deviation, limits.iqr),
        Detector.ROLLING: outliers.find_by_rolling_mean(adjusted, limits.rolling, limits.window),
        Detector.SEASON_PROFILE: seasons.find_season_breaks(values, baseline),
        Detector.ZERO_CHECK: events.find_suspicious_zeros(normal, baseline),
        Detector.EVENT_LIST: is_event,
        Detector.ON_HAND: events.find_lost_sales(values, baseline, is_empty),
    }
    shifts = changes.find_level_shifts(normal, baseline)
    shifted = {shift.row for shift in shifts}
    bends = changes.find_trend_changes(normal, baseline)
    return Evidence(
        grid, baseline, found, shifts, tuple(bend for bend in bends if bend.row not in shifted)
    )


def _ask_forest(looked: list[Evidence], context: Context, limits: Thresholds) -> None:
    """Let one forest compare the months of all items, and add what it found."""
    known = [np.isfinite(one.baseline.deviation) for one in looked]
    features = [
        forest.describe_months(one.grid.values, one.baseline, _errors(one, context))[mask]
        for one, mask in zip(looked, known, strict=True)
    ]
    rows = np.concatenate(features)
    odd = forest.find_by_forest(rows, np.ones(len(rows), dtype=bool), limits)
    for one, mask in zip(looked, known, strict=True):
        one.found[Detector.FOREST] = _fill(mask, odd[: mask.sum()])
        odd = odd[mask.sum() :]


def _errors(one: Evidence, context: Context) -> Matrix | None:
    return events.lay_out(one.grid, context.errors) if context.errors else None


def _fill(mask: Mask, values: Mask) -> Mask:
    filled = np.zeros_like(mask)
    filled[mask] = values
    return filled
