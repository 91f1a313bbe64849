"""How sure a forecast is: bounds that hold the promised share of what happens.

The bounds are the distances that the pre-trained model's quantiles keep from its median, laid
around whichever point forecast was chosen: models' own formulas are too narrow by far (80 %
intervals of exponential smoothing hold 70 to 75 % on public series). Where the company's own items
show how far such forecasts have missed (``calibration``), the bounds lie half-way between the two:
simulated series know no company, and one year of a company is not every year. Below half a year of
history the spread of the known months stands in.
"""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from sop_app.kernel.errors import InvalidInputError

from .panel import Panel, Series
from .pretrained.model import predict
from .rules import SHORTEST_LEARNED

LEVELS = (80, 95)
_COLUMNS = {80: (1, 2), 95: (0, 3)}
"""Places of the lower and upper quantile of a level among 2.5, 10, 90 and 97.5 %."""

Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Lower and upper bound, each items x months."""


def bounds_around(
    points: NDArray[np.float64],
    panel: Panel,
    levels: tuple[int, ...] = LEVELS,
    misses: NDArray[np.float64] | None = None,
) -> dict[int, Bounds]:
    """Lay intervals around point forecasts.

    Args:
        points: Items x months ahead.
        panel: The histories they were made from.
        levels: Shares in percent, of 80 and 95.
        misses: Distances such forecasts stayed within, items x months ahead x levels; NaN where it
            is not known.

    Raises:
        InvalidInputError: A level is neither 80 nor 95.
    """
    check_levels(levels)
    offsets = distances(panel, points.shape[1])
    found: dict[int, Bounds] = {}
    for place, level in enumerate(levels):
        low, high = (np.abs(offsets[:, :, column]) for column in _COLUMNS[level])
        if misses is not None:
            low, high = (_meet(side, misses[:, :, place]) for side in (low, high))
        found[level] = np.maximum(points - low, 0), points + high
    return found


def check_levels(levels: tuple[int, ...]) -> None:
    """Refuse levels there are no intervals at.

    Raises:
        InvalidInputError: A level is neither 80 nor 95.
    """
    for level in levels:
        if level not in _COLUMNS:
            raise InvalidInputError({"levels": f"There are intervals at 80 and 95 %, not {level}."})


def _meet(expected: NDArray[np.float64], missed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Meet half-way, as sizes do: the geometric mean; what is expected where no miss is known."""
    return np.where(np.isnan(missed), expected, np.sqrt(expected * missed))


def distances(panel: Panel, horizon: int) -> NDArray[np.float64]:
    """Find how far the 2.5, 10, 90 and 97.5 % quantiles lie from the middle.

    Returns:
        Items x months ahead x 4, in the unit of the items; the first two are negative.
    """
    found = np.empty((len(panel), horizon, 4))
    learned = panel.lengths >= SHORTEST_LEARNED
    if learned.any():
        places = np.flatnonzero(learned)
        found[places] = predict([panel.series[place] for place in places], horizon).offsets
    for place in np.flatnonzero(~learned):
        found[place] = _spread_of(panel.series[place])
    return found


def _spread_of(history: Series) -> NDArray[np.float64]:
    """Take the known months for draws from a normal distribution, at least as wide as Poisson's."""
    deviation = max(float(history.std()), float(np.sqrt(history.mean())))
    return deviation * np.array([NormalDist().inv_cdf(q) for q in (0.025, 0.1, 0.9, 0.975)])
