"""The default: for every item the median of the methods that suit its demand and history."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .methods.contract import Cost, Method, Points, require_history
from .panel import Panel
from .parallel import predict_points
from .rules import Choice, Tier, choose_methods

ENOUGH_ITEMS = 200
"""From here on the company's own items teach a model of their own (boosting)."""


@dataclass(frozen=True)
class AutoMethod:
    """Combines methods; ``choose`` says which, and why.

    Attributes:
        methods: The members by name.
        tier: How much processor time may be spent.
        workers: Processes to use.
    """

    name: str
    title: str
    methods: Mapping[str, Method]
    tier: Tier
    cost: Cost
    workers: int = 1
    minimum_months: int = 1
    learns_across: bool = True

    def choose(self, panel: Panel) -> tuple[Choice, ...]:
        """Choose the members of every item."""
        boosting = self.methods["boosting"].minimum_months
        learns_across = int((panel.lengths >= boosting).sum()) >= ENOUGH_ITEMS
        return tuple(
            choose_methods(history, self.tier, learns_across=learns_across)
            for history in panel.series
        )

    def fit(self, panel: Panel) -> "AutoFitted":
        """Choose the members; they are fitted when the forecast is asked for."""
        require_history(self, panel)
        return AutoFitted(self, panel, self.choose(panel))


@dataclass(frozen=True)
class AutoFitted:
    """The default with its histories and the choice for each."""

    method: AutoMethod
    panel: Panel
    choices: tuple[Choice, ...]

    def predict(self, horizon: int) -> Points:
        """Forecast with every member where it is wanted, and take the median."""
        members: dict[str, NDArray[np.float64]] = {}
        failures: dict[int, str] = {}
        for name in dict.fromkeys(name for choice in self.choices for name in choice.members):
            places = [place for place, choice in enumerate(self.choices) if name in choice.members]
            points = predict_points(
                self.method.methods[name],
                self.panel.pick(places),
                horizon,
                workers=self.method.workers,
            )
            members[name] = np.empty((len(self.panel), horizon))
            members[name][places] = points.values
            failures |= {places[place]: why for place, why in points.failures.items()}
        values = np.empty((len(self.panel), horizon))
        for place, choice in enumerate(self.choices):
            values[place] = np.median([members[name][place] for name in choice.members], axis=0)
        return Points(values, failures)
