"""What reading a file leaves behind: its sheets, each with profiled columns and a file of rows."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from sop_app.system.spreadsheets.cells import RawCell, decode
from sop_app.system.spreadsheets.date_text import DateEvidence
from sop_app.system.spreadsheets.errors import SheetNotFoundError
from sop_app.system.spreadsheets.file_kinds import FileKind
from sop_app.system.spreadsheets.number_text import NumberEvidence
from sop_app.system.spreadsheets.profiles import ColumnProfile

HEAD_ROWS = 60
BLOCK_BYTES = 1024 * 1024


class SheetRow(NamedTuple):
    """One row that holds something: its number as Excel shows it, and its cells from column A."""

    number: int
    cells: tuple[RawCell, ...]


@dataclass(frozen=True)
class SheetExtract:
    """One sheet after reading.

    Attributes:
        name: Name of the sheet; of a text file, the name of the file without its ending.
        is_hidden: Whether the sheet is hidden in the workbook.
        width: Columns, counted from A to the last filled one.
        row_count: Rows that hold something, titles and header included.
        data_row_count: Those of them below the header row.
        last_row: Number of the last row, as Excel shows it.
        header_row: Number of the row that names the columns, ``None`` when there is none.
        columns: Profile of each column over all rows below the header.
        path: The rows as lines of COPY text: row number, then one token per column (see `cells`).
    """

    name: str
    is_hidden: bool
    width: int
    row_count: int
    data_row_count: int
    last_row: int
    header_row: int | None
    columns: tuple[ColumnProfile, ...]
    path: Path

    @property
    def copy_columns(self) -> tuple[str, ...]:
        """Name the columns of a staging table that takes `copy_blocks`, in order."""
        return ("row_number", *(f"c{position}" for position in range(1, self.width + 1)))

    def rows(self, *, below: int = 0) -> Iterator[SheetRow]:
        """Yield the rows whose number is greater than ``below``, cells decoded."""
        with self.path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                number, *tokens = line[:-1].split("\t")
                if int(number) > below:
                    yield SheetRow(int(number), tuple(map(decode, tokens)))

    def head(self, count: int = HEAD_ROWS) -> list[SheetRow]:
        """Give the first rows that hold something, for a preview and for finding the header."""
        return list(islice(self.rows(), count))

    async def copy_blocks(self, *, below: int = 0, prefix: str = "") -> AsyncIterator[bytes]:
        r"""Stream the rows below a row number as blocks for ``COPY ... FROM STDIN`` (text format).

        Args:
            below: Rows up to this number (titles, header) are left out.
            prefix: Put before every row, for columns the file does not have, each value ended by a
                tab, for example ``"17\t"`` for a batch id. It must not hold a line break.
        """
        lead = prefix.encode()
        with self.path.open("rb") as file:
            line = file.readline()
            while line and int(line[: line.index(b"\t")]) <= below:
                line = file.readline()
            block = line + await asyncio.to_thread(file.read, BLOCK_BYTES)
            while block:
                block += file.readline()
                yield lead + block[:-1].replace(b"\n", b"\n" + lead) + b"\n" if lead else block
                block = await asyncio.to_thread(file.read, BLOCK_BYTES)


@dataclass(frozen=True)
class WorkbookExtract:
    """A file after reading. The rows lie in ``folder``, which its owner deletes.

    Attributes:
        name: What the user calls the file.
        kind: What it is by content.
        size: Bytes of the file.
        sha256: Fingerprint by which the same file is recognised again.
        uses_1904: Whether serial day numbers count from 1904.
        encoding: Of a text file, else "".
        delimiter: Of a text file, else "".
        sheets: The sheets that hold something, in workbook order.
        peak_memory: Largest memory of the reading process in bytes.
        folder: Where the rows lie.
    """

    name: str
    kind: FileKind
    size: int
    sha256: str
    uses_1904: bool
    encoding: str
    delimiter: str
    sheets: tuple[SheetExtract, ...]
    peak_memory: int
    folder: Path

    def sheet(self, name: str) -> SheetExtract:
        """Find a sheet by name.

        Raises:
            SheetNotFoundError: There is none of that name that holds rows.
        """
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise SheetNotFoundError(self.name, name)

    def to_json(self) -> dict[str, Any]:
        """Give the description (not the rows) as JSON-able data."""
        content: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self), default=str))
        return content

    @classmethod
    def from_json(cls, content: dict[str, Any], folder: Path) -> "WorkbookExtract":
        """Rebuild a description from `to_json`; the rows lie in ``folder``."""
        sheets = tuple(_load_sheet(dict(sheet), folder) for sheet in content["sheets"])
        kind = FileKind(content["kind"])
        return cls(**{**content, "kind": kind, "folder": folder, "sheets": sheets})

    def save(self, path: Path) -> None:
        """Write the description (not the rows) as JSON."""
        path.write_text(json.dumps(self.to_json()), encoding="utf-8")

    @classmethod
    def load(cls, path: Path, folder: Path | None = None) -> "WorkbookExtract":
        """Read a description that `save` wrote; the rows lie in ``folder``, else beside it."""
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return cls.from_json(content, folder or path.parent)


def _load_sheet(content: dict[str, Any], folder: Path) -> SheetExtract:
    content["columns"] = tuple(_load_column(column) for column in content["columns"])
    content["path"] = folder / Path(content["path"]).name
    return SheetExtract(**content)


def _load_column(content: dict[str, Any]) -> ColumnProfile:
    evidence = {
        "number_texts": NumberEvidence(**content["number_texts"]),
        "date_texts": DateEvidence(**content["date_texts"]),
    }
    return ColumnProfile(**{**content, **evidence})
