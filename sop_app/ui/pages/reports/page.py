"""The reports page: the consolidated report of a cycle, all reps or one alone."""

from typing import Any

import reflex as rx

from sop_app.review.reports.schemas import Dimension, Measure
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import menu_item, more_menu, secondary_button, small_button
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.data_table import Paging, Sorting, TableState
from sop_app.ui.components.filter_bar import (
    ANY,
    clear_filters,
    filter_bar,
    filter_select,
    find_box,
    view_switch,
)
from sop_app.ui.components.messages import empty_state, error_state, no_match_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.pivot_table import pivot_table
from sop_app.ui.components.progress import running_job
from sop_app.ui.shell.job_state import JobState
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.session_state import SessionState
from sop_app.ui.shell.template import page_template

from .state import ReportsState

S: Bound = ReportsState
WIDENED = {
    "customer_id": "all customers",
    "family": "all product groups",
    "region": "all regions",
    "channel": "all channels",
}
"""What a click on a narrowing brings back."""


def reports_page() -> rx.Component:
    """Show the consolidated report as a pivot, with its files."""
    running = running_job(JobState.title, JobState.detail, JobState.percent, JobState.cancel)
    return page_template(
        _header(),
        address_bar(S.address),
        rx.cond(JobState.is_running, rx.box(running, margin_bottom="16px")),
        _filters(),
        flush_card(_pivot()),
        route="/reports",
        crumbs=[Crumb("Results"), Crumb("Reports")],
    )


def _header() -> rx.Component:
    csv, excel = S.make_file("csv"), S.make_file("xlsx")
    off = JobState.is_running
    return page_header(
        "Consolidated report",
        line=S.summary,
        secondary=(
            secondary_button("CSV", "file-text", on_click=csv, disabled=off),
            secondary_button("Excel", "file-spreadsheet", on_click=excel, disabled=off),
        ),
        menu=more_menu(
            menu_item("CSV", "file-text", on_select=csv),
            menu_item("Excel", "file-spreadsheet", on_select=excel),
        ),
    )


def _filters() -> rx.Component:
    def choose(name: str) -> Any:
        return lambda value: S.choose_filter(name, value)

    rows = [(dimension.value, dimension.label) for dimension in Dimension]
    measures = [(Measure.UNITS.value, "Units"), (Measure.VALUE.value, SessionState.currency)]
    return filter_bar(
        find_box(S.find, S.find_rows, "Find a line", "160px"),
        filter_select("Cycle", S.shown["cycle_id"], S.cycles, S.choose_cycle, has_any=False),
        filter_select("Rows", S.shown["by"], rows, S.choose_rows, has_any=False),
        filter_select("Sales rep", S.shown["sales_rep_id"], S.sales_reps, choose("sales_rep_id")),
        *map(_narrowed, WIDENED),
        clear_filters(S.is_filtered, S.clear_filters),
        views=(view_switch("Measure", measures, S.shown["measure"], choose("measure")),),
    )


def _narrowed(name: str) -> rx.Component:
    """Show what an opened line narrowed the report to; a click widens it again."""
    widen = small_button(
        S.names[name],
        "x",
        on_click=S.choose_filter(name, ANY),
        aria_label=f"Show {WIDENED[name]} again",
    )
    return rx.cond(S.names[name] != "", widen)


def _pivot() -> rx.Component:
    empty = empty_state(
        "file-chart-column",
        "No report yet",
        "A report can be made once a cycle has been opened.",
    )
    failed = error_state("The report could not be loaded", "Nothing was changed.", on_retry=S.load)
    nothing = no_match_state("No line fits the search and the filters.", S.clear_filters)

    def pivot(on_open: Bound) -> rx.Component:
        return pivot_table(
            "Consolidated report",
            S.headers,
            S.lines,
            S.total,
            sorting=Sorting(S.sort_key, S.is_descending, S.sort),
            paging=Paging(S.page, S.page_size, S.total_count, S.turn_page, S.change_page_size),
            state=TableState(
                is_loading=S.is_loading,
                error=failed,
                has_error=S.has_error,
                empty=empty,
                no_match=nothing,
                is_filtered=S.is_filtered,
            ),
            on_open=on_open,
        )

    return rx.cond(S.shown["by"] == Dimension.PRODUCT.value, pivot(None), pivot(S.open_line))
