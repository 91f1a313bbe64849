"""External signals: what is known beside demand, for past months and months ahead.

A source gives one figure per item and month. Built in are working days, promotions and tables (an
economic index, a weather outlook, a price list); another source is any class with a ``name`` and
``values``. Prophet takes signals as regressors, boosting as further columns; other methods do not
look at them. Signals are asked by item and month, so a back-test that cuts the history sees those
of the right months. Standard term: leading indicators, causal (explanatory) variables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sop_app.kernel.errors import InvalidInputError

Matrix = NDArray[np.float64]


class SignalSource(Protocol):
    """One figure per item and month.

    Attributes:
        name: Short and unlike that of any other source; a regressor's name in Prophet.
    """

    @property
    def name(self) -> str: ...

    def values(self, item_id: str, months: pd.DatetimeIndex) -> Matrix:
        """Give the figures of an item.

        Args:
            item_id: The item.
            months: First days of months, past or ahead.

        Returns:
            Shape ``(len(months),)``; NaN where the source does not know.
        """
        ...


@dataclass(frozen=True)
class WorkingDays:
    """Working days of each month: Monday to Friday without the public holidays of a country.

    Attributes:
        country: ISO code such as ``DE``; without one no holidays are taken off.
    """

    country: str | None = None
    name: str = "working_days"

    def __post_init__(self) -> None:
        """Refuse a country whose holidays are not known.

        Raises:
            InvalidInputError: There is no calendar of it.
        """
        try:
            _count_working_days(2026, 1, self.country)
        except (NotImplementedError, KeyError) as failure:
            reason = f"There is no calendar of holidays for {self.country}."
            raise InvalidInputError({"country": reason}) from failure

    def values(self, item_id: str, months: pd.DatetimeIndex) -> Matrix:
        """Count the working days of each month; the same for every item."""
        return np.array(
            [_count_working_days(month.year, month.month, self.country) for month in months],
            dtype=np.float64,
        )


@dataclass(frozen=True)
class Promotions:
    """Promotions and other events, past and planned.

    Attributes:
        strengths: By item and first day of the month how strong: 1 for a promotion like any other,
            2 for twice the effort, or the discount in percent, as long as it is one scale.
    """

    strengths: Mapping[str, Mapping[pd.Timestamp, float]]
    name: str = "promotion"

    def values(self, item_id: str, months: pd.DatetimeIndex) -> Matrix:
        """Give the strength of each month's promotion; 0 without one."""
        known = self.strengths.get(item_id, {})
        return np.array([known.get(month, 0.0) for month in months], dtype=np.float64)


@dataclass(frozen=True)
class MonthlyTable:
    """A figure per month that holds for all items: an index, a price, a weather outlook.

    Attributes:
        name: What it is.
        figures: By first day of the month; months ahead have to be in it to be of use.
    """

    name: str
    figures: Mapping[pd.Timestamp, float]

    def values(self, item_id: str, months: pd.DatetimeIndex) -> Matrix:
        """Look the months up; NaN where there is no figure."""
        return np.array([self.figures.get(month, np.nan) for month in months], dtype=np.float64)


@dataclass(frozen=True)
class Signals:
    """The sources a forecast looks at.

    Raises:
        InvalidInputError: Two sources have one name, or one has none.
    """

    sources: tuple[SignalSource, ...]

    def __post_init__(self) -> None:
        """Check the names."""
        if len(set(self.names)) < len(self.names) or not all(self.names):
            raise InvalidInputError({"signals": "Every signal needs a name of its own."})

    @property
    def names(self) -> tuple[str, ...]:
        """The sources' names, in the order of columns."""
        return tuple(source.name for source in self.sources)

    def take(self, item_id: str, last_month: pd.Timestamp, past: int, ahead: int) -> Matrix:
        """Take an item's signals around its last month of history.

        Args:
            item_id: The item.
            last_month: Its last month of history.
            past: Months up to and with that one.
            ahead: Months after it.

        Returns:
            Months x signals, oldest first; NaN where one is not known.
        """
        first = last_month - pd.DateOffset(months=past - 1)
        months = pd.date_range(first, periods=past + ahead, freq="MS")
        columns = [source.values(item_id, months) for source in self.sources]
        return np.column_stack(columns) if columns else np.empty((past + ahead, 0))


@cache
def _count_working_days(year: int, month: int, country: str | None) -> int:
    import holidays  # draws in every country's calendar

    days = np.arange(f"{year}-{month:02d}", _next_month(year, month), dtype="datetime64[D]")
    closed = [] if country is None else list(holidays.country_holidays(country, years=year))
    return int(np.is_busday(days, holidays=np.array(closed, dtype="datetime64[D]")).sum())


def _next_month(year: int, month: int) -> str:
    return f"{year + month // 12}-{month % 12 + 1:02d}"
