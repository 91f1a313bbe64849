"""Look through a zipped workbook before a reader touches it: sizes, traps, and error cells.

The parts are unpacked once as a stream, so a lying size in the directory changes nothing. What is
found on the way and cannot be learned from the reader (the date system, which cells hold an error
value) is handed on.
"""

import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sop_app.system.spreadsheets.binary_scan import scan_xlsb_book, scan_xlsb_sheet
from sop_app.system.spreadsheets.cells import SheetFaults, column_index
from sop_app.system.spreadsheets.errors import (
    FileTooLargeError,
    FileUnreadableError,
    PasswordProtectedError,
    SuspiciousFileError,
)
from sop_app.system.spreadsheets.limits import MEGABYTE, ReadLimits

BLOCK = 1024 * 1024
# A cell with the longest formula Excel allows still lies within the overlap.
_OVERLAP = 16 * 1024
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_SMALL_PART = 4 * MEGABYTE

_DECLARATIONS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_FILLED_CELL = re.compile(rb'<c [^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"(?:[^>]*[^/>])?>')
_FAR_COLUMN = re.compile(rb'r="([A-Z]{2,3})[0-9]{1,7}"(?:[^>]*[^/>])?>')
_FAULT = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>'
    rb"(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?<v>([^<]{1,20})</v>"
)


@dataclass
class PackageFacts:
    """What the look through the package found.

    Attributes:
        uses_1904: Whether serial numbers count from 1904 instead of 1900.
        faults: Sheet name to row number (as Excel shows it) to column index to error value.
    """

    uses_1904: bool = False
    faults: dict[str, SheetFaults] = field(default_factory=dict)


@dataclass
class _Corner:
    """The last filled row and column of a sheet, as far as the stream has shown."""

    row: int = 0
    column: int = 0


def check_package(path: Path, name: str, limits: ReadLimits) -> PackageFacts:
    """Refuse a zipped workbook that would harm its reader.

    Args:
        path: The workbook.
        name: What the user calls it, for messages.
        limits: What it may cost.

    Raises:
        SuspiciousFileError: Declarations that expand, duplicate parts, or an absurd ratio.
        FileTooLargeError: Too many parts, bytes, or cells.
        PasswordProtectedError: A part is encrypted.
        FileUnreadableError: The archive is damaged.
    """
    try:
        with zipfile.ZipFile(path) as package:
            return _check_parts(package, name, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        raise FileUnreadableError(name, "its package is damaged or cut off") from None


def _check_parts(package: zipfile.ZipFile, name: str, limits: ReadLimits) -> PackageFacts:
    entries = package.infolist()
    if len(entries) > limits.entries:
        raise FileTooLargeError(name, f"has {len(entries):,} parts", f"{limits.entries:,} parts")
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        raise SuspiciousFileError(name, "it holds two parts of the same name")
    if any(entry.flag_bits & 1 for entry in entries):
        raise PasswordProtectedError(name)
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise SuspiciousFileError(name, "its parts are packed in an unusual way")
    unpacked = 0
    packed = max(sum(entry.compress_size for entry in entries), 1)
    faults: dict[str, SheetFaults] = {}
    for entry in entries:
        scan = _PartScan(name, entry.filename, limits)
        # The size in the directory is a claim; with this one zipfile unpacks past the limit.
        entry.file_size = limits.unpacked_bytes + 2 * BLOCK
        with package.open(entry) as part:
            while block := part.read(BLOCK):
                unpacked += len(block)
                _check_size(name, unpacked, packed, limits)
                scan.feed(block)
        if found := scan.finish():
            faults[entry.filename] = found
    if "xl/workbook.bin" in package.namelist():
        return _read_binary_book(package, faults)
    return _read_book(package, faults)


def _check_size(name: str, unpacked: int, packed: int, limits: ReadLimits) -> None:
    if unpacked > limits.unpacked_bytes:
        limit = f"{limits.unpacked_bytes // MEGABYTE} MB"
        raise FileTooLargeError(name, f"unpacks to more than {limit}", limit)
    if unpacked > limits.ratio_floor_bytes and unpacked > packed * limits.unpack_ratio:
        raise SuspiciousFileError(
            name, f"it unpacks to more than {limits.unpack_ratio} times its size"
        )


class _PartScan:
    """Reads one part as a stream of blocks, with an overlap so that nothing hides at a seam."""

    def __init__(self, name: str, part: str, limits: ReadLimits) -> None:
        self._faults: SheetFaults = {}
        self._name = name
        self._limits = limits
        self._is_markup = not part.lower().endswith((".bin", ".png", ".jpeg", ".jpg", ".emf"))
        self._is_sheet = "/worksheets/" in part and part.endswith(".xml")
        self._is_binary_sheet = "/worksheets/" in part and part.endswith(".bin")
        self._binary: list[bytes] = []
        self._corner = _Corner()
        self._tail = b""

    def feed(self, block: bytes) -> None:
        """Look at the next block of the part."""
        seen = self._tail + block
        if self._is_markup and any(mark in seen for mark in _DECLARATIONS):
            raise SuspiciousFileError(self._name, "it declares entities that expand when read")
        if self._is_sheet:
            self._follow_corner(seen)
            if b't="e"' in seen:
                self._collect_faults(seen)
        if self._is_binary_sheet:
            self._binary.append(block)
        self._tail = seen[-_OVERLAP:]

    def finish(self) -> SheetFaults:
        """Give the error values of the part after its last block."""
        if self._is_binary_sheet:
            self._faults = scan_xlsb_sheet(b"".join(self._binary))
        return self._faults

    def _follow_corner(self, seen: bytes) -> None:
        """Keep the last filled cell; a reader allocates every cell up to it.

        Only the last value of each block is looked at for its row: sheets are written row by row,
        and one that is not meets the memory limit of the reading process instead.
        """
        value_at = max(seen.rfind(b"<v"), seen.rfind(b"<is>"))
        cell_at = seen.rfind(b"<c ", 0, value_at) if value_at >= 0 else -1
        last = _FILLED_CELL.match(seen, cell_at) if cell_at >= 0 else None
        if last:
            self._corner.row = max(self._corner.row, int(last[2]))
            self._corner.column = max(self._corner.column, column_index(last[1].decode()) + 1)
        if _FAR_COLUMN.search(seen):
            far = max(column_index(m.decode()) + 1 for m in set(_FAR_COLUMN.findall(seen)))
            self._corner.column = max(self._corner.column, far)
        area = self._corner.row * self._corner.column
        if area > self._limits.cells:
            raise FileTooLargeError(
                self._name,
                f"has a sheet that reaches over {self._corner.row:,} rows and "
                f"{self._corner.column:,} columns, {area:,} cells",
                f"{self._limits.cells:,} cells",
            )

    def _collect_faults(self, seen: bytes) -> None:
        for letters, row, code in _FAULT.findall(seen):
            cells = self._faults.setdefault(int(row), {})
            cells[column_index(letters.decode())] = code.decode("ascii", "replace")


def _read_book(package: zipfile.ZipFile, faults: dict[str, SheetFaults]) -> PackageFacts:
    """Find the date system, and the sheet names behind the parts that hold error values."""
    facts = PackageFacts()
    book = _parse(package, "xl/workbook.xml")
    if book is None:
        return facts
    parts = _linked_parts(package, "xl/_rels/workbook.xml.rels") if faults else {}
    for node in book.iter():
        if _local(node.tag) == "workbookPr":
            facts.uses_1904 = node.get("date1904", "0").lower() in {"1", "true"}
        elif _local(node.tag) == "sheet":
            link = next((value for key, value in node.attrib.items() if _local(key) == "id"), "")
            if found := faults.get(parts.get(link, "")):
                facts.faults[node.get("name", "")] = found
    return facts


def _read_binary_book(package: zipfile.ZipFile, faults: dict[str, SheetFaults]) -> PackageFacts:
    """Find the same in a binary workbook."""
    with package.open("xl/workbook.bin") as file:
        uses_1904, sheets = scan_xlsb_book(file.read(_SMALL_PART))
    parts = _linked_parts(package, "xl/_rels/workbook.bin.rels") if faults else {}
    found = {name: faults.get(parts.get(link, "")) for link, name in sheets}
    return PackageFacts(uses_1904, {name: cells for name, cells in found.items() if cells})


def _linked_parts(package: zipfile.ZipFile, relations: str) -> dict[str, str]:
    """Give the part each relation id of the workbook leads to."""
    links = _parse(package, relations)
    return {
        link.get("Id", ""): posixpath.normpath(
            posixpath.join("/xl", link.get("Target", ""))
        ).lstrip("/")
        for link in (links if links is not None else ())
    }


def _parse(package: zipfile.ZipFile, part: str) -> Element | None:
    """Parse a small part; a missing or damaged one is left to the reader to complain about."""
    try:
        with package.open(part) as file:
            return fromstring(file.read(_SMALL_PART))
    except (KeyError, ParseError, DefusedXmlException):
        return None


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
