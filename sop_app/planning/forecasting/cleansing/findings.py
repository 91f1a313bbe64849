"""What a detector reports: one finding per item and month, with a proposal."""

from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

Key = tuple[str, pd.Timestamp]
"""An item and a month."""


class Kind(StrEnum):
    """What is unusual about a month; the first that applies is the finding's."""

    MISSING_MONTH = "missing_month"
    STOCK_OUT = "stock_out"
    EVENT = "event"
    LEVEL_SHIFT = "level_shift"
    TREND_CHANGE = "trend_change"
    SEASON_BREAK = "season_break"
    SUSPICIOUS_ZERO = "suspicious_zero"
    SPIKE = "spike"
    DROP = "drop"


class Detector(StrEnum):
    """Which method saw it."""

    Z_SCORE = "z_score"
    IQR = "iqr"
    ROLLING = "rolling_mean"
    FOREST = "isolation_forest"
    CHANGE_POINT = "change_point"
    TREND_TEST = "trend_test"
    SEASON_PROFILE = "season_profile"
    ZERO_CHECK = "zero_check"
    GAP_CHECK = "gap_check"
    EVENT_LIST = "event_list"
    ON_HAND = "on_hand"


class Severity(StrEnum):
    """How far from normal, and how many methods agree."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Action(StrEnum):
    """What the planner is advised to do."""

    INVESTIGATE = "investigate"
    ADJUST = "adjust"
    IGNORE = "ignore"


@dataclass(frozen=True)
class Finding:
    """A month of an item that is not normal demand.

    Attributes:
        item_id: The item.
        month: First day of the month; for a change the first month after it.
        kind: What is unusual.
        detectors: Every method that found it, in the order of ``Detector``.
        severity: Low findings are worth a look at most.
        value: The quantity in the item's unit; None where the month is missing.
        expected: What level and season let expect, in the item's unit; for a level shift the
            level before it.
        action: Investigate, adjust or ignore.
        suggested: The corrected value, in the item's unit; None where nothing is to be corrected.
        lift: Value in relation to expected, less 1, for an event; None otherwise.
        similar_months: Earlier months of the item with the same direction and magnitude.
    """

    item_id: str
    month: pd.Timestamp
    kind: Kind
    detectors: tuple[Detector, ...]
    severity: Severity
    value: float | None
    expected: float
    action: Action
    suggested: float | None = None
    lift: float | None = None
    similar_months: tuple[pd.Timestamp, ...] = ()


@dataclass(frozen=True)
class Thresholds:
    """From where on a month is reported.

    Attributes:
        z_score: Standard deviations from the mean deviation.
        iqr: Interquartile ranges beyond the quartiles (Tukey's fence).
        rolling: Standard deviations from the mean of the months before.
        window: Months that mean is taken over.
        minimum_months: Items with less history are not looked at.
        contamination: Share of months the isolation forest takes for unusual.
        trees: Number of its trees.
        seed: Seed of its random draws.
    """

    z_score: float = 2.5
    iqr: float = 1.5
    rolling: float = 2.0
    window: int = 12
    minimum_months: int = 12
    contamination: float = 0.05
    trees: int = 100
    seed: int = 1
