"""The prices page."""

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
from sop_app.ui.components.dialogs import (
    Act,
    Opening,
    confirm_dialog,
    form_buttons,
    form_dialog,
)
from sop_app.ui.components.export_menu import export_items, export_menu
from sop_app.ui.components.filter_bar import (
    clear_filters,
    filter_bar,
    filter_multiselect,
    find_box,
)
from sop_app.ui.components.forms import Field, date_field, form_columns, number_field
from sop_app.ui.components.messages import empty_state, error_state, no_match_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.suggestions import suggesting_field
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .columns import COLUMNS
from .form_state import PriceFormState
from .state import PricesState

Form: Bound = PriceFormState
S: Bound = PricesState

EXPORT = "/api/v1/prices/export"
IMPORT = "/imports?kind=prices"
TIMINGS = [("current", "Current"), ("upcoming", "Upcoming"), ("past", "Past")]


def prices_page() -> rx.Component:
    """Show the price list."""
    return page_template(
        _header(),
        _filters(),
        flush_card(rx.cond(may(Permission.PRICES_EDIT), _table(_row_menu), _table(None))),
        _form(),
        _question(),
        address_bar(S.address),
        route="/prices",
        crumbs=[Crumb("Data"), Crumb("Prices")],
    )


def _header() -> rx.Component:
    may_edit = may(Permission.PRICES_EDIT)
    imports = secondary_button("Import", "upload", href=IMPORT)
    return page_header(
        "Prices",
        line=S.summary,
        secondary=(export_menu(EXPORT, S.file_query), rx.cond(may_edit, imports)),
        menu=more_menu(
            *export_items(EXPORT, S.file_query),
            rx.cond(may_edit, menu_item("Import", "upload", href=IMPORT)),
        ),
        primary=rx.cond(may_edit, primary_button("New price", "plus", on_click=Form.open_new)),
    )


def _filters() -> rx.Component:
    def chosen(name: str) -> rx.Var:
        return S.filters[name].to(list[str])

    timings = rx.Var.create([{"value": key, "label": word} for key, word in TIMINGS])
    return filter_bar(
        find_box(S.find, S.find_rows, "Find by customer or product", "240px"),
        rx.cond(
            S.scope != "",
            secondary_button(S.scope, "x", on_click=S.widen, aria_label="Show all prices"),
        ),
        filter_multiselect(
            "Family", chosen("family"), S.families, lambda value: S.toggle_filter("family", value)
        ),
        filter_multiselect(
            "Holds", chosen("timing"), timings, lambda value: S.toggle_filter("timing", value)
        ),
        clear_filters(S.is_filtered, S.clear_filters),
        views=(column_chooser("Prices", COLUMNS),),
    )


def _table(row_menu: Any) -> rx.Component:
    may_edit = may(Permission.PRICES_EDIT)
    nothing = empty_state(
        "tag",
        "No prices yet",
        "Without an own price each customer pays the list price of the product.",
        rx.cond(may_edit, secondary_button("Import prices", "upload", href=IMPORT)),
    )
    failed = error_state("The prices could not be loaded", "Nothing was changed.", on_retry=S.load)
    return data_table(
        "Prices",
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
                    "No price fits the search and the filters.", S.clear_filters
                ),
                is_filtered=S.is_filtered,
            ),
            row_menu=row_menu,
        ),
    )


def _row_menu(row: Any) -> list[rx.Component]:
    key = row["id"].to(str)
    return [
        menu_item("Open customer", "building-2", href=row["href"].to(str)),
        menu_item("Correct", "pencil", on_select=Form.open_edit(key)),
        rx.dropdown_menu.item(
            icon("trash-2", 16), "Withdraw", color_scheme="red", on_select=S.ask_delete(key)
        ),
    ]


def _form() -> rx.Component:
    def field(name: str, label: str, hint: str = "") -> Field:
        return Field(name, label, Form.errors[name].to(str), hint, is_required=True)

    pair = form_columns(
        suggesting_field(
            field("customer", "Customer code"),
            Form.customers,
            default_value=Form.fields["customer"],
            on_change=Form.suggest_customers.debounce(250),
        ),
        suggesting_field(
            field("product", "SKU"),
            Form.products,
            default_value=Form.fields["product"],
            on_change=Form.suggest_products.debounce(250),
        ),
    )
    figures = form_columns(
        date_field(
            field("effective_date", "Effective", "First day the customer pays it."),
            default_value=Form.fields["effective_date"],
        ),
        number_field(
            field("unit_price", "Price", "Per unit of the product."),
            default_value=Form.fields["unit_price"],
        ),
    )
    buttons = form_buttons(
        Act("Save price", None, "check"), rx.dialog.close(secondary_button("Cancel"))
    )
    form = rx.form(
        rx.flex(rx.cond(Form.is_new, pair), figures, direction="column", gap="16px"),
        buttons,
        on_submit=Form.save,
        no_validate=True,
    )
    return form_dialog(
        Form.title, form, Opening(is_open=Form.is_editing, on_change=Form.show_form), Form.line
    )


def _question() -> rx.Component:
    """Ask before withdrawing a price."""
    return confirm_dialog(
        "Withdraw this price?",
        f"{S.doomed_line} The price before it holds again, or the list price. "
        "Forecasts that are open keep the prices they were opened with.",
        Act("Withdraw price", S.delete, "trash-2", is_destructive=True),
        keep="Keep price",
        opening=Opening(is_open=S.is_asking, on_change=S.open_question),
    )
