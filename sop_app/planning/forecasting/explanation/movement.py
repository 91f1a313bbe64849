"""What moved a forecast since the last one: a walk from the old figure to the new.

Each step changes one thing and forecasts again, so the steps add up to the difference exactly: the
method as it is now on what was known then, corrections of the history, the new months, and what
other items taught.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.methods.contract import SEASON
from sop_app.planning.forecasting.panel import Panel, Series

from .decomposition import decompose

Forecaster = Callable[[Panel, int], Series]
"""Forecasts a panel of one item so many months ahead."""


@dataclass(frozen=True)
class Run:
    """A forecast of one item.

    Attributes:
        history: The item's months it was made from, a panel of one.
        points: Quantity per month ahead.
    """

    history: Panel
    points: Series

    @property
    def last_month(self) -> pd.Timestamp:
        """The last month of history."""
        return self.history.last_months[0]


@dataclass(frozen=True)
class Movement:
    """Why a month's forecast changed; all in the item's unit.

    ``before + method + corrections + new_months + other_items`` is ``now``.

    Attributes:
        month: The month both runs forecast.
        before: Its forecast in the last run.
        now: Its forecast in this run.
        method: The present method on the last run's history, less the last run.
        corrections: Effect of changes in months that were known then.
        new_months: Effect of the months known since.
        other_items: The rest: what items forecast together learn from each other.
        surprises: By new month the actual less the last run's forecast.
        same_month_last_year: Quantity of that month in the last year known; None where unknown.
        growth_before: Yearly growth of the trend in the last run's history; None where unknown.
        growth_now: The same now.
    """

    month: pd.Timestamp
    before: float
    now: float
    method: float
    corrections: float
    new_months: float
    other_items: float
    surprises: tuple[tuple[pd.Timestamp, float], ...]
    same_month_last_year: float | None
    growth_before: float | None
    growth_now: float | None


def explain_movement(before: Run, now: Run, month: pd.Timestamp, forecast: Forecaster) -> Movement:
    """Account for the change of one month's forecast between two runs.

    Args:
        before: The last run.
        now: This run; its history is as long or longer.
        month: First day of a month that both forecast.
        forecast: The present method on one item.

    Raises:
        InvalidInputError: A run does not forecast that month.
    """
    steps_before, steps_now = _steps_ahead(before, month), _steps_ahead(now, month)
    added = _months_between(before.last_month, now.last_month)
    known_then = now.history.cut(added) if added else now.history
    old, new = float(before.points[steps_before - 1]), float(now.points[steps_now - 1])
    same_history = float(forecast(before.history, steps_before)[-1])
    corrected = float(forecast(known_then, steps_before)[-1])
    alone = float(forecast(now.history, steps_now)[-1])
    return Movement(
        month=month,
        before=old,
        now=new,
        method=same_history - old,
        corrections=corrected - same_history,
        new_months=alone - corrected,
        other_items=new - alone,
        surprises=_surprises(before, now, added),
        same_month_last_year=_same_month(now, steps_now),
        growth_before=decompose(before.history.series[0]).growth_ratio,
        growth_now=decompose(now.history.series[0]).growth_ratio,
    )


def _steps_ahead(run: Run, month: pd.Timestamp) -> int:
    steps = _months_between(run.last_month, month)
    if not 1 <= steps <= len(run.points):
        reason = f"The forecast after {run.last_month:%b %Y} does not hold {month:%b %Y}."
        raise InvalidInputError({"month": reason})
    return steps


def _surprises(before: Run, now: Run, added: int) -> tuple[tuple[pd.Timestamp, float], ...]:
    seen = min(added, len(before.points))
    actual = now.history.series[0]
    return tuple(
        (
            before.last_month + pd.DateOffset(months=step + 1),
            float(actual[len(actual) - added + step] - before.points[step]),
        )
        for step in range(seen)
    )


def _same_month(run: Run, steps: int) -> float | None:
    history = run.history.series[0]
    back = SEASON - 1 - (steps - 1) % SEASON
    return float(history[-1 - back]) if back < len(history) else None


def _months_between(earlier: pd.Timestamp, later: pd.Timestamp) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def largest_step(movement: Movement) -> tuple[str, float]:
    """Name the step that moved the forecast most, and by how much."""
    steps = {
        "the method": movement.method,
        "corrections of the history": movement.corrections,
        "the new months": movement.new_months,
        "other items": movement.other_items,
    }
    name = max(steps, key=lambda each: abs(np.round(steps[each], 9)))
    return name, steps[name]
