"""How an item started: its first months in relation to the level it reached."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sop_app.planning.forecasting.cleansing.baseline import estimate_baseline
from sop_app.planning.forecasting.methods.contract import SEASON
from sop_app.planning.forecasting.panel import Panel, Series

LAUNCH_MONTHS = 12
"""After a year an item is no longer being launched: the curve is 1 from there on."""
SETTLED = slice(6, 18)
"""Months since the first sale whose mean is the level an item reached."""
FEWEST_SETTLED = 6


@dataclass(frozen=True)
class Launch:
    """What one item teaches about new ones.

    Attributes:
        level: Mean quantity per month without season: of the settled months where the launch was
            seen, else of the last year.
        curve: First twelve months without season as shares of the level; None where the launch was
            not seen or is less than a year ago.
        season: Factor of each calendar month, January first; ones where no season is known.
    """

    level: float
    curve: NDArray[np.float64] | None
    season: NDArray[np.float64]


def learn_launch(history: Series, last_month: pd.Timestamp, data_start: pd.Timestamp) -> Launch:
    """Learn level, launch curve and season of one item.

    Args:
        history: Its months, oldest first.
        last_month: Month of the last figure.
        data_start: First month of all histories: an item that sold in it was launched before, so
            its start was not seen.
    """
    baseline = estimate_baseline(history[None, :])
    season = np.ones(SEASON)
    for back in range(min(SEASON, len(history))):
        season[(last_month.month - 1 - back) % SEASON] = baseline.season[0, -1 - back]
    months = (last_month.month - 1 - np.arange(len(history))[::-1]) % SEASON
    adjusted = history / np.maximum(season[months], 0.05)
    first = int((history > 0).argmax())
    start = last_month - pd.DateOffset(months=len(history) - 1 - first)
    since = adjusted[first:]
    settled = since[SETTLED]
    if start <= data_start or len(settled) < FEWEST_SETTLED or settled.mean() <= 0:
        return Launch(float(adjusted[-SEASON:].mean()), None, season)
    level = float(settled.mean())
    return Launch(level, since[:LAUNCH_MONTHS] / level, season)


def learn_launches(panel: Panel, items: Collection[str] | None = None) -> dict[str, Launch]:
    """Learn from the items of a panel that ever sold.

    Args:
        panel: All histories; the earliest month of any is where the data start.
        items: Those wanted, such as the analogues; None for all (a millisecond each).

    Returns:
        By item what it teaches.
    """
    if not len(panel):
        return {}
    firsts = [
        month - pd.DateOffset(months=len(one) - 1)
        for month, one in zip(panel.last_months, panel.series, strict=True)
    ]
    data_start = min(firsts)
    return {
        item: learn_launch(history, month, data_start)
        for item, history, month in zip(panel.ids, panel.series, panel.last_months, strict=True)
        if history.any() and (items is None or item in items)
    }
