"""From what the detectors saw to findings: kind, severity, advice, and similar past months."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .baseline import Baseline
from .changes import Change
from .events import lift_of
from .findings import Action, Detector, Finding, Kind, Severity
from .grid import Grid, Mask

MEDIUM_SPREADS, HIGH_SPREADS = 3.5, 5.0
MEDIUM_DETECTORS, HIGH_DETECTORS = 2, 3
EVENT_SPREADS = 2.0
"""An event that moved less than this left the month normal."""
NORMAL_SPREADS = 2.0
"""A month nearer to expected is normal, whichever method asks for another look."""
NEWEST = 2
"""In the last months an odd figure may be the first of a new level: nothing is adjusted yet."""
SIMILAR = 2.0
"""A past case is up to so many times larger or smaller."""


@dataclass(frozen=True)
class Evidence:
    """What was found in some items.

    Attributes:
        grid: Their histories.
        baseline: What was expected.
        found: By detector the months it found, items x months.
        shifts: Steps of the level.
        bends: Changes of trend.
    """

    grid: Grid
    baseline: Baseline
    found: dict[Detector, Mask]
    shifts: tuple[Change, ...] = ()
    bends: tuple[Change, ...] = ()


def report(evidence: Evidence) -> Iterator[Finding]:
    """Merge what was found, item by item, oldest month first."""
    cells = _collect(evidence)
    shifts = {(one.row, one.column): one for one in evidence.shifts}
    bends = {(one.row, one.column): one for one in evidence.bends}
    past: dict[int, list[tuple[int, float]]] = {}
    scores = _scores(evidence)
    for (row, column), detectors in sorted(cells.items()):
        change = shifts.get((row, column)) or bends.get((row, column))
        if change is not None:
            yield _judge_change(evidence, change, detectors)
            continue
        score = float(scores[row, column])
        kind = _kind_of(detectors, score)
        if kind in (Kind.SPIKE, Kind.DROP) and abs(score) < NORMAL_SPREADS:
            continue
        earlier = past.setdefault(row, [])
        similar = tuple(evidence.grid.month(row, at) for at, size in earlier if _alike(score, size))
        earlier.append((column, score))
        yield _judge_month(evidence, (row, column), kind, detectors, score, similar)


def _collect(evidence: Evidence) -> dict[tuple[int, int], tuple[Detector, ...]]:
    cells: dict[tuple[int, int], list[Detector]] = {}
    for detector in Detector:
        places: list[tuple[int, int]] = []
        if detector is Detector.CHANGE_POINT:
            places = [(one.row, one.column) for one in evidence.shifts]
        elif detector is Detector.TREND_TEST:
            places = [(one.row, one.column) for one in evidence.bends]
        elif detector in evidence.found:
            rows, columns = np.nonzero(evidence.found[detector])
            places = list(zip(rows.tolist(), columns.tolist(), strict=True))
        for place in places:
            cells.setdefault(place, []).append(detector)
    return {place: tuple(detectors) for place, detectors in cells.items()}


def _scores(evidence: Evidence) -> np.ndarray:
    """Measure every month in spreads from expected, known events and stock-outs included."""
    baseline = evidence.baseline
    level = np.where(baseline.level > 0, baseline.level, 1.0)
    outside = (evidence.grid.values - baseline.expected) / level / baseline.spread[:, None]
    return np.where(np.isfinite(baseline.deviation), baseline.scores, outside)


def _alike(score: float, other: float) -> bool:
    return score * other > 0 and 1 / SIMILAR <= other / score <= SIMILAR


def _judge_change(evidence: Evidence, change: Change, detectors: tuple[Detector, ...]) -> Finding:
    kind = Kind.LEVEL_SHIFT if Detector.CHANGE_POINT in detectors else Kind.TREND_CHANGE
    is_large = abs(change.spreads) >= HIGH_SPREADS and abs(change.size) >= 0.3
    return Finding(
        item_id=evidence.grid.ids[change.row],
        month=evidence.grid.month(change.row, change.column),
        kind=kind,
        detectors=detectors,
        severity=Severity.HIGH if is_large else Severity.MEDIUM,
        value=_value(evidence, change.row, change.column),
        expected=change.level_before,
        action=Action.INVESTIGATE,
    )


def _judge_month(
    evidence: Evidence,
    place: tuple[int, int],
    kind: Kind,
    detectors: tuple[Detector, ...],
    score: float,
    similar: tuple[pd.Timestamp, ...],
) -> Finding:
    row, column = place
    value = _value(evidence, row, column)
    expected = float(evidence.baseline.expected[row, column])
    severity = _severity_of(kind, detectors, abs(score))
    is_new = column >= evidence.grid.values.shape[1] - NEWEST
    action = _action_for(kind, severity, abs(score), is_new=is_new)
    wanted = action is not Action.IGNORE and kind is not Kind.SEASON_BREAK
    return Finding(
        item_id=evidence.grid.ids[row],
        month=evidence.grid.month(row, column),
        kind=kind,
        detectors=detectors,
        severity=severity,
        value=value,
        expected=expected,
        action=action,
        suggested=expected if wanted else None,
        lift=lift_of(value, expected) if kind is Kind.EVENT and value is not None else None,
        similar_months=similar,
    )


def _kind_of(detectors: tuple[Detector, ...], score: float) -> Kind:
    known = {
        Detector.ON_HAND: Kind.STOCK_OUT,
        Detector.EVENT_LIST: Kind.EVENT,
        Detector.SEASON_PROFILE: Kind.SEASON_BREAK,
        Detector.ZERO_CHECK: Kind.SUSPICIOUS_ZERO,
    }
    for detector, kind in known.items():
        if detector in detectors:
            return kind
    return Kind.SPIKE if score > 0 else Kind.DROP


def _severity_of(kind: Kind, detectors: tuple[Detector, ...], size: float) -> Severity:
    # What is known for certain needs no second opinion.
    is_certain = kind in (Kind.EVENT, Kind.STOCK_OUT)
    agreeing = HIGH_DETECTORS if is_certain else len(detectors)
    if size >= HIGH_SPREADS and agreeing >= HIGH_DETECTORS:
        return Severity.HIGH
    if size >= MEDIUM_SPREADS and agreeing >= MEDIUM_DETECTORS:
        return Severity.MEDIUM
    is_told = kind in (Kind.SUSPICIOUS_ZERO, Kind.SEASON_BREAK, Kind.STOCK_OUT)
    return Severity.MEDIUM if is_told else Severity.LOW


def _action_for(kind: Kind, severity: Severity, size: float, *, is_new: bool) -> Action:
    if kind is Kind.STOCK_OUT:
        return Action.ADJUST
    if kind is Kind.EVENT:
        return Action.ADJUST if size >= EVENT_SPREADS else Action.IGNORE
    if severity is Severity.LOW:
        return Action.IGNORE
    is_sure = severity is Severity.HIGH and kind in (Kind.SPIKE, Kind.DROP) and not is_new
    return Action.ADJUST if is_sure else Action.INVESTIGATE


def _value(evidence: Evidence, row: int, column: int) -> float | None:
    value = float(evidence.grid.values[row, column])
    return value if np.isfinite(value) else None
