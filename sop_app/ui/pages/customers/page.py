"""The customers page."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    ghost_button,
    icon,
    menu_button,
    menu_item,
    more_menu,
    primary_button,
    secondary_button,
)
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
from sop_app.ui.components.dialogs import Act, Opening, confirm_dialog
from sop_app.ui.components.export_menu import export_items, export_menu
from sop_app.ui.components.filter_bar import (
    clear_filters,
    filter_bar,
    filter_multiselect,
    filter_select,
    find_box,
)
from sop_app.ui.components.messages import empty_state, error_state, no_match_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.typography import strong_text
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .columns import COLUMNS
from .state import CustomersState

S: Bound = CustomersState

EXPORT = "/api/v1/customers/export"
IMPORT = "/imports?kind=customers"
_SELECTION = Selection(S.selected, S.select_row, S.select_page)


def customers_page() -> rx.Component:
    """Show the customers as a list."""
    return page_template(
        _header(),
        rx.cond(S.selected.length() > 0, _bulk(), _filters()),
        flush_card(rx.cond(may(Permission.CUSTOMERS_EDIT), _table(_SELECTION), _table(None))),
        _question(),
        address_bar(S.address),
        _undo(),
        route="/customers",
        crumbs=[Crumb("Data"), Crumb("Customers")],
    )


def _header() -> rx.Component:
    may_edit = may(Permission.CUSTOMERS_EDIT)
    imports = secondary_button("Import", "upload", href=IMPORT)
    return page_header(
        "Customers",
        line=S.summary,
        secondary=(export_menu(EXPORT, S.file_query), rx.cond(may_edit, imports)),
        menu=more_menu(
            *export_items(EXPORT, S.file_query),
            rx.cond(may_edit, menu_item("Import", "upload", href=IMPORT)),
        ),
        primary=rx.cond(may_edit, primary_button("New customer", "plus", href="/customers/new")),
    )


def _filters() -> rx.Component:
    def chosen(name: str) -> rx.Var:
        return S.filters[name].to(list[str])

    def toggle(name: str) -> Any:
        return lambda value: S.toggle_filter(name, value)

    return filter_bar(
        find_box(S.find, S.find_rows),
        filter_multiselect("Channel", chosen("channel"), S.channels, toggle("channel")),
        filter_multiselect("Region", chosen("region"), S.regions, toggle("region")),
        filter_multiselect(
            "Sales rep", chosen("sales_rep_id"), S.sales_reps, toggle("sales_rep_id")
        ),
        filter_select(
            "Status",
            S.status,
            [("active", "Active"), ("inactive", "Inactive")],
            lambda value: S.choose_filter("status", value),
        ),
        clear_filters(S.is_filtered, S.clear_filters),
        views=(column_chooser("Customers", COLUMNS),),
    )


def _bulk() -> rx.Component:
    """Show what can be done with the ticked customers, in place of the filters."""
    reps = rx.foreach(
        S.sales_reps,
        lambda rep: rx.dropdown_menu.item(
            rep["label"], on_select=S.hand_over(rep["value"].to(str))
        ),
    )
    hand_over = rx.dropdown_menu.root(
        rx.dropdown_menu.trigger(menu_button("Give to sales rep", "user-round")),
        rx.dropdown_menu.content(reps, size="2"),
    )
    return filter_bar(
        strong_text(f"{S.selected.length()} selected", role="status"),
        hand_over,
        secondary_button("Set active", "check", on_click=S.change_status("active")),
        secondary_button("Set inactive", "circle-slash", on_click=S.change_status("inactive")),
        ghost_button("Clear selection", "x", size="2", on_click=S.select_page(False)),
    )


def _table(selection: Selection | None) -> rx.Component:
    may_edit = may(Permission.CUSTOMERS_EDIT)
    nothing = empty_state(
        "building-2",
        "No customers yet",
        "Customers come from your own Excel file, or one by one.",
        rx.cond(may_edit, secondary_button("Import customers", "upload", href=IMPORT)),
    )
    failed = error_state(
        "The customers could not be loaded", "Nothing was changed.", on_retry=S.load
    )
    return data_table(
        "Customers",
        COLUMNS,
        S.rows,
        TableOptions(
            sorting=Sorting(S.sort_key, S.is_descending, S.sort),
            paging=Paging(S.page, S.page_size, S.total_count, S.turn_page, S.change_page_size),
            state=TableState(
                is_loading=S.is_loading,
                error=failed,
                has_error=S.has_error,
                empty=nothing,
                no_match=no_match_state(
                    "No customer fits the search and the filters.", S.clear_filters
                ),
                is_filtered=S.is_filtered,
            ),
            row_menu=_row_menu,
            selection=selection,
        ),
    )


def _row_menu(row: Any) -> list[rx.Component]:
    page = row["href"].to(str)
    return [
        menu_item("Open", "arrow-right", href=page),
        menu_item("Assigned products", "grid-2x-2-check", href=_of(row, "/assignments")),
        menu_item("Prices", "tag", href=_of(row, "/prices")),
        rx.cond(
            may(Permission.CUSTOMERS_EDIT),
            rx.fragment(
                rx.dropdown_menu.separator(),
                menu_item("Edit", "pencil", href=f"{page}/edit"),
                rx.dropdown_menu.item(
                    icon("trash-2", 16),
                    "Delete",
                    color_scheme="red",
                    on_select=S.ask_delete(row["id"].to(str)),
                ),
            ),
        ),
    ]


def _of(row: Any, route: str) -> Any:
    return f"{route}?customer_id={row['id'].to(str)}"


def _question() -> rx.Component:
    """Ask before deleting; what is in use can only be set inactive."""
    opening = Opening(is_open=S.is_asking, on_change=S.open_question)
    delete = confirm_dialog(
        f"Delete {S.doomed_name}?",
        "Nothing depends on this customer. A deleted customer can be restored.",
        Act("Delete customer", S.delete, "trash-2", is_destructive=True),
        keep="Keep customer",
        opening=opening,
    )
    deactivate = confirm_dialog(
        f"{S.doomed_name} is in use",
        f"{S.hindrance} An inactive customer keeps its history and is no longer planned.",
        Act("Set inactive", S.deactivate, "circle-slash"),
        keep="Leave as it is",
        opening=opening,
    )
    return rx.cond(S.hindrance != "", deactivate, delete)


def _undo() -> rx.Component:
    """Stand by for the Undo of the notice, which presses it by name."""
    return rx.el.button(
        "Restore customer",
        on_click=S.restore,
        type="button",
        class_name="visually-hidden",
        tab_index=-1,
        aria_hidden="true",
        custom_attrs={"data-hotkey": "restore"},
    )
