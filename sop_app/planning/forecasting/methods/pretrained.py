"""The pre-trained global model that comes with the program."""

from dataclasses import dataclass

import numpy as np

from sop_app.planning.forecasting.panel import Panel
from sop_app.planning.forecasting.pretrained.model import predict
from sop_app.planning.forecasting.rules import SHORTEST_LEARNED

from .contract import Cost, Points, require_history


@dataclass(frozen=True)
class PretrainedMethod:
    """Forecasts every item with a model that was trained on simulated series."""

    name: str = "pretrained"
    title: str = "Pre-trained model"
    minimum_months: int = SHORTEST_LEARNED
    cost: Cost = Cost.CHEAP
    learns_across: bool = False

    def fit(self, panel: Panel) -> "PretrainedFitted":
        """Keep the histories: there is nothing to learn any more."""
        require_history(self, panel)
        return PretrainedFitted(panel)


@dataclass(frozen=True)
class PretrainedFitted:
    """The pre-trained model with its histories."""

    panel: Panel

    def predict(self, horizon: int) -> Points:
        """Forecast all items at once."""
        return Points(np.maximum(predict(self.panel.series, horizon).point, 0.0))


METHODS = (PretrainedMethod(),)
