"""The page of imports: upload a file, find one's own again, keep matchings of columns by name."""

from typing import Any

import reflex as rx

from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import icon, menu_item, secondary_button
from sop_app.ui.components.cards import card, flush_card, titled_card
from sop_app.ui.components.data_table import (
    Paging,
    Sorting,
    TableOptions,
    TableState,
    data_table,
)
from sop_app.ui.components.dialogs import Act, Opening, confirm_dialog, form_buttons, form_dialog
from sop_app.ui.components.file_drop import Sending, file_drop
from sop_app.ui.components.filter_bar import (
    ANY,
    clear_filters,
    filter_bar,
    filter_select,
    find_box,
)
from sop_app.ui.components.forms import Field, select_field, text_field
from sop_app.ui.components.messages import empty_state, error_state, no_match_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.table_columns import Column
from sop_app.ui.components.typography import secondary_text
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .state import WORDS, ImportsState

S: Bound = ImportsState
UPLOAD = "/api/v1/imports"
COLUMNS = (
    Column("file", "File", "name", is_sortable=True),
    Column("kind", "Content", is_sortable=True),
    Column("status", "Status", "badge", badge="job", is_sortable=True),
    Column("new", "New", "number", is_sortable=True),
    Column("changed", "Changed", "number", is_sortable=True),
    Column("wrong", "Wrong", "number", is_sortable=True),
    Column("uploaded", "Uploaded", "muted", is_sortable=True),
    Column("accepted", "Accepted", "muted", is_sortable=True),
)
MATCHING_COLUMNS = (
    Column("name", "Name", "name"),
    Column("content", "Content"),
    Column("saved", "Saved", "muted"),
)
STATUSES = [(status.value, word) for status, (_, word) in WORDS.items()]


def imports_page() -> rx.Component:
    """Show the place for a file, one's own imports and saved matchings."""
    can_import = S.kinds.length() > 0
    has_list = can_import | S.is_filtered | (S.total_count > 0)
    return page_template(
        page_header("Imports", line="Nothing is saved until you accept what a file changes."),
        rx.cond(can_import, _upload(), rx.cond(S.is_loading, rx.fragment(), _elsewhere())),
        rx.cond(has_list, rx.fragment(_filters(), flush_card(_table()), _matchings())),
        _rename_dialog(),
        _delete_dialog(),
        address_bar(S.address),
        route="/imports",
        crumbs=[Crumb("Data"), Crumb("Imports")],
    )


def _upload() -> rx.Component:
    kind = select_field(
        Field("kind", "What the file holds"), S.kinds, value=S.kind, on_change=S.choose_kind
    )
    hint = secondary_text(
        "Columns are found by their names; you confirm them, and see every change before it is stored."
    )
    drop = file_drop(
        "Drop a file here",
        "Excel, OpenDocument or CSV",
        Sending(UPLOAD, S.fields, "/imports/{id}"),
    )
    left = rx.flex(kind, hint, direction="column", gap="12px")
    return card(
        rx.grid(left, drop, columns=rx.breakpoints(initial="1", md="280px 1fr"), gap="24px")
    )


def _elsewhere() -> rx.Component:
    """Tell people whose roles import nothing where their own upload is."""
    to_forecast = secondary_button("Upload my forecast", "upload", href="/forecast/upload")
    forecast = empty_state(
        "table-2",
        "Your forecast is uploaded elsewhere",
        "Customers, products, prices and sales are imported by the coordinator. "
        "The template you filled in Excel belongs on its own page.",
        to_forecast,
    )
    nothing = empty_state(
        "upload",
        "Nothing to import",
        "Your roles do not import data. The administrator gives roles.",
    )
    return flush_card(rx.cond(S.may_upload_forecast, forecast, nothing))


def _filters() -> rx.Component:
    def chosen(name: str) -> rx.Var:
        values = S.filters[name].to(list[str])
        return rx.cond(values.length() > 0, values[0], ANY)

    return filter_bar(
        find_box(S.find, S.find_rows, "Find by file name"),
        filter_select(
            "Content", chosen("content"), S.kinds, lambda value: S.choose_filter("content", value)
        ),
        filter_select(
            "Status", chosen("status"), STATUSES, lambda value: S.choose_filter("status", value)
        ),
        clear_filters(S.is_filtered, S.clear_filters),
    )


def _table() -> rx.Component:
    empty = empty_state(
        "upload", "No import yet", "Files you upload stand here with what they changed."
    )
    failed = error_state("The imports could not be loaded", "Nothing was changed.", on_retry=S.load)
    state = TableState(
        is_loading=S.is_loading,
        error=failed,
        has_error=S.has_error,
        empty=empty,
        no_match=no_match_state("No import fits the search and the filters.", S.clear_filters),
        is_filtered=S.is_filtered,
    )
    return data_table(
        "Imports",
        COLUMNS,
        S.rows,
        TableOptions(
            sorting=Sorting(S.sort_key, S.is_descending, S.sort),
            paging=Paging(S.page, S.page_size, S.total_count, S.turn_page, S.change_page_size),
            state=state,
        ),
    )


def _matchings() -> rx.Component:
    table = data_table(
        "Saved matchings",
        MATCHING_COLUMNS,
        S.matchings,
        TableOptions(opens=False, row_menu=_matching_menu),
    )
    remark = secondary_text("Used by themselves when a file has the same columns.")
    return rx.cond(
        S.matchings.length() > 0,
        titled_card("Saved matchings of columns", table, actions=remark, is_flush=True),
    )


def _matching_menu(row: Any) -> list[rx.Component]:
    key = row["id"].to(str)
    return [
        menu_item("Rename", "pencil", on_select=S.ask_rename(key)),
        rx.dropdown_menu.item(
            icon("trash-2", 16), "Delete", color_scheme="red", on_select=S.ask_delete(key)
        ),
    ]


def _rename_dialog() -> rx.Component:
    field = Field("name", "Name", S.name_error, is_required=True)
    form = rx.form(
        text_field(field, default_value=S.matching["name"], max_length=80),
        form_buttons(
            Act("Rename matching", None, "check"), rx.dialog.close(secondary_button("Cancel"))
        ),
        on_submit=S.rename,
        no_validate=True,
    )
    opening = Opening(is_open=S.is_renaming, on_change=S.open_question)
    return form_dialog("Rename matching", form, opening, S.matching["content"])


def _delete_dialog() -> rx.Component:
    return confirm_dialog(
        f"Delete matching {S.matching['name']}?",
        "Files of the same shape are matched by the names of their columns again. "
        "What was imported with it stays.",
        Act("Delete matching", S.delete, "trash-2", is_destructive=True),
        keep="Keep matching",
        opening=Opening(is_open=S.is_deleting, on_change=S.open_question),
    )
