"""The page of an address that leads nowhere; it needs nobody signed in."""

import reflex as rx

from sop_app.ui.components.buttons import secondary_button
from sop_app.ui.components.messages import empty_state


def not_found_page() -> rx.Component:
    """Say that there is no page at this address, and lead home."""
    home = secondary_button("Go to home", "house", href="/")
    return rx.el.main(
        empty_state(
            "map-pin-off",
            "There is no page at this address",
            "It may have been moved, or the link is incomplete.",
            home,
            is_title=True,
        ),
        class_name="lonely-page",
    )
