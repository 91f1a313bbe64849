"""Averages of the last months, and last year again: our own, they are one line each."""

from collections.abc import Callable

import numpy as np

from sop_app.planning.forecasting.panel import Series

from .contract import Cost, PerItemMethod, repeat_last_year

WINDOWS = (3, 6, 12)


def average(months: int, *, weighted: bool = False) -> Callable[[Series, int], Series]:
    """Build the forecast that repeats the mean of the last months.

    Args:
        months: How many; all there are when there are fewer.
        weighted: Give the last month the weight ``months``, the one before ``months - 1`` ...

    Example:
        >>> average(3, weighted=True)(np.array([9.0, 1.0, 2.0, 3.0]), 1).round(3).tolist()
        [2.333]
    """

    def forecast(history: Series, horizon: int) -> Series:
        window = history[-months:]
        weights = np.arange(1, len(window) + 1) if weighted else None
        return np.full(horizon, np.average(window, weights=weights))

    return forecast


METHODS = (
    PerItemMethod("seasonal_naive", "Last year again", 1, Cost.CHEAP, repeat_last_year),
    *(
        PerItemMethod(
            f"moving_average_{months}", f"{months}-month average", 1, Cost.CHEAP, average(months)
        )
        for months in WINDOWS
    ),
    *(
        PerItemMethod(
            f"weighted_average_{months}",
            f"{months}-month weighted average",
            1,
            Cost.CHEAP,
            average(months, weighted=True),
        )
        for months in WINDOWS
    ),
)
