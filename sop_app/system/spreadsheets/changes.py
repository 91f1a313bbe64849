"""Show what accepting a file would do, row by row and cell by cell."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from sop_app.kernel.paging import PageRequest
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.batches import StagedFile, load_batch, open_staged
from sop_app.system.spreadsheets.difference import RowOutcome
from sop_app.system.spreadsheets.field_types import DecimalType, MoneyType
from sop_app.system.spreadsheets.kinds import RowImport
from sop_app.system.spreadsheets.schemas import ChangeCell, ChangeColumn, ChangeLine, ChangePage

ALL_OUTCOMES = frozenset(RowOutcome)
WITH_CHANGES = frozenset({RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.WRONG})
_AMOUNT = "amount"
_MONEY_DECIMALS = 2
_SUMS = ("quantity", _AMOUNT)
_SUM_COLUMNS = (*_SUMS, "new", "changed", "removed", "unchanged")
_COUNT = text("""
    SELECT outcome, count(*) AS lines FROM staged_change WHERE batch_id = :batch_id GROUP BY outcome
""")
_FIND = text("""
    SELECT row_number, outcome, key, values, old_values, errors FROM staged_change
    WHERE batch_id = :batch_id AND outcome = ANY(:outcomes)
    ORDER BY row_number, key, id LIMIT :limit OFFSET :offset
""")


async def list_changes(
    uow: UnitOfWork,
    batch_id: int,
    outcomes: Iterable[RowOutcome] = ALL_OUTCOMES,
    page: PageRequest | None = None,
) -> ChangePage:
    """List what accepting would do, in the order of the file.

    Args:
        uow: The transaction.
        batch_id: The import.
        outcomes: Which rows are listed.
        page: Which part of the list.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        InvalidInputError: The file has not been read yet.
    """
    staged = open_staged(await load_batch(uow, batch_id))
    page = page or PageRequest()
    wanted = {"outcomes": [outcome.value for outcome in outcomes]}
    counted = await uow.session.execute(_COUNT, {"batch_id": batch_id})
    line_counts: dict[str, int] = {row["outcome"]: row["lines"] for row in counted.mappings()}
    total = sum(line_counts.get(outcome, 0) for outcome in wanted["outcomes"])
    part = {"batch_id": batch_id, "limit": page.limit, "offset": page.offset}
    found = await uow.session.execute(_FIND, {**wanted, **part})
    rows = [dict(row._mapping) for row in found]
    columns = _columns(staged, rows)
    headers = _headers(staged)
    summed = _summed(staged)
    lines = tuple(_line(row, columns, headers, summed) for row in rows)
    return ChangePage(columns, lines, total, line_counts)


def _columns(staged: StagedFile, rows: Sequence[Mapping[str, Any]]) -> tuple[ChangeColumn, ...]:
    """List the columns: the mapped fields and months, else whatever the lines of a bulk kind hold."""
    if isinstance(staged.kind, RowImport):
        singles = [
            ChangeColumn(
                field.name,
                field.title,
                isinstance(field.type, DecimalType),
                _MONEY_DECIMALS if isinstance(field.type, MoneyType) else 0,
            )
            for field in (column.field for column in staged.resolved.columns)
        ]
        months = [
            ChangeColumn(month.isoformat(), f"{month:%b %y}", is_number=True)
            for _, month in staged.resolved.months
        ]
        return (*singles, *months)
    sums = [
        ChangeColumn(key, key.capitalize(), True, _MONEY_DECIMALS if key == _AMOUNT else 0)
        for key in _SUM_COLUMNS
        if any(_sums_up(row) for row in rows)
    ]
    headers = dict.fromkeys(header for row in rows for header in row["errors"] or {} if header)
    return (*sums, *(ChangeColumn(header, header) for header in headers))


def _sums_up(row: Mapping[str, Any]) -> bool:
    """Say whether a line of a bulk kind sums up a month; the others are single wrong rows."""
    return row["row_number"] == 0


def _summed(staged: StagedFile) -> frozenset[str]:
    """Name the columns whose change is a line's net change."""
    if isinstance(staged.kind, RowImport):
        return frozenset(month.isoformat() for _, month in staged.resolved.months)
    return frozenset({_AMOUNT})


def _headers(staged: StagedFile) -> dict[str, str]:
    """Give for each header of the file the key of its column in the preview."""
    if not isinstance(staged.kind, RowImport):
        return {}
    singles = {column.header: column.field.name for column in staged.resolved.columns}
    return singles | {column.header: month.isoformat() for column, month in staged.resolved.months}


def _line(
    row: Mapping[str, Any],
    columns: Iterable[ChangeColumn],
    headers: Mapping[str, str],
    summed: Collection[str],
) -> ChangeLine:
    outcome = RowOutcome(row["outcome"])
    errors = {headers.get(header, header): text for header, text in (row["errors"] or {}).items()}
    keys = [column.key for column in columns if _is_known(column.key, row, errors)]
    cells = tuple(_cell(key, row, errors, outcome) for key in keys)
    net = _net_change(cells, summed) if outcome is not RowOutcome.WRONG else None
    return ChangeLine(
        row["row_number"], _shown_key(row["key"]), outcome, cells, errors.get("", ""), net
    )


def _net_change(cells: Iterable[ChangeCell], summed: Collection[str]) -> Decimal | None:
    """Add up what the figures of a line change by; None where it has none."""
    figures = [cell for cell in cells if cell.column in summed]
    if not figures:
        return None
    moved = (cell for cell in figures if cell.state)
    return sum((_amount(cell.text) - _amount(cell.old) for cell in moved), Decimal(0))


def _amount(text: str) -> Decimal:
    return Decimal(text) if text else Decimal(0)


def _is_known(key: str, row: Mapping[str, Any], errors: Mapping[str, str]) -> bool:
    return key in row["values"] or key in errors


def _cell(
    key: str, row: Mapping[str, Any], errors: Mapping[str, str], outcome: RowOutcome
) -> ChangeCell:
    shown = str(row["values"].get(key, ""))
    old = row["old_values"] or {}
    if key in errors:
        return ChangeCell(key, shown, "wrong", message=errors[key])
    if key in old and str(old[key]) != shown:
        return ChangeCell(
            key, shown, "changed" if outcome is not RowOutcome.NEW else "new", old[key]
        )
    if outcome is RowOutcome.NEW and shown and not (_sums_up(row) and key not in _SUMS):
        return ChangeCell(key, shown, "new")
    return ChangeCell(key, shown)


def _shown_key(key: str) -> str:
    """Write the month of a line that sums up a calendar month as people do."""
    try:
        return f"{date.fromisoformat(f'{key}-01'):%b %Y}"
    except ValueError:
        return key
