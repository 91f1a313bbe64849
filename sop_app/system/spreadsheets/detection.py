"""Find out where the table is: which sheet, and which row names the columns."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sop_app.system.spreadsheets.cells import RawCell, show
from sop_app.system.spreadsheets.extract import SheetExtract, SheetRow
from sop_app.system.spreadsheets.names import normalise_name
from sop_app.system.spreadsheets.number_text import DecimalSign, read_number

CANDIDATE_ROWS = 30
_ROWS_BELOW = 20
_LONGEST_LABEL = 80
_LEAST_COVERAGE = 0.5
_FULL_COVERAGE = 0.75
_STEP_DOWN = 0.05


def find_header_row(
    head: Sequence[SheetRow], known_names: frozenset[str] = frozenset()
) -> int | None:
    """Find the row that names the columns, also below titles and blank rows.

    A header has a short, distinct text (or a month) over most columns that are filled below it,
    and what stands below looks different from it. Names the importer knows weigh most.

    Args:
        head: The first rows that hold something.
        known_names: Normalised names and synonyms of the fields that are looked for.

    Returns:
        The row's number as Excel shows it, or ``None`` when the table seems to have no header.
    """
    best_score, best_row = 0.0, None
    for position, row in enumerate(head[:CANDIDATE_ROWS]):
        below = head[position + 1 : position + 1 + _ROWS_BELOW]
        if not below and position:
            break
        score = _rate_header(row, below, known_names) - _STEP_DOWN * position
        if score > best_score:
            best_score, best_row = score, row.number
    return best_row


def name_columns(head: Sequence[SheetRow], header_row: int | None) -> tuple[str, ...]:
    """Give the text above each column, joining the two rows of a grouped header.

    Where filled columns lack a name in the header row and the row right above it has one, the two
    rows are one header: ``Balance`` over ``Opening`` and ``Ending`` names them "Balance Opening" and
    "Balance Ending".
    """
    position = next((at for at, row in enumerate(head) if row.number == header_row), None)
    if position is None:
        return tuple("" for _ in head[0].cells) if head else ()
    row = head[position]
    names = tuple(show(cell) for cell in row.cells)
    above = head[position - 1] if position and head[position - 1].number == row.number - 1 else None
    used = _used_columns(head[position + 1 : position + 1 + _ROWS_BELOW])
    if above is None or not any(above.cells[at] and not names[at] for at in used):
        return names
    joined, group = [], ""
    for own, over in zip(names, above.cells, strict=True):
        group = show(over) or group
        joined.append(f"{group} {own}".strip() if own else show(over))
    return tuple(joined)


def _rate_header(row: SheetRow, below: Sequence[SheetRow], known_names: frozenset[str]) -> float:
    """Rate a row as a header; 0 when it cannot be one."""
    filled = [index for index, cell in enumerate(row.cells) if cell is not None]
    labels = [index for index in filled if _is_label(row.cells[index])]
    if len(labels) < 0.75 * len(filled) or not any(isinstance(c, str) for c in row.cells):
        return 0.0
    used = _used_columns(below)
    coverage = len(used.intersection(filled)) / len(used) if used else 0.0
    texts = [normalise_name(str(row.cells[index])) for index in labels]
    known = sum(text in known_names for text in texts) / len(texts)
    if coverage < _LEAST_COVERAGE and known < _LEAST_COVERAGE and below:
        return 0.0
    distinct = len(set(texts)) / len(texts)
    contrast = sum(_differs_below(index, row, below) for index in labels) / len(labels)
    repeated = sum(_recurs_below(index, row, below) for index in labels) / len(labels)
    looks = len(labels) / len(filled) + distinct / 2 + contrast - repeated
    return 3 * min(coverage / _FULL_COVERAGE, 1.0) + looks + 3 * known


def _is_label(cell: RawCell) -> bool:
    """Say whether a cell can name a column: a short text that is no number, or a month."""
    if isinstance(cell, str):
        return len(cell) <= _LONGEST_LABEL and read_number(cell, DecimalSign.POINT) is None
    return isinstance(cell, date)


def _used_columns(rows: Sequence[SheetRow]) -> set[int]:
    """Give the columns filled in at least a fifth of the rows."""
    counts: dict[int, int] = {}
    for row in rows:
        for index, cell in enumerate(row.cells):
            if cell is not None:
                counts[index] = counts.get(index, 0) + 1
    return {index for index, count in counts.items() if count * 5 >= len(rows)}


def _differs_below(index: int, row: SheetRow, below: Sequence[SheetRow]) -> bool:
    """Say whether most cells below are of another type, or of clearly another length."""
    cells = [cell for line in below if (cell := line.cells[index]) is not None]
    if not cells:
        return False
    label = row.cells[index]
    if isinstance(label, date):
        return sum(isinstance(cell, Decimal) for cell in cells) * 2 > len(cells)
    others = sum(
        not isinstance(cell, str) or read_number(cell, DecimalSign.POINT) is not None
        for cell in cells
    )
    return others * 2 > len(cells)


def _recurs_below(index: int, row: SheetRow, below: Sequence[SheetRow]) -> bool:
    """Say whether a cell's text stands again further down its column, as values do."""
    return any(line.cells[index] == row.cells[index] for line in below)


def choose_sheet(
    sheets: Sequence[SheetExtract], known_names: frozenset[str] = frozenset()
) -> SheetExtract | None:
    """Choose the sheet the user most likely means.

    Visible before hidden; then the one whose header names most of the known fields; then the one
    with most filled cells.
    """

    def rate(sheet: SheetExtract) -> tuple[bool, int, int]:
        known = sum(normalise_name(column.header) in known_names for column in sheet.columns)
        filled = sum(column.filled for column in sheet.columns)
        return (not sheet.is_hidden, known, filled)

    return max(sheets, key=rate, default=None)
