"""How far forecasts made the same way have missed: intervals measured on the company's own items.

Split-conformal: the last months are held back, forecast by the very methods that make the real
forecast, and the errors of all items forecast alike are pooled, each in a unit of its own item. An
item has too few errors for a 95 % quantile; two hundred items have enough for every month ahead.

Source: Lei et al. (2018), "Distribution-free predictive inference for regression", with the unit of
an item in place of their local deviation.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .choices import ItemChoice, predict_choices
from .intervals import distances
from .methods.contract import SEASON, Method
from .panel import Panel, Series
from .parallel import Workers
from .pretrained.features import MODEL_HORIZON
from .rules import FOUR_YEARS, DemandClass, classify_demand

ENOUGH_ITEMS = 200
"""Items forecast a second time, from an earlier month, for each combination of methods; with fewer
nothing is measured."""
LONGEST = MODEL_HORIZON
"""Months held back at most; beyond them the miss of the last one stands."""
STEADY = (DemandClass.SMOOTH, DemandClass.ERRATIC)

Matrix = NDArray[np.float64]


def measure_misses(
    choices: Sequence[ItemChoice],
    panel: Panel,
    horizon: int,
    methods: Mapping[str, Method],
    levels: Sequence[int],
    *,
    workers: Workers = 1,
) -> Matrix:
    """Find the distance from the forecast that the given shares of months stayed within.

    Args:
        choices: What forecasts each item, in the order of the panel.
        panel: The histories.
        horizon: Months ahead.
        methods: All methods by name.
        levels: Shares in percent.
        workers: Processes to use, or an executor.

    Returns:
        Items x months ahead x levels, in the unit of the items; NaN for items that cannot be
        measured: with less than four years of history, with sales only now and then, or forecast in
        a way that fewer than 200 items share.
    """
    found = np.full((len(panel), horizon, len(levels)), np.nan)
    held_back = min(horizon, LONGEST)
    for places in _group_places(choices, panel, held_back, methods):
        items = panel.pick(places)
        asked = _spread_over(places, ENOUGH_ITEMS)
        sample = panel.pick(asked)
        seen = sample.cut(held_back)
        alike = [choices[place] for place in asked]
        points = predict_choices(alike, seen, held_back, methods, workers=workers)
        actual = np.array([history[-held_back:] for history in sample.series])
        shares = np.abs(actual - points.values) / _units(seen, held_back)
        within = np.stack([pool_quantile(shares, level / 100) for level in levels], axis=1)
        ahead = np.minimum(np.arange(horizon), held_back - 1)
        found[places] = within[ahead] * _units(items, horizon)[:, :, None]
    return found


def _spread_over(places: list[int], most: int) -> list[int]:
    """Take some of the places, evenly spread: the errors of a few hundred items say enough."""
    chosen = np.unique(np.linspace(0, len(places) - 1, min(most, len(places))).astype(int))
    return [places[index] for index in chosen]


def pool_quantile(shares: Matrix, probability: float) -> NDArray[np.float64]:
    """Take a quantile over all items for each month ahead, evened out with the months beside it.

    Args:
        shares: Items x months ahead.
        probability: Share of future errors that shall lie below, 0 to 1.

    Example:
        >>> pool_quantile(np.tile(np.arange(1.0, 100.0)[:, None], (1, 2)), 0.8).tolist()
        [80.0, 80.0]
    """
    count = len(shares)
    corrected = min(np.ceil((count + 1) * probability) - 1, count - 1) / max(count - 1, 1)
    each = np.quantile(shares, corrected, axis=0)
    beside = np.r_[each[:1], each, each[-1:]]
    return (beside[:-2] + beside[1:-1] + beside[2:]) / 3


def _group_places(
    choices: Sequence[ItemChoice], panel: Panel, held_back: int, methods: Mapping[str, Method]
) -> list[list[int]]:
    """Group the places of items that can be measured by the members that forecast them."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for place, (choice, history) in enumerate(zip(choices, panel.series, strict=True)):
        needed = max(SEASON + 1, *(methods[name].minimum_months for name in choice.members))
        if len(history) >= max(FOUR_YEARS, needed + held_back) and _is_steady(history, held_back):
            groups.setdefault(tuple(sorted(choice.members)), []).append(place)
    return [places for places in groups.values() if len(places) >= ENOUGH_ITEMS]


def _is_steady(history: Series, held_back: int) -> bool:
    """Whether an item sells in most months and its years differ: its errors have a unit."""
    seen = history[:-held_back]
    return all(classify_demand(one) in STEADY and _naive_error(one) > 0 for one in (history, seen))


def _naive_error(history: Series) -> float:
    return float(np.abs(history[SEASON:] - history[:-SEASON]).mean())


def _units(panel: Panel, horizon: int) -> Matrix:
    """Measure each item's unit: between what the pre-trained model expects and what years differ.

    Returns:
        Items x months ahead, above 0.
    """
    offsets = distances(panel, horizon)
    expected = (offsets[:, :, 2] - offsets[:, :, 1]) / 2
    naive = np.array([_naive_error(history) for history in panel.series])
    return np.sqrt(np.maximum(expected, 1e-9 * naive[:, None]) * naive[:, None])
