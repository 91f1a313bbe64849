"""The inside of a process that opens a file of unknown origin: confined, and free to die.

Such a process gets one request as JSON on standard input and answers with one JSON object per line:
progress (`tell`), then either ``{"done": path}`` or a refusal. `confined` is the outside.
"""

import contextlib
import ctypes
import json
import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, PasswordError

from sop_app.system.spreadsheets.errors import (
    FileUnreadableError,
    PasswordProtectedError,
    SpreadsheetError,
    UnsupportedFileError,
    to_wire,
)
from sop_app.system.spreadsheets.limits import ReadLimits

REFUSED_EXIT = 3

_FORBIDDEN_EVENTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_OPEN_FILES = 64


def serve_request(handle: Callable[[dict[str, Any], ReadLimits], str]) -> int:
    """Confine this process, let ``handle`` work on the request, and give the exit code.

    Args:
        handle: Gets the request and its limits and returns the path of what it made.
    """
    request = json.loads(sys.stdin.read())
    limits = ReadLimits(**request["limits"])
    confine_process(limits)
    try:
        done = handle(request, limits)
    except BaseException as error:  # noqa: BLE001 the Rust reader panics outside Exception
        if not isinstance(error, SpreadsheetError | CalamineError):
            traceback.print_exc(limit=-3)
        tell(to_wire(_refusal(error, str(request["name"]))))
        return REFUSED_EXIT
    tell({"done": done})
    return 0


def tell(message: dict[str, Any]) -> None:
    """Write one line to the process that asked."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _refusal(error: BaseException, name: str) -> SpreadsheetError:
    """Say in one sentence what a failure means for the user."""
    match error:
        case SpreadsheetError():
            return error
        case PasswordError():
            return PasswordProtectedError(name)
        case MemoryError():
            return FileUnreadableError(name, "it needs more memory than a file may use")
        case CalamineError() if "macrosheets" in str(error):
            return UnsupportedFileError(name, "a workbook with sheets of Excel 4 macros")
        case _:
            return FileUnreadableError(name, "its content is damaged")


def confine_process(limits: ReadLimits) -> None:
    """Limit memory, processor time and file size, and close the way to network and programs.

    Memory is limited as address space, so a reader that asks for too much is refused by the system
    instead of pushing others out. Where the system allows it the process also moves into an empty
    network; everywhere Python refuses to open a socket or to start a program.
    """
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_DATA, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds + 1),
        (resource.RLIMIT_FSIZE, limits.spool_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _limit(kind, most)
    _leave_network()
    sys.addaudithook(_refuse_escape)


def peak_memory_bytes() -> int:
    """Give the largest memory this process has had."""
    with contextlib.suppress(OSError):
        # Linux hands the parent's peak on in ``ru_maxrss``; this one begins with the program.
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _limit(kind: int, most: int) -> None:
    """Set a limit, never above one that is already in force; some systems lack some limits."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    # At the soft limit of processor time comes a signal that tells why, at the hard one a kill.
    soft = most - 1 if kind == resource.RLIMIT_CPU else most
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (soft, most))


def _leave_network() -> None:
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        if libc.unshare(_CLONE_NEWNET):
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _refuse_escape(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith(_FORBIDDEN_EVENTS):
        raise PermissionError(f"{event} is not allowed while a file is read")
