"""A cleaned copy of the history: the corrected months, everything else as it was."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecasting.panel import Panel

from .findings import Action, Finding, Key


def propose_corrections(findings: Iterable[Finding]) -> dict[Key, float]:
    """Collect what the findings that advise to adjust would put in, by item and month."""
    return {
        (finding.item_id, finding.month): finding.suggested
        for finding in findings
        if finding.action is Action.ADJUST and finding.suggested is not None
    }


def apply_corrections(panel: Panel, corrections: Mapping[Key, float]) -> Panel:
    """Make a copy of the histories with some months replaced.

    Args:
        panel: The histories; they stay as they are.
        corrections: By item and month (any day of it) the quantity to use, in the item's unit.

    Raises:
        InvalidInputError: An item or month is not in the panel, or a quantity is none; it is named
            and nothing is corrected.
    """
    places = {item: place for place, item in enumerate(panel.ids)}
    changed: dict[int, np.ndarray] = {}
    for (item, month), quantity in corrections.items():
        place = places.get(item)
        back = -1 if place is None else _months_between(month, panel.last_months[place])
        if place is None or not 0 <= back < len(panel.series[place]):
            raise InvalidInputError({"month": f"{item} has no history in {month:%b %Y}."})
        if not (np.isfinite(quantity) and quantity >= 0):
            reason = f"{item}, {month:%b %Y}: {quantity:g}. A quantity is 0 or more."
            raise InvalidInputError({"quantity": reason})
        history = changed.setdefault(place, panel.series[place].copy())
        history[-1 - back] = quantity
    series = tuple(changed.get(place, one) for place, one in enumerate(panel.series))
    return Panel(panel.ids, series, panel.last_months)


def _months_between(earlier: pd.Timestamp, later: pd.Timestamp) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month
