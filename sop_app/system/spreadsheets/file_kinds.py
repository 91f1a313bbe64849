"""Which kind of file it is: by its content, and whether its name says the same."""

import zipfile
from enum import StrEnum
from pathlib import Path

from sop_app.system.spreadsheets.errors import (
    EmptySpreadsheetError,
    FileUnreadableError,
    PasswordProtectedError,
    UnsupportedFileError,
    WrongExtensionError,
)


class FileKind(StrEnum):
    XLSX = "xlsx"
    XLSM = "xlsm"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"


EXTENSIONS = {
    ".xlsx": FileKind.XLSX,
    ".xlsm": FileKind.XLSM,
    ".xlsb": FileKind.XLSB,
    ".xls": FileKind.XLS,
    ".ods": FileKind.ODS,
    ".csv": FileKind.CSV,
    ".tsv": FileKind.CSV,
    ".txt": FileKind.CSV,
}

PACKAGED = frozenset({FileKind.XLSX, FileKind.XLSM, FileKind.XLSB, FileKind.ODS})

_TITLES = {
    FileKind.XLSX: "an Excel workbook (.xlsx)",
    FileKind.XLSM: "an Excel workbook with macros (.xlsm)",
    FileKind.XLSB: "a binary Excel workbook (.xlsb)",
    FileKind.XLS: "an Excel 97-2003 workbook (.xls)",
    FileKind.ODS: "an OpenDocument sheet (.ods)",
    FileKind.CSV: "a text file",
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_OTHERS = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-zip archive",
    b"Rar!": "a RAR archive",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}
_MARKUP = {
    b"<?mso-application": "an Excel 2003 XML workbook",
    b"urn:schemas-microsoft-com:office:spreadsheet": "an Excel 2003 XML workbook",
    b"<html": "a web page",
    b"<!doctype html": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML document",
}


def recognise_file(path: Path, name: str) -> FileKind:
    """Tell the kind of a file from its content and refuse one whose name says something else.

    Args:
        path: The file on disk; its own name does not matter.
        name: The name the user gave it, whose ending is compared with the content.

    Raises:
        EmptySpreadsheetError: The file has no byte.
        UnsupportedFileError: It is no spreadsheet, or one of a kind that is not read.
        WrongExtensionError: It is a readable spreadsheet under a wrong ending.
        PasswordProtectedError: It is encrypted.
        FileUnreadableError: It begins like a workbook and is damaged.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise EmptySpreadsheetError(name)
    named = EXTENSIONS.get(Path(name).suffix.lower())
    if head.startswith(b"PK"):
        kind = _recognise_package(path, name)
    elif head.startswith(_OLE):
        kind = _recognise_compound(path, name, named)
    else:
        kind = _recognise_text(head, name)
    if named is None:
        raise UnsupportedFileError(
            name, f"a file of the kind {Path(name).suffix or 'without ending'}"
        )
    if kind is not named and {kind, named} != {FileKind.XLSX, FileKind.XLSM}:
        raise WrongExtensionError(name, _TITLES[kind], f".{kind}")
    return kind


def _recognise_package(path: Path, name: str) -> FileKind:
    """Look into a zip archive for the part that makes it a workbook."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = set(package.namelist())
            if "mimetype" in parts and package.getinfo("mimetype").file_size < 200:
                kind = package.read("mimetype")
                if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                    return FileKind.ODS
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        raise FileUnreadableError(name, "its package is damaged or cut off") from None
    if "xl/workbook.bin" in parts:
        return FileKind.XLSB
    if any(part.startswith("xl/") and part.endswith("workbook.xml") for part in parts):
        return FileKind.XLSM if "xl/vbaProject.bin" in parts else FileKind.XLSX
    raise UnsupportedFileError(name, "a zip archive without a workbook")


def _recognise_compound(path: Path, name: str, named: FileKind | None) -> FileKind:
    """Tell an Excel 97-2003 workbook from an encrypted one and from other Office files."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise PasswordProtectedError(name)
    streams = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
    if named is not FileKind.XLS and not any(stream in content for stream in streams):
        raise UnsupportedFileError(name, "an Office file without a workbook")
    return FileKind.XLS


def _recognise_text(head: bytes, name: str) -> FileKind:
    """Accept what can be text and name what is known not to be."""
    if head.startswith(_OLD_EXCEL):
        raise UnsupportedFileError(name, "an Excel workbook older than Excel 97")
    for magic, title in _OTHERS.items():
        if head.startswith(magic):
            raise UnsupportedFileError(name, title)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"<"):
        for mark, title in _MARKUP.items():
            if mark in start:
                raise UnsupportedFileError(name, title)
    has_wide_text = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" in head and not has_wide_text:
        raise UnsupportedFileError(name, "not a spreadsheet but binary content")
    return FileKind.CSV
