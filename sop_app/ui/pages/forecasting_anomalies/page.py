"""The inbox of unusual months."""

from typing import Any

import reflex as rx

from sop_app.planning.baseline.rules import FindingStatus
from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import menu_item, secondary_button
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.column_chooser import column_chooser
from sop_app.ui.components.data_table import (
    Paging,
    Selection,
    Sorting,
    TableOptions,
    TableState,
    data_table,
)
from sop_app.ui.components.filter_bar import (
    clear_filters,
    filter_bar,
    filter_chip,
    filter_select,
    find_box,
)
from sop_app.ui.components.messages import empty_state, error_state, no_match_state
from sop_app.ui.components.typography import secondary_text
from sop_app.ui.sections.baseline_head import baseline_page
from sop_app.ui.shell.sidebar import may

from .rows import COLUMNS, KIND_OPTIONS, SEVERITY_OPTIONS, STATUS_LABELS
from .state import ForecastingAnomaliesState

S: Bound = ForecastingAnomaliesState
OPEN = FindingStatus.OPEN.value
DECISIONS = (
    (FindingStatus.ACCEPTED, "Accept the correction", "check"),
    (FindingStatus.REJECTED, "Reject: the month was normal", "x"),
    (FindingStatus.IGNORED, "Ignore", "eye-off"),
)


def forecasting_anomalies_page() -> rx.Component:
    """Show months that are no normal demand; a planner corrects them for forecasts."""
    table = rx.cond(may(Permission.STATISTICS_RUN), _table(_SELECTION), _table(None))
    return baseline_page(
        _chips(),
        filter_bar(
            find_box(S.find, S.find_rows, "Find an item", "220px"),
            filter_select(
                "Severity",
                S.severity,
                SEVERITY_OPTIONS,
                lambda value: S.choose_filter("severity", value),
            ),
            filter_select(
                "What", S.kind, KIND_OPTIONS, lambda value: S.choose_filter("kind", value)
            ),
            clear_filters(S.is_filtered, S.clear_filters),
            views=(column_chooser("Unusual months", COLUMNS),),
        ),
        rx.cond(S.ticked.length() > 0, _bulk()),
        flush_card(table),
        address_bar(S.address),
        route="/forecasting/anomalies",
        reload=S.load,
    )


def _chips() -> rx.Component:
    counts: Bound = S.counts
    return rx.flex(
        *(
            filter_chip(
                label,
                counts[status.value],
                S.status == status.value,
                S.choose_filter("status", status.value),
            )
            for status, label in STATUS_LABELS.items()
        ),
        gap="8px",
        wrap="wrap",
    )


def _bulk() -> rx.Component:
    decisions = [
        secondary_button(
            label.partition(":")[0], icon, on_click=S.decide_ticked(status.value), size="1"
        )
        for status, label, icon in DECISIONS
    ]
    undo = secondary_button("Open again", "undo-2", on_click=S.decide_ticked(OPEN), size="1")
    return rx.flex(
        secondary_text(S.ticked.length().to_string(), " selected"),
        rx.cond(S.status == OPEN, rx.flex(*decisions, gap="8px", wrap="wrap"), undo),
        align="center",
        gap="12px",
        role="group",
        aria_label="Decide about the selected findings",
    )


_SELECTION = Selection(S.ticked, S.toggle_row, S.toggle_page)


def _table(selection: Selection | None) -> rx.Component:
    options = TableOptions(
        sorting=Sorting(S.sort_key, S.is_descending, S.sort),
        paging=Paging(S.page, S.page_size, S.total_count, S.turn_page, S.change_page_size),
        selection=selection,
        row_menu=_acts if selection else None,
        state=TableState(
            is_loading=S.is_loading,
            has_error=S.has_error,
            error=error_state(
                "The findings could not be loaded", "Nothing was changed.", on_retry=S.load
            ),
            empty=empty_state(
                "scan-search",
                "Nothing here",
                "Every run looks through the history for months that are no normal demand.",
            ),
            no_match=no_match_state("No finding fits these filters.", S.clear_filters),
            is_filtered=S.is_filtered,
        ),
    )
    return data_table("Unusual months", list(COLUMNS), S.rows, options)


def _acts(row: Any) -> list[rx.Component]:
    row_id = row["id"].to(str)
    decisions = [
        menu_item(label, icon, on_select=S.decide_row(row_id, status.value))
        for status, label, icon in DECISIONS
    ]
    undo = menu_item("Open again", "undo-2", on_select=S.decide_row(row_id, OPEN))
    return [rx.cond(row["status"].to(str) == OPEN, rx.fragment(*decisions), undo)]
