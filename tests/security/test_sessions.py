"""What a session is worth on a socket that is already open, and to whoever takes a tab over."""

import asyncio
from collections.abc import Callable

import psycopg
import pytest

from tests.security.live import HYDRATE, ROOT, Server, Tab, answer_of
from tests.security.world import World

USERS = f"{ROOT}.sop_app___ui___pages___users___state____users_state"
ENTER = f"{ROOT}.sop_app___ui___shell___session_state____session_state.enter"
LOAD_USERS = f"{USERS}.load"


@pytest.fixture(scope="module")
def running(start) -> tuple[Server, World]:
    return start("with_probe")


@pytest.fixture
def change(running) -> Callable[..., None]:
    """Change the database behind the program's back; each test signs its people in again."""

    def execute(query: str, *parameters: object) -> None:
        with psycopg.connect(running[0].database_url) as connection:
            connection.execute(query, parameters)

    execute(
        "UPDATE user_session SET revoked_at = NULL, last_seen_at = now(), "
        "expires_at = now() + interval '12 hours'"
    )
    execute("UPDATE app_user SET status = 'active' WHERE id > 0")
    return execute


def redirects(updates: list) -> list[str]:
    return [
        event["payload"]["path"] for event in answer_of(updates)[1] if event["name"] == "_redirect"
    ]


def rows_of(updates: list) -> list:
    data, _ = answer_of(updates)
    return next((value for key, value in data.items() if key.endswith("users_state.rows")), [])


ENDINGS = {
    "signed out": "UPDATE user_session SET revoked_at = now() WHERE user_id = %s",
    "twelve hours later": "UPDATE user_session SET expires_at = now() WHERE user_id = %s",
    "idle": "UPDATE user_session SET last_seen_at = now() - interval '30 minutes' "
    "WHERE user_id = %s",
    "disabled": "UPDATE app_user SET status = 'disabled' WHERE id = %s",
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_an_ended_session_acts_no_more_on_an_open_socket(running, change, ending):
    server, world = running
    async with Tab(server, world.cookies("admin")) as tab:
        assert rows_of(await tab.call(LOAD_USERS))
        change(ENDINGS[ending], world.user_ids["admin"])
        updates = await tab.call(LOAD_USERS)
        assert redirects(updates) == ["/sign-in?ended=1"]
        assert rows_of(updates) == []
        assert rows_of(await tab.call(HYDRATE)) == []


async def test_a_role_taken_away_acts_at_the_next_event(running, change):
    server, world = running
    user_id = world.user_ids["admin"]
    async with Tab(server, world.cookies("admin")) as tab:
        assert rows_of(await tab.call(LOAD_USERS))
        change("UPDATE user_role SET role = 'viewer' WHERE user_id = %s", user_id)
        try:
            assert rows_of(await tab.call(LOAD_USERS)) == []
            assert rows_of(await tab.call(LOAD_USERS)) == []
            assert rows_of(await tab.call(HYDRATE)) == []
        finally:
            change("UPDATE user_role SET role = 'admin' WHERE user_id = %s", user_id)
        await tab.call(ENTER)
        assert rows_of(await tab.call(LOAD_USERS))


async def test_a_role_given_acts_at_the_next_event(running, change):
    server, world = running
    user_id = world.user_ids["viewer"]
    async with Tab(server, world.cookies("viewer")) as tab:
        assert rows_of(await tab.call(LOAD_USERS)) == []
        change("INSERT INTO user_role VALUES (%s, 'admin')", user_id)
        try:
            await tab.call(ENTER)
            assert rows_of(await tab.call(LOAD_USERS))
        finally:
            change("DELETE FROM user_role WHERE user_id = %s AND role = 'admin'", user_id)


@pytest.mark.parametrize("heir", ["anonymous", "viewer", "sales_rep"])
async def test_who_takes_a_tab_over_finds_it_empty(running, change, heir):
    server, world = running
    async with Tab(server, world.cookies("admin")) as tab:
        assert rows_of(await tab.call(LOAD_USERS))
    async with Tab(server, world.cookies(heir), token=tab.token) as taken:
        seen = await taken.call(HYDRATE) + await taken.call(f"{ROOT}.hydrate_and_load")
        seen += await taken.call(LOAD_USERS)
    assert "Person admin" not in str(seen)
    assert rows_of(seen) == []


async def test_the_owner_finds_the_tab_as_it_was(running, change):
    server, world = running
    async with Tab(server, world.cookies("admin")) as tab:
        await tab.call(LOAD_USERS)
    async with Tab(server, world.cookies("admin"), token=tab.token) as again:
        assert rows_of(await again.call(HYDRATE))


async def test_a_tab_in_use_is_not_shared(running, change):
    server, world = running
    async with Tab(server, world.cookies("admin")) as tab:
        await tab.call(LOAD_USERS)
        async with Tab(server, world.cookies("viewer"), token=tab.token) as second:
            assert rows_of(await second.call(HYDRATE)) == []
            await second.call(LOAD_USERS)
        assert rows_of(await tab.call(LOAD_USERS))


async def find_probe(tab: Tab) -> str:
    data, _ = answer_of(await tab.call(HYDRATE))
    [name] = [key for key in data if key.endswith("probe_state.told")]
    return f"{ROOT}.{name.removesuffix('.told')}"


def told_in(updates: list) -> list[int]:
    data, _ = answer_of(updates)
    return next((value for key, value in data.items() if key.endswith("probe_state.told")), [])


async def test_background_work_acts_for_who_started_it(running, change):
    server, world = running
    names = ("admin", "viewer", "sales_rep", "finance_analyst")

    async def work(name: str) -> list[int]:
        async with Tab(server, world.cookies(name)) as tab:
            probe = await find_probe(tab)
            await tab.send(f"{probe}.remember_later", {"seconds": 0.5})
            await asyncio.sleep(0.1)
            await tab.call(f"{probe}.remember")
            await asyncio.sleep(0.8)
            return told_in(await tab.call(HYDRATE))

    results = await asyncio.gather(*map(work, names))
    assert results == [[world.user_ids[name]] * 3 for name in names]


async def test_background_work_ends_when_the_tab_changes_hands(running, change):
    server, world = running
    async with Tab(server, world.cookies("admin")) as tab:
        probe = await find_probe(tab)
        await tab.send(f"{probe}.remember_later", {"seconds": 1.0})
        await asyncio.sleep(0.2)
    async with Tab(server, world.cookies("viewer"), token=tab.token) as taken:
        await taken.call(HYDRATE)
        await asyncio.sleep(1.2)
        assert told_in(taken.got + await taken.call(HYDRATE)) == []


async def test_a_defect_is_told_by_its_reference_only(running, change):
    server, world = running
    async with Tab(server, world.cookies("viewer")) as tab:
        probe = await find_probe(tab)
        updates = await tab.call(f"{probe}.fail", {"secret": "CANARYSECRET"})
    data, events = answer_of(updates)
    [notices] = [value for key, value in data.items() if key.endswith("notice_state.items")]
    assert notices[-1]["title"].startswith("Something failed")
    assert events == []
    assert "broken after" not in str(updates)
    log = server.log.read_text()
    assert "broken after 12 characters" in log
    assert "CANARYSECRET" not in log
