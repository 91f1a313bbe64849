"""Write the rows of one sheet to a file and profile its columns on the way.

Half a million rows pass here, so cells are handled a column at a time in batches: every step of
the inner loops is a call into C.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sop_app.system.spreadsheets.cells import EMPTY, CellFault, SheetFaults, decode, encode
from sop_app.system.spreadsheets.detection import find_header_row, name_columns
from sop_app.system.spreadsheets.extract import HEAD_ROWS, SheetExtract, SheetRow
from sop_app.system.spreadsheets.profiles import ColumnProfile

BATCH_ROWS = 4_096
_REMEMBERED = 100_000
_REMEMBERED_LENGTH = 80


@dataclass(frozen=True)
class SheetSource:
    """A sheet about to be written.

    Attributes:
        name: Name of the sheet.
        rows: Its rows from row 1 on, blank ones included, all of the same width.
        first_column: Position of the first column the rows hold.
        width: Columns from A to the last one.
        height: Rows, for progress.
        is_hidden: Whether the sheet is hidden.
        faults: Where error values stand that the rows show as empty.
        header_row: Row that names the columns, 0 for none; ``None`` to find it.
    """

    name: str
    rows: Iterable[Sequence[object]]
    first_column: int
    width: int
    height: int
    is_hidden: bool = False
    faults: SheetFaults | None = None
    header_row: int | None = None


class _TokenMemory(dict[Any, str]):
    """Remembers the token of short values: most cells repeat."""

    def __missing__(self, value: object) -> str:
        token = encode(value)
        if len(token) <= _REMEMBERED_LENGTH:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[value] = token
        return token


class _Spooler:
    """The state of writing one sheet."""

    def __init__(self, source: SheetSource, known_names: frozenset[str]) -> None:
        self.header_row: int | None = None
        self.columns = [ColumnProfile(index) for index in range(source.width)]
        self.row_count = self.data_row_count = self.last_row = 0
        self._source = source
        self._known_names = known_names
        self._memory = _TokenMemory()
        self._lead = f"{EMPTY}\t" * source.first_column
        self._blank = "\t".join([EMPTY] * (source.width - source.first_column))
        self._is_begun = False

    def write_batch(self, first_row: int, rows: list[Sequence[object]]) -> str:
        """Turn rows into lines and count what they hold; blank rows leave no line."""
        self._mark_faults(first_row, rows)
        columns = [self._encode_column(column) for column in zip(*rows, strict=True)]
        lines = list(map("\t".join, zip(*columns, strict=True)))
        numbered = [
            (number, line) for number, line in enumerate(lines, first_row) if line != self._blank
        ]
        if not numbered:
            return ""
        if not self._is_begun:
            self._begin(numbered)
        self._profile(first_row, columns, lines)
        self.row_count += len(numbered)
        self.last_row = numbered[-1][0]
        return "".join([f"{number}\t{self._lead}{line}\n" for number, line in numbered])

    def _mark_faults(self, first_row: int, rows: list[Sequence[object]]) -> None:
        """Put error values back that the reader shows as empty cells."""
        if not self._source.faults:
            return
        for position in range(len(rows)):
            for index, code in self._source.faults.get(first_row + position, {}).items():
                cells = list(rows[position])
                if 0 <= (at := index - self._source.first_column) < len(cells):
                    cells[at] = CellFault(code)
                    rows[position] = cells

    def _encode_column(self, column: tuple[object, ...]) -> list[str]:
        """Write a column's cells as tokens. True equals 1.0 as a key, so booleans go the long way."""
        if bool in set(map(type, column)):
            return list(map(encode, column))
        return list(map(self._memory.__getitem__, column))

    def _begin(self, numbered: list[tuple[int, str]]) -> None:
        """Find the header in the first lines and name the columns."""
        head = [
            SheetRow(number, tuple(decode(token) for token in (self._lead + line).split("\t")))
            for number, line in numbered[:HEAD_ROWS]
        ]
        wanted = self._source.header_row
        found = find_header_row(head, self._known_names) if wanted is None else wanted
        self.header_row = found or None
        for profile, header in zip(self.columns, name_columns(head, self.header_row), strict=True):
            profile.header = header
        self._is_begun = True

    def _profile(self, first_row: int, columns: list[list[str]], lines: list[str]) -> None:
        start = max((self.header_row or 0) + 1 - first_row, 0)
        blank = lines[start:].count(self._blank)
        self.data_row_count += len(lines[start:]) - blank
        for profile, column in zip(self.columns[self._source.first_column :], columns, strict=True):
            profile.add(Counter(column[start:] if start else column))
            profile.empty -= blank


def spool_sheet(
    source: SheetSource,
    path: Path,
    known_names: frozenset[str],
    report: Callable[[int], None],
) -> SheetExtract | None:
    """Write a sheet's rows to ``path`` as COPY text and profile its columns.

    Args:
        source: The sheet.
        path: Where the rows go.
        known_names: Normalised field names, a help to find the header.
        report: Called with the number of rows done.

    Returns:
        The description of the sheet, or ``None`` when no cell of it is filled.
    """
    if not source.width:
        return None
    spooler = _Spooler(source, known_names)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        first_row = 1
        for batch in _batches(source.rows):
            file.write(spooler.write_batch(first_row, batch))
            first_row += len(batch)
            report(first_row - 1)
    if not spooler.row_count:
        path.unlink()
        return None
    return SheetExtract(
        name=source.name,
        is_hidden=source.is_hidden,
        width=source.width,
        row_count=spooler.row_count,
        data_row_count=spooler.data_row_count,
        last_row=spooler.last_row,
        header_row=spooler.header_row,
        columns=tuple(spooler.columns),
        path=path,
    )


def _batches(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH_ROWS)):
        yield batch
