"""The default: for every item the median of the methods that suit its demand and history."""

from collections.abc import Mapping
from dataclasses import dataclass

from .choices import Basis, ChosenFitted, ItemChoice
from .methods.contract import Cost, Method, require_history
from .panel import Panel
from .parallel import Workers
from .rules import Tier, choose_methods

ENOUGH_ITEMS = 200
"""From here on the company's own items teach a model of their own (boosting)."""


@dataclass(frozen=True)
class AutoMethod:
    """Combines methods; ``choose`` says which, and why.

    Attributes:
        methods: The members by name.
        tier: How much processor time may be spent.
        workers: Processes to use, or an executor.
    """

    name: str
    title: str
    methods: Mapping[str, Method]
    tier: Tier
    cost: Cost
    workers: Workers = 1
    minimum_months: int = 1
    learns_across: bool = True

    def choose(self, panel: Panel) -> tuple[ItemChoice, ...]:
        """Choose the members of every item."""
        boosting = self.methods["boosting"].minimum_months
        learns_across = int((panel.lengths >= boosting).sum()) >= ENOUGH_ITEMS
        found = [
            choose_methods(history, self.tier, learns_across=learns_across)
            for history in panel.series
        ]
        return tuple(
            ItemChoice(item, Basis.RULE, choice.members, choice.reason)
            for item, choice in zip(panel.ids, found, strict=True)
        )

    def fit(self, panel: Panel) -> ChosenFitted:
        """Choose the members; they are fitted when the forecast is asked for."""
        require_history(self, panel)
        return ChosenFitted(panel, self.choose(panel), self.methods, self.workers)
