"""The address of a page says what it shows, so that it can be reloaded, kept and sent on.

Each choice of the person is a step that Back takes back; words typed into a search are one step
together. Filtering a list still costs one event and no page load: only Back and Forward load it.
"""

from urllib.parse import urlencode

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.filter_bar import ANY


class AddressBar(rx.Component):
    """Shows an address in the browser; draws nothing."""

    library = rx.asset("address_bar.js", shared=True).importable_path
    tag = "AddressBar"

    address: rx.Var[str]
    is_settled: rx.Var[bool]
    keeps_steps: rx.Var[bool]


def address_bar(address: Bound, *, keeps_steps: bool = True) -> rx.Component:
    """Keep the browser's address in step with the page.

    Args:
        address: Path and query of what is shown; empty until it is known. An address of another
            path is left alone.
        keeps_steps: False where going back would show what is gone.
    """
    return AddressBar.create(
        address=address, is_settled=rx.State.is_hydrated, keeps_steps=keeps_steps
    )


def write_address(path: str, **shown: str | int) -> str:
    """Write the address of a page from what it shows; what is as it always is stays out.

    Example:
        >>> write_address("/forecast", find="oil & fat", customer="any", rep=7, cycle="")
        '/forecast?find=oil+%26+fat&rep=7'
    """
    query = urlencode({name: value for name, value in shown.items() if value not in ("", 0, ANY)})
    return f"{path}?{query}" if query else path
