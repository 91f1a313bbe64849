"""Builds and serves the demo of the planning grid; the test process itself never imports it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

collect_ignore_glob = ["plan_grid_demo/*"]

ROOT = Path(__file__).resolve().parents[3]
DEMO = "plan_grid_demo"
CONFIG = """
import os

import reflex as rx

config = rx.Config(
    app_name="plan_grid_demo",
    api_url=os.environ["DEMO_URL"],
    telemetry_enabled=False,
    show_built_with_reflex=False,
    state_manager_mode="memory",
    plugins=[rx.plugins.RadixThemesPlugin(theme=rx.theme(accent_color="indigo", gray_color="slate"))],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
"""


@pytest.fixture(scope="module")
def demo_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """The address of the running demo; the build reuses what an earlier run left in pytest's cache."""
    folder = pytestconfig.cache.mkdir(DEMO)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    environment = _environment(folder, url)
    _lay_out(folder)
    _run(
        [str(Path(sys.executable).with_name("reflex")), "export", "--frontend-only", "--no-zip"],
        folder,
        environment,
    )
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asgi",
            "--factory",
            f"{DEMO}.{DEMO}:app",
            "--port",
            str(port),
        ],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"{url}/ping")
        yield url
    finally:
        server.terminate()
        server.wait(10)


def _environment(folder: Path, url: str) -> dict[str, str]:
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
        "DEMO_URL": url,
        "REFLEX_USE_NPM": "1",
        "REFLEX_CHECK_LATEST_VERSION": "0",
        "REFLEX_ENV_MODE": "prod",
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    }


def _lay_out(folder: Path) -> None:
    shutil.copytree(Path(__file__).with_name(DEMO), folder / DEMO, dirs_exist_ok=True)
    shutil.copytree(
        ROOT / "assets",
        folder / "assets",
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("external"),
    )
    shutil.copytree(ROOT / "reflex.lock", folder / "reflex.lock", dirs_exist_ok=True)
    (folder / "rxconfig.py").write_text(CONFIG)
    packages = ROOT / ".web" / "node_modules"
    if packages.is_dir() and not (folder / ".web").exists():
        shutil.copytree(
            packages, folder / ".web" / "node_modules", symlinks=True, copy_function=os.link
        )


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url, timeout=1)
        except OSError:
            assert time.monotonic() < deadline, f"{url} does not answer"
            time.sleep(0.1)
        else:
            return
