"""Everything a screen shows about why one item's forecast is what it is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sop_app.planning.forecasting.engine import Forecast, find_method
from sop_app.planning.forecasting.panel import Series
from sop_app.planning.forecasting.rules import SHORTEST_LEARNED, Choice, DemandClass

from .decomposition import Decomposition, decompose
from .drivers import Driver, measure_drivers
from .movement import Movement, largest_step

PRETRAINED = "pretrained"
LEVEL = 80
STRONG_SEASON = 0.6
NARROW, WIDE = 0.3, 0.8


@dataclass(frozen=True)
class Member:
    """A method whose forecast counts.

    Attributes:
        name: Key of the method.
        title: Name on screens.
        weight: Its part of the votes in the median, 0 to 1.
    """

    name: str
    title: str
    weight: float


@dataclass(frozen=True)
class Explanation:
    """Why an item's forecast is what it is.

    Attributes:
        item_id: The item.
        points: Quantity per month ahead.
        demand_class: Its kind of demand.
        members: The methods and their weights; the forecast is their weighted median.
        choice_reason: Why these methods.
        decomposition: Trend, season and remainder of the history.
        drivers: What the pre-trained model looked at, the largest first; empty where it had no part
            in the forecast.
        interval_ratio: Width of the 80 % interval as a share of the forecast, over the horizon;
            None where nothing is forecast or there is no such interval.
        note: Why last year's figures stand in, where they do.
        movement: What changed since the last forecast, where there was one.
        sentences: The same in words, the most important first.
    """

    item_id: str
    points: NDArray[np.float64]
    demand_class: DemandClass
    members: tuple[Member, ...]
    choice_reason: str
    decomposition: Decomposition
    drivers: tuple[Driver, ...]
    interval_ratio: float | None
    note: str | None
    movement: Movement | None
    sentences: tuple[str, ...]


def explain_item(
    forecast: Forecast,
    place: int,
    choice: Choice,
    *,
    movement: Movement | None = None,
    others: Sequence[Series] | None = None,
) -> Explanation:
    """Explain the forecast of one item.

    Args:
        forecast: The forecast of its panel.
        place: The item's place in the panel.
        choice: Which methods made it, and why (``AutoMethod.choose``).
        movement: What changed since the last forecast (``explain_movement``).
        others: Items the model's drivers compare with; simulated ones if not given.
    """
    history, points = forecast.panel.series[place], forecast.points[place]
    has_drivers = PRETRAINED in choice.members and len(history) >= SHORTEST_LEARNED
    drivers = measure_drivers(history, len(points), others) if has_drivers else ()
    parts = decompose(history)
    ratio = _interval_ratio(forecast, place)
    item_id = forecast.panel.ids[place]
    note = forecast.notes.get(item_id)
    return Explanation(
        item_id=item_id,
        points=points,
        demand_class=choice.demand_class,
        members=weigh_members(choice.members),
        choice_reason=choice.reason,
        decomposition=parts,
        drivers=drivers,
        interval_ratio=ratio,
        note=note,
        movement=movement,
        sentences=tuple(
            sentence
            for sentence in (
                note,
                _tell_movement(movement),
                choice.reason,
                _tell_parts(parts),
                _tell_drivers(drivers),
                _tell_interval(ratio),
            )
            if sentence
        ),
    )


def weigh_members(names: Sequence[str]) -> tuple[Member, ...]:
    """Count the methods' votes; one named twice weighs double.

    Example:
        >>> [(one.name, one.weight) for one in weigh_members(("theta", "theta", "dot", "tsb"))]
        [('theta', 0.5), ('dot', 0.25), ('tsb', 0.25)]
    """
    return tuple(
        Member(name, find_method(name).title, names.count(name) / len(names))
        for name in dict.fromkeys(names)
    )


def _interval_ratio(forecast: Forecast, place: int) -> float | None:
    total = float(forecast.points[place].sum())
    if LEVEL not in forecast.bounds or total <= 0:
        return None
    lower, upper = forecast.bounds[LEVEL]
    return float((upper[place] - lower[place]).sum()) / total


def _tell_movement(movement: Movement | None) -> str | None:
    if movement is None:
        return None
    change = movement.now - movement.before
    name, size = largest_step(movement)
    if abs(change) < 1e-9 * max(1.0, abs(movement.before)):
        return f"{movement.month:%b %Y} is forecast as before."
    return (
        f"{movement.month:%b %Y} went from {movement.before:,.6g} to {movement.now:,.6g}; "
        f"most of it comes from {name} ({size:+,.6g})."
    )


def _tell_parts(parts: Decomposition) -> str:
    season = "a strong" if parts.season_strength >= STRONG_SEASON else "little"
    if parts.growth_ratio is None:
        return f"The history shows {season} season."
    direction = "up" if parts.growth_ratio >= 0 else "down"
    return (
        f"The history shows {season} season, and its trend went {direction} by "
        f"{abs(parts.growth_ratio):.0%} in a year."
    )


def _tell_drivers(drivers: tuple[Driver, ...]) -> str | None:
    if not drivers or drivers[0].share == 0:
        return None
    named = " and ".join(f"{one.meaning.value} ({one.share:.0%})" for one in drivers[:2])
    return f"The pre-trained model looked most at {named}."


def _tell_interval(ratio: float | None) -> str | None:
    if ratio is None:
        return None
    width = "narrow" if ratio < NARROW else "wide" if ratio > WIDE else "of usual width"
    return f"The 80 % interval is {width}: {ratio:.0%} of the forecast."
