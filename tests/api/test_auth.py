"""Signing in and out, tokens and passwords, through the routes a browser and a program use."""

import re

import pytest

from sop_app.system.auth.permissions import Role
from tests.api.conftest import PASSWORD

NEW_PASSWORD = "herons wade where tides turn"


@pytest.fixture
async def elena(make_user, give_password):
    actor = await make_user("Elena Marsh", Role.SALES_REP)
    await give_password(actor)
    return actor


async def sign_in(client, email, password=PASSWORD, **fields):
    form = {"email": email, "password": password, **fields}
    return await client.post("/api/v1/auth/sign-in", data=form)


async def status_of_me(client) -> int:
    return (await client.get("/api/v1/auth/me")).status_code


async def test_a_browser_signs_in_and_out(api, elena):
    client = api()
    assert await status_of_me(client) == 401
    answer = await sign_in(client, " Elena.Marsh@Example.test ", next="/customers?page=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/customers?page=2")
    me = (await client.get("/api/v1/auth/me")).json()
    assert (me["id"], me["roles"]) == (elena.user_id, ["sales_rep"])
    answer = await client.post("/api/v1/auth/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?notice=out")
    assert await status_of_me(client) == 401


async def test_the_cookie_is_out_of_reach_and_lasts_only_when_asked(api, elena):
    for fields, lasts in (({}, False), ({"keep": "on"}, True)):
        answer = await sign_in(api(), elena.email, **fields)
        cookie = answer.headers.get_list("set-cookie")[0]
        assert cookie.startswith("sop_session=")
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert ("Max-Age=43200" in cookie) is lasts


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/api/v1/users"]
)
async def test_sign_in_leads_to_no_other_site(api, elena, wanted):
    answer = await sign_in(api(), elena.email, next=wanted)
    assert answer.headers["location"] == "/"


async def test_a_refusal_says_neither_who_nor_why(api, elena):
    wrong = await sign_in(api(), elena.email, "not the password at all")
    unknown = await sign_in(api(), "nobody@example.test", "not the password at all")
    assert wrong.headers["location"] == unknown.headers["location"] == "/sign-in?error=wrong"
    assert "sop_session" not in str(wrong.headers)


async def test_a_program_signs_in_with_tokens(api, elena):
    client = api()
    credentials = {"email": elena.email, "password": PASSWORD}
    pair = (await client.post("/api/v1/auth/token", json=credentials)).json()
    bearer = {"Authorization": f"Bearer {pair['access_token']}"}
    assert (await client.get("/api/v1/auth/me", headers=bearer)).json()["id"] == elena.user_id
    answer = await client.post("/api/v1/auth/revoke", json={"refresh_token": pair["refresh_token"]})
    assert answer.status_code == 204
    assert (await client.get("/api/v1/auth/me", headers=bearer)).status_code == 401


async def test_a_new_password_ends_the_other_browsers(api, elena):
    here, elsewhere = api(), api()
    for client in (here, elsewhere):
        await sign_in(client, elena.email)
    form = {"current": PASSWORD, "password": NEW_PASSWORD}
    answer = await here.post("/api/v1/auth/change-password", data=form)
    assert answer.headers["location"] == "/account?notice=changed"
    assert (await status_of_me(here), await status_of_me(elsewhere)) == (200, 401)
    assert (await sign_in(api(), elena.email)).headers["location"] == "/sign-in?error=wrong"
    assert (await sign_in(api(), elena.email, NEW_PASSWORD)).headers["location"] == "/"


def mailed_link(owner_rows) -> str:
    [(body,)] = owner_rows("SELECT text_body FROM mail ORDER BY id DESC LIMIT 1")
    [path] = re.findall(r"/api/v1/auth/link\?token=\S+", body)
    return path


async def test_a_forgotten_password_is_set_by_a_mailed_link(api, elena, owner_rows):
    client = api()
    answer = await client.post("/api/v1/auth/forgot-password", data={"email": elena.email})
    assert answer.headers["location"] == "/forgot-password?notice=sent"
    answer = await client.get(mailed_link(owner_rows))
    assert answer.headers["location"] == "/reset-password"
    answer = await client.post("/api/v1/auth/reset-password", data={"password": NEW_PASSWORD})
    assert answer.headers["location"] == "/sign-in?notice=reset"
    assert (await sign_in(api(), elena.email, NEW_PASSWORD)).headers["location"] == "/"
    answer = await api().get(mailed_link(owner_rows))
    assert answer.headers["location"] == "/forgot-password?error=link"
