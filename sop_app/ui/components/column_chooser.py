"""The menu that shows and hides the columns of a table, remembered in the browser.

Columns are hidden by a style rule, so choosing them costs no round trip and no server state.
"""

from typing import Any

import reflex as rx

from sop_app.ui.components.table_columns import Column


class ColumnChooser(rx.Component):
    """Menu button with a checkbox for each column that may be hidden."""

    library = rx.asset("column_chooser.js", shared=True).importable_path
    tag = "ColumnChooser"

    table: rx.Var[str]
    columns: rx.Var[list[dict[str, Any]]]


def column_chooser(table: str, columns: tuple[Column, ...]) -> rx.Component:
    """Let the user choose the columns of a table.

    Args:
        table: Name of the table, as given to ``data_table``.
        columns: All columns; the first names the row and always stays.
    """
    choices = [
        {"key": column.key, "label": column.label, "hidden": column.is_hidden}
        for column in columns[1:]
    ]
    return ColumnChooser.create(table=table, columns=choices)
