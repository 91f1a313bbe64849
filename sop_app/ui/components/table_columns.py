"""The columns of a table as data, and how a cell of each kind looks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from sop_app.ui.components.badges import BadgeKind, status_badge
from sop_app.ui.components.bound import Content
from sop_app.ui.components.formats import MISSING
from sop_app.ui.components.kpis import sparkline
from sop_app.ui.components.progress import progress_bar

CellKind = Literal["name", "text", "code", "number", "muted", "badge", "progress", "trend"]


@dataclass(frozen=True)
class Column:
    """One column of a table. Cells are texts formatted on the server.

    A row may carry, beside the value under ``key``: ``<key>_tone`` ("good", "bad", "warn") to
    colour a figure, ``<key>_percent`` for a progress bar, ``<key>_word`` for the word of a badge.

    Attributes:
        key: Key of the cell in the row, and of the sort order.
        label: Header, with the unit ("Sales 12 months, EUR").
        kind: What the cell holds. "name" opens the row; "number" stands right.
        badge: For kind "badge": which set of statuses.
        detail_key: For kind "name": key of the second line.
        code_key: For kind "name": key of the code behind the name.
        width: CSS width; text beyond it is cut with an ellipsis.
        is_sortable: Whether the header sorts, on the server.
        is_hidden: Whether the column starts hidden.
        is_wide_only: Whether the column gives way on screens below 1200 px.
        missing: Why a value may be missing ("No sales in these months"), the tooltip of its dash.
        swatch: CSS colour of the series the column belongs to (``var(--series-sales)``).
        cell: Draws the cell itself, given the row; for what no kind covers.
    """

    key: str
    label: str
    kind: CellKind = "text"
    badge: BadgeKind | None = None
    detail_key: str | None = None
    code_key: str | None = None
    width: str | None = None
    is_sortable: bool = False
    is_hidden: bool = False
    is_wide_only: bool = False
    missing: str = ""
    swatch: str | None = None
    cell: Callable[[Any], Content] | None = None

    @property
    def alignment(self) -> str:
        """Say on which side the column stands: figures right, all else left; and where it gives way."""
        side = "align-right" if self.kind == "number" else "align-left"
        return f"{side} wide-column" if self.is_wide_only else side


def table_cell(column: Column, row: Any) -> rx.Component:
    """Show one value of a row."""
    return rx.table.cell(
        cell_content(column, row),
        class_name=column.alignment,
        custom_attrs={"data-column": column.key},
        max_width=column.width or "none",
    )


def cell_content(column: Column, row: Any) -> Content:
    """Draw what stands in a cell, by the kind of its column."""
    if column.cell is not None:
        return column.cell(row)
    draw = _DRAWN.get(column.kind, _text)
    return draw(column, row)


def name_content(column: Column, row: Any) -> list[Any]:
    """Write the name of a row and the code behind it."""
    if column.code_key is None:
        return [row[column.key]]
    return [row[column.key], " ", rx.el.span(row[column.code_key], class_name="cell-code")]


def _reason(column: Column, row: Any) -> Any:
    return rx.cond(row[column.key] == MISSING, column.missing, "") if column.missing else ""


def _text(column: Column, row: Any) -> rx.Component:
    return rx.el.span(row[column.key], class_name="cell-clip", title=_reason(column, row))


def _number(column: Column, row: Any) -> rx.Component:
    tone = row[f"{column.key}_tone"]
    return rx.el.span(
        row[column.key],
        class_name="toned",
        title=_reason(column, row),
        custom_attrs={"data-tone": tone},
    )


def _code(column: Column, row: Any) -> rx.Component:
    return rx.el.span(row[column.key], class_name="cell-code")


def _muted(column: Column, row: Any) -> rx.Component:
    return rx.el.span(row[column.key], class_name="cell-clip cell-muted")


def _badge(column: Column, row: Any) -> rx.Component:
    kind: BadgeKind = column.badge or "record"
    status = row[column.key].to(str)
    word = row[f"{column.key}_word"]
    return rx.cond(word, status_badge(kind, status, word.to(str)), status_badge(kind, status))


def _progress(column: Column, row: Any) -> rx.Component:
    bar = progress_bar(row[f"{column.key}_percent"].to(int), column.label, width="104px")
    figures = rx.el.span(row[column.key], class_name="cell-figures")
    return rx.flex(bar, figures, align="center", gap="8px")


def _trend(column: Column, row: Any) -> rx.Component:
    return sparkline(row[column.key].to(str), column.label, height=20)


_DRAWN: dict[str, Callable[[Column, Any], rx.Component]] = {
    "number": _number,
    "code": _code,
    "muted": _muted,
    "badge": _badge,
    "progress": _progress,
    "trend": _trend,
}
