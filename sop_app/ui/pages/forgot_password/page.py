"""The page that asks for a link by mail."""

import reflex as rx

from sop_app.ui.components.typography import body_text
from sop_app.ui.shell.entry_frame import (
    Notes,
    address_notes,
    back_to_sign_in,
    entry_field,
    entry_form,
    entry_frame,
)

NOTES: Notes = {
    ("notice", "sent"): (
        "done",
        "If this address has an account, a mail is on its way. Its link works for 30 minutes.",
    ),
    ("error", "link"): ("error", "This link was used or is too old. Ask for a new one."),
}


def forgot_password_page() -> rx.Component:
    """Ask where to send the link."""
    line = body_text(
        "Enter your e-mail address. A link to set a new password is sent to it.",
        margin_bottom="20px",
    )
    form = entry_form(
        "/api/v1/auth/forgot-password",
        "Send link",
        entry_field("E-mail", "email", type="email", auto_complete="username", auto_focus=True),
    )
    return entry_frame(
        "Forgot your password", address_notes(NOTES), line, form, below=back_to_sign_in()
    )
