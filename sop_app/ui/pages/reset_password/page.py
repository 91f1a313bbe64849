"""The page on which a mailed link ends."""

import reflex as rx

from sop_app.system.auth.schemas import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from sop_app.ui.components.typography import body_text
from sop_app.ui.shell.entry_frame import (
    PASSWORD_NOTES,
    Notes,
    address_notes,
    back_to_sign_in,
    entry_form,
    entry_frame,
    password_field,
)

NOTES: Notes = {
    **PASSWORD_NOTES,
    ("error", "wait"): ("error", "Too many people sign in just now. Try again in a minute."),
}


def reset_password_page() -> rx.Component:
    """Ask for the new password."""
    line = body_text(
        f"Use at least {MIN_PASSWORD_LENGTH} characters. A short sentence that only you would "
        "write is easy to remember and hard to guess.",
        margin_bottom="20px",
    )
    form = entry_form(
        "/api/v1/auth/reset-password",
        "Set password",
        password_field(
            "New password",
            "password",
            auto_complete="new-password",
            auto_focus=True,
            min_length=MIN_PASSWORD_LENGTH,
            max_length=MAX_PASSWORD_LENGTH,
        ),
    )
    return entry_frame(
        "Set your password", address_notes(NOTES), line, form, below=back_to_sign_in()
    )
