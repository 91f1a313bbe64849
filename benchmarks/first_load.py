"""How much script a browser loads before it shows the dashboard, beyond an empty Reflex app.

Both apps are built by the same tools into folders of their own. Counted is every script the
page names, what those import, and the parts they load lazily; styles and fonts are not script.
Sizes are those of gzip, as the server sends them.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import typer

from benchmarks.table import Comparison, Figure, report
from sop_app.system.migrations import PROJECT_ROOT

GOAL_KB = 450
SOURCES = ("sop_app", "assets", "rxconfig.py", "reflex.lock")

EMPTY_CONFIG = """
import reflex as rx

config = rx.Config(
    app_name="empty",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    plugins=[rx.plugins.RadixThemesPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
"""
EMPTY_APP = """
import reflex as rx


class State(rx.State):
    pass


def index():
    return rx.heading("Empty")


app = rx.App()
app.add_page(index)
"""

_NAMED_IN_PAGE = re.compile(r"/assets/([\w.$-]+\.js)")
_IMPORTED = re.compile(r"""(?:from|import)\s*["'`]\./([\w.$-]+\.js)["'`]""")
_LOADED_LAZILY = re.compile(r"""import\(\s*["'`]\./([\w.$-]+\.js)["'`]\s*\)""")


def measure_page(build: Path, page: str) -> tuple[int, int]:
    """Return the gzip bytes a page loads: at once, and with the parts it loads lazily."""
    assets = build / "assets"
    named = _NAMED_IN_PAGE.findall((build / page).read_text())
    at_once = _follow(assets, named, (_IMPORTED,))
    everything = _follow(assets, named, (_IMPORTED, _LOADED_LAZILY))
    return _gzip_size(assets, at_once), _gzip_size(assets, everything)


def _follow(assets: Path, names: Iterable[str], patterns: tuple[re.Pattern[str], ...]) -> set[str]:
    """Collect scripts and all they refer to."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        text = (assets / name).read_text()
        waiting += [other for pattern in patterns for other in pattern.findall(text)]
    return found


def _gzip_size(assets: Path, names: Iterable[str]) -> int:
    return sum(len(gzip.compress((assets / name).read_bytes(), 9)) for name in names)


def build_empty(folder: Path) -> Path:
    """Build an app of one heading, with the locked versions of the product."""
    (folder / "empty").mkdir(parents=True)
    (folder / "empty" / "__init__.py").touch()
    (folder / "empty" / "empty.py").write_text(EMPTY_APP)
    (folder / "rxconfig.py").write_text(EMPTY_CONFIG)
    shutil.copytree(PROJECT_ROOT / "reflex.lock", folder / "reflex.lock")
    return _export(folder)


def build_product(folder: Path) -> Path:
    """Build the product from its sources as they are now."""
    folder.mkdir(parents=True)
    for name in SOURCES:
        source = PROJECT_ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy2(source, folder / name)
    return _export(folder)


def _export(folder: Path) -> Path:
    """Build the front end of an app and return the folder a server would serve."""
    modules = PROJECT_ROOT / ".web" / "node_modules"
    if modules.exists():
        shutil.copytree(modules, folder / ".web" / "node_modules", True, copy_function=_link)
    environment = {
        **os.environ,
        "REFLEX_USE_NPM": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "0",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return folder / ".web" / "build" / "client"


def _link(source: str, target: str) -> None:
    """Link an installed file where the file system allows, else copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def main(page: str = "index.html") -> None:
    """Measure the script of the product's first load against that of an empty app."""
    with tempfile.TemporaryDirectory(prefix="first-load-") as folder:
        empty = measure_page(build_empty(Path(folder) / "empty"), "index.html")
        product = measure_page(build_product(Path(folder) / "product"), page)
    rows = (("loaded at once", None), ("with lazily loaded parts", GOAL_KB))
    figures = [
        Figure(
            f"script of {page}, {name}", own / 1000, "kB", base / 1000, goal, Comparison.DIFFERENCE
        )
        for (name, goal), own, base in zip(rows, product, empty, strict=True)
    ]
    raise typer.Exit(report("First load of the dashboard, gzip", figures))


if __name__ == "__main__":
    typer.run(main)
