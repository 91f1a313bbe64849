"""The users page."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Role
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.badges import BadgeLook, badge
from sop_app.ui.components.bound import Bound, Content
from sop_app.ui.components.buttons import menu_item, primary_button, secondary_button
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.column_chooser import column_chooser
from sop_app.ui.components.data_table import Paging, Sorting, TableOptions, TableState, data_table
from sop_app.ui.components.dialogs import Act, Opening, confirm_dialog, form_buttons, form_dialog
from sop_app.ui.components.filter_bar import clear_filters, filter_bar, filter_select, find_box
from sop_app.ui.components.forms import (
    Field,
    checkbox_field,
    checkbox_group,
    form_columns,
    select_field,
    text_field,
)
from sop_app.ui.components.messages import error_state, no_match_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.table_columns import Column
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .rows import COLUMNS, ROLE_OPTIONS, STATUS_OPTIONS
from .state import UsersState

S: Bound = UsersState
ACTIVE = BadgeLook("jade", "check", "Active")
INVITED = BadgeLook("blue", "mail", "Invited")
DISABLED = BadgeLook("gray", "circle-slash", "Disabled")


def users_page() -> rx.Component:
    """Show everybody who may sign in."""
    return page_template(
        page_header(
            "Users",
            line=S.line,
            primary=primary_button("Invite person", "user-plus", on_click=S.open_new),
        ),
        address_bar(S.address),
        filter_bar(
            find_box(S.find, S.find_rows, "Find by name, e-mail or team", "260px"),
            filter_select("Role", S.role, ROLE_OPTIONS, lambda role: S.choose_filter("role", role)),
            filter_select(
                "Status", S.status, STATUS_OPTIONS, lambda status: S.choose_filter("status", status)
            ),
            clear_filters(S.is_filtered, S.clear_filters),
            views=(column_chooser("Users", _columns()),),
        ),
        flush_card(data_table("Users", _columns(), S.rows, _options())),
        _form(),
        _disable_question(),
        route="/users",
        crumbs=[Crumb("Administration"), Crumb("Users")],
    )


def _columns() -> tuple[Column, ...]:
    return (*COLUMNS, Column("status", "Status", is_sortable=True, cell=_status))


def _status(row: Any) -> Content:
    return rx.match(
        row["status"].to(str),
        ("invited", badge(INVITED)),
        ("disabled", badge(DISABLED)),
        badge(ACTIVE),
    )


def _options() -> TableOptions:
    nothing = no_match_state("Nobody fits these filters.", S.clear_filters)
    return TableOptions(
        sorting=Sorting(S.sort_key, S.is_descending, S.sort),
        paging=Paging(S.page, S.page_size, S.total_count, S.turn_page, S.change_page_size),
        state=TableState(
            is_loading=S.is_loading,
            has_error=S.has_error,
            error=error_state(
                "People could not be loaded", "Nothing was changed.", on_retry=S.load
            ),
            no_match=nothing,
            is_filtered=S.is_filtered,
        ),
        on_open=S.open_person,
        row_menu=_acts,
        is_tall=True,
    )


def _acts(row: Any) -> list[rx.Component]:
    user_id, version = row["id"].to(int), row["version"].to(int)
    is_disabled = row["status"] == "disabled"
    return [
        menu_item("Edit", "pencil", on_select=S.open_person(user_id)),
        menu_item("Send password link", "mail", on_select=S.send_link(user_id)),
        menu_item("Sign out", "log-out", on_select=S.sign_out(user_id)),
        rx.dropdown_menu.separator(),
        rx.cond(
            is_disabled,
            menu_item("Enable", "circle-check", on_select=S.enable(user_id, version)),
            menu_item("Disable", "circle-slash", on_select=S.ask_to_disable(user_id)),
        ),
    ]


def _form() -> rx.Component:
    is_new = S.form["id"] == 0
    roles = checkbox_group("Roles", _role_boxes(), error=S.errors["roles"])
    fields = rx.flex(
        form_columns(
            text_field(_field("full_name", "Name"), default_value=S.form["full_name"].to(str)),
            text_field(
                _field("email", "E-mail"), type="email", default_value=S.form["email"].to(str)
            ),
            text_field(
                _field("team", "Team", is_required=False), default_value=S.form["team"].to(str)
            ),
            select_field(
                _field("manager_id", "Manager", is_required=False),
                S.managers,
                default_value=S.form["manager_id"].to(str),
            ),
        ),
        roles,
        form_buttons(
            Act(rx.cond(is_new, "Send invitation", "Save changes"), None),
            rx.dialog.close(secondary_button("Cancel", type="button")),
        ),
        direction="column",
        gap="16px",
    )
    return form_dialog(
        rx.cond(is_new, "Invite a person", "Edit person"),
        rx.form(fields, on_submit=S.save),
        Opening(is_open=S.is_form_open, on_change=S.show_form),
        rx.cond(
            is_new,
            "A mail with a link to set a password is sent to the address.",
            "Changed roles act at once, also where the person is signed in.",
        ),
    )


def _role_boxes() -> rx.Component:
    boxes = [
        checkbox_field(
            f"role_{role.value}",
            role.label,
            default_checked=S.form["roles"].to(dict[str, bool])[role.value],
        )
        for role in Role
    ]
    return form_columns(*boxes)


def _field(name: str, label: str, *, is_required: bool = True) -> Field:
    return Field(name, label, error=S.errors[name], is_required=is_required)


def _disable_question() -> rx.Component:
    return confirm_dialog(
        rx.Var.create("Disable ") + S.chosen["full_name"].to(str) + "?",
        "The person can sign in no more, and every open session ends at its next click. "
        "Customers and forecasts stay as they are.",
        Act("Disable", S.disable, "circle-slash", is_destructive=True),
        keep="Keep active",
        opening=Opening(is_open=S.is_disable_open, on_change=S.show_disable),
    )
