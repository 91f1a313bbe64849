"""The address of a page says what it shows, so that it can be reloaded, kept and sent on.

The address is replaced, not navigated to: filtering a list costs one event and no page load.
"""

import reflex as rx

from sop_app.ui.components.bound import Bound


class AddressBar(rx.Component):
    """Shows an address in the browser; draws nothing."""

    library = rx.asset("address_bar.js", shared=True).importable_path
    tag = "AddressBar"

    address: rx.Var[str]


def address_bar(address: Bound) -> rx.Component:
    """Keep the browser's address in step with the page.

    Args:
        address: Path and query of what is shown; empty until it is known. An address of another
            path is left alone.
    """
    return AddressBar.create(address=address)
