"""The dialog of two people who changed the same record: both versions side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import primary_button, secondary_button
from sop_app.ui.components.formats import MISSING


@dataclass(frozen=True)
class ConflictActs:
    """What can be done about a conflict.

    Attributes:
        take_theirs: Event that loads what is stored now and drops the own changes.
        keep_mine: Event that stores the own version over theirs.
        on_change: Event that receives whether the dialog is open.
    """

    take_theirs: Any
    keep_mine: Any
    on_change: Any


def conflict_dialog(
    rows: Bound, fact: rx.Var | str, is_open: Bound, acts: ConflictActs
) -> rx.Component:
    """Show both versions of the fields that differ and let the user choose.

    Args:
        rows: Made by ``conflict_rows``.
        fact: Who or what came first ("Brennan was changed by somebody else ...").
        is_open: Whether the dialog is shown.
        acts: The ways on; closing the dialog keeps what was typed in the form.
    """
    headers = [rx.table.column_header_cell(title) for title in ("Field", "Yours", "Stored now")]
    table = rx.table.root(
        rx.table.header(rx.table.row(*headers)),
        rx.table.body(rx.foreach(rows, _row)),
        variant="surface",
        size="1",
    )
    buttons = rx.flex(
        rx.alert_dialog.cancel(secondary_button("Keep editing")),
        secondary_button("Load theirs", "refresh-cw", on_click=acts.take_theirs),
        primary_button("Save mine over theirs", "check", on_click=acts.keep_mine),
        justify="end",
        gap="8px",
        margin_top="20px",
        wrap="wrap",
    )
    content = rx.alert_dialog.content(
        rx.alert_dialog.title("Somebody was faster", size="4", margin_bottom="4px"),
        rx.alert_dialog.description(
            fact, " Nothing of yours is stored yet.", size="2", color=rx.color("gray", 11)
        ),
        rx.box(table, margin_top="16px"),
        buttons,
        max_width="560px",
        size="3",
    )
    return rx.alert_dialog.root(content, open=is_open, on_open_change=acts.on_change)


def conflict_rows(
    mine: Mapping[str, str], theirs: Mapping[str, str], labels: Mapping[str, str]
) -> list[dict[str, str]]:
    """List the fields whose versions differ, in the order of the labels.

    Example:
        >>> conflict_rows({"name": "A"}, {"name": "B"}, {"name": "Name"})
        [{'field': 'Name', 'mine': 'A', 'theirs': 'B'}]
    """
    return [
        {
            "field": label,
            "mine": mine.get(name, "") or MISSING,
            "theirs": theirs.get(name, "") or MISSING,
        }
        for name, label in labels.items()
        if mine.get(name, "") != theirs.get(name, "")
    ]


def _row(row: Any) -> rx.Component:
    return rx.table.row(
        rx.table.row_header_cell(row["field"]),
        rx.table.cell(row["mine"], white_space="normal"),
        rx.table.cell(row["theirs"], white_space="normal"),
    )
