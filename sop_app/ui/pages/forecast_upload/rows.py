"""Turn an uploaded template into what its page shows: steps, tiles and lines."""

from collections.abc import Sequence
from typing import Any

from sop_app.kernel.periods import month_label
from sop_app.planning.forecast_entry.upload_schemas import UploadedRow, UploadView
from sop_app.ui.components import formats
from sop_app.ui.sections.import_lines import RIGHT, preview_cell, preview_line

WITH_CHANGES, WRONG, ALL = "changes", "wrong", "all"
CHECKING, DONE = 1, 2


def step_rows(at: int, details: Sequence[str]) -> list[dict[str, str]]:
    """Say how far each of the three steps is; 0 is uploading."""
    return [
        {
            "detail": detail,
            "status": "done"
            if place < at or at == DONE
            else "active"
            if place == at
            else "pending",
        }
        for place, detail in enumerate(details)
    ]


def month_headers(view: UploadView) -> list[dict[str, str]]:
    """Head a column for each month."""
    return [{"label": f"{month:%b %y}", "align": RIGHT} for month in view.months]


def rows_of(view: UploadView, shown: str) -> list[UploadedRow]:
    """Choose the rows of a chip, in the order of the file."""
    if shown == WRONG:
        return [row for row in view.rows if row.is_wrong]
    if shown == WITH_CHANGES:
        return [row for row in view.rows if row.is_wrong or row.changed]
    return list(view.rows)


def line_of(row: UploadedRow) -> dict[str, Any]:
    """Lay a row out as a line of the preview."""
    changed = set(row.changed)
    cells = []
    for index, new in enumerate(row.new):
        old = row.old[index] if row.old else None
        state = "wrong" if index in row.wrong else ""
        if index in changed:
            state = "new" if old is None else "changed"
        cells.append(
            preview_cell(
                _text(new),
                state,
                old=_text(old),
                message=row.wrong.get(index, ""),
                decimals=0,
            )
        )
    return preview_line(
        str(row.row_number),
        row.product or row.sku,
        cells,
        code=row.sku if row.product else "",
        place=f"{row.customer}, row {row.row_number}",
        message=row.message,
        net=formats.change(row.net_change),
    )


def tile_texts(view: UploadView, *, leaves_out: bool) -> dict[str, str]:
    """Give the figures of the tiles, the chips and the buttons, in cells."""
    states = [
        (row, index, row.old[index] is None)
        for row in view.rows
        if row.old
        for index in row.changed
    ]
    new = sum(is_new for _, _, is_new in states)
    changed = len(states) - new
    wrong = len(view.preview.errors)
    wrong_rows = view.preview.wrong_row_count
    changed_rows = len({row.row_number for row, _, is_new in states if not is_new})
    cells = len(view.rows) * len(view.months)
    blocks = wrong and not leaves_out
    return {
        "new": formats.number(new),
        "new_unit": _cells(new),
        "changed": formats.number(changed),
        "changed_unit": _in_rows(changed, changed_rows),
        "unchanged": formats.number(max(0, cells - new - changed - _wrong_cells(view))),
        "unchanged_unit": "cells",
        "wrong": formats.number(wrong),
        "wrong_unit": _in_rows(wrong, wrong_rows),
        "blocked": f"{formats.count(wrong, 'wrong cell')} {_verb(wrong)} the upload."
        if blocks
        else "",
        "leave_out": f"Leave {formats.count(wrong_rows, 'row')} out",
        "accept": f"Accept {formats.count(len(view.preview.acceptable_cells), 'change')}",
        "chip_changes": formats.number(len(rows_of(view, WITH_CHANGES))),
        "chip_wrong": formats.number(wrong_rows),
        "chip_all": formats.number(len(view.rows)),
    }


def remark_of(view: UploadView, *, leaves_out: bool) -> str:
    """Say what else there is to know before accepting."""
    preview = view.preview
    notes = []
    if leaves_out and preview.errors:
        rows = formats.count(preview.wrong_row_count, "row")
        stay = "stays as it is" if preview.wrong_row_count == 1 else "stay as they are"
        notes.append(f"{rows} with wrong cells {stay} stored.")
    if preview.absent_count:
        rows = formats.count(preview.absent_count, "row")
        stay = (
            "is not in the file and stays"
            if preview.absent_count == 1
            else "are not in the file and stay"
        )
        notes.append(f"{rows} of yours {stay} as stored.")
    if not preview.cells and not preview.errors:
        notes.append("The file holds what is stored already; there is nothing to accept.")
    return " ".join(notes)


def month_note(view: UploadView) -> str:
    """Name the months of the file."""
    first, last = view.months[0], view.months[-1]
    return f"{month_label(first)} to {month_label(last)}, {len(view.months)} months"


def _wrong_cells(view: UploadView) -> int:
    return sum(len(row.wrong) for row in view.rows)


def _cells(amount: int) -> str:
    return "cell" if amount == 1 else "cells"


def _in_rows(cells: int, rows: int) -> str:
    return f"{_cells(cells)} in {formats.count(rows, 'row')}" if cells else "cells"


def _verb(amount: int) -> str:
    return "blocks" if amount == 1 else "block"


def _text(content: int | str | None) -> str:
    return "" if content is None else str(content)
