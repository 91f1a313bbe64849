"""What every import shows before it is accepted: counts, what blocks it, changes cell by cell."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound, Content, Text
from sop_app.ui.components.buttons import icon, small_button
from sop_app.ui.components.cards import card, titled_card
from sop_app.ui.components.comparison import comparison_cell
from sop_app.ui.components.filter_bar import filter_chip
from sop_app.ui.components.messages import empty_state, page_message
from sop_app.ui.components.pager import PageTurn, pager
from sop_app.ui.components.typography import label_text, secondary_text

PAGE_SIZE = 15
CHIPS = (("With changes", "changes"), ("Wrong", "wrong"), ("All", "all"))
NO_TILES: dict[str, str] = dict.fromkeys(
    (
        *("new", "new_unit", "changed", "changed_unit", "unchanged", "unchanged_unit"),
        *("wrong", "wrong_unit", "blocked", "leave_out", "accept"),
        *("chip_changes", "chip_wrong", "chip_all"),
    ),
    "",
)


@dataclass(frozen=True)
class PreviewTable:
    """The changes a page shows.

    Attributes:
        first: Header of the first column, which names the row.
        note: What part of the file is seen, at the right of the card's header.
        headers: Var of rows with ``label`` and ``align``.
        lines: Var of lines, see ``preview_line`` of `import_lines`.
        tiles: Var with the texts of `NO_TILES`.
        shown: Key of the chip chosen.
        has_net: Whether the last column says by how much a row moves.
        turn: Paging.
        on_choose: Event that receives the key of a chip.
    """

    first: Text
    note: Text
    headers: Bound
    lines: Bound
    tiles: Bound
    shown: Bound
    has_net: Bound
    turn: PageTurn
    on_choose: Any


def preview_tiles(tiles: Bound) -> rx.Component:
    """Count what accepting would do."""
    shown = (
        ("New", "new", "plus", "jade"),
        ("Changed", "changed", "pencil", "cyan"),
        ("Unchanged", "unchanged", "equal", "gray"),
        ("Wrong", "wrong", "circle-alert", "red"),
    )
    return rx.grid(
        *[_tile(label, tiles[key], tiles[f"{key}_unit"], *look) for label, key, *look in shown],
        columns=rx.breakpoints(initial="2", md="4"),
        gap="12px",
    )


def _tile(label: str, value: Bound, unit: Bound, icon_name: str, color: str) -> rx.Component:
    mark = icon(icon_name, 16, color=f"var(--{color}-11)")
    return card(
        rx.flex(label_text(label), mark, justify="between", align="center"),
        rx.flex(
            rx.text(value, size="6", weight="bold"),
            secondary_text(unit),
            align="baseline",
            gap="6px",
            wrap="wrap",
        ),
    )


def blocked_message(fact: Bound, way_out: Content, **download: Any) -> rx.Component:
    """Say that wrong cells keep the file from being accepted, and give it back with them marked.

    Args:
        fact: "2 wrong cells block the import."
        way_out: How to go on.
        **download: How the button fetches the file: ``href`` and ``download``, or ``on_click``.
    """
    button = small_button("Download file with errors marked", "download", **download)
    return page_message("blocked", fact, way_out, button)


def changes_card(view: PreviewTable) -> rx.Component:
    """Show what accepting would do to each row, old figures struck through."""
    chips = rx.flex(
        *[
            filter_chip(label, view.tiles[f"chip_{key}"], view.shown == key, view.on_choose(key))
            for label, key in CHIPS
        ],
        gap="8px",
        wrap="wrap",
    )
    nothing = empty_state("equal", "No such rows", "Choose All to see every row that was checked.")
    return titled_card(
        "Changes, cell by cell",
        rx.cond(view.lines.length() > 0, _table(view), nothing),
        header=chips,
        actions=secondary_text(view.note),
        footer=rx.cond(view.lines.length() > 0, pager(view.turn, "Rows", width="100%")),
        is_flush=True,
    )


def _table(view: PreviewTable) -> rx.Component:
    """Draw a table as Radix does, without its scrolling frame, which the keyboard cannot reach."""
    header = rx.el.tr(
        _header_cell(view.first),
        rx.foreach(
            view.headers,
            lambda header: _header_cell(header["label"].to(str), header["align"].to(str)),
        ),
        rx.cond(view.has_net, _header_cell("Net change", "align-right net")),
        class_name="rt-TableRow",
    )
    lines = rx.foreach(view.lines, lambda line: _line(line, view.has_net))
    table = rx.el.table(
        rx.el.thead(header, class_name="rt-TableHeader"),
        rx.el.tbody(lines, class_name="rt-TableBody"),
        class_name="rt-TableRootTable",
    )
    return rx.el.div(
        table,
        class_name="rt-TableRoot rt-r-size-1 rt-variant-ghost data-table changes-table",
        tab_index=0,
        role="region",
        aria_label="Changes, cell by cell",
    )


def _header_cell(label: Text, look: Text = "") -> rx.Component:
    frame = rx.Var.create("rt-TableCell rt-TableColumnHeaderCell ").to(str)
    name = frame + rx.Var.create(look).to(str)
    return rx.el.th(label, scope="col", class_name=name)


def _line(line: Bound, has_net: Bound) -> rx.Component:
    cells = line["cells"].to(list[dict[str, str]])
    name = rx.el.th(
        rx.el.span(line["name"].to(str), class_name="cell-strong"),
        " ",
        rx.el.span(line["code"].to(str), class_name="cell-code"),
        rx.el.span(line["place"].to(str), class_name="cell-detail"),
        rx.cond(
            line["message"].to(str) != "",
            rx.el.span(line["message"].to(str), class_name="cell-wrong"),
        ),
        scope="row",
        class_name="rt-TableCell rt-TableRowHeaderCell",
    )
    net = rx.el.td(line["net"].to(str), class_name="rt-TableCell align-right net")
    return rx.el.tr(name, rx.foreach(cells, _cell), rx.cond(has_net, net), class_name="rt-TableRow")


def _cell(cell: Bound) -> rx.Component:
    return comparison_cell(
        cell["text"],
        cell["state"],
        cell["old"],
        cell["remark"],
        align=cell["align"],
        title=cell["title"],
    )
