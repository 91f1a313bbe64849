"""The table of changes, cell by cell, old struck through."""

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.cards import titled_card
from sop_app.ui.components.comparison import comparison_cell
from sop_app.ui.components.filter_bar import filter_chip
from sop_app.ui.components.pager import PageTurn, pager
from sop_app.ui.components.typography import secondary_text, strong_text

from .state import PAGE_SIZE, ImportBatchState

S: Bound = ImportBatchState
_CHIPS = (
    ("With changes", "with_changes", "changes"),
    ("Wrong", "wrong", "wrong"),
    ("All", "all", "all"),
)


def changes_card() -> rx.Component:
    """Show what accepting would do, a line for each row of the file."""
    table = rx.table.root(
        rx.table.header(
            rx.table.row(
                rx.table.column_header_cell("Row"),
                rx.foreach(
                    S.headers,
                    lambda title: rx.table.column_header_cell(title, class_name="align-right"),
                ),
            )
        ),
        rx.table.body(rx.foreach(S.lines, _line)),
        variant="ghost",
        size="1",
        class_name="data-table",
    )
    chips = rx.flex(
        *[
            filter_chip(label, S.tiles[count], S.shown == key, S.choose_lines(key))
            for label, count, key in _CHIPS
        ],
        gap="8px",
    )
    return rx.cond(
        S.headers.length() > 0,
        titled_card(
            "Changes, cell by cell",
            rx.box(table, overflow_x="auto", tab_index=0, role="region", aria_label="Changes"),
            header=chips,
            footer=pager(PageTurn(S.page, PAGE_SIZE, S.line_count, S.turn_page), "Rows"),
            is_flush=True,
        ),
    )


def _line(row: Bound) -> rx.Component:
    cells = row["cells"].to(list[dict[str, str]])
    return rx.table.row(
        rx.table.row_header_cell(
            strong_text(row["name"]),
            secondary_text(row["place"]),
            rx.cond(
                row["message"] != "",
                rx.text(row["message"], size="1", color=rx.color("red", 11)),
            ),
        ),
        rx.foreach(
            cells,
            lambda cell: comparison_cell(cell["text"], cell["state"], cell["old"], cell["remark"]),
        ),
    )
