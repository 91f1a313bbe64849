"""Links sent by mail: once, for half an hour, and without telling who has an account."""

import re
from datetime import timedelta

import pytest

from sop_app.kernel.errors import InvalidInputError
from sop_app.system import database
from sop_app.system.auth import password_reset, sessions, throttle, tokens
from sop_app.system.auth.passwords import WeakPasswordError, verify_password
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.clock import freeze_clock
from tests.people import NOW

NEW_PASSWORD = "herons wade where tides turn"


@pytest.fixture
async def elena(make_user):
    return await make_user("Elena Marsh", Role.SALES_REP)


async def ask(email: str, moment=NOW) -> None:
    with freeze_clock(moment), database.acting_as(SYSTEM_ACTOR, ip="10.0.0.1"):
        async with database.unit_of_work() as uow:
            await password_reset.request_reset(uow, email)


async def use(token: str, password: str = NEW_PASSWORD, moment=NOW) -> None:
    with freeze_clock(moment), database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await password_reset.set_password_by_link(uow, token, password)


@pytest.fixture
def mailed(owner_rows):
    def tokens_mailed() -> list[str]:
        rows = owner_rows("SELECT text_body FROM mail ORDER BY id")
        return [re.search(r"token=(\S+)", body)[1] for (body,) in rows]

    return tokens_mailed


async def test_a_link_works_once(elena, mailed, owner_rows):
    await ask(" Elena.Marsh@example.test")
    [token] = mailed()
    await use(token)
    [(stored,)] = owner_rows("SELECT password_hash FROM app_user WHERE id = %s", elena.user_id)
    assert (await verify_password(NEW_PASSWORD, stored))[0]
    with pytest.raises(InvalidInputError) as refusal:
        await use(token, "another long sentence here")
    assert list(refusal.value.fields) == ["link"]


async def test_a_link_works_for_half_an_hour(elena, mailed):
    await ask(elena.email)
    with pytest.raises(InvalidInputError):
        await use(mailed()[0], moment=NOW + timedelta(minutes=30))
    await use(mailed()[0], moment=NOW + timedelta(minutes=29))


async def test_only_the_latest_link_works(elena, mailed):
    await ask(elena.email)
    await ask(elena.email)
    first, second = mailed()
    with pytest.raises(InvalidInputError):
        await use(first)
    await use(second)


async def test_a_weak_password_leaves_the_link_open(elena, mailed):
    await ask(elena.email)
    with pytest.raises(WeakPasswordError):
        await use(mailed()[0], "Elena Marsh 2026")
    await use(mailed()[0])


async def test_a_new_password_ends_every_session_token_and_lock(elena, mailed):
    with freeze_clock(NOW), database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            cookie = await sessions.open_session(uow, elena.user_id, user_agent="")
            pair = await tokens.issue_tokens(uow, elena.user_id)
            for _ in range(5):
                await throttle.charge(uow, [throttle.account_counter(elena.email)])
        await ask(elena.email)
        await use(mailed()[0])
        assert await sessions.find_actor(cookie) is None
        assert await tokens.find_token_actor(pair.access_token) is None
        async with database.unit_of_work() as uow:
            await throttle.charge(uow, [throttle.account_counter(elena.email)])


async def test_nobody_is_written_to_in_vain(elena, mailed, owner_rows):
    await ask("nobody@example.test")
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            user = await uow.session.get_one(password_reset.AppUser, elena.user_id)
            user.status = "disabled"
    await ask(elena.email)
    assert mailed() == []


async def test_nobody_is_flooded_with_mails(elena, mailed):
    for _ in range(20):
        await ask(elena.email)
    assert len(mailed()) == 3
    await ask(elena.email, NOW + timedelta(hours=3))
    assert len(mailed()) == 4


async def test_the_database_holds_no_token(elena, mailed, owner_rows):
    await ask(elena.email)
    [(dump,)] = owner_rows("SELECT string_agg(t::text, ' ') FROM one_time_token t")
    [(audit,)] = owner_rows("SELECT string_agg(a::text, ' ') FROM audit_entry a")
    assert mailed()[0] not in dump + audit
