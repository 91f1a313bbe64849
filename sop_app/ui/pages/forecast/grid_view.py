"""How a cycle's entries become columns and rows of the planning grid, and grid edits become acts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sop_app.planning.forecast_entry.edit_schemas import (
    CellEdit,
    CellField,
    CellOutcome,
    CellResult,
    EditResult,
)
from sop_app.planning.forecast_entry.schemas import (
    ContextKind,
    ContextRow,
    GridRow,
    GridTotals,
    RowFigures,
)
from sop_app.ui.components import formats
from sop_app.ui.components.plan_grid_protocol import GridEdit

from .grid_look import NO_FLAGS, CellFlags, GridLook, whole

PRICE = "price"
TOTAL = "total"
DASHES = {
    ContextKind.LAST_YEAR: "gray",
    ContextKind.TWO_YEARS_AGO: "gray",
    ContextKind.LAST_CYCLE: "gold",
    ContextKind.AVERAGE_6: "cyan",
    ContextKind.AVERAGE_12: "cyan",
}


def grid_columns(look: GridLook, sort: str, *, is_descending: bool) -> list[dict[str, Any]]:
    """Describe the columns: keys, months in two groups, total, price; each sorts the rows."""

    def key(column: str, title: str, width: int, **facts: Any) -> dict[str, Any]:
        return {"id": column, "title": title, "width": width, "editable": False, **facts}

    columns = [
        key("customer", "Customer", 146, kind="text", role="lead"),
        key("product", "Product", 168, kind="text", grow=True),
        key("code", "Code", 76, kind="text", role="muted"),
        key("status", "Status", 88, kind="status"),
        *_month_columns(look),
        key(TOTAL, "Total", 64, kind="number", role="total", spreads=not look.shows_value),
        {
            "id": PRICE,
            "title": f"Price, {look.currency}",
            "label": "Price",
            "width": 88,
            "kind": "number",
            "decimals": 2,
            "editable": True,
            "role": "optional",
        },
    ]
    sorted_as = "desc" if is_descending else "asc"
    months = {f"month:{index}": column for index, column in enumerate(look.month_ids)}
    by = months.get(sort, sort)
    return [
        column | {"sortable": True} | ({"sorted": sorted_as} if column["id"] == by else {})
        for column in columns
    ]


def _month_columns(look: GridLook) -> list[dict[str, Any]]:
    cycle = look.cycle
    mandatory = cycle.months[: cycle.mandatory_months]
    optional = cycle.months[cycle.mandatory_months :]
    groups = {
        "mandatory": f"{_span(mandatory)}, {len(mandatory)} mandatory months",
        "optional": f"{_span(optional)}, optional" if optional else "",
    }
    columns = []
    for index, month in enumerate(cycle.months):
        role = "mandatory" if index < cycle.mandatory_months else "optional"
        columns.append(
            {
                "id": f"{month:%Y-%m}",
                "title": formats.month_in_header(month),
                "label": formats.month(month),
                "width": 60 if look.shows_value else 51,
                "kind": "number",
                "editable": not look.shows_value,
                "spreads": not look.shows_value,
                "role": role,
                "group": groups[role],
            }
        )
    return columns


def _span(months: Sequence[Any]) -> str:
    if not months:
        return ""
    years = {month.year for month in months}
    return str(years.pop()) if len(years) == 1 else formats.month_range(months)


def window_rows(
    look: GridLook,
    rows: Iterable[GridRow],
    opened: Collection[int],
    context: Mapping[int, Iterable[ContextRow]],
) -> list[dict[str, Any]]:
    """Describe a window of entries, each opened one followed by what it is compared with."""
    described: list[dict[str, Any]] = []
    before = None
    for row in rows:
        is_lead, is_open = row.customer_id != before, row.entry_id in opened
        described.append(entry_row(look, row, is_lead=is_lead, is_open=is_open))
        described += [context_row(look, line) for line in context.get(row.entry_id, ())]
        before = row.customer_id
    return described


def entry_row(look: GridLook, row: GridRow, *, is_lead: bool, is_open: bool) -> dict[str, Any]:
    """Describe an entry's row of the grid."""
    figures = row.figures
    marks = cell_marks(look, figures, flags_of(row))
    described: dict[str, Any] = {
        "id": row.entry_id,
        "v": figures.version,
        "cells": [
            row.customer_name,
            row.product_name,
            row.sku,
            status_cell(figures),
            *_month_cells(look, figures),
            look.total(figures),
            float(figures.prices[0]),
        ],
        "lead": is_lead,
        "open": is_open,
        "lock": figures.lock or None,
        "marks": marks,
    }
    if notes := _error_notes(look, figures):
        described["notes"] = notes
    return described


def context_row(look: GridLook, row: ContextRow) -> dict[str, Any]:
    """Describe a read-only row below an entry."""
    figures = look.figures(row)
    total = sum(figure for figure in figures if figure is not None)
    return {
        "id": f"{row.entry_id}:{row.kind}",
        "kind": "context",
        "dash": DASHES[row.kind],
        "cells": ["", row.kind.label, "", None, *figures, total, None],
    }


def status_cell(figures: RowFigures) -> list[str]:
    """Say in a word what is left to do in a row, or where it stands."""
    if figures.status in ("submitted", "approved"):
        return [figures.status, figures.status.capitalize()]
    if figures.rejected:
        return ["error", formats.count(len(figures.rejected), "error")]
    if missing := figures.missing:
        return ["missing", f"{len(missing)} missing"]
    if figures.status == "returned":
        return ["returned", "Returned"]
    return ["done", "Complete"]


def flags_of(row: GridRow) -> CellFlags:
    """Take what is marked on the cells of a row."""
    return CellFlags(frozenset(row.commented), frozenset(row.held))


def cell_marks(
    look: GridLook, figures: RowFigures, flags: CellFlags = NO_FLAGS
) -> dict[str, list[str]]:
    """Say per column what is special about its cell."""
    marks: dict[str, list[str]] = {}
    ids = look.month_ids
    for index in figures.changed:
        marks.setdefault(ids[index], []).append("changed")
    for index in flags.held:
        marks.setdefault(ids[index], []).append("held")
    for index in figures.rejected:
        marks[ids[index]] = ["error"]
    for index in flags.commented:
        column = ids[index] if index >= 0 else "product"
        marks.setdefault(column, []).append("commented")
    return marks


def marks_of_all(look: GridLook, row: GridRow) -> dict[str, list[str]]:
    """Say what is special about every cell of an entry, and nothing where nothing is."""
    empty: dict[str, list[str]] = {column: [] for column in ("product", *look.month_ids)}
    return empty | cell_marks(look, row.figures, flags_of(row))


def _month_cells(look: GridLook, figures: RowFigures) -> list[Any]:
    cells = look.figures(figures)
    for index, typed in figures.rejected.items():
        cells[index] = typed
    return cells


def _error_notes(look: GridLook, figures: RowFigures) -> dict[str, str]:
    ids = look.month_ids
    return {
        ids[index]: f"'{typed}' is not a number. Example: 1,200"
        for index, typed in figures.rejected.items()
    }


def cell_edits(
    look: GridLook, edit: GridEdit, entry_at: Mapping[int, int] | None = None
) -> list[CellEdit]:
    """Turn an edit of the grid into the cells it names.

    Args:
        look: What the grid shows.
        edit: The user's act.
        entry_at: The entry at a position of the grid, for rows outside the loaded window.
    """
    months = {column: index for index, column in enumerate(look.month_ids)}
    edits = []
    for cell in edit.cells():
        entry_id = cell.row_id
        if cell.position is not None and entry_at:
            entry_id = entry_at.get(cell.position)
        if not isinstance(entry_id, int):
            continue
        if cell.column_id == PRICE:
            edits.append(CellEdit(entry_id, None, cell.text, None, cell.version, CellField.PRICE))
        elif cell.column_id in months and not look.shows_value:
            index = months[cell.column_id]
            edits.append(CellEdit(entry_id, index, cell.text, None, cell.version))
    return edits


def named_months(edits: Iterable[CellEdit]) -> list[int]:
    """List the months an act names, once each; a row's price names none."""
    return sorted({edit.month_index for edit in edits if edit.month_index is not None})


def answer_rows(
    look: GridLook, result: EditResult, months: Iterable[int], flags: Mapping[int, CellFlags]
) -> dict[int | str, dict[str, Any]]:
    """Describe the rows an act touched, with the months it named and nothing else.

    Args:
        look: What the grid shows.
        result: What became of the act.
        months: Indexes of the months the act named.
        flags: Comments and holds by entry, so that an edit does not lose their marks.
    """
    named = tuple(months)
    failed: dict[int, list[CellResult]] = {}
    for cell in result.cells:
        failed.setdefault(cell.entry_id, []).append(cell)
    rows: dict[int | str, dict[str, Any]] = {}
    for figures in result.rows:
        marks = cell_marks(look, figures, flags.get(figures.entry_id, NO_FLAGS))
        own = failed.get(figures.entry_id, [])
        rows[figures.entry_id] = _changed_row(look, figures, named, marks, own)
    return rows


def _changed_row(
    look: GridLook,
    figures: RowFigures,
    months: tuple[int, ...],
    marks: dict[str, list[str]],
    failed: list[CellResult],
) -> dict[str, Any]:
    ids, cells = look.month_ids, _month_cells(look, figures)
    shown = {ids[index]: cells[index] for index in months}
    notes = {
        PRICE if cell.field is CellField.PRICE else ids[cell.month_index]: note
        for cell in failed
        if (note := failure_note(cell))
    }
    own_marks = {column: marks.get(column, []) for column in (*shown, PRICE)}
    for cell in failed:
        if cell.outcome is CellOutcome.CONFLICT and cell.field is CellField.QUANTITY:
            own_marks[ids[cell.month_index]] = ["conflict"]
    row: dict[str, Any] = {
        "v": figures.version,
        "cells": shown
        | {
            "status": status_cell(figures),
            TOTAL: look.total(figures),
            PRICE: float(figures.prices[0]),
        },
        "marks": own_marks,
    }
    return row | ({"notes": notes} if notes else {})


def failure_note(cell: CellResult) -> str:
    """Say beside a cell why it does not hold what was typed."""
    if cell.theirs is None:
        return cell.note
    figure = figure_text(cell.theirs.value)
    return f"{cell.theirs.user_name} entered {figure} first. What you typed was not saved."


def figure_text(content: int | Decimal | str | None) -> str:
    """Write what a cell holds in a sentence."""
    if content is None:
        return "nothing"
    return content if isinstance(content, str) else formats.number(content)


def totals_row(look: GridLook, totals: GridTotals) -> dict[str, Any]:
    """Describe the totals of all rows the filter lets pass."""
    months = [whole(amount) for amount in totals.amounts] if look.shows_value else totals.quantities
    full = whole(totals.amount) if look.shows_value else totals.quantity
    unit = look.currency if look.shows_value else look.unit
    return {
        "label": f"Total of {formats.count(totals.row_count, 'row')}, {unit}",
        "cells": dict(zip(look.month_ids, months, strict=True)) | {TOTAL: full},
    }


def moved_totals(look: GridLook, totals: GridTotals, result: EditResult) -> GridTotals:
    """Add what an act changed to the totals."""
    quantities = zip(totals.quantities, result.quantity_changes, strict=True)
    amounts = zip(totals.amounts, result.amount_changes, strict=True)
    return GridTotals(
        totals.row_count,
        tuple(now + change for now, change in quantities),
        tuple(now + change for now, change in amounts),
    )
