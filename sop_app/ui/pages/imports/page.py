"""The page of imports: upload a file, and find one's own again."""

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import primary_button
from sop_app.ui.components.cards import card, flush_card
from sop_app.ui.components.data_table import Paging, TableOptions, TableState, data_table
from sop_app.ui.components.forms import Field, select_field
from sop_app.ui.components.messages import empty_state, page_message
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.plain_form import plain_form
from sop_app.ui.components.table_columns import Column
from sop_app.ui.components.typography import secondary_text
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .state import ImportsState

S: Bound = ImportsState
UPLOAD = "/api/v1/imports"
ENDINGS = ".xlsx,.xlsm,.xls,.xlsb,.ods,.csv,.tsv,.txt"
COLUMNS = (
    Column("file", "File", "name"),
    Column("kind", "Content"),
    Column("status", "Status", "badge", badge="job"),
    Column("new", "New", "number"),
    Column("changed", "Changed", "number"),
    Column("wrong", "Wrong", "number"),
    Column("uploaded", "Uploaded", "muted"),
    Column("accepted", "Accepted", "muted"),
)


def imports_page() -> rx.Component:
    """Show the upload form and one's own imports."""
    return page_template(
        page_header("Imports", line="Nothing is saved until you accept what a file changes."),
        rx.cond(S.kinds.length() > 0, _form()),
        _table(),
        route="/imports",
        crumbs=[Crumb("Data"), Crumb("Imports")],
        message=rx.cond(
            S.refusal != "", page_message("blocked", "The file was not taken.", S.refusal)
        ),
    )


def _form() -> rx.Component:
    kind = rx.box(
        select_field(
            Field("kind", "What the file holds"), S.kinds, value=S.kind, on_change=S.choose_kind
        ),
        width="240px",
    )
    file = rx.el.div(
        rx.el.label("File", html_for="file", class_name="field-label"),
        rx.el.input(type="file", id="file", name="file", required=True, accept=ENDINGS),
        class_name="field",
    )
    hint = secondary_text("Excel, OpenDocument or CSV. You see every change before it is stored.")
    button = primary_button("Upload file", "upload", type="submit")
    fields = rx.flex(kind, file, button, align="end", gap="16px", wrap="wrap")
    form = plain_form(fields, action=UPLOAD, custom_attrs={"encType": "multipart/form-data"})
    return card(form, rx.box(hint, margin_top="8px"), margin_bottom="16px")


def _table() -> rx.Component:
    empty = empty_state(
        "upload", "No import yet", "Files you upload stand here with what they changed."
    )
    paging = Paging(S.page, S.page_size, S.total_count, S.turn_page, S.change_page_size)
    state = TableState(is_loading=S.is_loading, empty=empty)
    return flush_card(
        data_table("Imports", COLUMNS, S.rows, TableOptions(paging=paging, state=state))
    )
