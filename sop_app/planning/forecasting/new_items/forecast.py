"""The forecast of a new item: its analogues' launch curve and season on its own scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.methods.contract import SEASON
from sop_app.planning.forecasting.panel import Series
from sop_app.planning.forecasting.rules import SHORTEST_LEARNED

from .analogues import Analogue, ItemProfile
from .launch import LAUNCH_MONTHS, Launch


@dataclass(frozen=True)
class NewItemForecast:
    """The forecast of an item with little history or none.

    Attributes:
        item_id: The item.
        points: Quantity per month ahead, at least 0.
        level: Quantity per month it is expected to settle at, without season.
        curve: Share of the level in each of the first twelve months since launch.
        analogues: The items it was taken from, the most similar first.
        reasons: Sentences for the planner.
    """

    item_id: str
    points: NDArray[np.float64]
    level: float
    curve: NDArray[np.float64]
    analogues: tuple[Analogue, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What is known of the new item's own sales.

    Attributes:
        history: Quantity per month since launch, fewer than six; empty before it.
        level: The quantity per month the planner expects it to settle at; None to take it from the
            history or, without one, from the analogues.
    """

    history: Sequence[float] = ()
    level: float | None = None


def forecast_new_item(
    item: ItemProfile,
    analogues: Sequence[Analogue],
    launches: Mapping[str, Launch],
    months: pd.DatetimeIndex,
    known: Known | None = None,
) -> NewItemForecast:
    """Forecast a new item from items like it.

    Quantity = level x launch curve x season. The level is that of the planner; else the item's own
    sales divided by what curve and season let expect of a level of 1; else the mean of the
    analogues, weighted by similarity.

    Args:
        item: The new item.
        analogues: Items like it (``find_analogues``).
        launches: What each item teaches (``learn_launches``).
        months: Months to forecast, one after the other; the first follows the known history, or
            is the launch.
        known: Its own sales and the planner's expectation.

    Raises:
        InvalidInputError: It has six months of history or more, a figure is no quantity, or nothing
            is known of it and no analogue sells.
    """
    own = known or Known()
    history = np.asarray(own.history, dtype=float)
    _check(item, history, own.level)
    usable = tuple(one for one in analogues if one.item_id in launches)
    curve, season = _mean_curve(usable, launches), _mean_season(usable, launches)
    ages = np.arange(len(history) + len(months))
    all_months = pd.date_range(end=months[-1], periods=len(ages), freq="MS")
    calendar = pd.Series(all_months).dt.month.to_numpy() - 1
    shape = _extend(curve, len(ages)) * season[calendar]
    level, why = _find_level(item, usable, launches, history, shape, own.level)
    points = level * shape[len(history) :]
    reasons = (_name_analogues(usable), why, _tell_curve(usable, launches, curve))
    return NewItemForecast(item.item_id, points, level, curve, usable, reasons)


def _check(item: ItemProfile, history: Series, level: float | None) -> None:
    if len(history) >= SHORTEST_LEARNED:
        reason = f"{item.item_id} has {len(history)} months of history: that is no new item."
        raise InvalidInputError({"history": reason})
    figures = history if level is None else np.r_[history, level]
    if not (np.isfinite(figures).all() and (figures >= 0).all()):
        raise InvalidInputError({"history": f"{item.item_id}: a quantity is 0 or more."})


def _weights(analogues: Sequence[Analogue]) -> NDArray[np.float64]:
    return np.array([one.similarity for one in analogues], dtype=float)


def _mean_curve(
    analogues: Sequence[Analogue], launches: Mapping[str, Launch]
) -> NDArray[np.float64]:
    seen = [one for one in analogues if launches[one.item_id].curve is not None]
    if not seen:
        return np.ones(LAUNCH_MONTHS)
    curves = [launches[one.item_id].curve for one in seen]
    return np.average(np.array(curves, dtype=float), axis=0, weights=_weights(seen))


def _mean_season(
    analogues: Sequence[Analogue], launches: Mapping[str, Launch]
) -> NDArray[np.float64]:
    if not analogues:
        return np.ones(SEASON)
    seasons = [launches[one.item_id].season for one in analogues]
    return np.average(np.array(seasons), axis=0, weights=_weights(analogues))


def _extend(curve: NDArray[np.float64], months: int) -> NDArray[np.float64]:
    return np.r_[curve, np.ones(max(0, months - len(curve)))][:months]


def _find_level(
    item: ItemProfile,
    analogues: Sequence[Analogue],
    launches: Mapping[str, Launch],
    history: Series,
    shape: NDArray[np.float64],
    wanted: float | None,
) -> tuple[float, str]:
    if wanted is not None:
        return wanted, f"The level of {wanted:,.6g} a month is the planner's."
    expected = float(shape[: len(history)].sum())
    if history.sum() > 0 and expected > 0:
        level = float(history.sum()) / expected
        return level, f"The level of {level:,.6g} a month is scaled to its own sales so far."
    if not analogues:
        reason = f"Nothing is known of {item.item_id}, and no item like it sells. Give a level."
        raise InvalidInputError({"item": reason})
    levels = [launches[one.item_id].level for one in analogues]
    level = float(np.average(levels, weights=_weights(analogues)))
    return level, f"The level of {level:,.6g} a month is the mean of the similar items."


def _name_analogues(analogues: Sequence[Analogue]) -> str:
    if not analogues:
        return "No similar item sells."
    named = ", ".join(f"{one.item_id} ({one.similarity:.0%})" for one in analogues)
    return f"Similar items: {named}."


def _tell_curve(
    analogues: Sequence[Analogue], launches: Mapping[str, Launch], curve: NDArray[np.float64]
) -> str:
    seen = [one.item_id for one in analogues if launches[one.item_id].curve is not None]
    if not seen:
        return "No launch of a similar item is in the history: the level is expected at once."
    return (
        f"The launch follows that of {', '.join(seen)}: {curve[0]:.0%} of the level in the first "
        f"month, {curve[5]:.0%} in the sixth."
    )
