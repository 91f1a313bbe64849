"""Read a spreadsheet of unknown origin in a process of its own.

Legal files of a few kilobytes abort the reader or keep it busy for minutes. Here that ends a child
process and becomes a message; the server never parses a byte of the file itself.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import Path

from sop_app.system.spreadsheets.confined import Report, run_confined
from sop_app.system.spreadsheets.errors import FileUnreadableError
from sop_app.system.spreadsheets.extract import WorkbookExtract
from sop_app.system.spreadsheets.limits import ReadLimits
from sop_app.system.spreadsheets.names import normalise_name

_CHILD = "sop_app.system.spreadsheets.child"


async def read_workbook(  # noqa: PLR0913
    path: Path,
    folder: Path,
    *,
    name: str | None = None,
    known_names: Iterable[str] = (),
    header_rows: Mapping[str, int] | None = None,
    limits: ReadLimits | None = None,
    report: Report | None = None,
) -> WorkbookExtract:
    """Read every sheet of a file in a confined child process.

    Cancelling the calling task kills the child.

    Args:
        path: The uploaded file.
        folder: An existing, empty folder for the rows; the caller deletes it when done.
        name: What the user calls the file; its ending is compared with the content.
        known_names: Names and synonyms of the fields looked for, a help to find the header.
        header_rows: Sheet to the row that names its columns, 0 for none; the others are searched.
        limits: What reading may cost.
        report: Called with progress, about five times a second.

    Raises:
        EmptySpreadsheetError: No cell is filled.
        PasswordProtectedError: The file is encrypted.
        UnsupportedFileError: It is no spreadsheet that can be read.
        WrongExtensionError: Its name promises another kind of file.
        FileTooLargeError: A size passes a limit.
        SuspiciousFileError: It is built to harm its reader.
        FileUnreadableError: It is damaged, or it killed its reader.
        ReadingTimeError: It took too long.
    """
    name = name or path.name
    limits = limits or ReadLimits()
    request = {
        "path": str(path.resolve()),
        "name": name,
        "folder": str(folder.resolve()),
        "known_names": sorted({normalise_name(known) for known in known_names}),
        "header_rows": dict(header_rows or {}),
        "limits": dataclasses.asdict(limits),
    }
    answer = await run_confined(_CHILD, request, name=name, limits=limits, report=report)
    try:
        return WorkbookExtract.load(folder / Path(str(answer["done"])).name)
    except (OSError, ValueError, TypeError, KeyError):
        raise FileUnreadableError(name, "the reading process left no result") from None
