"""Lay down what accepting a sales file would do, for the preview screen.

One line per calendar month the file touches, and one per wrong row. A month's figures are compared
again on accepting, so that nobody accepts something else than was shown.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import text

from sop_app.system.spreadsheets.difference import RowOutcome
from sop_app.system.spreadsheets.kinds import ImportContext
from sop_app.system.spreadsheets.validation import CellError

from .import_cells import run
from .import_changes import MonthChange

_INSERT = text("""
    INSERT INTO staged_change (batch_id, row_number, outcome, key, values, old_values, errors)
    SELECT :batch_id, line.row_number, line.outcome, line.key, line.values, line.old_values,
           line.errors
    FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS line(
        row_number int, outcome text, key text, values jsonb, old_values jsonb, errors jsonb
    )
""")


async def write_preview(
    context: ImportContext, changes: Sequence[MonthChange], errors: Iterable[CellError]
) -> None:
    """Replace the preview of a batch."""
    await run(
        context.uow,
        "DELETE FROM staged_change WHERE batch_id = :batch_id",
        batch_id=context.batch_id,
    )
    lines = [*map(_month_line, changes), *_error_lines(errors)]
    await context.uow.session.execute(
        _INSERT, {"batch_id": context.batch_id, "lines": json.dumps(lines)}
    )


async def read_preview(context: ImportContext) -> list[dict[str, Any]]:
    """Give the figures of every month as they were shown."""
    result = await context.uow.session.execute(
        text("""
            SELECT values || jsonb_build_object('old', old_values) FROM staged_change
            WHERE batch_id = :batch_id AND outcome <> :wrong ORDER BY key
        """),
        {"batch_id": context.batch_id, "wrong": RowOutcome.WRONG},
    )
    return list(result.scalars())


def change_values(change: MonthChange) -> dict[str, Any]:
    """Give a month's figures as `read_preview` reads them."""
    line = _month_line(change)
    return line["values"] | {"old": line["old_values"]}


def _month_line(change: MonthChange) -> dict[str, Any]:
    return {
        "row_number": 0,
        "outcome": _outcome(change),
        "key": f"{change.month:%Y-%m}",
        "values": {
            "quantity": str(change.quantity),
            "amount": str(change.amount),
            "new": change.new_count,
            "changed": change.changed_count,
            "unchanged": change.unchanged_count,
            "removed": change.removed_count,
        },
        "old_values": {"quantity": str(change.old_quantity), "amount": str(change.old_amount)},
    }


def _outcome(change: MonthChange) -> RowOutcome:
    stored = change.changed_count + change.unchanged_count + change.removed_count
    if not stored:
        return RowOutcome.NEW
    is_same = not (change.new_count or change.changed_count or change.removed_count)
    return RowOutcome.UNCHANGED if is_same else RowOutcome.CHANGED


def _error_lines(errors: Iterable[CellError]) -> list[dict[str, Any]]:
    lines: dict[int, dict[str, Any]] = {}
    for error in errors:
        line = lines.setdefault(
            error.row,
            {
                "row_number": error.row,
                "outcome": RowOutcome.WRONG,
                "key": "",
                "values": {},
                "errors": {},
            },
        )
        line["values"][error.header] = error.value
        line["errors"][error.header] = error.message
    return list(lines.values())
