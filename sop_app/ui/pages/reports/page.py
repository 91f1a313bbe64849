"""The reports page: the consolidated report of a cycle, all reps or one alone."""

import reflex as rx

from sop_app.review.reports.schemas import Dimension, Measure
from sop_app.ui.components.buttons import secondary_button
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.data_table import Paging, Sorting, TableState
from sop_app.ui.components.filter_bar import (
    clear_filters,
    filter_bar,
    filter_select,
    find_box,
    view_switch,
)
from sop_app.ui.components.messages import empty_state, no_match_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.pivot_table import pivot_table
from sop_app.ui.components.progress import running_job
from sop_app.ui.shell.job_state import JobState
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .state import CURRENCY
from .state import ReportsState as S


def reports_page() -> rx.Component:
    """Show the consolidated report as a pivot, with its files."""
    return page_template(
        page_header(
            "Consolidated report",
            line=S.summary,
            secondary=(
                secondary_button("CSV", "file-text", on_click=S.make_file("csv")),
                secondary_button("Excel", "file-spreadsheet", on_click=S.make_file("xlsx")),
            ),
        ),
        rx.cond(
            JobState.is_running,
            rx.box(
                running_job(JobState.title, JobState.detail, JobState.percent, JobState.cancel),
                margin_bottom="16px",
            ),
        ),
        _filters(),
        flush_card(_pivot()),
        route="/reports",
        crumbs=[Crumb("Results"), Crumb("Reports")],
    )


def _filters() -> rx.Component:
    return filter_bar(
        find_box(S.find, S.find_lines, "Find a line"),
        filter_select("Cycle", S.cycle, S.cycles, S.choose_cycle, has_any=False),
        filter_select("Sales rep", S.sales_rep, S.sales_reps, S.choose_sales_rep),
        filter_select(
            "Rows",
            S.dimension,
            [(dimension.value, dimension.label) for dimension in Dimension],
            S.choose_dimension,
            has_any=False,
        ),
        clear_filters(S.is_filtered, S.clear),
        views=(
            view_switch(
                "Measure",
                [(Measure.UNITS.value, "Units"), (Measure.VALUE.value, CURRENCY)],
                S.measure,
                S.choose_measure,
            ),
        ),
    )


def _pivot() -> rx.Component:
    empty = empty_state(
        "file-chart-column",
        "No report yet",
        "A report can be made once a cycle has been opened.",
    )
    return pivot_table(
        "Consolidated report",
        S.headers,
        S.lines,
        S.total,
        sorting=Sorting(S.sort_key, S.is_descending, S.sort),
        paging=Paging(S.page, S.page_size, S.line_count, S.turn_page, S.change_page_size),
        state=TableState(
            is_loading=S.is_loading,
            empty=empty,
            no_match=no_match_state(S.find, S.clear),
            is_filtered=S.is_filtered,
        ),
        on_open=S.open_line,
    )
