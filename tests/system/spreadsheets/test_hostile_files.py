"""Files built to harm their reader end as a message, quickly and within bounds."""

import asyncio
import dataclasses
import os
import struct
import time
import zipfile

import psutil
import pytest

from sop_app.system.spreadsheets import confined
from sop_app.system.spreadsheets.errors import (
    FileTooLargeError,
    FileUnreadableError,
    PasswordProtectedError,
    ReadingTimeError,
    SpreadsheetError,
    SuspiciousFileError,
    UnsupportedFileError,
)
from sop_app.system.spreadsheets.limits import MEGABYTE, ReadLimits

LIMITS = ReadLimits()
TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""
RELS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
BOOK = """<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"""
BOOK_RELS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""
SHEET = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c></row>'


PLAIN = SHEET.format(ROW)


def build(path, sheet=PLAIN, extra=(), compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELS)
        package.writestr("xl/workbook.xml", BOOK)
        package.writestr("xl/_rels/workbook.xml.rels", BOOK_RELS)
        package.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in extra:
            package.writestr(name, content)
    return path


async def refusal_of(read, path, within=15.0, **options):
    started = time.monotonic()
    with pytest.raises(SpreadsheetError) as caught:
        await read(path, **options)
    assert time.monotonic() - started < within
    assert path.name in caught.value.message
    return caught.value


async def test_the_plain_package_of_these_tests_is_readable(read, tmp_path):
    extract = await read(build(tmp_path / "plain.xlsx"))
    assert extract.sheets[0].row_count == 1


async def test_a_bomb_is_refused_while_it_unpacks(read, tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", BOOK)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(1_000):
                part.write(b" " * MEGABYTE)
    assert path.stat().st_size < 2 * MEGABYTE
    error = await refusal_of(read, path)
    assert isinstance(error, SuspiciousFileError)
    assert "60 times its size" in error.message


async def test_a_large_part_that_packs_badly_is_refused_by_its_size(read, tmp_path):
    path = build(tmp_path / "large.xlsx", extra=[("xl/media/noise.bin", os.urandom(3 * MEGABYTE))])
    limits = dataclasses.replace(LIMITS, unpacked_bytes=2 * MEGABYTE)
    error = await refusal_of(read, path, limits=limits)
    assert isinstance(error, FileTooLargeError)
    assert "unpacks to more than 2 MB" in error.message


async def test_a_size_that_lies_changes_nothing(read, tmp_path):
    path = tmp_path / "liar.xlsx"
    content = b" " * (200 * MEGABYTE)
    build(path, extra=[("xl/big.xml", content)])
    packed = path.read_bytes()
    true_size = struct.pack("<L", len(content))
    assert packed.count(true_size) == 2
    path.write_bytes(packed.replace(true_size, struct.pack("<L", 100)))
    assert isinstance(await refusal_of(read, path), SuspiciousFileError)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "docProps/core.xml", "xl/odd.rels"])
async def test_declared_entities_are_refused(read, tmp_path, part, encoding):
    declaration = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    path = build(tmp_path / "entities.xlsx", extra=[(part, declaration.encode(encoding))])
    error = await refusal_of(read, path)
    assert isinstance(error, SuspiciousFileError)
    assert "declares entities" in error.message


async def test_a_declaration_across_two_blocks_is_found(read, tmp_path):
    part = b"<a>" + b" " * (MEGABYTE - 8) + b"<!DOCTYPE x>" + os.urandom(MEGABYTE).hex().encode()
    path = build(tmp_path / "seam.xlsx", extra=[("xl/late.xml", part)])
    assert isinstance(await refusal_of(read, path), SuspiciousFileError)


async def test_a_lone_cell_in_the_far_corner_is_refused(read, tmp_path):
    cells = ROW + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = build(tmp_path / "corner.xlsx", SHEET.format(cells))
    assert path.stat().st_size < 4_096
    error = await refusal_of(read, path)
    assert isinstance(error, FileTooLargeError)
    assert "17,179,869,184 cells" in error.message


async def test_a_far_corner_the_check_does_not_see_kills_only_the_child(read, tmp_path):
    cells = '<row r="1048576"><c\tr="ZZ1048576"><v>1</v></c></row>' + ROW
    path = build(tmp_path / "hidden corner.xlsx", SHEET.format(cells))
    error = await refusal_of(read, path)
    assert isinstance(error, FileTooLargeError | FileUnreadableError)
    assert "cells" in error.message or "memory" in error.message


async def test_cells_that_are_only_formatted_do_not_count(read, tmp_path):
    cells = ROW + "".join(f'<row r="{r}"><c r="ZZ{r}" s="1"/></row>' for r in (500_000, 1_048_576))
    extract = await read(build(tmp_path / "formatted.xlsx", SHEET.format(cells)))
    assert extract.sheets[0].row_count == 1


async def test_too_many_parts_are_refused(read, tmp_path):
    extra = [(f"xl/part{number}.xml", "") for number in range(1_100)]
    error = await refusal_of(read, build(tmp_path / "parts.xlsx", extra=extra))
    assert "1,105 parts" in error.message


@pytest.mark.filterwarnings("ignore:Duplicate name")
async def test_two_parts_of_one_name_are_refused(read, tmp_path):
    path = build(tmp_path / "twice.xlsx", extra=[("xl/WORKBOOK.xml", BOOK)])
    assert isinstance(await refusal_of(read, path), SuspiciousFileError)


async def test_an_unusual_packing_is_refused(read, tmp_path):
    path = build(tmp_path / "lzma.xlsx", compression=zipfile.ZIP_LZMA)
    assert isinstance(await refusal_of(read, path), SuspiciousFileError)


async def test_an_encrypted_part_asks_to_remove_the_password(read, tmp_path):
    path = build(tmp_path / "locked.xlsx")
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(bytes(content))
    assert isinstance(await refusal_of(read, path), PasswordProtectedError)


async def test_a_cut_off_package_is_refused(read, tmp_path):
    path = build(tmp_path / "cut.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    assert isinstance(await refusal_of(read, path), FileUnreadableError)


async def test_another_archive_is_no_workbook(read, tmp_path):
    path = tmp_path / "letter.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    assert isinstance(await refusal_of(read, path), UnsupportedFileError)


async def test_an_open_document_that_repeats_a_cell_without_end_is_refused(read, tmp_path):
    content = (
        '<?xml version="1.0"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="S">'
        '<table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell office:value-type="float" office:value="1"'
        ' table:number-columns-repeated="1000"><text:p>1</text:p></table:table-cell>'
        "</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    path = tmp_path / "repeat.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr("content.xml", content)
    error = await refusal_of(read, path, within=60)
    assert isinstance(error, FileTooLargeError | FileUnreadableError)


async def test_too_large_a_file_is_refused_unread(read, tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(501 * MEGABYTE)
    error = await refusal_of(read, path)
    assert "is too large; the limit is 500 MB" in error.message


async def test_a_file_that_needs_too_much_memory_is_a_message(read, tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("\n".join(",".join(str(n) for n in range(200)) for _ in range(20_000)))
    limits = dataclasses.replace(LIMITS, memory_bytes=70 * MEGABYTE)
    error = await refusal_of(read, path, limits=limits)
    assert isinstance(error, FileUnreadableError)
    assert "memory" in error.message


async def test_a_file_that_needs_too_much_computing_is_a_message(read, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b,c\n" + "1,2,3\n" * 3_000_000)
    limits = dataclasses.replace(LIMITS, cpu_seconds=1, cells=100_000_000)
    error = await refusal_of(read, path, limits=limits)
    assert "computing time" in error.message


async def test_a_reading_that_takes_too_long_is_given_up(read, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b,c\n" + "1,2,3\n" * 3_000_000)
    limits = dataclasses.replace(LIMITS, wall_seconds=1, cells=100_000_000)
    assert isinstance(await refusal_of(read, path, limits=limits), ReadingTimeError)
    assert not readers()


def readers():
    """The reading processes that are children of this one."""
    return [
        child
        for child in psutil.Process().children()
        if any("spreadsheets" in word for word in child.cmdline())
    ]


@pytest.mark.parametrize("signal_name", ["SIGKILL", "SIGABRT", "SIGSEGV"])
async def test_a_child_that_dies_is_a_message(read, tmp_path, signal_name):
    import signal

    path = tmp_path / "long.csv"
    path.write_text("a,b,c\n" + "1,2,3\n" * 1_000_000)

    def kill(_progress):
        for child in readers():
            child.send_signal(getattr(signal, signal_name))

    error = await refusal_of(read, path, report=kill)
    assert isinstance(error, FileUnreadableError)
    assert "save it as a new workbook" in error.message


async def test_cancelling_kills_the_child(read, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b,c\n" + "1,2,3\n" * 1_000_000)
    started = asyncio.Event()
    task = asyncio.create_task(read(path, report=lambda _progress: started.set()))
    await started.wait()
    assert len(readers()) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert readers() == []


PROBE = """
import json, os, socket, subprocess, sys
from sop_app.system.spreadsheets.jail import serve_request

def handle(request, limits):
    tried = {}
    for name, act in {
        "socket": lambda: socket.create_connection(("127.0.0.1", request["port"]), 2),
        "program": lambda: subprocess.run(["true"]),
        "shell": lambda: os.system("true"),
        "memory": lambda: bytearray(limits.memory_bytes),
        "secret": lambda: os.environ["DATABASE_URL"],
    }.items():
        try:
            act()
            tried[name] = "possible"
        except (PermissionError, MemoryError, KeyError) as error:
            tried[name] = type(error).__name__
    return json.dumps(tried)

sys.exit(serve_request(handle))
"""


async def test_the_child_has_no_network_no_programs_no_secrets(tmp_path, monkeypatch):
    import json

    (tmp_path / "probe.py").write_text(PROBE)
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    environment = confined._child_environment()
    monkeypatch.setattr(
        confined,
        "_child_environment",
        lambda: {**environment, "PYTHONPATH": f"{environment['PYTHONPATH']}:{tmp_path}"},
    )
    request = {"name": "x", "port": 9, "limits": dataclasses.asdict(LIMITS)}
    answer = await confined.run_confined("probe", request, name="x", limits=LIMITS)
    assert json.loads(answer["done"]) == {
        "socket": "PermissionError",
        "program": "PermissionError",
        "shell": "PermissionError",
        "memory": "MemoryError",
        "secret": "KeyError",
    }
