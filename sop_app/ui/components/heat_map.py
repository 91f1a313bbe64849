"""A heat map: one line per member, one column per period or lag, the darker the worse."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import router_link
from sop_app.ui.components.formats import MISSING, percent
from sop_app.ui.components.typography import secondary_text

STEPS = (0.1, 0.2, 0.35, 0.6)
"""From which ratio on a cell is one shade darker."""


def heat_cells(ratios: Sequence[float | None]) -> list[dict[str, str]]:
    """Write ratios as cells with their shade, 0 to 4; an undefined one has none.

    Example:
        >>> heat_cells([0.05, 0.25, None])
        [{'text': '5%', 'heat': '0'}, {'text': '25%', 'heat': '2'}, {'text': '–', 'heat': ''}]
    """
    return [
        {
            "text": MISSING if ratio is None else percent(ratio, 0),
            "heat": "" if ratio is None else str(sum(ratio >= step for step in STEPS)),
        }
        for ratio in ratios
    ]


def heat_map(name: str, corner: str, headers: Bound, rows: Bound) -> rx.Component:
    """Show a heat map; put it in a flush card.

    Args:
        name: What it shows, read aloud.
        corner: What the lines are.
        headers: Var of texts, one per column.
        rows: Var of ``{"id", "name", "href", "cells": heat_cells(...)}``.
    """
    table = rx.table.root(
        rx.table.header(
            rx.table.row(
                rx.table.column_header_cell(corner, class_name="pivot-name"),
                rx.foreach(
                    headers,
                    lambda text: rx.table.column_header_cell(text, class_name="align-right"),
                ),
            )
        ),
        rx.table.body(rx.foreach(rows, _line)),
        variant="ghost",
        size="1",
        aria_label=name,
    )
    return rx.el.div(
        table,
        class_name="data-table pivot-table heat-map",
        tab_index=0,
        role="region",
        aria_label=name,
    )


def heat_legend() -> rx.Component:
    """Say what the shades mean."""
    limits = [percent(step, 0) for step in STEPS]
    words = [f"below {limits[0]}", *(f"from {limit}" for limit in limits)]
    marks = [
        rx.el.span(
            rx.el.i(class_name="heat-mark", custom_attrs={"data-heat": str(shade)}),
            secondary_text(text),
        )
        for shade, text in enumerate(words)
    ]
    return rx.el.div(*marks, class_name="legend")


def _line(row: Any) -> rx.Component:
    name = router_link(row["name"], to=row["href"].to(str), class_name="row-open")
    return rx.table.row(
        rx.table.row_header_cell(name, class_name="pivot-name"),
        rx.foreach(
            row["cells"].to(list[dict[str, str]]),
            lambda cell: rx.table.cell(
                cell["text"], class_name="align-right", custom_attrs={"data-heat": cell["heat"]}
            ),
        ),
    )
