"""A history as trend, season and remainder."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sop_app.planning.forecasting.methods.contract import SEASON
from sop_app.planning.forecasting.panel import Series


@dataclass(frozen=True)
class Decomposition:
    """A history and its parts: ``trend + season + remainder`` is the history.

    Attributes:
        trend: Months, oldest first, in the item's unit.
        season: As many months; 0 below two years of history.
        remainder: What neither explains.
        season_strength: 0 (no season) to 1 (all that is not trend is season).
        trend_strength: 0 (no trend) to 1.
        growth_ratio: The trend's last month in relation to a year before, less 1; None where there
            is no year before or its trend is not above 0.
    """

    trend: NDArray[np.float64]
    season: NDArray[np.float64]
    remainder: NDArray[np.float64]
    season_strength: float
    trend_strength: float
    growth_ratio: float | None


def decompose(history: Series) -> Decomposition:
    """Decompose a history: MSTL from two years on, a straight line below.

    Args:
        history: At least one month, oldest first.
    """
    if len(history) >= 2 * SEASON:
        from statsforecast.mstl import mstl  # seconds to import

        parts = mstl(np.ascontiguousarray(history, dtype=float), SEASON)
        trend, season = parts["trend"].to_numpy(), parts["seasonal"].to_numpy()
    else:
        trend, season = _line_through(history), np.zeros(len(history))
    remainder = history - trend - season
    return Decomposition(
        trend,
        season,
        remainder,
        _strength(remainder, season),
        _strength(remainder, trend),
        _growth(trend),
    )


def _line_through(history: Series) -> NDArray[np.float64]:
    if len(history) == 1:
        return history.astype(float)
    time = np.arange(len(history))
    slope, start = np.polyfit(time, history, 1)
    return start + slope * time


def _strength(remainder: Series, part: Series) -> float:
    """Measure a part against the remainder (Wang, Smith & Hyndman 2006)."""
    together = float((remainder + part).var())
    # Rounding leaves a variance where there is none.
    if together <= 1e-12 * max(1.0, float((part**2).mean())):
        return 0.0
    return max(0.0, 1 - float(remainder.var()) / together)


def _growth(trend: Series) -> float | None:
    if len(trend) <= SEASON or trend[-1 - SEASON] <= 0:
        return None
    return float(trend[-1] / trend[-1 - SEASON] - 1)
