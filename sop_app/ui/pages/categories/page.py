"""The categories page."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    icon,
    menu_item,
    primary_button,
    router_link,
    secondary_button,
)
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.data_table import TableOptions, TableState, data_table
from sop_app.ui.components.dialogs import (
    Act,
    Opening,
    confirm_dialog,
    form_buttons,
    form_dialog,
)
from sop_app.ui.components.forms import Field, select_field, text_field
from sop_app.ui.components.messages import empty_state, error_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.table_columns import Column
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .state import CategoriesState

COLUMNS = (
    Column("name", "Category", cell=lambda row: _name(row)),
    Column("level", "Level", "number", width="90px"),
    Column("children", "Categories below", "number", width="160px"),
    Column("products", "Products", "number", width="120px"),
)

S: Bound = CategoriesState


def categories_page() -> rx.Component:
    """Show the category tree."""
    may_edit = may(Permission.PRODUCTS_EDIT)
    new = primary_button("New category", "plus", on_click=S.open_new(""))
    return page_template(
        page_header("Categories", line=S.summary, primary=rx.cond(may_edit, new)),
        flush_card(rx.cond(may_edit, _table(_row_menu), _table(None))),
        _form(),
        _question(),
        route="/categories",
        crumbs=[Crumb("Data"), Crumb("Categories")],
    )


def _table(row_menu: Any) -> rx.Component:
    nothing = empty_state(
        "folder-tree",
        "No categories yet",
        "They come with the products you import, or one by one.",
    )
    failed = error_state(
        "The categories could not be loaded", "Nothing was changed.", on_retry=S.load
    )
    state = TableState(is_loading=S.is_loading, error=failed, has_error=S.has_error, empty=nothing)
    return data_table("Categories", COLUMNS, S.rows, TableOptions(state=state, row_menu=row_menu))


def _name(row: Any) -> rx.Component:
    """Write a category at its depth; it leads to its products."""
    opened = rx.match(
        row["level"].to(str),
        ("1", icon("folder-tree", 16)),
        ("2", icon("folder", 16)),
        icon("tag", 14),
    )
    link = router_link(row["name"].to(str), to=row["href"].to(str), class_name="row-open")
    return rx.flex(
        rx.el.span(opened, style={"color": "var(--gray-10)", "display": "inline-flex"}),
        link,
        align="center",
        gap="8px",
        padding_left=row["indent"].to(str),
    )


def _row_menu(row: Any) -> list[rx.Component]:
    key = row["id"].to(str)
    return [
        menu_item("Products", "package", href=row["href"].to(str)),
        rx.dropdown_menu.separator(),
        rx.cond(
            row["can_grow"],
            menu_item("New category below", "plus", on_select=S.open_new(key)),
        ),
        menu_item("Rename or move", "pencil", on_select=S.open_edit(key)),
        rx.dropdown_menu.item(
            icon("trash-2", 16), "Delete", color_scheme="red", on_select=S.ask_delete(key)
        ),
    ]


def _form() -> rx.Component:
    fields = rx.flex(
        text_field(
            Field("name", "Name", S.errors["name"].to(str), is_required=True),
            default_value=S.name,
            auto_focus=True,
        ),
        select_field(
            Field(
                "parent_id",
                "Lies below",
                S.errors["parent_id"].to(str),
                "A category moves with all below it. The tree has three levels at most.",
            ),
            S.parents,
            default_value=S.parent,
        ),
        direction="column",
        gap="16px",
    )
    buttons = form_buttons(
        Act("Save category", None, "check"), rx.dialog.close(secondary_button("Cancel"))
    )
    form = rx.form(fields, buttons, on_submit=S.save, no_validate=True)
    return form_dialog(S.title, form, Opening(is_open=S.is_editing, on_change=S.show_form))


def _question() -> rx.Component:
    """Ask before deleting; what is not empty cannot go."""
    opening = Opening(is_open=S.is_asking, on_change=S.open_question)
    delete = confirm_dialog(
        f"Delete {S.doomed_name}?",
        "The category is empty. This cannot be undone.",
        Act("Delete category", S.delete, "trash-2", is_destructive=True),
        keep="Keep category",
        opening=opening,
    )
    held = form_dialog(
        f"{S.doomed_name} is not empty",
        rx.flex(rx.dialog.close(secondary_button("Close")), justify="end"),
        opening,
        f"{S.hindrance} Move or delete those first.",
    )
    return rx.cond(S.hindrance != "", held, delete)
