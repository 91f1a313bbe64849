"""What every forecasting method can do, whatever library does the work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sop_app.planning.forecasting.panel import Panel, Series

SEASON = 12


class Cost(StrEnum):
    """How much processor time a method takes per item."""

    CHEAP = "cheap"
    """Below 2 ms."""
    NORMAL = "normal"
    """2 to 50 ms."""
    DEAR = "dear"
    """More; for single items or a night's run."""


@dataclass(frozen=True)
class Points:
    """Point forecasts of a panel.

    Attributes:
        values: Items x months ahead, never negative.
        failures: By the item's place in the panel, why its forecast is the seasonal naive one.
    """

    values: NDArray[np.float64]
    failures: Mapping[int, str] = field(default_factory=dict[int, str])


class Fitted(Protocol):
    """A method that has seen its histories."""

    def predict(self, horizon: int) -> Points:
        """Forecast the next months of every item."""
        ...


class Method(Protocol):
    """A way to forecast.

    Attributes:
        name: Key in files, settings and the API.
        title: Name on screens.
        minimum_months: History below which the method is not offered.
        cost: Processor time per item.
        learns_across: Whether items learn from each other, so that all must be fitted together.
    """

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def minimum_months(self) -> int: ...
    @property
    def cost(self) -> Cost: ...
    @property
    def learns_across(self) -> bool: ...

    def fit(self, panel: Panel) -> Fitted:
        """Learn from histories of at least ``minimum_months``.

        Raises:
            ValueError: A history is shorter.
        """
        ...


@dataclass(frozen=True)
class PerItemMethod:
    """A method that looks at one item at a time.

    An item it cannot handle gets the seasonal naive forecast and a sentence that says why; the
    others are not affected.
    """

    name: str
    title: str
    minimum_months: int
    cost: Cost
    forecast_one: Callable[[Series, int], Series]
    learns_across: bool = False

    def fit(self, panel: Panel) -> "PerItemFitted":
        """Keep the histories; each is fitted when its forecast is asked for."""
        require_history(self, panel)
        return PerItemFitted(self, panel)


@dataclass(frozen=True)
class PerItemFitted:
    """A per-item method with its histories."""

    method: PerItemMethod
    panel: Panel

    def predict(self, horizon: int) -> Points:
        """Forecast one item after the other."""
        values = np.empty((len(self.panel), horizon))
        failures: dict[int, str] = {}
        for place, history in enumerate(self.panel.series):
            try:
                found = np.asarray(self.method.forecast_one(history, horizon), dtype=float)
                if found.shape != (horizon,) or not np.isfinite(found).all():
                    raise ValueError("no usable figures came out")
                values[place] = found
            except Exception as failure:  # noqa: BLE001  a library's failure is told, and costs one item
                values[place] = repeat_last_year(history, horizon)
                failures[place] = f"{self.method.title}: {failure}"
        return Points(np.maximum(values, 0.0), failures)


def require_history(method: Method, panel: Panel) -> None:
    """Refuse a panel with an item whose history is too short for a method.

    Raises:
        ValueError: There is one; it is named.
    """
    short = np.flatnonzero(panel.lengths < method.minimum_months)
    if short.size:
        place = int(short[0])
        raise ValueError(
            f"{method.title} needs {method.minimum_months} months of history; "
            f"{panel.ids[place]} has {panel.lengths[place]}."
        )


def repeat_last_year(history: Series, horizon: int) -> Series:
    """Forecast each month as the same month of the last year known (seasonal naive).

    With less than a year of history the last figure is repeated.

    Example:
        >>> repeat_last_year(np.arange(12.0), 14)[[0, 11, 12]].tolist()
        [0.0, 11.0, 0.0]
    """
    season = history[-SEASON:] if len(history) >= SEASON else history[-1:]
    return np.resize(season, horizon)
