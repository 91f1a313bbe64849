"""What binary workbooks (.xls, .xlsb) say and the reader does not hand on.

The reader shows a cell with an error value as an empty one, which would turn ``#N/A`` into "no
price" without a word. Here the records of the sheets are walked for such cells, and for the date
system. Formats: [MS-XLS] 2.4.24 (BoolErr) and 2.4.127 (Formula), [MS-XLSB] 2.4.308 ff., [MS-CFB] 2.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from sop_app.system.spreadsheets.cells import SheetFaults

_FAULTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_UNKNOWN_FAULT = "#VALUE!"

_SECTOR_END = 0xFFFFFFFA
_HEADER_SECTORS = 109
_DIRECTORY_ENTRY = 128
_MINI_SECTOR = 64
_ROOT = 5
_STREAMS = ("workbook", "book")

_BOUND_SHEET, _DATE_MODE, _SHEET_END = 0x85, 0x22, 0x0A
_BOOLEAN_OR_ERROR, _FORMULA = 0x0205, 0x0006
_ROW_HEADER, _ERROR_CELL, _ERROR_FORMULA = 0, 3, 11
_BOOK_PROPERTIES, _BUNDLED_SHEET = 153, 156


@dataclass
class BinaryFacts:
    """What was found.

    Attributes:
        uses_1904: Whether serial day numbers count from 1904.
        sheets: For each sheet in workbook order, row number to column index to error value.
    """

    uses_1904: bool = False
    sheets: list[SheetFaults] = field(default_factory=list)


def scan_xls(content: bytes) -> BinaryFacts:
    """Walk the records of an Excel 97-2003 workbook; damage ends the walk, not the reading."""
    facts = BinaryFacts()
    try:
        stream = _CompoundFile(content).stream(_STREAMS)
        offsets = []
        for kind, at, _ in _xls_records(stream, 0):
            if kind == _DATE_MODE:
                facts.uses_1904 = stream[at] == 1
            elif kind == _BOUND_SHEET:
                offsets.append(struct.unpack_from("<I", stream, at)[0])
        for offset in offsets:
            facts.sheets.append(_xls_faults(stream, offset))
    except (struct.error, IndexError, ValueError):
        return facts
    return facts


def _xls_faults(stream: bytes, offset: int) -> SheetFaults:
    faults: SheetFaults = {}
    for kind, at, length in _xls_records(stream, offset):
        if kind == _BOOLEAN_OR_ERROR and length >= 8 and stream[at + 7] == 1:
            code = stream[at + 6]
        elif kind == _FORMULA and stream[at + 6] == 2 and stream[at + 12 : at + 14] == b"\xff\xff":
            code = stream[at + 8]
        else:
            continue
        row, column = struct.unpack_from("<HH", stream, at)
        faults.setdefault(row + 1, {})[column] = _FAULTS.get(code, _UNKNOWN_FAULT)
    return faults


def _xls_records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield type, position and length of each record up to the end of its substream."""
    unpack = struct.Struct("<HH").unpack_from
    while at + 4 <= len(stream):
        kind, length = unpack(stream, at)
        if kind == _SHEET_END:
            return
        yield kind, at + 4, length
        at += 4 + length


class _CompoundFile:
    """The small file system inside an Office 97 file: sectors, chained through a table."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._size = 1 << struct.unpack_from("<H", content, 30)[0]
        directory, _, self._cutoff, mini_table = struct.unpack_from("<IIII", content, 48)
        self._table = self._words(b"".join(map(self._sector, self._table_sectors())))
        self._directory = self._chain(directory)
        self._mini_table = self._words(self._chain(mini_table))

    def stream(self, names: tuple[str, ...]) -> bytes:
        """Give the content of the first stream of one of these names, b"" without any."""
        mini_content = b""
        for at in range(0, len(self._directory), _DIRECTORY_ENTRY):
            (name_size,) = struct.unpack_from("<H", self._directory, at + 64)
            start, length = struct.unpack_from("<II", self._directory, at + 116)
            name = self._directory[at : at + max(name_size - 2, 0)].decode("utf-16-le", "replace")
            if self._directory[at + 66] == _ROOT:
                mini_content = self._chain(start)
            elif name.lower() in names:
                if length >= self._cutoff:
                    return self._chain(start)[:length]
                return self._mini_chain(mini_content, start)[:length]
        return b""

    def _table_sectors(self) -> list[int]:
        (count,) = struct.unpack_from("<I", self._content, 44)
        sectors = list(struct.unpack_from(f"<{_HEADER_SECTORS}I", self._content, 76))
        (further,) = struct.unpack_from("<I", self._content, 68)
        while further < _SECTOR_END and len(sectors) < count:
            *more, further = self._words(self._sector(further))
            sectors.extend(more)
        return sectors[:count]

    def _sector(self, number: int) -> bytes:
        return self._content[(number + 1) * self._size : (number + 2) * self._size]

    def _chain(self, number: int) -> bytes:
        """Join the sectors of a stream; a circle ends after as many as there are."""
        sectors: list[bytes] = []
        while number < _SECTOR_END and len(sectors) <= len(self._table):
            sectors.append(self._sector(number))
            number = self._table[number]
        return b"".join(sectors)

    def _mini_chain(self, content: bytes, number: int) -> bytes:
        parts: list[bytes] = []
        while number < _SECTOR_END and len(parts) <= len(self._mini_table):
            parts.append(content[number * _MINI_SECTOR : (number + 1) * _MINI_SECTOR])
            number = self._mini_table[number]
        return b"".join(parts)

    @staticmethod
    def _words(content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4])


def scan_xlsb_sheet(part: bytes) -> SheetFaults:
    """Walk the records of one sheet of a binary workbook (.xlsb)."""
    faults: SheetFaults = {}
    row = 0
    for kind, at, length in _xlsb_records(part):
        if kind == _ROW_HEADER:
            row = int.from_bytes(part[at : at + 4], "little") + 1
        elif kind in (_ERROR_CELL, _ERROR_FORMULA) and length > 8 and at + 8 < len(part):
            column = int.from_bytes(part[at : at + 4], "little")
            faults.setdefault(row, {})[column] = _FAULTS.get(part[at + 8], _UNKNOWN_FAULT)
    return faults


def scan_xlsb_book(part: bytes) -> tuple[bool, list[tuple[str, str]]]:
    """Give the date system of a binary workbook, and relation id and name of each sheet."""
    uses_1904 = False
    sheets = []
    for kind, at, length in _xlsb_records(part):
        if kind == _BOOK_PROPERTIES and length >= 4:
            uses_1904 = bool(part[at] & 1)
        elif kind == _BUNDLED_SHEET:
            relation, end = _wide_text(part, at + 8)
            name, _ = _wide_text(part, end)
            sheets.append((relation, name))
    return uses_1904, sheets


def _wide_text(part: bytes, at: int) -> tuple[str, int]:
    length = int.from_bytes(part[at : at + 4], "little")
    end = at + 4 + 2 * length
    return part[at + 4 : end].decode("utf-16-le", "replace"), end


def _xlsb_records(part: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield type, position and length of each record; a type has one or two bytes, a length four."""
    at, end = 0, len(part)
    while at + 1 < end:
        kind = part[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (part[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        while at < end:
            byte = part[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift == 28:
                break
        yield kind, at, length
        at += length
