"""The process that reads one file, started as ``python -m sop_app.system.spreadsheets.child``.

How it is confined and how it speaks is described in `jail`.
"""

import gc
import hashlib
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from sop_app.system.spreadsheets.binary_scan import BinaryFacts, scan_xls
from sop_app.system.spreadsheets.delimited import TextDialect, detect_dialect, read_delimited
from sop_app.system.spreadsheets.errors import (
    EmptySpreadsheetError,
    FileTooLargeError,
)
from sop_app.system.spreadsheets.extract import SheetExtract, WorkbookExtract
from sop_app.system.spreadsheets.file_kinds import PACKAGED, FileKind, recognise_file
from sop_app.system.spreadsheets.jail import peak_memory_bytes, serve_request, tell
from sop_app.system.spreadsheets.limits import MEGABYTE, ReadLimits
from sop_app.system.spreadsheets.package_check import PackageFacts, check_package
from sop_app.system.spreadsheets.spooling import SheetSource, spool_sheet

_REPORT_SECONDS = 0.2
_MOST_SHEETS = 200


class _Reading:
    """One file being read: what was asked for, and what has been found so far."""

    def __init__(self, request: dict[str, Any], limits: ReadLimits) -> None:
        self.path = Path(request["path"])
        self.name = str(request["name"])
        self.folder = Path(request["folder"])
        self.known_names = frozenset(request["known_names"])
        self.header_rows: dict[str, int] = dict(request["header_rows"])
        self.limits = limits
        self.encoding = self.delimiter = ""
        self.facts = PackageFacts()
        self.binary = BinaryFacts()
        self._reported_at = 0.0

    def run(self) -> WorkbookExtract:
        """Check the file, read every sheet, and describe what was found."""
        self._say("checking")
        size = self.path.stat().st_size
        if size > self.limits.file_bytes:
            limit = f"{self.limits.file_bytes // MEGABYTE} MB"
            raise FileTooLargeError(self.name, "is too large", limit)
        kind = recognise_file(self.path, self.name)
        if kind in PACKAGED:
            self.facts = check_package(self.path, self.name, self.limits)
        elif kind is FileKind.XLS:
            self.binary = scan_xls(self.path.read_bytes())
            self.facts.uses_1904 = self.binary.uses_1904
        sheets = self._read_text() if kind is FileKind.CSV else self._read_workbook()
        if not sheets:
            raise EmptySpreadsheetError(self.name)
        return WorkbookExtract(
            name=self.name,
            kind=kind,
            size=size,
            sha256=_fingerprint(self.path),
            uses_1904=self.facts.uses_1904,
            encoding=self.encoding,
            delimiter=self.delimiter,
            sheets=tuple(sheets),
            peak_memory=peak_memory_bytes(),
            folder=self.folder,
        )

    def _read_text(self) -> list[SheetExtract]:
        dialect = detect_dialect(self.path, self.name)
        self.encoding, self.delimiter = dialect.encoding, dialect.delimiter
        width = height = 0
        for row in self._text_rows(dialect):
            height += 1
            width = max(width, len(row))
            self._check_area(height, width)
        padded = (row + [""] * (width - len(row)) for row in self._text_rows(dialect))
        title = Path(self.name).stem
        header_row = self.header_rows.get(title)
        return self._spool([SheetSource(title, padded, 0, width, height, header_row=header_row)])

    def _text_rows(self, dialect: TextDialect) -> Iterator[list[str]]:
        return read_delimited(self.path, self.name, dialect, self.limits)

    def _read_workbook(self) -> list[SheetExtract]:
        self._say("opening")
        with CalamineWorkbook.from_path(str(self.path)) as workbook:
            return self._spool(self._worksheets(workbook))

    def _worksheets(self, workbook: CalamineWorkbook) -> Iterator[SheetSource]:
        found = workbook.sheets_metadata
        if len(found) > _MOST_SHEETS:
            raise FileTooLargeError(
                self.name, f"has {len(found):,} sheets", f"{_MOST_SHEETS} sheets"
            )
        for meta, faults in zip_longest(found, self.binary.sheets[: len(found)]):
            if meta.typ is not SheetTypeEnum.WorkSheet:
                continue
            self._say("opening", sheet=meta.name)
            sheet = workbook.get_sheet_by_name(meta.name)
            if sheet.start is None or sheet.end is None:
                continue
            height, width = sheet.end[0] + 1, sheet.end[1] + 1
            self._check_area(height, width, f" in sheet {meta.name}")
            yield SheetSource(
                name=meta.name,
                rows=sheet.iter_rows(),
                first_column=sheet.start[1],
                width=width,
                height=height,
                is_hidden=meta.visible is not SheetVisibleEnum.Visible,
                faults=faults or self.facts.faults.get(meta.name),
                header_row=self.header_rows.get(meta.name),
            )

    def _check_area(self, height: int, width: int, where: str = "") -> None:
        if width > self.limits.columns:
            raise FileTooLargeError(
                self.name, f"has {width:,} columns{where}", f"{self.limits.columns:,} columns"
            )
        if height * width > self.limits.cells:
            raise FileTooLargeError(
                self.name,
                f"has {height:,} rows and {width:,} columns{where}",
                f"{self.limits.cells:,} cells",
            )

    def _spool(self, sources: Iterable[SheetSource]) -> list[SheetExtract]:
        sheets = []
        for number, source in enumerate(sources, 1):

            def report(rows: int, source: SheetSource = source) -> None:
                if time.monotonic() - self._reported_at >= _REPORT_SECONDS:
                    self._say("reading", sheet=source.name, rows=rows, total=source.height)

            path = self.folder / f"sheet{number}.copy"
            extract = spool_sheet(source, path, self.known_names, report)
            if extract:
                sheets.append(extract)
        return sheets

    def _say(self, stage: str, *, sheet: str = "", rows: int = 0, total: int = 0) -> None:
        self._reported_at = time.monotonic()
        tell({"stage": stage, "sheet": sheet, "rows": rows, "total": total})


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _handle(request: dict[str, Any], limits: ReadLimits) -> str:
    gc.disable()
    reading = _Reading(request, limits)
    description = reading.folder / "extract.json"
    reading.run().save(description)
    return str(description)


if __name__ == "__main__":
    sys.exit(serve_request(_handle))
