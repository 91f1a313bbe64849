"""What the imports of master data share: errors beside cells, batches, and the check before storing."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

from sop_app.kernel.errors import ConflictError
from sop_app.kernel.fields import clean_line
from sop_app.system.spreadsheets.difference import RowDifference, RowOutcome
from sop_app.system.spreadsheets.kinds import ImportContext
from sop_app.system.spreadsheets.validation import CellError, CheckedRow, Key

BATCH_SIZE = 1000


@dataclass(frozen=True)
class IncomingRow:
    """A row to be stored: its key and the values the file holds."""

    key: Key
    values: dict[str, object]
    is_new: bool


def cell_error(context: ImportContext, row: CheckedRow, name: str, message: str) -> CellError:
    """Build an error that stands beside the cell of a field, else at the row."""
    for column in context.resolved.columns:
        if column.field.name == name:
            shown = row.values.get(name)
            value = "" if shown is None else str(shown)
            return CellError(row.row, column.index, column.header, value, message)
    return CellError(row.row, None, "", "", message)


def settle_texts(row: CheckedRow, names: Sequence[str]) -> None:
    """Trim the texts of a row as they are stored, so that blanks do not show as a change."""
    for name in names:
        value = row.values.get(name)
        if isinstance(value, str):
            row.values[name] = clean_line(value) or None


def empty_cell_errors(
    context: ImportContext, row: CheckedRow, titles: Mapping[str, str]
) -> list[CellError]:
    """Find the cells that are empty although their column is there and nothing empty fits.

    Args:
        context: The import.
        row: A checked row.
        titles: Field name to the sentence that says what is missing.
    """
    return [
        cell_error(context, row, name, message)
        for name, message in titles.items()
        if name in row.values and row.values[name] is None
    ]


def problem_errors(
    context: ImportContext, row: CheckedRow, problems: Mapping[str, str]
) -> list[CellError]:
    """Turn the problems of a record's fields into errors beside their cells."""
    return [cell_error(context, row, name, text) for name, text in problems.items()]


async def in_batches(rows: AsyncIterator[RowDifference]) -> AsyncIterator[list[RowDifference]]:
    """Gather rows, so that each batch costs a fixed number of queries."""
    batch: list[RowDifference] = []
    async for row in rows:
        batch.append(row)
        if len(batch) == BATCH_SIZE:
            yield batch
            batch = []
    if batch:
        yield batch


def settled_rows(
    batch: Sequence[RowDifference], current: Mapping[Key, Mapping[str, object]]
) -> list[IncomingRow]:
    """Give what is to be stored, once nothing has changed since the preview.

    Args:
        batch: New and changed rows as previewed.
        current: What is stored now, by key.

    Raises:
        ConflictError: A record is stored otherwise than the preview said.
    """
    found = []
    for row in batch:
        if row.key is None:
            continue
        _refuse_if_changed(row, current.get(row.key))
        is_new = row.outcome is RowOutcome.NEW
        found.append(IncomingRow(row.key, row.row.values, is_new=is_new))
    return found


def _refuse_if_changed(row: RowDifference, stored: Mapping[str, object] | None) -> None:
    is_new = row.outcome is RowOutcome.NEW
    same = stored is None if is_new else stored is not None
    for change in row.changes:
        same = same and _plain((stored or {}).get(change.field)) == _plain(change.old)
    if not same:
        name = ", ".join(map(str, row.key or ()))
        raise ConflictError(
            f"Row {row.row.row} ({name}) was changed by somebody else since the preview. "
            "Nothing was imported; make the preview again."
        )


def _plain(value: object) -> object:
    return None if value == "" else value
