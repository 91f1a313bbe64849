"""The menu that saves a list as a file."""

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import menu_button, menu_item


def export_menu(route: str, query: Bound) -> rx.Component:
    """Offer a list as Excel and CSV, filtered and sorted as it is shown.

    Args:
        route: Address of the export, which takes ``format``.
        query: Filters and order, as the address of the list writes them.
    """
    trigger = rx.dropdown_menu.trigger(menu_button("Export", "download"))
    return rx.dropdown_menu.root(
        trigger, rx.dropdown_menu.content(*export_items(route, query), align="end", size="2")
    )


def export_items(route: str, query: Bound) -> list[rx.Component]:
    """Make the menu items that save a list as Excel and CSV."""
    return [
        menu_item(
            "Excel workbook", "file-spreadsheet", href=f"{route}?format=xlsx&{query}", download=True
        ),
        menu_item("CSV file", "file-text", href=f"{route}?format=csv&{query}", download=True),
    ]
