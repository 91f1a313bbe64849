"""Access tokens cannot be forged; a replayed refresh token ends its family."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sop_app.system import database
from sop_app.system.auth import tokens
from sop_app.system.auth.models import AppUser
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.clock import freeze_clock
from sop_app.system.config import signing_key
from tests.people import NOW

KEY = "k" * 32
OTHER_KEY = "o" * 32


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", KEY)
    signing_key.cache_clear()
    yield
    signing_key.cache_clear()


@pytest.fixture
async def elena(make_user):
    return await make_user("Elena Marsh", Role.SALES_REP)


async def issue(user_id: int, moment=NOW) -> tokens.TokenPair:
    with freeze_clock(moment), database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            return await tokens.issue_tokens(uow, user_id)


async def refresh(token: str, moment) -> tokens.TokenPair | None:
    with freeze_clock(moment), database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            return await tokens.refresh_tokens(uow, token)


async def actor_of(token: str, moment=NOW):
    with freeze_clock(moment):
        return await tokens.find_token_actor(token)


def claims_of(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def encode(claims: dict, *, key: str = KEY, alg: str = "HS256", **headers) -> str:
    return jwt.encode(claims, key, alg, headers={"typ": "at+jwt", **headers})


def unsigned(header: dict, claims: dict) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in (header, claims)]
    return b".".join(part.rstrip(b"=") for part in parts).decode() + "."


def without(claims: dict, name: str) -> dict:
    return {key: value for key, value in claims.items() if key != name}


FORGERIES = {
    "another key": lambda c, t: encode(c, key=OTHER_KEY),
    "a short key": lambda c, t: encode(c, key="k"),
    "another algorithm": lambda c, t: encode(c, alg="HS512"),
    "a weaker algorithm": lambda c, t: encode(c, alg="HS384"),
    "no algorithm": lambda c, t: unsigned({"alg": "none", "typ": "at+jwt"}, c),
    "no algorithm, in capitals": lambda c, t: unsigned({"alg": "NONE", "typ": "at+jwt"}, c),
    "no signature": lambda c, t: t.rpartition(".")[0] + ".",
    "half a signature": lambda c, t: t[:-8],
    "a changed claim": lambda c, t: ".".join(
        [t.split(".")[0], unsigned({}, {**c, "sub": "1"}).split(".")[1], t.split(".")[2]]
    ),
    "an unknown critical header": lambda c, t: encode(c, crit=["x"], x=1),
    "another type": lambda c, t: encode(c, typ="JWT"),
    "no type": lambda c, t: encode(c, typ=None),
    "another issuer": lambda c, t: encode({**c, "iss": "evil"}),
    "another audience": lambda c, t: encode({**c, "aud": "web"}),
    "several audiences": lambda c, t: encode({**c, "aud": ["sop-api", "web"]}),
    "an expiry in the past": lambda c, t: encode({**c, "exp": c["iat"] - 1}),
    "an expiry in a year": lambda c, t: encode({**c, "exp": c["iat"] + 31_536_000}),
    "an expiry that is text": lambda c, t: encode({**c, "exp": str(c["exp"])}),
    "a start in the future": lambda c, t: encode({**c, "nbf": c["iat"] + 60}),
    "an issue in the future": lambda c, t: encode({**c, "iat": c["iat"] + 60}),
    "a person who is text": lambda c, t: encode({**c, "sub": "1 OR 1=1"}),
    "a negative person": lambda c, t: encode({**c, "sub": "-1"}),
    "the program itself": lambda c, t: encode({**c, "sub": "0"}),
    "a person who does not exist": lambda c, t: encode({**c, "sub": "999999"}),
    "a person too large": lambda c, t: encode({**c, "sub": "9" * 30}),
    "an unknown family": lambda c, t: encode({**c, "fam": "0" * 36}),
    "a family that is null": lambda c, t: encode({**c, "fam": None}),
    "no expiry": lambda c, t: encode(without(c, "exp")),
    "no identity": lambda c, t: encode(without(c, "jti")),
    "no start": lambda c, t: encode(without(c, "nbf")),
    "no family": lambda c, t: encode(without(c, "fam")),
    "nothing": lambda c, t: "",
    "no token at all": lambda c, t: "a.b.c",
    "a very long token": lambda c, t: t + "A" * 100_000,
}


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_token_is_worth_nothing(elena, name):
    pair = await issue(elena.user_id)
    assert (await actor_of(pair.access_token)).user_id == elena.user_id
    forged = FORGERIES[name](claims_of(pair.access_token), pair.access_token)
    assert await actor_of(forged) is None


async def test_a_refresh_token_is_no_access_token(elena):
    pair = await issue(elena.user_id)
    assert await actor_of(pair.refresh_token) is None
    assert await refresh(pair.access_token, NOW) is None


async def test_an_access_token_ends_after_ten_minutes(elena):
    pair = await issue(elena.user_id)
    assert await actor_of(pair.access_token, NOW + timedelta(minutes=9, seconds=59))
    assert await actor_of(pair.access_token, NOW + timedelta(minutes=10)) is None


async def test_a_token_says_who_and_never_what_they_may(elena):
    pair = await issue(elena.user_id)
    assert (await actor_of(pair.access_token)).roles == elena.roles
    assert not {"roles", "role", "permissions", "email"} & claims_of(pair.access_token).keys()


async def test_disabling_a_person_ends_the_tokens(elena):
    pair = await issue(elena.user_id)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            (await uow.session.get_one(AppUser, elena.user_id)).status = "disabled"
    assert await actor_of(pair.access_token) is None
    assert await refresh(pair.refresh_token, NOW) is None


async def test_a_replay_ends_the_family_and_is_noted(elena, owner_rows):
    first = await issue(elena.user_id)
    second = await refresh(first.refresh_token, NOW)
    assert await refresh(first.refresh_token, NOW + timedelta(seconds=11)) is None
    assert await refresh(second.refresh_token, NOW + timedelta(seconds=12)) is None
    assert await actor_of(second.access_token) is None
    rows = owner_rows("SELECT action, severity, entity_id FROM audit_entry")
    assert rows == [("refresh_token_replayed", "critical", str(elena.user_id))]


async def test_another_family_of_the_person_lives_on(elena):
    one, other = await issue(elena.user_id), await issue(elena.user_id)
    await refresh(one.refresh_token, NOW)
    await refresh(one.refresh_token, NOW + timedelta(minutes=1))
    assert await actor_of(other.access_token)


class Chain:
    """What a family of tokens should do, in plain Python."""

    def __init__(self, first: str) -> None:
        self.tokens = [first]
        self.used_at: dict[int, int] = {}
        self.is_revoked = False

    def expect(self, index: int, second: int) -> str | None:
        """Return "new", "same" or None for presenting a token at a second."""
        if self.is_revoked:
            return None
        if index not in self.used_at:
            self.used_at[index] = second
            return "new"
        if second - self.used_at[index] <= 10:
            return "same"
        self.is_revoked = True
        return None


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 14)), max_size=12))
async def test_families_behave_as_the_model_says(elena, steps):
    chain = Chain((await issue(elena.user_id)).refresh_token)
    second = 0
    for back, pause in steps:
        second += pause
        index = max(0, len(chain.tokens) - 1 - back)
        expected = chain.expect(index, second)
        pair = await refresh(chain.tokens[index], NOW + timedelta(seconds=second))
        if expected is None:
            assert pair is None
        elif expected == "same":
            assert pair.refresh_token == chain.tokens[index + 1]
        else:
            assert pair.refresh_token not in chain.tokens
            chain.tokens.append(pair.refresh_token)
