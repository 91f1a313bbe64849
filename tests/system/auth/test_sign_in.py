"""Sign-in as a service: throttling, known devices, audit, sessions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sop_app.kernel.errors import LimitExceededError
from sop_app.system import database
from sop_app.system.auth import sessions, sign_in, throttle
from sop_app.system.auth.models import AppUser
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.clock import freeze_clock
from tests.people import NOW

DEVICE = "d" * 43


class Visitor:
    """Somebody at an address who tries passwords, at moments of the test's choice."""

    def __init__(self, ip: str = "10.0.0.1", device: str = "") -> None:
        self.ip, self.device, self.now = ip, device, NOW

    async def attempt(self, email: str, *, matches: bool = False):
        """Try once; the outcome is an actor, None for a wrong password, or "wait"."""
        with freeze_clock(self.now), database.acting_as(SYSTEM_ACTOR, ip=self.ip):
            try:
                async with database.unit_of_work() as uow:
                    attempt = await sign_in.begin_sign_in(uow, email, device=self.device)
            except LimitExceededError:
                return "wait"
            async with database.unit_of_work() as uow:
                return await sign_in.finish_sign_in(uow, attempt, matches=matches)


@pytest.fixture
async def elena(make_user):
    return await make_user("Elena Marsh", Role.SALES_REP)


async def test_the_first_failures_cost_nothing_then_waits_grow(elena):
    visitor = Visitor()
    assert [await visitor.attempt(elena.email) for _ in range(6)] == [None] * 5 + ["wait"]
    visitor.now += timedelta(seconds=29)
    assert await visitor.attempt(elena.email, matches=True) == "wait"
    visitor.now += timedelta(seconds=2)
    assert await visitor.attempt(elena.email) is None
    visitor.now += timedelta(seconds=31)
    assert await visitor.attempt(elena.email) == "wait"


@pytest.mark.parametrize("email", ["elena.marsh@example.test", "nobody@example.test"])
async def test_an_unknown_account_is_throttled_like_a_known_one(elena, email):
    visitor = Visitor()
    assert [await visitor.attempt(email) for _ in range(7)] == [None] * 5 + ["wait"] * 2


async def test_no_more_than_a_hundred_guesses_in_a_row_whatever_the_address(elena):
    guesses = 0
    for number in range(400):
        visitor = Visitor(ip=f"10.0.{number // 200}.{number % 200}")
        visitor.now = NOW + timedelta(hours=2 * number)
        guesses += await visitor.attempt(elena.email) is None
    assert guesses == 100
    visitor.now += timedelta(days=365)
    assert await visitor.attempt(elena.email, matches=True) == "wait"


async def test_a_success_starts_the_count_again(elena):
    visitor = Visitor()
    for _ in range(4):
        await visitor.attempt(elena.email)
    assert (await visitor.attempt(elena.email, matches=True)).user_id == elena.user_id
    assert [await visitor.attempt(elena.email) for _ in range(6)] == [None] * 5 + ["wait"]


async def test_one_address_cannot_try_many_accounts(elena):
    visitor = Visitor()
    outcomes = [await visitor.attempt(f"somebody{number}@example.test") for number in range(40)]
    assert outcomes.count(None) == 30
    assert await Visitor(ip="10.0.0.2").attempt("somebody1@example.test") is None
    visitor.now += timedelta(hours=2)
    assert await visitor.attempt("somebody50@example.test") is None


async def test_one_owns_a_whole_network_of_version_six(elena):
    outcomes = [
        await Visitor(ip=f"2001:db8:1:2::{number:x}").attempt(f"s{number}@example.test")
        for number in range(1, 41)
    ]
    assert outcomes.count("wait") == 10
    assert await Visitor(ip="2001:db8:1:3::1").attempt("s@example.test") is None


async def test_strangers_never_lock_the_known_device_out(elena, owner_rows):
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await throttle.remember_device(uow, DEVICE, elena.user_id)
    stranger = Visitor()
    for _ in range(200):
        await stranger.attempt(elena.email)
        stranger.now += timedelta(hours=2)
    assert await stranger.attempt(elena.email, matches=True) == "wait"
    owner = Visitor(device=DEVICE)
    owner.now = stranger.now
    assert (await owner.attempt(elena.email, matches=True)).user_id == elena.user_id
    assert await stranger.attempt(elena.email, matches=True) == "wait"


async def test_a_stolen_device_is_throttled_itself(elena):
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await throttle.remember_device(uow, DEVICE, elena.user_id)
    thief = Visitor(device=DEVICE)
    assert [await thief.attempt(elena.email) for _ in range(6)] == [None] * 5 + ["wait"]
    assert await Visitor(ip="10.0.0.9").attempt(elena.email) is None


async def test_a_device_is_known_for_one_person_only(elena, make_user):
    priya = await make_user("Priya Raman", Role.SALES_REP)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await throttle.remember_device(uow, DEVICE, elena.user_id)
            assert not await throttle.is_known_device(uow, DEVICE, priya.user_id)
            assert not await throttle.is_known_device(uow, "", elena.user_id)
            await throttle.forget_devices(uow, elena.user_id)
            assert not await throttle.is_known_device(uow, DEVICE, elena.user_id)


@pytest.mark.parametrize("status", ["disabled", "invited"])
async def test_who_is_not_active_cannot_sign_in(elena, status, owner_rows):
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            (await uow.session.get_one(AppUser, elena.user_id)).status = status
    assert await Visitor().attempt(elena.email, matches=True) is None


async def test_successes_and_failures_are_audited_without_secrets(elena, owner_rows):
    visitor = Visitor()
    await visitor.attempt(elena.email)
    await visitor.attempt("typed-my-password-here")
    await visitor.attempt(elena.email, matches=True)
    rows = owner_rows("SELECT actor_id, action, entity_id, ip FROM audit_entry ORDER BY id")
    mine = str(elena.user_id)
    assert rows == [
        (0, "sign_in_failed", mine, "10.0.0.1"),
        (0, "sign_in_failed", "unknown", "10.0.0.1"),
        (elena.user_id, "signed_in", mine, "10.0.0.1"),
    ]
    [(dump,)] = owner_rows("SELECT string_agg(a::text, ' ') FROM audit_entry a")
    assert "typed-my-password-here" not in dump


async def open_session(actor) -> str:
    with freeze_clock(NOW), database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            return await sessions.open_session(uow, actor.user_id, user_agent="test")


async def test_a_session_ends_when_idle_and_after_twelve_hours(elena):
    token = await open_session(elena)
    moment = NOW
    while moment < NOW + timedelta(hours=12) - timedelta(minutes=29):
        moment += timedelta(minutes=29)
        with freeze_clock(moment):
            assert (await sessions.find_actor(token)).user_id == elena.user_id
    with freeze_clock(NOW + timedelta(hours=12)):
        assert await sessions.find_actor(token) is None
    idle = await open_session(elena)
    with freeze_clock(NOW + timedelta(minutes=30)):
        assert await sessions.find_actor(idle) is None


async def test_a_reconnecting_browser_is_no_use(elena):
    token = await open_session(elena)
    with freeze_clock(NOW + timedelta(minutes=20)):
        assert await sessions.find_actor(token, is_use=False)
    with freeze_clock(NOW + timedelta(minutes=31)):
        assert await sessions.find_actor(token) is None


async def test_only_the_cookie_of_a_session_opens_it(elena):
    token = await open_session(elena)
    with freeze_clock(NOW):
        actor = await sessions.find_actor(token)
        assert replace(actor, session_id=None) == elena
        for forged in ("", token[:-1], token + "A", token.swapcase(), "x" * 5000, "\x00"):
            assert await sessions.find_actor(forged) is None


def test_the_cookie_is_found_beside_odd_ones():
    assert sessions.session_token('a={"x":1}; sop_session=abc; b="') == "abc"
    assert sessions.session_token("sop_session_x=1; xsop_session=2") == ""
    assert sessions.session_token("") == ""
