"""One folder per screen, named as its route."""

import reflex as rx

from sop_app.ui.pages.home.page import home_page
from sop_app.ui.shell.session_state import SessionState


def register_pages(app: rx.App) -> None:
    """Add every screen to the app."""
    app.add_page(home_page, route="/", title="Home", on_load=SessionState.enter)
