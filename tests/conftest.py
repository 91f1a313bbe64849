"""What every test may ask for: a migrated database of its own, people, and acting as one of them."""

import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from sop_app.system import database, migrations
from sop_app.system.auth.models import AppUser, UserRole
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR, Actor
from sop_app.system.embedded_postgres import running_postgres
from sop_app.system.spreadsheets import confined
from tests.people import NOW, MakeUser

# A busy machine draws examples slowly; that says nothing about the program.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

COVERAGE = "COVERAGE_PROCESS_CONFIG"
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def measured_processes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let coverage follow into reading processes, and into none whose memory a test looks at.

    The program starts its reading processes with an empty environment, which coverage needs.
    """
    if request.node.get_closest_marker("memory"):
        monkeypatch.delenv(COVERAGE, raising=False)
    bare, measuring = confined._child_environment, os.environ.get(COVERAGE)
    if measuring is not None:
        monkeypatch.setattr(confined, "_child_environment", lambda: bare() | {COVERAGE: measuring})


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this test process, with durability off; yields a URL with ``{}``."""
    with (
        tempfile.TemporaryDirectory(prefix="sop-test-") as folder,
        running_postgres(Path(folder), always_stop=True) as url,
    ):
        with psycopg.connect(url, autocommit=True) as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {name} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url.replace("/postgres?", "/{}?")


@pytest.fixture(scope="session")
def template_database(postgres: str) -> str:
    """Name of a migrated, empty database that each test's own is copied from."""
    with psycopg.connect(postgres.format("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_sop")
    migrations.upgrade(postgres.format("template_sop"))
    return "template_sop"


@pytest.fixture
def database_url(postgres: str, template_database: str) -> Iterator[str]:
    """The URL of a fresh database, dropped after the test."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}")
        yield postgres.format(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[str]:
    """Connect the program to a fresh database; yields the owner's URL for checks from outside."""
    database.connect_engine(database_url, pool_size=5)
    yield database_url
    await database.disconnect_engine()


@pytest.fixture
def as_system(db: str) -> Iterator[None]:
    """Let the test's units of work act for the program itself."""
    with database.acting_as(SYSTEM_ACTOR):
        yield


@pytest.fixture
def make_user(db: str) -> MakeUser:
    """Create an active person: ``await make_user("Elena Marsh", Role.SALES_REP, manager=...)``."""

    async def make(name: str, *roles: Role, manager: Actor | None = None, team: str = "") -> Actor:
        email = f"{name.lower().replace(' ', '.')}@example.test"
        with database.acting_as(SYSTEM_ACTOR):
            async with database.unit_of_work() as uow:
                user = AppUser(
                    email=email,
                    full_name=name,
                    status="active",
                    team=team,
                    manager_id=manager.user_id if manager else None,
                    created_at=NOW,
                )
                uow.session.add(user)
                await uow.session.flush()
                uow.session.add_all(UserRole(user_id=user.id, role=role) for role in roles)
        return Actor(user.id, name, email, frozenset(roles))

    return make


@pytest.fixture
def owner_rows(db: str) -> Callable[..., list[tuple]]:
    """Read the database as its owner, past every wall: ``owner_rows("SELECT ...", args)``."""

    def read(query: str, *parameters: object) -> list[tuple]:
        with psycopg.connect(db) as connection:
            return connection.execute(query, parameters or None).fetchall()

    return read


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files; a test that needs it is skipped only when it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is absent: this test reads real files that are not shipped")
    return folder
