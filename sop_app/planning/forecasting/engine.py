"""Forecast a panel with a method by name, with intervals and the reason for each item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sop_app.kernel.errors import InvalidInputError

from .auto import AutoMethod
from .best_single import BestSingleMethod
from .calibration import measure_misses
from .choices import Basis, ItemChoice, predict_choices
from .intervals import LEVELS, Bounds, bounds_around, check_levels
from .methods import averages, boosting, ensemble, pretrained, prophet, statistical
from .methods.contract import Cost, Method, require_history
from .panel import Panel
from .parallel import Workers
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
BEST_SINGLE = "best_single"


@dataclass(frozen=True)
class Forecast:
    """The forecast of a panel.

    Attributes:
        panel: The histories it was made from.
        points: Items x months ahead.
        bounds: Lower and upper bound by level in percent.
        methods: Which method made each item's forecast, with its members: ``auto: dot + mstl_ets``.
        choices: Why, item by item, with the scores of the rivals where they were tried.
        notes: By item, why it fell back to last year's figures.
    """

    panel: Panel
    points: NDArray[np.float64]
    bounds: dict[int, Bounds]
    methods: tuple[str, ...]
    choices: tuple[ItemChoice, ...]
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


def find_method(name: str, *, workers: Workers = 1, signals: Signals | None = None) -> Method:
    """Return a method by name; boosting and Prophet, alone or as members, look at the signals.

    Raises:
        InvalidInputError: There is none; those there are are named.
    """
    methods = _SINGLE | _with_signals(signals)
    if name in set(Tier):
        title, cost = _TITLES[Tier(name)]
        return AutoMethod(name, title, methods, Tier(name), cost, workers)
    if name == BEST_SINGLE:
        return BestSingleMethod(methods, workers)
    if name not in methods:
        known = ", ".join([*Tier, BEST_SINGLE, *_SINGLE])
        raise InvalidInputError({"method": f"There is no method '{name}'. There are: {known}."})
    return methods[name]


def _with_signals(signals: Signals | None) -> dict[str, Method]:
    if signals is None:
        return {}
    bound = (boosting.BoostingMethod(signals), prophet.ProphetWithSignals(signals))
    return {method.name: method for method in bound}


def list_methods() -> list[Method]:
    """List the methods, the combining ones first."""
    return [*(find_method(name) for name in (*Tier, BEST_SINGLE)), *_SINGLE.values()]


def make_forecast(  # noqa: PLR0913
    panel: Panel,
    horizon: int,
    *,
    method: str = DEFAULT,
    choices: Mapping[str, str] | None = None,
    levels: tuple[int, ...] = LEVELS,
    workers: Workers = 1,
    signals: Signals | None = None,
) -> Forecast:
    """Forecast every item of a panel.

    Args:
        panel: The histories.
        horizon: Months ahead, 1 to 36.
        method: Name of the method.
        choices: Name of another method for single items, by item.
        levels: Intervals, of 80 and 95 %.
        workers: Processes to use, or an executor.
        signals: What is known beside demand, for methods that look at it.

    Raises:
        InvalidInputError: The horizon, a method, an item of ``choices`` or a level is none there is,
            or an item has too little history for the method.
    """
    if not 1 <= horizon <= LONGEST_HORIZON:
        raise InvalidInputError({"horizon": f"The horizon is 1 to {LONGEST_HORIZON} months."})
    check_levels(levels)
    names = _names_by_item(panel, method, choices or {})
    methods = _SINGLE | _with_signals(signals)
    found = {
        name: find_method(name, workers=workers, signals=signals) for name in dict.fromkeys(names)
    }
    whole = {name: one.choose(panel) for name, one in found.items() if isinstance(one, AutoMethod)}
    chosen = _choose_all(panel, names, found, whole)
    teachers = list(whole.values())
    points = predict_choices(chosen, panel, horizon, methods, teachers=teachers, workers=workers)
    misses = None
    if method != Tier.FAST:
        misses = measure_misses(chosen, panel, horizon, methods, levels, workers=workers)
    return Forecast(
        panel,
        points.values,
        bounds_around(points.values, panel, levels, misses),
        tuple(map(_label, names, chosen)),
        chosen,
        {panel.ids[place]: why for place, why in points.failures.items()},
    )


def _names_by_item(panel: Panel, method: str, choices: Mapping[str, str]) -> list[str]:
    """Name the method asked for, item by item.

    Raises:
        InvalidInputError: A choice is for an item there is none of.
    """
    unknown = sorted(set(choices) - set(panel.ids))
    if unknown:
        raise InvalidInputError({"choices": f"There is no item '{unknown[0]}'."})
    return [choices.get(item, method) for item in panel.ids]


def _choose_all(
    panel: Panel,
    names: Sequence[str],
    found: Mapping[str, Method],
    whole: Mapping[str, Sequence[ItemChoice]],
) -> tuple[ItemChoice, ...]:
    """Choose what forecasts every item by the method asked for it.

    Args:
        panel: The histories.
        names: Names of the methods asked for, item by item.
        found: The methods by name.
        whole: What the automatic ones among them chose for the whole panel.

    Raises:
        InvalidInputError: An item has too little history.
    """
    chosen: dict[int, ItemChoice] = {}
    for name, method in found.items():
        places = [place for place, wanted in enumerate(names) if wanted == name]
        if name in whole:
            chosen |= {place: whole[name][place] for place in places}
        else:
            chosen |= zip(places, _choose(method, panel.pick(places)), strict=True)
    return tuple(chosen[place] for place in range(len(panel)))


def _choose(method: Method, panel: Panel) -> tuple[ItemChoice, ...]:
    """Choose what forecasts every item when a method is asked for that is not automatic.

    Raises:
        InvalidInputError: An item has too little history.
    """
    if isinstance(method, BestSingleMethod):
        return method.choose(panel)
    try:
        require_history(method, panel)
    except ValueError as refusal:
        raise InvalidInputError({"method": str(refusal)}) from refusal
    reason = f"{method.title} was asked for."
    return tuple(ItemChoice(item, Basis.PERSON, (method.name,), reason) for item in panel.ids)


def _label(name: str, choice: ItemChoice) -> str:
    return name if choice.members == (name,) else f"{name}: {' + '.join(choice.members)}"
