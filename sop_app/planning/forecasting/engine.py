"""Forecast a panel with a method by name, with intervals and the reason for each item."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sop_app.kernel.errors import InvalidInputError

from .auto import AutoFitted, AutoMethod
from .intervals import LEVELS, Bounds, bounds_around
from .methods import averages, boosting, ensemble, pretrained, prophet, statistical
from .methods.contract import Cost, Method
from .panel import Panel
from .parallel import predict_points
from .rules import Tier
from .signals import Signals

LONGEST_HORIZON = 36
_SINGLE: dict[str, Method] = {
    method.name: method
    for module in (averages, statistical, boosting, pretrained, prophet, ensemble)
    for method in module.METHODS
}
_TITLES = {
    Tier.STANDARD: ("Automatic", Cost.NORMAL),
    Tier.FAST: ("Automatic, fast", Cost.CHEAP),
    Tier.THOROUGH: ("Automatic, thorough", Cost.DEAR),
}
DEFAULT = Tier.STANDARD.value


@dataclass(frozen=True)
class Forecast:
    """The forecast of a panel.

    Attributes:
        panel: The histories it was made from.
        points: Items x months ahead.
        bounds: Lower and upper bound by level in percent.
        methods: Which method made each item's forecast, with its members: ``auto: dot + mstl_ets``.
        notes: By item, why it fell back to last year's figures.
    """

    panel: Panel
    points: NDArray[np.float64]
    bounds: dict[int, Bounds]
    methods: tuple[str, ...]
    notes: dict[str, str]

    def to_frame(self) -> pd.DataFrame:
        """Lay the forecast out, one row per item and month.

        Columns are ``unique_id, ds, method, yhat`` and ``lo-80, hi-80 ...`` per level.
        """
        horizon = self.points.shape[1]
        months = np.concatenate(
            [
                pd.date_range(last, periods=horizon + 1, freq="MS")[1:].to_numpy()
                for last in self.panel.last_months
            ]
        )
        columns: dict[str, object] = {
            "unique_id": np.repeat(self.panel.ids, horizon),
            "ds": months,
            "method": np.repeat(self.methods, horizon),
            "yhat": self.points.ravel(),
        }
        for level, (lower, upper) in self.bounds.items():
            columns |= {f"lo-{level}": lower.ravel(), f"hi-{level}": upper.ravel()}
        return pd.DataFrame(columns)


def find_method(name: str, *, workers: int = 1, signals: Signals | None = None) -> Method:
    """Return a method by name; boosting and Prophet, alone or as members, look at the signals.

    Raises:
        InvalidInputError: There is none; those there are are named.
    """
    methods = _SINGLE if signals is None else _SINGLE | _with_signals(signals)
    if name in set(Tier):
        title, cost = _TITLES[Tier(name)]
        return AutoMethod(name, title, methods, Tier(name), cost, workers)
    if name not in methods:
        known = ", ".join([*Tier, *_SINGLE])
        raise InvalidInputError({"method": f"There is no method '{name}'. There are: {known}."})
    return methods[name]


def _with_signals(signals: Signals) -> dict[str, Method]:
    bound = (boosting.BoostingMethod(signals), prophet.ProphetWithSignals(signals))
    return {method.name: method for method in bound}


def list_methods() -> list[Method]:
    """List the methods, the combining ones first."""
    return [*(find_method(tier) for tier in Tier), *_SINGLE.values()]


def make_forecast(
    panel: Panel,
    horizon: int,
    *,
    method: str = DEFAULT,
    levels: tuple[int, ...] = LEVELS,
    workers: int = 1,
    signals: Signals | None = None,
) -> Forecast:
    """Forecast every item of a panel.

    Args:
        panel: The histories.
        horizon: Months ahead, 1 to 36.
        method: Name of the method.
        levels: Intervals, of 80 and 95 %.
        workers: Processes to use.
        signals: What is known beside demand, for methods that look at it.

    Raises:
        InvalidInputError: The horizon, the method or a level is none there is, or an item has too
            little history for the method.
    """
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise InvalidInputError({"horizon": f"The horizon is 1 to {LONGEST_HORIZON} months."})
    chosen = find_method(method, workers=workers, signals=signals)
    try:
        fitted = chosen.fit(panel)
    except ValueError as refusal:
        raise InvalidInputError({"method": str(refusal)}) from refusal
    if isinstance(fitted, AutoFitted):
        points = fitted.predict(horizon)
        names = tuple(f"{method}: {' + '.join(choice.members)}" for choice in fitted.choices)
    else:
        points = predict_points(chosen, panel, horizon, workers=workers)
        names = (method,) * len(panel)
    bounds = bounds_around(points.values, panel, levels)
    notes = {panel.ids[place]: why for place, why in points.failures.items()}
    return Forecast(panel, points.values, bounds, names, notes)
