"""The page of forecast runs."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import menu_item
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.data_table import TableOptions, TableState, data_table
from sop_app.ui.components.messages import error_state
from sop_app.ui.sections.baseline_head import baseline_page
from sop_app.ui.shell.sidebar import may

from .state import COLUMNS, ForecastingRunsState

S: Bound = ForecastingRunsState


def forecasting_runs_page() -> rx.Component:
    """Show the newest runs; a planner makes one the baseline of a cycle."""
    error = error_state("The runs could not be loaded", "Nothing was changed.", on_retry=S.load)
    options = TableOptions(
        opens=False,
        row_menu=_acts,
        state=TableState(is_loading=S.is_loading, has_error=S.has_error, error=error),
    )
    return baseline_page(
        flush_card(data_table("Forecast runs", list(COLUMNS), S.rows, options)),
        route="/forecasting/runs",
        reload=S.load,
    )


def _acts(row: Any) -> list[rx.Component]:
    pins = rx.foreach(
        S.cycles,
        lambda cycle: menu_item(
            "Baseline of " + cycle["label"],
            "pin",
            on_select=S.pin(row["id"].to(str), cycle["value"]),
        ),
    )
    off = menu_item("Only a complete run of all products can be a baseline", disabled=True)
    may_pin = may(Permission.STATISTICS_RUN) & row["may_pin"].to(bool)
    return [rx.cond(may_pin, rx.fragment(pins), off)]
