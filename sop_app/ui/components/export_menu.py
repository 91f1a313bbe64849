"""The menu that saves a list as a file."""

import reflex as rx

from sop_app.ui.components.buttons import icon, menu_button


def export_menu(route: str, query: rx.Var) -> rx.Component:
    """Offer a list as Excel and CSV, filtered and sorted as it is shown.

    Args:
        route: Address of the export, which takes ``format``.
        query: Filters and order, as the address of the list writes them.
    """
    trigger = rx.dropdown_menu.trigger(menu_button("Export", "download"))
    return rx.dropdown_menu.root(
        trigger, rx.dropdown_menu.content(*export_items(route, query), align="end", size="2")
    )


def export_items(route: str, query: rx.Var) -> list[rx.Component]:
    """Make the menu items that save a list as Excel and CSV."""
    return [
        _file_item("Excel workbook", "file-spreadsheet", f"{route}?format=xlsx&{query}"),
        _file_item("CSV file", "file-text", f"{route}?format=csv&{query}"),
    ]


def _file_item(label: str, icon_name: str, href: str) -> rx.Component:
    link = rx.el.a(icon(icon_name, 16), label, href=href, download=True)
    return rx.dropdown_menu.item(link, as_child=True)
