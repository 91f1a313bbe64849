"""The forecast entry page: the planning grid with its filters, progress and acts."""

import reflex as rx

from sop_app.planning.forecast_entry.schemas import Chip, ContextKind
from sop_app.ui.components.badges import status_badge
from sop_app.ui.components.buttons import icon, icon_button
from sop_app.ui.components.filter_bar import (
    clear_filters,
    filter_bar,
    filter_chip,
    filter_multiselect,
    filter_select,
    find_box,
    view_switch,
)
from sop_app.ui.components.messages import empty_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.plan_grid import plan_grid
from sop_app.ui.components.progress import progress_with_text
from sop_app.ui.components.typography import secondary_text, strong_text
from sop_app.ui.shell.hotkeys import hotkey
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .drawer import cell_drawer
from .drawer_state import ForecastDrawerState as Drawer
from .filter_state import ForecastFilterState as Filters
from .state import ForecastGridState as Grid
from .view_state import ForecastViewState as View

CHIP_LABELS = {
    Chip.ALL: "All",
    Chip.MISSING: "Missing",
    Chip.ERRORS: "Errors",
    Chip.CHANGED: "Changed",
    Chip.COMMENTS: "Comments",
}


def forecast_page() -> rx.Component:
    """Show the planning grid of a cycle."""
    return page_template(
        _header(),
        _filters(),
        rx.el.div(rx.box(_grid()), cell_drawer(), class_name="grid-area"),
        route="/forecast",
        crumbs=[Crumb("Demand"), Crumb("Forecast entry"), Crumb(View.cycle_name)],
        is_grid=True,
    )


def _header() -> rx.Component:
    line = rx.flex(
        rx.text(View.cycle_name, " cycle", as_="span"),
        rx.cond(
            Grid.saved_line != "",
            rx.flex(
                icon("cloud-check", 14),
                Grid.saved_line,
                align="center",
                gap="4px",
                color="var(--jade-11)",
            ),
        ),
        gap="8px",
        align="center",
    )
    progress = rx.box(
        progress_with_text(
            View.percent,
            f"{View.complete} of {View.counts['all']} rows complete",
            "Rows complete",
        ),
        width="200px",
    )
    deadline = rx.flex(
        icon("clock", 16),
        rx.box(strong_text(View.time_left), secondary_text("Closes ", View.deadline)),
        gap="10px",
        align="center",
    )
    return page_header(
        "Forecast entry",
        badge=status_badge("forecast", View.status),
        line=line,
        secondary=(progress, deadline),
        primary=None,
    )


def _filters() -> rx.Component:
    chips = [
        filter_chip(
            label, View.counts[chip.value], View.chip == chip.value, Filters.choose_chip(chip.value)
        )
        for chip, label in CHIP_LABELS.items()
    ]
    return filter_bar(
        find_box(View.find, Filters.find_rows, "Find", width="190px"),
        rx.cond(
            View.sales_reps.length() > 1,
            filter_select("Sales rep", View.sales_rep, View.sales_reps, Filters.choose_sales_rep),
        ),
        filter_select("Customer", View.customer, View.customers, Filters.choose_customer),
        filter_select("Family", View.family, View.families, Filters.choose_family),
        *chips,
        clear_filters(View.is_filtered, Filters.clear),
        views=(
            _compare(),
            view_switch(
                "Unit",
                [("units", "Units"), ("value", "EUR")],
                rx.cond(View.shows_value, "value", "units"),
                Filters.show_unit,
            ),
            icon_button(
                "panel-right",
                "Details of the cell",
                "Ctrl I",
                on_click=Drawer.toggle,
                custom_attrs=hotkey("ctrl+i"),
            ),
            icon_button(
                "undo-2", "Undo", "Ctrl Z", on_click=Grid.undo, custom_attrs=hotkey("ctrl+z")
            ),
            icon_button(
                "redo-2", "Redo", "Ctrl Y", on_click=Grid.redo, custom_attrs=hotkey("ctrl+y")
            ),
        ),
    )


def _compare() -> rx.Component:
    options = rx.Var.create([{"value": kind.value, "label": kind.label} for kind in ContextKind])
    return filter_multiselect("Compare", View.compares, options, Filters.toggle_compare)


def _grid() -> rx.Component:
    grid = plan_grid(
        grid_id="forecast-grid",
        label="Forecast by customer, product and month",
        columns=Grid.columns,
        rows=Grid.row_count,
        base=Grid.base,
        patch=Grid.patch,
        totals=Grid.totals,
        summary=Grid.summary,
        search=View.find,
        on_edit=Grid.edit,
        on_window=Grid.move_window.throttle(150),
        on_select=Grid.select,
        on_undo=Grid.undo,
        on_redo=Grid.redo,
        on_expand=Grid.unfold,
        on_sort=Filters.sort_by,
    )
    empty = rx.cond(
        View.is_filtered,
        empty_state("search-x", "No rows match", "No row passes the filters.", None),
        empty_state(
            "table-2",
            "No forecast for this cycle yet",
            "You have no active customer and product pairs in an open cycle.",
            None,
        ),
    )
    return rx.cond(Grid.is_loading | (Grid.row_count > 0), grid, empty)
