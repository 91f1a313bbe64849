"""The account page."""

import reflex as rx

from sop_app.system.auth.schemas import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from sop_app.ui.components.badges import BadgeLook, badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import icon, secondary_button, small_button
from sop_app.ui.components.cards import columns, list_row, row_list, titled_card
from sop_app.ui.components.details import detail_list
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.typography import body_text
from sop_app.ui.shell.entry_frame import (
    PASSWORD_NOTES,
    AddressReader,
    Notes,
    address_notes,
    entry_form,
    password_field,
)
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .state import AccountState

NOTES: Notes = {
    **PASSWORD_NOTES,
    ("error", "current"): ("error", "The present password is wrong. Nothing was changed."),
    ("error", "wait"): ("error", "Too many wrong passwords. Wait a few minutes."),
    ("notice", "changed"): ("done", "Your password is changed. Every other browser is signed out."),
}
HERE = BadgeLook("jade", "check", "This browser")


def account_page() -> rx.Component:
    """Show the own account."""
    everywhere = secondary_button(
        "Sign out everywhere",
        "monitor-off",
        type="button",
        custom_attrs={"data-submits": "sign-out-everywhere"},
    )
    return page_template(
        page_header("Account", line="Your name and roles are kept by an administrator."),
        columns((6, _profile()), (6, _password())),
        titled_card("Where you are signed in", _sessions(), actions=everywhere, is_flush=True),
        AddressReader.create(),
        route="/account",
        crumbs=[Crumb("Account")],
    )


def _profile() -> rx.Component:
    facts = detail_list(
        ("Name", AccountState.full_name),
        ("E-mail", AccountState.email),
        ("Roles", AccountState.roles),
        ("Team", AccountState.team),
        ("Manager", AccountState.manager),
    )
    return titled_card("Profile", facts)


def _password() -> rx.Component:
    form = entry_form(
        "/api/v1/auth/change-password",
        "Change password",
        password_field("Present password", "current", auto_complete="current-password", size="2"),
        password_field(
            "New password",
            "password",
            auto_complete="new-password",
            min_length=MIN_PASSWORD_LENGTH,
            max_length=MAX_PASSWORD_LENGTH,
            size="2",
        ),
        size="2",
    )
    line = body_text(
        f"At least {MIN_PASSWORD_LENGTH} characters. Every other browser is signed out.",
        margin_bottom="16px",
    )
    return titled_card("Password", address_notes(NOTES), line, form)


def _sessions() -> rx.Component:
    return row_list(rx.foreach(AccountState.sessions, _session))


def _session(row: Bound) -> rx.Component:
    end = small_button("Sign out", on_click=AccountState.end_session(row["id"].to(int)))
    return list_row(
        row["browser"].to(str),
        row["detail"].to(str),
        lead=icon("monitor"),
        trail=rx.cond(row["is_current"], badge(HERE), end),
    )
