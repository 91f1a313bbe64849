"""Which methods forecast each item, why, and how its rivals did: what a screen shows beside a forecast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .methods.contract import Method, Points
from .panel import Panel
from .parallel import Workers, predict_points


class Basis(StrEnum):
    """What a choice rests on."""

    RULE = "rule"
    """The kind of demand and the length of history."""
    TRIAL = "trial"
    """A back-test of the rivals on this item."""
    PERSON = "person"
    """Somebody asked for the method: for the item, or for all."""


class Measure(StrEnum):
    """By what the rivals of an item are compared; lower is better."""

    MAPE = "mape"
    WAPE = "wape"
    MASE = "mase"


@dataclass(frozen=True)
class RivalScore:
    """How one method did in the trial of an item; a measure that is undefined is None.

    Attributes:
        method: Name of the method.
        mape: Mean error in relation to each month's actual; None where a month sold nothing.
        wape: Errors in relation to what was sold over all windows.
        mase: Errors in relation to those of repeating last year; mean over the windows.
        bias: Positive where the forecasts were too high, in relation to what was sold.
        failure: Why it could not be scored, in which case all measures are None.
    """

    method: str
    mape: float | None = None
    wape: float | None = None
    mase: float | None = None
    bias: float | None = None
    failure: str | None = None

    def by(self, measure: Measure) -> float | None:
        """Look up one measure."""
        values = {Measure.MAPE: self.mape, Measure.WAPE: self.wape, Measure.MASE: self.mase}
        return values[measure]


@dataclass(frozen=True)
class Trial:
    """A back-test of one item: every rival forecast the same months from the same origins.

    Attributes:
        origins: By how many months the history was cut at each origin, longest first.
        months_ahead: How many months were forecast from each.
        measure: By what the rivals were compared; None when no measure is defined.
        scores: The rivals, the best first, those that failed last.
    """

    origins: tuple[int, ...]
    months_ahead: int
    measure: Measure | None
    scores: tuple[RivalScore, ...]


@dataclass(frozen=True)
class ItemChoice:
    """What forecasts an item, and why.

    Attributes:
        item: The item.
        basis: What the choice rests on.
        members: Names of the methods whose median is the forecast; one named twice counts twice.
        reason: A sentence for the planner.
        trial: The back-test behind the choice, where there was one.
    """

    item: str
    basis: Basis
    members: tuple[str, ...]
    reason: str
    trial: Trial | None = None


def predict_choices(
    choices: Sequence[ItemChoice],
    panel: Panel,
    horizon: int,
    methods: Mapping[str, Method],
    *,
    teachers: Sequence[Sequence[ItemChoice]] = (),
    workers: Workers = 1,
) -> Points:
    """Forecast every item by the median of its members.

    Args:
        choices: One per item, in the order of the panel.
        panel: The histories.
        horizon: Months ahead.
        methods: All methods by name.
        teachers: Choices for the whole panel before some were changed by hand. A method that learns
            across items goes on learning from those that left it, so that one item's change leaves
            the others alone.
        workers: Processes to use, or an executor.

    Raises:
        ValueError: A history is too short for a method chosen for it.
    """
    members: dict[str, NDArray[np.float64]] = {}
    failures: dict[int, str] = {}
    for name in dict.fromkeys(name for choice in choices for name in choice.members):
        method = methods[name]
        wanted = {place for place, one in enumerate(choices) if name in one.members}
        taught = {
            place for whole in teachers for place, one in enumerate(whole) if name in one.members
        }
        places = sorted(wanted | taught if method.learns_across else wanted)
        points = predict_points(method, panel.pick(places), horizon, workers=workers)
        members[name] = np.empty((len(panel), horizon))
        members[name][places] = points.values
        found = {places[place]: why for place, why in points.failures.items()}
        failures |= {place: why for place, why in found.items() if place in wanted}
    values = np.empty((len(panel), horizon))
    for place, choice in enumerate(choices):
        values[place] = np.median([members[name][place] for name in choice.members], axis=0)
    return Points(values, failures)


@dataclass(frozen=True)
class ChosenFitted:
    """Histories with the choice made for each."""

    panel: Panel
    choices: tuple[ItemChoice, ...]
    methods: Mapping[str, Method]
    workers: Workers = 1

    def predict(self, horizon: int) -> Points:
        """Forecast every item by its choice."""
        return predict_choices(
            self.choices, self.panel, horizon, self.methods, workers=self.workers
        )
