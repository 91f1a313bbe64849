"""Run the program on one machine: database, web and worker processes, and their end.

Every process started here carries the data folder in its environment, so that a start after a
``kill -9`` finds what the killed run left behind, and ends it.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import fasteners
import psutil

from .config import get_config
from .embedded_postgres import running_postgres
from .migrations import PROJECT_ROOT

MARK = "SOP_INSTALLATION"
GRACE_SECONDS = 10.0
YOUNG_SECONDS = 10.0
WEB_ENVIRONMENT = {
    "__REFLEX_SKIP_COMPILE": "true",
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "0",
    "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": "8000000",
}


@dataclass
class Service:
    """A process of the program that is started again when it dies.

    Attributes:
        name: ``web`` or ``worker``; also the name of its log in the data folder.
    """

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict[str, str])
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0

    @property
    def log(self) -> Path:
        """Where the process writes what it has to say."""
        folder = get_config().data_dir
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.name}.log"

    def start(self) -> None:
        """Start the process in a group of its own, so that the terminal's Ctrl-C is ours alone."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.command,
                cwd=PROJECT_ROOT,
                env=child_environment(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started_at = time.monotonic()

    def keep_alive(self) -> None:
        """Start the process again if it died.

        Raises:
            OSError: It died as soon as it was started.
        """
        if self.process is None or self.process.poll() is None:
            return
        if time.monotonic() - self.started_at < YOUNG_SECONDS:
            raise OSError(f"The {self.name} process ended at once; see {self.log}.")
        self.start()

    def stop(self) -> None:
        """End the process politely, then for certain, with everything it started."""
        if self.process is None or self.process.poll() is not None:
            return
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_SECONDS)
        self.process.kill()
        self.process.wait()
        for member in family:
            with contextlib.suppress(psutil.Error):
                member.kill()


@contextlib.contextmanager
def open_database(*, always_stop: bool = False) -> Iterator[str]:
    """Yield the configured database, or run the embedded one for the length of the block."""
    config = get_config()
    if config.database_url:
        yield config.database_url
    else:
        with running_postgres(config.data_dir, always_stop=always_stop) as url:
            yield url


@contextlib.contextmanager
def sole_run() -> Iterator[None]:
    """Hold the data folder for one run, and end what a killed run left behind.

    Raises:
        OSError: The program already runs on the folder, or another program holds the port.
    """
    folder = get_config().data_dir
    folder.mkdir(parents=True, exist_ok=True)
    lock = fasteners.InterProcessLock(folder / "run.lock")
    if not lock.acquire(blocking=False):
        raise OSError(f"S&OP already runs on {folder}. End it first, or set SOP_DATA_DIR.")
    try:
        end_orphans()
        for log in folder.glob("*.log"):
            log.unlink()
        _check_port()
        yield
    finally:
        lock.release()


def child_environment(extra: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a process that belongs to this installation."""
    return {**os.environ, MARK: str(get_config().data_dir), **(extra or {})}


def end_orphans() -> None:
    """End the processes of this installation that lost their parent."""
    orphans = [process for process in psutil.process_iter() if _is_ours(process)]
    for end in (psutil.Process.terminate, psutil.Process.kill):
        for process in orphans:
            with contextlib.suppress(psutil.Error):
                end(process)
        _, orphans = psutil.wait_procs(orphans, timeout=5)


def _is_ours(process: psutil.Process) -> bool:
    try:
        return process.environ().get(MARK) == str(get_config().data_dir)
    except (psutil.Error, OSError):
        return False


def web_command() -> list[str]:
    """Return the command of the web process; the rest of its configuration is environment."""
    config = get_config()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory"]
    command += ["--host", config.host, "--port", str(config.port), "--no-access-log"]
    return [*command, "--log-level", "warning", "sop_app.sop_app:app"]


def services() -> list[Service]:
    """Return the processes of the program beside its database."""
    web = Service("web", web_command(), WEB_ENVIRONMENT)
    return [web, Service("worker", [sys.executable, "-m", "sop_app", "worker"])]


@contextlib.contextmanager
def running_web() -> Iterator[None]:
    """Serve the web on ``DATABASE_URL`` for the length of the block, for benchmarks and pictures.

    Raises:
        OSError: It did not answer in time.
    """
    web, _ = services()
    try:
        web.start()
        wait_until_ready(web.keep_alive)
        yield
    finally:
        web.stop()


def _check_port() -> None:
    config = get_config()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as taken:
            raise OSError(
                f"Port {config.port} is taken. Choose another: PORT={config.port + 1} make run"
            ) from taken


def wait_until_ready(check: Callable[[], None], *, timeout_seconds: float = 90) -> None:
    """Wait until the web process answers.

    Args:
        check: Called while waiting; raises if waiting has become pointless.
        timeout_seconds: How long to wait.

    Raises:
        OSError: It did not answer in time.
    """
    address = f"http://{get_config().host}:{get_config().port}/api/v1/health"
    deadline = time.monotonic() + timeout_seconds
    while True:
        check()
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise OSError(f"The web process did not answer at {address}.") from None
            time.sleep(0.2)
