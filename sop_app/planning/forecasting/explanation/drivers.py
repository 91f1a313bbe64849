"""What the pre-trained model looked at: its forecast with and without what is known of the item.

Permutation importance (Breiman 2001), for one item and groups of features that mean the same: a
group is replaced by that of other items, again and again, and the mean change is its effect. Single
features would share their effect among dozens that say the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sop_app.planning.forecasting.panel import Series
from sop_app.planning.forecasting.pretrained.features import (
    LOOK_BACKS,
    MIN_MONTHS,
    MODEL_HORIZON,
    SEASON,
    Windows,
    build_design,
    cut_windows,
)
from sop_app.planning.forecasting.pretrained.model import load_model
from sop_app.planning.forecasting.pretrained.simulate import simulate_series

OTHERS = 100
SEED = 5


class Meaning(StrEnum):
    """What a group of features tells about an item."""

    SAME_MONTH = "the same month of earlier years"
    RECENT_MONTHS = "the last six months"
    EARLIER_MONTHS = "earlier months"
    TREND = "growth over the years"
    VARIABILITY = "how much it varies"
    GAPS = "months without a sale"
    LENGTH = "how long it is known"


@dataclass(frozen=True)
class Driver:
    """How much one group of features moved the forecast.

    Attributes:
        meaning: What the group tells.
        effect: Mean over the months of the forecast less what it would be if the item were like
            others in this; in the item's unit per month.
        share: Mean size of the effects of all months, as a part of those of all groups, 0 to 1.
    """

    meaning: Meaning
    effect: float
    share: float


def group_columns(look_back: int) -> dict[Meaning, tuple[int, ...]]:
    """Tell which columns of the design mean what; the month ahead is in none.

    Args:
        look_back: 12 or 24.
    """
    facts = look_back  # spread, share of zeros, months known; then the description of a year
    year = facts + 3
    years = year + 10
    target = years + (12 if look_back >= 2 * SEASON else 0)
    recent = range(look_back - 6, look_back)
    groups = {
        Meaning.RECENT_MONTHS: (*recent, year + 1, year + 2, year + 7, year + 8),
        Meaning.EARLIER_MONTHS: (*range(look_back - 6), year + 3),
        Meaning.TREND: (year + 9,),
        Meaning.VARIABILITY: (facts, year, year + 4, year + 5, year + 6),
        Meaning.GAPS: (facts + 1,),
        Meaning.LENGTH: (facts + 2,),
        Meaning.SAME_MONTH: tuple(range(target + 2, target + 5)),
    }
    if look_back < 2 * SEASON:
        return groups
    growth = (0, 3, 4, 5, 6, 7, 10)
    return groups | {
        Meaning.TREND: (year + 9, *(years + place for place in growth)),
        Meaning.VARIABILITY: (*groups[Meaning.VARIABILITY], years + 1, years + 2, years + 11),
        Meaning.SAME_MONTH: (years + 8, years + 9, *range(target + 2, target + 10)),
    }


def measure_drivers(
    history: Series, horizon: int, others: Sequence[Series] | None = None
) -> tuple[Driver, ...]:
    """Measure what moved the pre-trained model's forecast of an item, the largest first.

    Args:
        history: The item's months, at least six, oldest first.
        horizon: Months ahead, of which at most 24 are looked at.
        others: Items to compare with, each with six months of history or more; a hundred simulated
            ones if not given.

    Raises:
        ValueError: There are fewer than six months.
    """
    if len(history) < MIN_MONTHS:
        raise ValueError(f"drivers need {MIN_MONTHS} months of history")
    look_back = LOOK_BACKS[1] if len(history) >= LOOK_BACKS[1] else LOOK_BACKS[0]
    trees = load_model()[look_back].point
    months = np.arange(1, min(horizon, MODEL_HORIZON) + 1)[None, :]
    own = cut_windows([history], look_back)
    compared = cut_windows(_simulated() if others is None else others, look_back)
    design, last_year = build_design(own, months)
    theirs, their_year = build_design(compared, np.repeat(months, len(compared.level), axis=0))
    count = len(compared.level)
    rows, naive = np.tile(design, (count, 1)), np.tile(last_year, count)
    forecast = trees.predict(design) + last_year
    effects: dict[Meaning, NDArray[np.float64]] = {}
    for meaning, columns in group_columns(look_back).items():
        changed = rows.copy()
        changed[:, columns] = theirs[:, columns]
        base = their_year if meaning is Meaning.SAME_MONTH else naive
        other = (trees.predict(changed) + base).reshape(count, -1)
        effects[meaning] = (forecast - other.mean(axis=0)) * _unit(own)
    return _rank(effects)


@cache
def _simulated() -> tuple[Series, ...]:
    return tuple(simulate_series(OTHERS, SEED))


def _unit(windows: Windows) -> float:
    return float(windows.level[0] * windows.spread[0])


def _rank(effects: dict[Meaning, NDArray[np.float64]]) -> tuple[Driver, ...]:
    sizes = {meaning: float(np.abs(each).mean()) for meaning, each in effects.items()}
    total = sum(sizes.values())
    drivers = [
        Driver(meaning, float(each.mean()), sizes[meaning] / total if total > 0 else 0.0)
        for meaning, each in effects.items()
    ]
    return tuple(sorted(drivers, key=lambda one: -one.share))
