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

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from sop_app.demo_company.generator import generate_company
from sop_app.demo_company.loader import load_company
from sop_app.demo_company.people import email_of
from sop_app.system import clock, database, installation, migrations
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.config import get_config
from sop_app.system.embedded_postgres import running_postgres
from sop_app.system.front_end import ensure_front_end

TARGET = Path("build/screenshots")
README_PICTURE = Path(__file__).with_name("forecast.png")
PASSWORD = secrets.token_urlsafe(16)
WIDE, NARROW = (1440, 900), (1024, 768)
SETTLE_MS = 300
PATIENCE_MS = 15_000
PAGES = {
    "": ("/sign-in", "/forgot-password", "/reset-password"),
    "elena.marsh": (
        "/",
        "/forecast",
        "/forecast/upload",
        "/customers",
        "/sales-history",
        "/reports",
        "/account",
    ),
    "tomas.rivera": ("/", "/review"),
    "ingrid.solberg": (
        *("/", "/cycles", "/cycle", "/customers", "/customers/1", "/customers/1/edit"),
        *("/customers/new", "/products", "/products/1", "/products/1/edit", "/products/new"),
        *("/categories", "/prices", "/assignments", "/imports", "/imports/1", "/sales-history"),
        *("/reports", "/no-such-page"),
        *("/forecasting", "/forecasting/item", "/forecasting/accuracy", "/forecasting/runs"),
    ),
    "peter.novak": ("/", "/users", "/mail", "/settings"),
}
# A supplier's list in which rows are new, changed, unchanged and wrong.
PRODUCTS = b"""SKU;Product;Unit;List price;Lead time days
PAS-3101;Penne rigate 5 kg;case;11.90;14
FRZ-7102;Frozen peas 2.5 kg;case;9.40;7
ZZZ-9001;Oat biscuits 12 x 150 g;case;18.20;21
BUT-6405;Unsalted butter 10 kg;case;on request;10
"""


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
        _, worker = installation.services()
        try:
            worker.start()
            with installation.running_web():
                yield address
        finally:
            worker.stop()


async def _load(url: str) -> None:
    database.connect_engine(url)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await load_company(uow, generate_company(7, clock.today()), PASSWORD)
    await database.disconnect_engine()


def take(browser: Browser, address: str, person: str) -> None:
    """Take the pages of one person in both modes and sizes."""
    context = browser.new_context(reduced_motion="reduce")
    if person:
        sign_in(context, address, person)
    page = context.new_page()
    for route in PAGES[person]:
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.goto(address + route)
        page.wait_for_load_state("networkidle")
        expect(page.locator("h1").first).to_be_visible(timeout=PATIENCE_MS)
        expect(page.locator(".rt-Skeleton")).to_have_count(0, timeout=PATIENCE_MS)
        name = (person.partition(".")[0] + route.replace("/", "-")).strip("-")
        for width, height in (WIDE, NARROW):
            for mode in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=mode)
                page.wait_for_timeout(SETTLE_MS)
                page.screenshot(path=TARGET / f"{name}-{mode}-{width}.png")
    context.close()


def sign_in(context: BrowserContext, address: str, person: str) -> None:
    """Sign a person of the demo company in; the coordinator has a file waiting to be accepted."""
    origin = {"Origin": address}
    context.request.post(
        f"{address}/api/v1/auth/sign-in",
        form={"email": email_of(person), "password": PASSWORD},
        headers=origin,
    )
    if "/imports/1" in PAGES[person]:
        context.request.post(
            f"{address}/api/v1/imports",
            multipart={
                "kind": "products",
                "file": {"name": "Products.csv", "mimeType": "text/csv", "buffer": PRODUCTS},
            },
            headers=origin,
        )


def main() -> None:
    """Take every picture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    ensure_front_end()
    with demo_site() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for person in PAGES:
            take(browser, address, person)
        browser.close()
    shutil.copy(TARGET / f"elena-forecast-light-{WIDE[0]}.png", README_PICTURE)


if __name__ == "__main__":
    main()
