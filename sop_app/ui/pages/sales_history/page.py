"""The sales history page: tiles, the course of sales, and the pivot."""

from typing import Any

import reflex as rx

from sop_app.actuals.sales_history.schemas import Dimension, Measure
from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import menu_item, more_menu, secondary_button, small_button
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.charts import ChartOptions, Series, chart, chart_card
from sop_app.ui.components.data_table import Paging, Sorting, TableState
from sop_app.ui.components.export_menu import export_items, export_menu
from sop_app.ui.components.filter_bar import (
    clear_filters,
    filter_bar,
    filter_select,
    find_box,
    view_switch,
)
from sop_app.ui.components.kpis import change_line, kpi_tile
from sop_app.ui.components.messages import empty_state, error_state, no_match_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.pivot_table import pivot_table
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.session_state import SessionState
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .filters import MONTH_COUNTS
from .state import SalesHistoryState as S

EXPORT = "/api/v1/sales-history/export"
IMPORT = "/imports?kind=sales_lines"
SERIES = (
    Series("sales", "Sales", "actual", mark="bar", color="forecast"),
    Series("last_year", "Last year", "last_year", mark="tick"),
)
_IS_BY_MONTH = S.shown["by"] == Dimension.MONTH.value


def sales_history_page() -> rx.Component:
    """Show what was sold, month by month, by whatever the planner asks."""
    return page_template(
        _header(),
        _filters(),
        rx.cond(S.has_sales, rx.fragment(_tiles(), _course())),
        flush_card(_pivot()),
        address_bar(S.address),
        route="/sales-history",
        crumbs=[Crumb("Demand"), Crumb("Sales history")],
    )


def _header() -> rx.Component:
    may_import = may(Permission.SALES_HISTORY_IMPORT)
    return page_header(
        "Sales history",
        line=S.summary,
        secondary=(
            export_menu(EXPORT, S.file_query),
            rx.cond(may_import, secondary_button("Import", "upload", href=IMPORT)),
        ),
        menu=more_menu(
            *export_items(EXPORT, S.file_query),
            rx.cond(may_import, menu_item("Import", "upload", href=IMPORT)),
        ),
    )


def _filters() -> rx.Component:
    def choose(name: str) -> Any:
        return lambda value: S.choose_filter(name, value)

    rows = [(dimension.value, dimension.label) for dimension in Dimension]
    months = list(MONTH_COUNTS.items())
    measures = [(Measure.UNITS.value, "Units"), (Measure.VALUE.value, SessionState.currency)]
    return filter_bar(
        rx.cond(_IS_BY_MONTH, rx.fragment(), find_box(S.find, S.find_rows, "Find a line", "124px")),
        filter_select("Rows", S.shown["by"], rows, S.choose_rows, has_any=False),
        filter_select("Months", S.shown["months"], months, choose("months"), has_any=False),
        filter_select("Until", S.shown["until"], S.last_months, choose("until")),
        filter_select("Category", S.shown["category_id"], S.categories, choose("category_id")),
        filter_select("Region", S.shown["region"], S.regions, choose("region")),
        filter_select("Sales rep", S.shown["sales_rep_id"], S.sales_reps, choose("sales_rep_id")),
        _narrowed("customer"),
        _narrowed("product"),
        clear_filters(S.is_filtered, S.clear_filters),
        views=(view_switch("Measure", measures, S.shown["measure"], choose("measure")),),
        is_dense=True,
    )


def _narrowed(name: str) -> rx.Component:
    """Show the customer or product the sales are narrowed to; a click widens them again."""
    return rx.cond(
        S.names[name] != "",
        small_button(
            S.names[name],
            "x",
            on_click=S.choose_filter(f"{name}_id", "any"),
            aria_label=f"Show all {name}s again",
        ),
    )


def _tiles() -> rx.Component:
    kpis = S.kpis
    return rx.grid(
        kpi_tile(
            f"Sales, {kpis['span']}, {S.unit}",
            kpis["year"],
            change_line(kpis["year_change"], "against last year", kpis["year_tone"]),
        ),
        kpi_tile(f"Average month, {S.unit}", kpis["average"], kpis["averages"]),
        kpi_tile("Trend", kpis["trend"], kpis["trend_of"]),
        kpi_tile(f"Returned, {kpis['span']}", kpis["returned"], kpis["price"]),
        columns=rx.breakpoints(initial="1", sm="2", md="4"),
        gap="16px",
    )


def _course() -> rx.Component:
    options = ChartOptions(height=200, starts_at_zero=True, decimals=S.chart_decimals)
    drawing = chart(S.chart, SERIES, S.chart_summary, options)
    return chart_card(f"Sales by month, {S.chart_unit}", drawing, SERIES)


def _pivot() -> rx.Component:
    state = TableState(
        is_loading=S.is_loading,
        error=error_state(
            "Sales history could not be loaded", "Nothing was changed.", on_retry=S.load
        ),
        has_error=S.has_error,
        empty=empty_state(
            "history",
            "No sales yet",
            "Import invoice lines or monthly figures to see them here.",
        ),
        no_match=no_match_state("No sales fit the search and the filters.", S.clear_filters),
        is_filtered=S.is_filtered,
    )
    sorting = Sorting(S.sort_key, S.is_descending, S.sort)
    paging = Paging(S.page, S.page_size, S.total_count, S.turn_page, S.change_page_size)

    def pivot(name: str, on_open: Bound) -> rx.Component:
        return pivot_table(
            name,
            S.headers,
            S.lines,
            S.total,
            sorting=sorting,
            paging=paging,
            state=state,
            on_open=on_open,
        )

    return rx.cond(_IS_BY_MONTH, pivot("Sales by month", None), pivot("Sales history", S.open_line))
