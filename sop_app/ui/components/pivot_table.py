"""A pivot: one line per member, one column per period, a frozen name, the total in the last row.

The periods are only known at run time, so headers and cells come as lists of formatted text.
"""

from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import icon
from sop_app.ui.components.data_table import (
    Paging,
    Sorting,
    TableState,
    rows_or_state,
    table_footer,
)


def pivot_table(  # noqa: PLR0913
    name: str,
    headers: Bound,
    lines: Bound,
    total: Bound,
    *,
    sorting: Sorting,
    paging: Paging,
    state: TableState,
    on_open: Any = None,
) -> rx.Component:
    """Show a pivot; put it in a flush card.

    Args:
        name: Name of the table, read aloud.
        headers: Var of ``{"key", "label"}``; the first names the lines, keys sort ("" does not).
        lines: Var of ``{"id", "label", "code", "cells": [text, ...]}``.
        total: Var of ``{"label", "cells"}``, the sum of all lines and not only those shown.
        sorting: The order of the lines.
        paging: The page of lines shown.
        state: What stands in place of lines.
        on_open: Event that receives the id of the line opened, to go one level down.
    """
    table = rx.table.root(
        rx.table.header(
            rx.table.row(rx.foreach(headers, lambda header, i: _header(header, i, sorting)))
        ),
        rx.table.body(
            rx.foreach(lines, lambda line: _line(line, on_open)),
            rx.table.row(
                rx.table.row_header_cell(total["label"], class_name="pivot-name"),
                _cells(total["cells"]),
                class_name="total-row",
            ),
        ),
        variant="ghost",
        size="1",
        aria_label=name,
    )
    busy = rx.cond(state.is_loading, "true", "false")
    shown = rx.el.div(
        table,
        class_name="data-table pivot-table",
        tab_index=0,
        role="region",
        aria_label=name,
        custom_attrs={"data-busy": busy},
    )
    return rows_or_state(lines, rx.fragment(shown, table_footer(paging)), state)


def _header(header: Any, position: Any, sorting: Sorting) -> rx.Component:
    is_key = sorting.key == header["key"]
    arrow = rx.cond(sorting.is_descending, icon("arrow-down", 14), icon("arrow-up", 14))
    button = rx.el.button(
        header["label"],
        rx.cond(is_key, arrow),
        class_name="sort",
        type="button",
        on_click=sorting.on_sort(header["key"]),
    )
    return rx.table.column_header_cell(
        rx.cond(header["key"] == "", rx.el.span(header["label"]), button),
        class_name=rx.cond(position == 0, "pivot-name", "align-right"),
        aria_sort=rx.cond(
            is_key, rx.cond(sorting.is_descending, "descending", "ascending"), "none"
        ),
    )


def _line(line: Any, on_open: Any) -> rx.Component:
    words = [line["label"], " ", rx.el.span(line["code"], class_name="cell-code")]
    name = (
        rx.el.span(*words, class_name="cell-strong")
        if on_open is None
        else rx.el.button(
            *words, class_name="row-open", type="button", on_click=on_open(line["id"])
        )
    )
    return rx.table.row(
        rx.table.row_header_cell(name, class_name="pivot-name"), _cells(line["cells"])
    )


def _cells(cells: Any) -> rx.Component:
    return rx.foreach(
        cells.to(list[str]), lambda cell: rx.table.cell(cell, class_name="align-right")
    )
