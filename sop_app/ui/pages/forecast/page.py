"""The forecast entry page: the planning grid with its filters, progress and acts."""

import reflex as rx

from sop_app.planning.forecast_entry.schemas import Chip, ContextKind
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.badges import status_badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    icon,
    icon_button,
    menu,
    menu_button,
    menu_item,
    more_menu,
    primary_button,
    secondary_button,
)
from sop_app.ui.components.filter_bar import (
    clear_filters,
    filter_bar,
    filter_chip,
    filter_multiselect,
    filter_select,
    find_box,
    view_switch,
)
from sop_app.ui.components.messages import empty_state, page_message
from sop_app.ui.components.page_header import header_facts, page_header
from sop_app.ui.components.plan_grid import plan_grid
from sop_app.ui.components.progress import progress_with_text
from sop_app.ui.components.typography import secondary_text, strong_text
from sop_app.ui.shell.hotkeys import hotkey
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.session_state import SessionState
from sop_app.ui.shell.template import page_template

from .act_state import COPIED, ForecastActState
from .dialogs import conflict_dialog, may_submit, spread_dialog, submit_dialog
from .drawer import cell_drawer
from .drawer_state import ForecastDrawerState
from .edit_state import ForecastEditState
from .filter_state import ForecastFilterState
from .spread_state import ForecastSpreadState
from .state import ForecastGridState
from .view_state import ForecastViewState

Acts: Bound = ForecastActState
Drawer: Bound = ForecastDrawerState
Filters: Bound = ForecastFilterState
Edits: Bound = ForecastEditState
Grid: Bound = ForecastGridState
Spread: Bound = ForecastSpreadState
View: Bound = ForecastViewState

CHIP_LABELS = {
    Chip.ALL: "All",
    Chip.MISSING: "Missing",
    Chip.ERRORS: "Errors",
    Chip.CHANGED: "Changed",
    Chip.COMMENTS: "Comments",
}


def forecast_page() -> rx.Component:
    """Show the planning grid of a cycle."""
    shown = rx.fragment(
        _filters(),
        submit_dialog(),
        conflict_dialog(),
        spread_dialog(),
        address_bar(View.address),
        rx.el.div(rx.box(_grid()), cell_drawer(), class_name="grid-area"),
    )
    return page_template(
        rx.cond(
            Grid.is_loading | (View.cycle_name != ""), _header(), page_header("Forecast entry")
        ),
        rx.cond(Grid.is_loading | (View.cycle_name != ""), shown, _nothing_to_enter()),
        route="/forecast",
        crumbs=[
            Crumb("Demand"),
            Crumb("Forecast entry"),
            Crumb(rx.cond(View.cycle_name != "", View.cycle_name, "No cycle")),
        ],
        message=_message(),
        is_grid=True,
    )


def _nothing_to_enter() -> rx.Component:
    return empty_state(
        "calendar-clock",
        "No cycle has been opened yet",
        "The grid shows your rows once the coordinator has opened a cycle.",
        secondary_button("Cycles", "calendar-check", href="/cycles"),
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
            f"{View.complete} of {View.row_count} rows complete",
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
        secondary=(header_facts(progress, deadline), *_acts()),
        menu=_more(),
        primary=rx.cond(
            may_submit(),
            primary_button("Submit", "send", on_click=Acts.ask, custom_attrs=hotkey("ctrl+enter")),
        ),
    )


def _acts() -> tuple[rx.Component, ...]:
    copy = menu(menu_button("Copy from", "copy"), *_copies())
    template = secondary_button("Template", "download", href=_template(), download=True)
    upload = secondary_button("Upload", "upload", href=_upload())
    return rx.cond(may_submit(), copy), template, rx.cond(may_submit(), upload)


def _more() -> rx.Component:
    template = menu_item("Template", "download", href=_template(), download=True)
    if_open = rx.fragment(*_copies("Copy from {}"), menu_item("Upload", "upload", href=_upload()))
    return more_menu(rx.cond(may_submit(), if_open), template)


def _copies(words: str = "") -> list[rx.Component]:
    return [
        menu_item(
            words.format(kind.label.lower()) or kind.label,
            "copy" if words else None,
            on_select=Acts.copy(kind.value),
        )
        for kind in COPIED
    ]


def _template() -> rx.Var[str]:
    return "/api/v1/forecasts/template?cycle_id=" + View.cycle_id.to_string()


def _upload() -> rx.Var[str]:
    return "/forecast/upload?cycle=" + View.cycle_id.to_string()


def _message() -> rx.Component:
    returned = page_message(
        "returned",
        f"{View.returned_note} returned.",
        "Read the comments, change the figures and submit again.",
    )
    closed = page_message("closed", "The window is closed.", "Entries are read-only.")
    return rx.cond(
        View.cycle_name != "",
        rx.cond(View.is_open, rx.cond(View.returned_note != "", returned), closed),
    )


def _filters() -> rx.Component:
    chips = [
        filter_chip(
            label, View.counts[chip.value], View.chip == chip.value, Filters.choose_chip(chip.value)
        )
        for chip, label in CHIP_LABELS.items()
    ]
    return filter_bar(
        find_box(View.find, Filters.find_rows, "Find", width="132px"),
        rx.cond(
            View.sales_reps.length() > 1,
            filter_select("Sales rep", View.sales_rep, View.sales_reps, Filters.choose_sales_rep),
        ),
        filter_select("Customer", View.customer, View.customers, Filters.choose_customer),
        filter_select("Family", View.family, View.families, Filters.choose_family),
        rx.el.div(*chips, class_name="wide-chips"),
        rx.el.div(
            filter_select("Rows", View.chip, _chip_options(), Filters.choose_chip, has_any=False),
            class_name="narrow-chips",
        ),
        clear_filters(View.is_filtered, Filters.clear),
        views=(
            _compare(),
            view_switch(
                "Unit",
                [("units", "Units"), ("value", SessionState.currency)],
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
            rx.cond(
                may_submit(),
                icon_button(
                    "pin",
                    "Hold cells when a total is spread",
                    "Ctrl H",
                    on_click=Spread.toggle_holds,
                    custom_attrs=hotkey("ctrl+h"),
                ),
            ),
            icon_button(
                "undo-2", "Undo", "Ctrl Z", on_click=Edits.undo, custom_attrs=hotkey("ctrl+z")
            ),
            icon_button(
                "redo-2", "Redo", "Ctrl Y", on_click=Edits.redo, custom_attrs=hotkey("ctrl+y")
            ),
        ),
    )


def _chip_options() -> list[tuple[str, str]]:
    return [(chip.value, label) for chip, label in CHIP_LABELS.items()]


def _compare() -> rx.Component:
    options = rx.Var.create([{"value": kind.value, "label": kind.label} for kind in ContextKind])
    return filter_multiselect(
        "Compare", View.compares, options, Filters.toggle_compare, is_filter=False
    )


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
        on_edit=Edits.edit,
        on_window=Grid.move_window.throttle(150),
        on_select=Grid.select,
        on_skip=Edits.skip,
        on_spread=Spread.ask,
        on_undo=Edits.undo,
        on_redo=Edits.redo,
        on_expand=Grid.unfold,
        on_sort=Filters.sort_by,
    )
    no_match = rx.box(
        empty_state("search-x", "No rows match", "No row passes the filters.", None),
        class_name="grid-empty",
    )
    nothing_yet = empty_state(
        "table-2",
        "No forecast for this cycle yet",
        "You have no active customer and product pairs in an open cycle.",
        None,
    )
    has_rows = Grid.is_loading | (Grid.row_count > 0)
    return rx.cond(
        has_rows | View.is_filtered,
        rx.fragment(grid, rx.cond(has_rows, rx.fragment(), no_match)),
        nothing_yet,
    )
