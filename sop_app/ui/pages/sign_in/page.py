"""The sign-in page."""

import reflex as rx

from sop_app.ui.components.forms import checkbox_field
from sop_app.ui.components.typography import secondary_text, text_link
from sop_app.ui.shell.entry_frame import (
    Notes,
    address_notes,
    entry_field,
    entry_form,
    entry_frame,
    password_field,
)

NOTES: Notes = {
    ("error", "wrong"): ("error", "The e-mail or the password is wrong."),
    ("error", "wait"): (
        "error",
        "Too many attempts. Wait a few minutes, or set a new password by mail.",
    ),
    ("ended", "1"): ("done", "Your session has ended. Sign in to go on where you were."),
    ("notice", "out"): ("done", "You are signed out."),
    ("notice", "everywhere"): ("done", "You are signed out on every computer."),
    ("notice", "reset"): ("done", "Your new password is set. Sign in with it."),
}


def sign_in_page() -> rx.Component:
    """Ask who it is."""
    forgot = text_link("Forgot password?", "/forgot-password")
    form = entry_form(
        "/api/v1/auth/sign-in",
        "Sign in",
        rx.el.input(type="hidden", name="next", custom_attrs={"data-from": "next"}),
        entry_field("E-mail", "email", type="email", auto_complete="username", auto_focus=True),
        password_field("Password", "password", beside=forgot, auto_complete="current-password"),
        checkbox_field("keep", "Keep me signed in on this computer", default_checked=True),
    )
    below = secondary_text("No account yet? Ask your S&OP coordinator.")
    return entry_frame("Sign in", address_notes(NOTES), form, below=below)
