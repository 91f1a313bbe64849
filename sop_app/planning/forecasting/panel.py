"""The history a forecast is made from: one monthly series per item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sop_app.kernel.errors import InvalidInputError

Series = NDArray[np.float64]
COLUMNS = ("unique_id", "ds", "y")


@dataclass(frozen=True)
class Panel:
    """Monthly histories without gaps, oldest month first.

    Attributes:
        ids: Names of the items.
        series: Their quantities per month; never negative, never missing.
        last_months: Each item's last month of history.
    """

    ids: tuple[str, ...]
    series: tuple[Series, ...]
    last_months: tuple[pd.Timestamp, ...]

    def __len__(self) -> int:
        """Count the items."""
        return len(self.ids)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """How many months of history each item has."""
        return np.array([len(one) for one in self.series], dtype=np.int64)

    def pick(self, places: Sequence[int] | NDArray[np.int64]) -> "Panel":
        """Take some of the items, in the order of their places."""
        chosen = [int(place) for place in places]
        return Panel(
            tuple(self.ids[place] for place in chosen),
            tuple(self.series[place] for place in chosen),
            tuple(self.last_months[place] for place in chosen),
        )

    def cut(self, months: int) -> "Panel":
        """Forget the last months of every item, as a back-test does.

        Items with no more history than that are left out.
        """
        kept = self.pick(np.flatnonzero(self.lengths > months))
        offset = pd.DateOffset(months=months)
        return Panel(
            kept.ids,
            tuple(one[: len(one) - months] for one in kept.series),
            tuple(month - offset for month in kept.last_months),
        )

    def tail(self, months: int) -> "Panel":
        """Keep only the last months of every item."""
        return Panel(self.ids, tuple(one[-months:] for one in self.series), self.last_months)


def panel_of(series: Mapping[str, Sequence[float]], last_month: str = "2026-12-01") -> Panel:
    """Build a panel from plain lists that end in the same month, ordered by name.

    Raises:
        InvalidInputError: A figure is missing, infinite or negative; the item is named.
    """
    frames = [
        pd.DataFrame(
            {
                "unique_id": name,
                "ds": pd.date_range(end=last_month, periods=len(figures), freq="MS"),
                "y": np.asarray(figures, dtype=float),
            }
        )
        for name, figures in series.items()
    ]
    return read_panel(pd.concat(frames, ignore_index=True))


def read_panel(frame: pd.DataFrame) -> Panel:
    """Read histories from rows of item, month and quantity.

    Args:
        frame: Columns ``unique_id``, ``ds`` (a day of the month) and ``y``; other columns are left
            alone, and the rows may come in any order.

    Raises:
        InvalidInputError: A column is missing, there are no rows, or an item has a month twice, a
            month missing between its first and last, or a figure that cannot be a quantity. The
            item and the month are named.
    """
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        raise InvalidInputError({"file": f"The column {missing[0]} is missing."})
    if frame.empty:
        raise InvalidInputError({"file": "There are no rows."})
    figures = pd.Series(pd.to_numeric(frame.loc[:, "y"], errors="coerce"))
    rows = pd.DataFrame(
        {
            "id": frame["unique_id"].astype(str),
            "month": _months(frame.loc[:, "ds"]),
            "y": figures.astype(float),
        }
    )
    rows = rows.sort_values(["id", "month"], kind="stable", ignore_index=True)
    _refuse_odd_figures(rows)
    _refuse_gaps(rows)
    starts = np.flatnonzero(np.r_[True, rows["id"].to_numpy()[1:] != rows["id"].to_numpy()[:-1]])
    ends = np.r_[starts[1:], len(rows)] - 1
    months = list(rows["month"])
    return Panel(
        tuple(rows["id"].to_numpy()[starts]),
        tuple(np.split(rows["y"].to_numpy(), starts[1:])),
        tuple(months[end] for end in ends),
    )


def _months(days: pd.Series) -> pd.Series:
    try:
        return pd.to_datetime(days).dt.to_period("M").dt.to_timestamp()
    except (ValueError, TypeError) as failure:
        raise InvalidInputError({"ds": f"A date cannot be read: {failure}"}) from failure


def _refuse_odd_figures(rows: pd.DataFrame) -> None:
    odd = rows[~np.isfinite(rows["y"]) | (rows["y"] < 0)]
    if not odd.empty:
        first = odd.iloc[0]
        found = "missing or no number" if not np.isfinite(first["y"]) else f"{first['y']:g}"
        raise InvalidInputError(
            {"y": f"{first['id']}, {first['month']:%b %Y}: {found}. A quantity is 0 or more."}
        )


def _refuse_gaps(rows: pd.DataFrame) -> None:
    number = rows["month"].dt.year * 12 + rows["month"].dt.month
    same = rows["id"].eq(rows["id"].shift())
    step = number.diff()
    twice, gap = rows[same & (step == 0)], rows[same & (step > 1)]
    if not twice.empty:
        first = twice.iloc[0]
        raise InvalidInputError({"ds": f"{first['id']} has {first['month']:%b %Y} twice."})
    if not gap.empty:
        first = gap.iloc[0]
        raise InvalidInputError(
            {
                "ds": f"{first['id']} has no figure right before {first['month']:%b %Y}. Fill the gap."
            }
        )
