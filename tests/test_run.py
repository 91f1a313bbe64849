"""`python -m sop_app run` as a person lives with it: start, start again, kill, recover, Ctrl-C.

The front end is built by the first start if it is not current; everything else takes seconds.
"""

import contextlib
import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from sop_app.system.installation import MARK, YOUNG_SECONDS
from tests.processes import PROJECT_ROOT, free_port, wait_until

pytestmark = pytest.mark.slow


class Installation:
    """One data folder and the console of whoever starts the program on it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "PUBLIC_URL", "HOST") and not name.startswith("SMTP_")
        } | {"SOP_DATA_DIR": str(data_dir), "PORT": str(self.port), "COLUMNS": "200"}

    @contextlib.contextmanager
    def console(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Start the program as a terminal does, in a process group of its own."""
        with (self.data_dir.parent / "console.txt").open("w+") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "sop_app", "run", *arguments],
                cwd=PROJECT_ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
                text=True,
                start_new_session=True,
            )
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    def said(self) -> str:
        return (self.data_dir.parent / "console.txt").read_text()

    def wait_until_ready(self, process: subprocess.Popen[str], *, seconds: float = 60) -> None:
        wait_until(lambda: "is ready" in self.said() or process.poll() is not None, seconds=seconds)
        assert process.poll() is None, self.said()

    def sign_in(self) -> dict[str, object]:
        """Sign in as a demo person with the password on the console."""
        [password] = re.findall(r"password (\S+)", self.said())
        form = {"email": "elena.marsh@orchardfoods.example", "password": password}
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        opener.open(self.url("/api/v1/auth/sign-in"), urllib.parse.urlencode(form).encode())
        with opener.open(self.url("/api/v1/auth/me")) as answer:
            return json.load(answer)

    def url(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"

    def processes(self) -> list[psutil.Process]:
        """Find everything that runs for this installation, its database included."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def workers(self) -> list[psutil.Process]:
        return [process for process in self.processes() if process.cmdline()[-1:] == ["worker"]]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            is_child = process.environ().get(MARK) == str(self.data_dir)
            return is_child or str(self.data_dir) in " ".join(process.cmdline())
        except psutil.Error:
            return False


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    installation = Installation(tmp_path_factory.mktemp("home") / "data")
    yield installation
    for process in installation.processes():
        process.kill()


def test_a_first_start_ends_with_a_usable_demo_company(installation: Installation) -> None:
    with installation.console() as console:
        installation.wait_until_ready(console, seconds=400)
        assert installation.url("") in installation.said()
        assert installation.sign_in()["name"] == "Elena Marsh"
        with urllib.request.urlopen(installation.url("/sign-in")) as page:
            assert page.status == 200
        password = installation.data_dir / "demo_password.txt"
        assert stat.S_IMODE(password.stat().st_mode) == 0o600
        assert len(password.read_text().strip()) >= 15
        os.killpg(console.pid, signal.SIGINT)
        assert console.wait(40) == 0
    assert "Traceback" not in installation.said()
    assert installation.processes() == []


def test_a_second_start_is_quick_and_shows_the_same_password(installation: Installation) -> None:
    password = (installation.data_dir / "demo_password.txt").read_text()
    with installation.console() as console:
        began = time.monotonic()
        installation.wait_until_ready(console)
        assert time.monotonic() - began < 45
        assert "Building" not in installation.said()
        assert installation.sign_in()["name"] == "Elena Marsh"
        console.terminate()
        assert console.wait(40) == 0
    assert (installation.data_dir / "demo_password.txt").read_text() == password
    assert installation.processes() == []


def test_a_start_after_a_kill_recovers(installation: Installation) -> None:
    with installation.console() as console:
        installation.wait_until_ready(console)
        console.kill()
        console.wait()
    orphans = {process.pid for process in installation.processes()}
    assert len(orphans) > 3
    with installation.console() as console:
        installation.wait_until_ready(console)
        assert installation.sign_in()["name"] == "Elena Marsh"
        services = [p for p in installation.processes() if "postgres" not in p.name()]
        assert not orphans & {process.pid for process in services}
        os.killpg(console.pid, signal.SIGINT)
        assert console.wait(40) == 0
    assert installation.processes() == []


def test_one_run_per_folder_and_port_that_replaces_what_dies(
    installation: Installation, tmp_path: Path
) -> None:
    other = Installation(tmp_path / "data")
    other.data_dir.mkdir()
    with installation.console() as console:
        installation.wait_until_ready(console)
        second = subprocess.run(
            [sys.executable, "-m", "sop_app", "run"],
            env=installation.environment,
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
        )
        assert second.returncode == 1
        assert "already runs on" in second.stderr
        third = subprocess.run(
            [sys.executable, "-m", "sop_app", "run"],
            env=other.environment | {"PORT": str(installation.port)},
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
        )
        assert third.returncode == 1
        assert f"Port {installation.port} is taken" in third.stderr
        [worker] = installation.workers()
        time.sleep(YOUNG_SECONDS)
        worker.kill()
        wait_until(lambda: [p.pid for p in installation.workers() if p.pid != worker.pid])
        console.terminate()
        assert console.wait(40) == 0
