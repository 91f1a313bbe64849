"""Check rows against the fields they fill: values, or errors beside the cells.

Pure functions: a row comes in as the reader saw it, a `CheckedRow` comes out. Nothing is repaired.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from sop_app.system.spreadsheets.cells import CellFault, RawCell, column_letter, show
from sop_app.system.spreadsheets.extract import SheetRow
from sop_app.system.spreadsheets.field_types import (
    CellRefusedError,
    ReferenceType,
    refuse_fault,
)
from sop_app.system.spreadsheets.mapping import ResolvedColumn, ResolvedMapping

Key = tuple[Hashable, ...]
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class CellError:
    """What is wrong with one cell.

    Attributes:
        row: Row number as Excel shows it.
        column: Position of the column, or ``None`` where the error belongs to the row as a whole.
        header: Title of the column, or "".
        value: Content of the cell as shown.
        message: Sentence naming the value and what is expected.
    """

    row: int
    column: int | None
    header: str
    value: str
    message: str

    @property
    def cell(self) -> str:
        """Name the cell as Excel does, for example ``C17``; the row alone without a column."""
        return (
            f"{column_letter(self.column)}{self.row}" if self.column is not None else f"{self.row}"
        )


@dataclass(frozen=True)
class CheckedRow:
    """One row after checking.

    Attributes:
        row: Row number as Excel shows it.
        values: Field name to value; a month series is a mapping of month to value. Only mapped
            fields occur; an empty cell is ``None``.
        errors: What is wrong; a row with errors is not accepted.
    """

    row: int
    values: dict[str, object]
    errors: tuple[CellError, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Say whether the row can be accepted."""
        return not self.errors


@dataclass
class RowChecker:
    """Checks rows against a resolved mapping.

    Attributes:
        mapping: Which column fills which field.
        references: For `ReferenceType` fields: target name to the codes that exist, case-folded;
            targets not given here are not looked up. A mapping also gives the code as stored,
            which then is the value.
    """

    mapping: ResolvedMapping
    references: MappingType[str, Collection[str]] = field(default_factory=dict)

    def check(self, row: SheetRow) -> CheckedRow:
        """Turn the cells of a row into values, collecting every error of the row."""
        values: dict[str, object] = {}
        errors: list[CellError] = []
        for column in self.mapping.columns:
            values[column.field.name] = self._read(row, column, errors)
        months: dict[date, object] = {}
        for column, month in self.mapping.months:
            months[month] = self._read(row, column, errors)
        if self.mapping.months:
            values[self.mapping.months[0][0].field.name] = months
        return CheckedRow(row.number, values, tuple(errors))

    def check_all(self, rows: Iterable[SheetRow]) -> Iterator[CheckedRow]:
        """Check rows one after the other; rows without any mapped content are left out."""
        indexes = [column.index for column in self.mapping.columns]
        indexes += [column.index for column, _ in self.mapping.months]
        for row in rows:
            if any(row.cells[index] is not None for index in indexes):
                yield self.check(row)

    def _read(self, row: SheetRow, column: ResolvedColumn, errors: list[CellError]) -> object:
        cell = row.cells[column.index]
        try:
            value = read_cell(cell, column, self.references)
        except CellRefusedError as refusal:
            errors.append(make_error(row.number, column, cell, str(refusal)))
            return None
        if value is None and column.field.is_required:
            message = f"{column.field.title} is empty; expected {column.field.type.expectation}."
            errors.append(CellError(row.number, column.index, column.header, "", message))
        return value


def read_cell(
    cell: RawCell,
    column: ResolvedColumn,
    references: MappingType[str, Collection[str]] = MappingProxyType({}),
) -> object:
    """Turn a raw cell into the value of its field, ``None`` when it is empty.

    A bulk import reads each distinct cell of a column once with it and lets the database join the
    values, so both sorts of imports follow the same rules.

    Raises:
        CellRefusedError: The cell holds something else; the message says what is expected.
    """
    if cell is None:
        return None
    if isinstance(cell, CellFault):
        raise CellRefusedError(refuse_fault(cell))
    kind = column.field.type
    value = kind.read(cell, column.reading)
    if value == "":
        return None
    if isinstance(kind, ReferenceType):
        known = references.get(kind.target)
        if known is not None and str(value).casefold() not in known:
            raise CellRefusedError(kind.refuse(known))
        if isinstance(known, MappingType):
            return known[str(value).casefold()]
    return value


def make_error(row: int, column: ResolvedColumn, cell: RawCell, refusal: str) -> CellError:
    """Build the error for a refused cell: its title, its content, what is wrong."""
    value = show(cell)
    shown = value if len(value) <= _LONGEST_SHOWN else value[: _LONGEST_SHOWN - 1] + "…"
    message = f'{column.field.title}: "{shown}" {refusal}.'
    return CellError(row, column.index, column.header, value, message)


def find_duplicates(rows: Iterable[CheckedRow], key_fields: Sequence[str]) -> dict[int, CellError]:
    """Find rows whose key stands in the file before; texts are compared without case.

    Rows whose key is not complete are left out: they have their own errors.

    Returns:
        Row number of each later row to an error that names the first row.
    """
    first_rows: dict[Key, int] = {}
    errors: dict[int, CellError] = {}
    for row in rows:
        key = row_key(row.values, key_fields)
        if key is None:
            continue
        first = first_rows.setdefault(key, row.row)
        if first != row.row:
            shown = ", ".join(str(row.values[name]) for name in key_fields)
            message = f"{shown} stands in row {first} already."
            errors[row.row] = CellError(row.row, None, "", shown, message)
    return errors


def row_key(values: MappingType[str, object], key_fields: Sequence[str]) -> Key | None:
    """Give what identifies a row, or ``None`` when a part of it is empty."""
    key = tuple(_fold(values.get(name)) for name in key_fields)
    return None if None in key else key


def _fold(value: object) -> Hashable:
    return value.casefold() if isinstance(value, str) else value


def with_errors(
    rows: Iterable[CheckedRow], errors: MappingType[int, CellError]
) -> Iterator[CheckedRow]:
    """Add errors found across rows, such as duplicates, to the rows they belong to."""
    for row in rows:
        found = errors.get(row.row)
        yield CheckedRow(row.row, row.values, (*row.errors, found)) if found else row
