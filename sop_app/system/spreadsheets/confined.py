"""The outside of a process that opens a file of unknown origin; `jail` is the inside.

Whatever the file does to that process, here it becomes a refusal with a reason.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

import sop_app
from sop_app.system.spreadsheets.errors import FileUnreadableError, ReadingTimeError, from_wire
from sop_app.system.spreadsheets.limits import ReadLimits

_ERROR_BYTES = 4_096
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ReadProgress:
    """How far reading has come.

    Attributes:
        stage: ``checking``, ``opening`` or ``reading``.
        sheet: The sheet at hand, "" before the first.
        rows: Rows done of that sheet.
        total: Rows it has, 0 while unknown.
    """

    stage: str
    sheet: str = ""
    rows: int = 0
    total: int = 0


Report = Callable[[ReadProgress], None]


async def run_confined(
    module: str,
    request: dict[str, Any],
    *,
    name: str,
    limits: ReadLimits,
    report: Report | None = None,
) -> dict[str, Any]:
    """Run a module as a child process on one request and give its final answer.

    Args:
        module: Module that serves requests as `jail` describes.
        request: What it is asked, as JSON on its standard input.
        name: What the user calls the file, for messages.
        limits: Its wall-clock time; the other limits it sets for itself.
        report: Called with its progress.

    Raises:
        SpreadsheetError: The refusal the child described, or what its death means.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-X",
        "utf8",
        "-P",
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=_child_environment(),
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(limits.wall_seconds):
            answer, complaint = await _converse(process, request, report)
            code = await process.wait()
    except TimeoutError:
        raise ReadingTimeError(name, limits.wall_seconds) from None
    finally:
        await _end(process)
    if code == 0 and "done" in answer:
        return answer
    if "refused" in answer:
        if complaint:
            _log.warning("spreadsheet_reader_failed", file=name, complaint=complaint)
        raise from_wire(answer, name)
    _log.warning("spreadsheet_reader_died", file=name, code=code, complaint=complaint)
    raise FileUnreadableError(name, _explain_death(code, complaint))


def _child_environment() -> dict[str, str]:
    """Give the child what Python needs to start and nothing that is secret."""
    root = Path(sop_app.__file__).resolve().parents[1]
    kept = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "TMPDIR") if key in os.environ}
    return {**kept, "PYTHONPATH": str(root), "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}


async def _converse(
    process: asyncio.subprocess.Process, request: dict[str, Any], report: Report | None
) -> tuple[dict[str, Any], str]:
    """Hand over the request, follow the progress, and return the last answer and any complaint."""
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise RuntimeError("The reading process was started without pipes.")
    complaint = asyncio.create_task(_listen(process.stderr))
    try:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            process.stdin.write(json.dumps(request).encode())
            await process.stdin.drain()
            process.stdin.close()
        answer: dict[str, Any] = {}
        async for line in process.stdout:
            answer = _parse_answer(line)
            if report and "stage" in answer:
                report(ReadProgress(**answer))
        return answer, await complaint
    finally:
        complaint.cancel()


async def _listen(stream: asyncio.StreamReader) -> str:
    """Read a stream to its end, so that its writer is never held up, and keep the beginning."""
    kept = b""
    while block := await stream.read(_ERROR_BYTES):
        kept += block[: _ERROR_BYTES - len(kept)]
    return kept.decode(errors="replace")


def _parse_answer(line: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


async def _end(process: asyncio.subprocess.Process) -> None:
    """Make sure the child is gone before its folder is."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _explain_death(code: int, complaint: str) -> str:
    """Say what the end of the child without an answer means."""
    if code == -signal.SIGXCPU:
        return "it takes too much computing time"
    if "memory allocation" in complaint or "MemoryError" in complaint or code == -signal.SIGKILL:
        return "it needs more memory than a file may use"
    return "it ends the program that reads it"
