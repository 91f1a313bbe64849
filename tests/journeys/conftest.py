"""An installation cloned from a loaded demo company, and browsers for its people."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from sop_app.demo_company.generator import generate_company
from sop_app.demo_company.loader import load_company
from sop_app.demo_company.people import email_of
from sop_app.planning.baseline.due import pin_to_gathering_cycles
from sop_app.planning.baseline.running import carry_out
from sop_app.planning.baseline.schemas import RunRequest
from sop_app.planning.baseline.service import create_run
from sop_app.system import clock, database
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.front_end import ensure_front_end
from tests.journeys.installation import (
    PASSWORD,
    Installation,
    running_installation,
)
from tests.journeys.visitor import SignIn, Visitor

PICTURES = Path("/tmp/sop_journeys")
PATIENCE_MS = 15_000
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
async def demo_database(postgres: str, template_database: str) -> str:
    """Name of a database that holds the demo company as of today."""
    name = "demo_company"
    with psycopg.connect(postgres.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}")
    database.connect_engine(postgres.format(name), pool_size=2)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await load_company(uow, generate_company(7, clock.today()), PASSWORD)
        await forecast_company()
    await database.disconnect_engine()
    return name


async def forecast_company() -> None:
    """Make the baseline forecast that the worker of every copy would make by itself."""

    async def go_on(*_: object) -> None:
        return None

    async with database.unit_of_work() as uow:
        run_id = await create_run(uow, RunRequest())
    await carry_out(run_id, go_on, go_on, workers=1)
    async with database.unit_of_work() as uow:
        await pin_to_gathering_cycles(uow, run_id)


@pytest.fixture(scope="session")
def front_end() -> None:
    """The built screens; a build that is current is used as it is."""
    ensure_front_end()


@pytest.fixture(scope="session")
def install(
    postgres: str, demo_database: str, front_end: None, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], AbstractContextManager[Installation]]:
    """Run the program on a copy of the demo company: ``with install() as installation:``."""

    @contextmanager
    def run() -> Iterator[Installation]:
        name = f"journey_{next(_numbers)}"
        with psycopg.connect(postgres.format("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {demo_database}")
        with running_installation(postgres.format(name), tmp_path_factory.mktemp(name)) as running:
            yield running

    return run


@pytest.fixture(scope="session")
def installation(install: Callable[[], AbstractContextManager[Installation]]):
    """The program the stories share; each leaves the rows of the other people alone."""
    with install() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium from the system."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def sign_in(
    installation: Installation, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[SignIn]:
    """Sign a person of the demo company in: ``sign_in("elena.marsh", color_scheme="dark")``.

    Each call is a browser of its own. At the end no page may have complained.
    """
    visitors: list[Visitor] = []

    def enter(login: str, **options: object) -> Visitor:
        settings = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light", **options}
        visitors.append(Visitor(installation, browser.new_context(**settings), email_of(login)))
        return visitors[-1]

    yield enter
    if request.node.stash.get(FAILED, False):
        _keep_pictures(request.node.name, visitors)
    problems = [problem for visitor in visitors for problem in visitor.problems]
    for visitor in visitors:
        visitor.context.close()
    assert problems == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Play a story that failed once more: a busy machine misses moments, a defect fails twice.

    The summary names what was repeated.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def _keep_pictures(test: str, visitors: list[Visitor]) -> None:
    PICTURES.mkdir(exist_ok=True)
    for number, visitor in enumerate(visitors):
        for tab, page in enumerate(visitor.context.pages):
            page.screenshot(path=PICTURES / f"{test}-{number}-{tab}.png")
