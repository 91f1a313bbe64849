"""Take a picture of every page from the demo company, in both colour modes: ``make screenshots``.

Starts the program on a database of its own, signs in as the people a page is for, and writes
``build/screenshots/<page>-<mode>-<width>.png``; the README's picture is renewed beside this file.
"""

import asyncio
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import Browser, sync_playwright

from sop_app.demo_company.generator import generate_company
from sop_app.demo_company.loader import load_company
from sop_app.system import clock, database, installation, migrations
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.config import get_config
from sop_app.system.embedded_postgres import running_postgres
from sop_app.system.front_end import ensure_front_end

TARGET = Path("build/screenshots")
README_PICTURE = Path(__file__).with_name("forecast.png")
PASSWORD = secrets.token_urlsafe(16)
SIZES = ((1440, 900), (1024, 768))
SETTLE_MS = 2500
PAGES = {
    "": ("/sign-in", "/forgot-password"),
    "elena.marsh": ("/", "/forecast", "/customers", "/sales-history", "/reports", "/account"),
    "tomas.rivera": ("/", "/review"),
    "ingrid.solberg": (
        *("/", "/cycles", "/customers", "/customers/1", "/products", "/products/1"),
        *("/categories", "/prices", "/assignments", "/imports", "/sales-history", "/reports"),
    ),
    "peter.novak": ("/", "/users", "/mail"),
}


@contextmanager
def demo_site() -> Iterator[str]:
    """Run the program with the demo company on a free port and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres(Path(folder), always_stop=True) as url,
    ):
        address = f"http://localhost:{port}"
        os.environ |= {"DATABASE_URL": url, "PORT": str(port), "PUBLIC_URL": address}
        os.environ["SOP_DATA_DIR"] = folder
        get_config.cache_clear()
        migrations.upgrade(url)
        asyncio.run(_load(url))
        ensure_front_end()
        with installation.running_web():
            yield address


async def _load(url: str) -> None:
    database.connect_engine(url)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await load_company(uow, generate_company(7, clock.today()), PASSWORD)
    await database.disconnect_engine()


def take(browser: Browser, address: str, person: str, mode: str, size: tuple[int, int]) -> None:
    """Take the pages of one person in one mode and size."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=mode, reduced_motion="reduce"
    )
    if person:
        email = f"{person}@orchardfoods.example"
        context.request.post(
            f"{address}/api/v1/auth/sign-in",
            form={"email": email, "password": PASSWORD},
            headers={"Origin": address},
        )
    page = context.new_page()
    for route in PAGES[person]:
        page.goto(address + route)
        page.wait_for_timeout(SETTLE_MS)
        name = (person.partition(".")[0] + route.replace("/", "-")).strip("-") or "home"
        path = TARGET / f"{name}-{mode}-{size[0]}.png"
        page.screenshot(path=path)
        if route == "/forecast" and mode == "light" and size == SIZES[0]:
            shutil.copy(path, README_PICTURE)
    context.close()


def main() -> None:
    """Take every picture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with demo_site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for person in PAGES:
            for mode in ("light", "dark"):
                for size in SIZES:
                    take(browser, address, person, mode, size)
        browser.close()


if __name__ == "__main__":
    main()
