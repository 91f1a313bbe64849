"""Check the staged rows of a file and lay down what accepting it would do.

Rows are checked and compared in Python here; a `BulkImport` does it itself, in SQL. The preview of
a file is told from a later one by its fingerprint: what was accepted is what was shown.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.batches import StagedFile
from sop_app.system.spreadsheets.cells import show
from sop_app.system.spreadsheets.difference import (
    CellChange,
    Difference,
    RowDifference,
    RowOutcome,
    compare_rows,
)
from sop_app.system.spreadsheets.extract import SheetRow
from sop_app.system.spreadsheets.kinds import BulkImport, Progress, RowImport, RowShare, no_progress
from sop_app.system.spreadsheets.mapping import ResolvedColumn, ResolvedMapping
from sop_app.system.spreadsheets.reading import count_options, require_unfinished
from sop_app.system.spreadsheets.schemas import BatchStatus, ImportCounts
from sop_app.system.spreadsheets.staged_rows import read_rows, require_rows
from sop_app.system.spreadsheets.validation import (
    CheckedRow,
    RowChecker,
    find_duplicates,
    row_key,
    with_errors,
)

_LINES_AT_ONCE = 2_000
_INSERT = text("""
    INSERT INTO staged_change (batch_id, row_number, outcome, key, values, old_values, errors)
    SELECT :batch_id, line.row_number, line.outcome, left(line.key, 200), line.values,
           line.old_values, line.errors
    FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS line(
        row_number int, outcome text, key text, values jsonb, old_values jsonb, errors jsonb
    )
""")


@dataclass(frozen=True)
class Comparison:
    """The difference of a file, its fingerprint, and the raw cells of its wrong rows."""

    difference: Difference
    fingerprint: str
    wrong_cells: dict[int, SheetRow]


async def preview_rows(
    uow: UnitOfWork,
    staged: StagedFile,
    progress: Progress = no_progress,
    *,
    counts_options: bool = True,
) -> ImportCounts:
    """Check every row, compare it with what is stored, and keep the outcome for the screen.

    Args:
        uow: The transaction.
        staged: The import, its batch locked.
        progress: Told about rows done, rows in all, and the stage.
        counts_options: Whether somebody will see how many rows each choice is about.

    Raises:
        InvalidInputError: A column is missing or a question open.
        WrongStatusError: The import has ended meanwhile.
        ConflictError: The staged rows are gone.
    """
    batch = staged.batch
    require_unfinished(batch, "checked")
    staged.require_ready()
    await require_rows(uow, batch.id, staged.sheet.data_row_count)
    fingerprint = ""
    shares: Sequence[RowShare] = ()
    if isinstance(staged.kind, BulkImport):
        if counts_options:
            await progress(0, 0, "Counting rows")
            await count_options(uow, staged)
        context = staged.context(uow, progress)
        counts = ImportCounts(**asdict(await staged.kind.stage_changes(context)))
        shares = await staged.kind.share_rows(context)
    else:
        comparison = await compare_staged(uow, staged, progress)
        fingerprint = comparison.fingerprint
        await _store_lines(uow, staged, comparison)
        counts = _count(comparison.difference)
    batch.counts = {
        **asdict(counts),
        "fingerprint": fingerprint,
        "shares": [_flat_share(share) for share in shares],
    }
    batch.options = {**batch.options, "leaves_wrong_out": False}
    batch.status = BatchStatus.PREVIEWED
    return counts


def _flat_share(share: RowShare) -> dict[str, Any]:
    figures = {"quantity": str(share.quantity), "amount": str(share.amount)}
    return {**asdict(share), **figures}


async def compare_staged(
    uow: UnitOfWork, staged: StagedFile, progress: Progress = no_progress
) -> Comparison:
    """Check the staged rows of a row import and compare them with what is stored now."""
    kind = staged.kind
    assert isinstance(kind, RowImport)  # noqa: S101
    rows, wrong = await _check_all(uow, staged, kind, progress)
    rows = list(with_errors(rows, find_duplicates(rows, kind.key_fields)))
    keys = {key for row in rows if (key := row_key(row.values, kind.key_fields))}
    current = await kind.load_current(staged.context(uow), keys)
    difference = compare_rows(current, rows, kind.key_fields)
    refused = {row.row.row for row in difference.rows if row.outcome is RowOutcome.WRONG}
    cells = {number: row for number, row in wrong.items() if number in refused}
    return Comparison(difference, _fingerprint(difference), cells)


async def _check_all(
    uow: UnitOfWork, staged: StagedFile, kind: RowImport, progress: Progress
) -> tuple[list[CheckedRow], dict[int, SheetRow]]:
    context = staged.context(uow)
    checker = RowChecker(staged.resolved, await kind.load_references(context))
    checked: list[CheckedRow] = []
    raw: dict[int, SheetRow] = {}
    batch_id, total, done = context.batch_id, staged.sheet.data_row_count, 0
    async for rows in read_rows(uow, batch_id):
        raw.update((row.number, row) for row in rows)
        for row in checker.check_all(rows):
            errors = kind.check_row(context, row)
            checked.append(CheckedRow(row.row, row.values, (*row.errors, *errors)))
        done += len(rows)
        await progress(done, total, "Checking rows")
    return checked, raw


def _fingerprint(difference: Difference) -> str:
    digest = hashlib.sha256()
    for row in difference.rows:
        changes = [(change.field, change.month, change.old, change.new) for change in row.changes]
        values = sorted(row.row.values.items()) if row.outcome is RowOutcome.NEW else []
        digest.update(repr((row.row.row, row.outcome.value, changes, values)).encode())
    return digest.hexdigest()


def _count(difference: Difference) -> ImportCounts:
    counts = difference.counts
    return ImportCounts(
        **asdict(counts),
        changed_cells=sum(len(row.changes) for row in difference.rows),
        wrong_cells=sum(max(1, len(row.row.errors)) for row in _wrong(difference)),
    )


def _wrong(difference: Difference) -> Iterable[RowDifference]:
    return (row for row in difference.rows if row.outcome is RowOutcome.WRONG)


async def _store_lines(uow: UnitOfWork, staged: StagedFile, comparison: Comparison) -> None:
    batch_id = staged.batch.id
    await uow.session.execute(
        text("DELETE FROM staged_change WHERE batch_id = :batch_id"), {"batch_id": batch_id}
    )
    rows = comparison.difference.rows
    for start in range(0, len(rows), _LINES_AT_ONCE):
        lines = [
            _line(row, staged, comparison.wrong_cells)
            for row in rows[start : start + _LINES_AT_ONCE]
        ]
        await uow.session.execute(_INSERT, {"batch_id": batch_id, "lines": json.dumps(lines)})


def _line(
    row: RowDifference, staged: StagedFile, wrong_cells: dict[int, SheetRow]
) -> dict[str, Any]:
    line: dict[str, Any] = {
        "row_number": row.row.row,
        "outcome": row.outcome.value,
        "key": ", ".join(as_text(row.row.values.get(name)) for name in staged.kind.key_fields),
        "values": _flat_values(row.row.values),
    }
    if row.outcome is RowOutcome.WRONG:
        line["values"] = _raw_values(wrong_cells[row.row.row], staged.resolved)
        line["errors"] = _messages(row)
    elif row.changes:
        line["old_values"] = {_cell_key(change): as_text(change.old) for change in row.changes}
    return line


def _messages(row: RowDifference) -> dict[str, str]:
    """Join the errors of each column, known by its header; those of the row as a whole under ""."""
    messages: dict[str, str] = {}
    for error in row.row.errors:
        before = messages.get(error.header, "")
        messages[error.header] = f"{before} {error.message}".strip()
    return messages or {"": "What identifies the row is empty."}


def _raw_values(row: SheetRow, resolved: ResolvedMapping) -> dict[str, str]:
    """Show the cells of a wrong row as they stand in the file."""
    values = {column.field.name: _raw(row, column) for column in resolved.columns}
    return values | {month.isoformat(): _raw(row, column) for column, month in resolved.months}


def _raw(row: SheetRow, column: ResolvedColumn) -> str:
    return show(row.cells[column.index])[:200]


def _flat_values(values: dict[str, object]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in values.items():
        if isinstance(value, dict):
            flat |= {month.isoformat(): as_text(figure) for month, figure in value.items()}
        else:
            flat[name] = as_text(value)
    return flat


def _cell_key(change: CellChange) -> str:
    return change.month.isoformat() if change.month else change.field


def as_text(value: object) -> str:
    """Write a value of a preview as plain text."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            plain = f"{value:f}"
            return plain.rstrip("0").rstrip(".") if "." in plain else plain
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case _:
            return str(value)
