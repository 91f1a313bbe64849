"""The API as the web serves it, behind its edge, without a server."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from sop_app.api.edge import protect
from sop_app.api.root import build_api
from sop_app.system import database
from sop_app.system.auth.models import AppUser
from sop_app.system.auth.passwords import hash_password
from sop_app.system.auth.schemas import SYSTEM_ACTOR, Actor
from sop_app.system.auth.sessions import COOKIE_NAME, open_session
from sop_app.system.config import signing_key

PASSWORD = "seven lamps over the quay"


@pytest.fixture
def signing_key_of_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is not read from, nor written to, the data folder."""
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    signing_key.cache_clear()


@pytest.fixture
async def api(
    db: str, signing_key_of_tests: None
) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Open clients of the API: ``api()``, one cookie jar each; ``api(ip="10.0.0.7")``."""
    clients: list[httpx.AsyncClient] = []
    app = protect(build_api())

    def connect(ip: str = "127.0.0.1") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, client=(ip, 5000))
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost:3000")
        clients.append(client)
        return client

    yield connect
    for client in clients:
        await client.aclose()


@pytest.fixture
def client_of(api):
    """Open a client in which a person is signed in: ``await client_of(actor)``."""

    async def open_client(actor: Actor) -> httpx.AsyncClient:
        with database.acting_as(SYSTEM_ACTOR):
            async with database.unit_of_work() as uow:
                token = await open_session(uow, actor.user_id, user_agent="test")
        client = api()
        client.cookies.set(COOKIE_NAME, token)
        return client

    return open_client


@pytest.fixture(scope="session")
async def password_hash() -> str:
    """The hash of ``PASSWORD``; hashing is slow on purpose, so it is done once."""
    return await hash_password(PASSWORD)


@pytest.fixture
def give_password(db: str, password_hash: str):
    """Let a person sign in with ``PASSWORD``."""

    async def give(actor: Actor) -> None:
        with database.acting_as(SYSTEM_ACTOR):
            async with database.unit_of_work() as uow:
                user = await uow.session.get_one(AppUser, actor.user_id)
                user.password_hash = password_hash

    return give
