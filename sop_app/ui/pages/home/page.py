"""The home page."""

import reflex as rx

from sop_app.ui.shell.session_state import SessionState


def home_page() -> rx.Component:
    """Greet the signed-in person."""
    return rx.box(
        rx.heading("Home", as_="h1", size="6"),
        rx.text(SessionState.user_name, id="user"),
    )
