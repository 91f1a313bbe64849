"""The products page."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    icon,
    menu_item,
    more_menu,
    primary_button,
    secondary_button,
)
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.column_chooser import column_chooser
from sop_app.ui.components.data_table import (
    Paging,
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
from sop_app.ui.components.table_columns import Column
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .columns import COLUMNS, COLUMNS_WITHOUT_PRICES
from .state import ProductsState

S: Bound = ProductsState

EXPORT = "/api/v1/products/export"
IMPORT = "/imports?kind=products"
STATUSES = [("new", "New"), ("active", "Active"), ("discontinued", "Discontinued")]


def products_page() -> rx.Component:
    """Show the products as a list; without prices and sales to those who may not see them."""
    sees_prices = may(Permission.PRICES_VIEW)
    return page_template(
        _header(),
        rx.cond(sees_prices, _filters(COLUMNS), _filters(COLUMNS_WITHOUT_PRICES)),
        flush_card(rx.cond(sees_prices, _table(COLUMNS), _table(COLUMNS_WITHOUT_PRICES))),
        _question(),
        address_bar(S.address),
        _undo(),
        route="/products",
        crumbs=[Crumb("Data"), Crumb("Products")],
    )


def _header() -> rx.Component:
    may_edit = may(Permission.PRODUCTS_EDIT)
    imports = secondary_button("Import", "upload", href=IMPORT)
    return page_header(
        "Products",
        line=S.summary,
        secondary=(export_menu(EXPORT, S.file_query), rx.cond(may_edit, imports)),
        menu=more_menu(
            *export_items(EXPORT, S.file_query),
            rx.cond(may_edit, menu_item("Import", "upload", href=IMPORT)),
        ),
        primary=rx.cond(may_edit, primary_button("New product", "plus", href="/products/new")),
    )


def _filters(columns: tuple[Column, ...]) -> rx.Component:
    def chosen(name: str) -> rx.Var:
        return S.filters[name].to(list[str])

    def toggle(name: str) -> Any:
        return lambda value: S.toggle_filter(name, value)

    statuses = rx.Var.create([{"value": key, "label": word} for key, word in STATUSES])
    return filter_bar(
        find_box(S.find, S.find_rows, "Find by name or SKU"),
        filter_select(
            "Category",
            S.category,
            S.categories,
            lambda value: S.choose_filter("category_id", value),
        ),
        filter_multiselect("Family", chosen("family"), S.families, toggle("family")),
        filter_multiselect("Made in", chosen("location"), S.locations, toggle("location")),
        filter_multiselect("Status", chosen("status"), statuses, toggle("status")),
        clear_filters(S.is_filtered, S.clear_filters),
        views=(column_chooser("Products", columns),),
    )


def _table(columns: tuple[Column, ...]) -> rx.Component:
    may_edit = may(Permission.PRODUCTS_EDIT)
    nothing = empty_state(
        "package",
        "No products yet",
        "Products come from your own Excel file, or one by one.",
        rx.cond(may_edit, secondary_button("Import products", "upload", href=IMPORT)),
    )
    failed = error_state(
        "The products could not be loaded", "Nothing was changed.", on_retry=S.load
    )
    return data_table(
        "Products",
        columns,
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
                    "No product fits the search and the filters.", S.clear_filters
                ),
                is_filtered=S.is_filtered,
            ),
            row_menu=_row_menu,
        ),
    )


def _row_menu(row: Any) -> list[rx.Component]:
    page = row["href"].to(str)
    key = row["id"].to(str)
    return [
        menu_item("Open", "arrow-right", href=page),
        rx.cond(
            may(Permission.PRICES_VIEW),
            menu_item("Prices", "tag", href=f"/prices?product_id={key}"),
        ),
        rx.cond(
            may(Permission.PRODUCTS_EDIT),
            rx.fragment(
                rx.dropdown_menu.separator(),
                menu_item("Edit", "pencil", href=f"{page}/edit"),
                rx.dropdown_menu.item(
                    icon("trash-2", 16),
                    "Delete",
                    color_scheme="red",
                    on_select=S.ask_delete(key),
                ),
            ),
        ),
    ]


def _question() -> rx.Component:
    """Ask before deleting; what is in use can only be discontinued."""
    opening = Opening(is_open=S.is_asking, on_change=S.open_question)
    delete = confirm_dialog(
        f"Delete {S.doomed_name}?",
        "Nothing depends on this product. A deleted product can be restored.",
        Act("Delete product", S.delete, "trash-2", is_destructive=True),
        keep="Keep product",
        opening=opening,
    )
    discontinue = confirm_dialog(
        f"{S.doomed_name} is in use",
        f"{S.hindrance} A discontinued product keeps its history and is no longer planned.",
        Act("Discontinue", S.discontinue, "archive"),
        keep="Leave as it is",
        opening=opening,
    )
    return rx.cond(S.hindrance != "", discontinue, delete)


def _undo() -> rx.Component:
    """Stand by for the Undo of the notice, which presses it by name."""
    return rx.el.button(
        "Restore product",
        on_click=S.restore,
        type="button",
        class_name="visually-hidden",
        tab_index=-1,
        aria_hidden="true",
        custom_attrs={"data-hotkey": "restore"},
    )
