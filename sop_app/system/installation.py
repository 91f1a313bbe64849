"""Run the program on one machine: database, migrations, front end, web and worker processes."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from .config import get_config
from .embedded_postgres import running_postgres
from .migrations import PROJECT_ROOT

WEB_ENVIRONMENT = {
    "__REFLEX_SKIP_COMPILE": "true",
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "0",
    "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": "8000000",
}


@contextmanager
def open_database(*, always_stop: bool = False) -> Iterator[str]:
    """Yield the configured database, or run the embedded one for the length of the block."""
    config = get_config()
    if config.database_url:
        yield config.database_url
    else:
        with running_postgres(config.data_dir, always_stop=always_stop) as url:
            yield url


def start_web() -> subprocess.Popen[bytes]:
    """Start the web process; it reads its configuration from the environment."""
    config = get_config()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory"]
    command += ["--host", config.host, "--port", str(config.port), "--no-access-log"]
    command += ["--log-level", "warning", "sop_app.sop_app:app"]
    return subprocess.Popen(  # noqa: S603
        command, cwd=PROJECT_ROOT, env={**os.environ, **WEB_ENVIRONMENT}
    )


def start_worker() -> subprocess.Popen[bytes]:
    """Start the process that closes cycles, sends mail and does long work."""
    return subprocess.Popen([sys.executable, "-m", "sop_app", "worker"], cwd=PROJECT_ROOT)


def wait_until_ready(*, timeout_seconds: float = 60) -> None:
    """Wait until the web process answers.

    Raises:
        OSError: It did not answer in time.
    """
    address = f"http://{get_config().host}:{get_config().port}/api/v1/health"
    deadline = time.monotonic() + timeout_seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise OSError(f"The web process did not answer at {address}.") from None
            time.sleep(0.2)


def wait_for_first_exit(processes: list[subprocess.Popen[bytes]]) -> None:
    """Sleep until one of the processes ends."""
    while all(process.poll() is None for process in processes):
        time.sleep(0.5)


def stop(processes: list[subprocess.Popen[bytes]], *, grace_seconds: float = 10) -> None:
    """End processes politely; kill what does not listen."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
