"""Managing people: invitations, roles, the last administrator, conflicts, audit."""

import asyncio
from dataclasses import replace

import pytest

from sop_app.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    WrongStatusError,
)
from sop_app.system import database
from sop_app.system.auth import account, sessions, tokens, users
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR, UserDraft, UserQuery, UserStatus

DRAFT = UserDraft("Priya Raman", "Priya.Raman@Example.test", frozenset({Role.SALES_REP}), "North")


@pytest.fixture
async def ada(make_user):
    return await make_user("Ada Byron", Role.ADMIN)


@pytest.fixture
async def elena(make_user):
    return await make_user("Elena Marsh", Role.SALES_REP)


async def do(actor, verb, *arguments, **options):
    with database.acting_as(actor, ip="10.0.0.1"):
        async with database.unit_of_work() as uow:
            return await verb(uow, *arguments, **options)


async def test_an_invited_person_gets_a_mail_and_is_listed(ada, owner_rows):
    user_id = await do(ada, users.invite_user, DRAFT)
    user = await do(ada, users.get_user, user_id)
    assert (user.email, user.status, user.roles) == (
        "priya.raman@example.test",
        UserStatus.INVITED,
        (Role.SALES_REP,),
    )
    assert owner_rows("SELECT kind, to_user_id FROM mail") == [("invitation", user_id)]
    [(action, actor_id, after)] = owner_rows("SELECT action, actor_id, after FROM audit_entry")
    assert (action, actor_id, after["roles"]) == ("user_invited", ada.user_id, ["sales_rep"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"full_name": " "}, "full_name"),
        ({"full_name": "x" * 121}, "full_name"),
        ({"email": "priya"}, "email"),
        ({"email": "priya@"}, "email"),
        ({"email": "ada.byron@example.test"}, "email"),
        ({"roles": frozenset()}, "roles"),
        ({"team": "x" * 61}, "team"),
        ({"manager_id": 999}, "manager_id"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_stored(ada, owner_rows, change, field):
    with pytest.raises(InvalidInputError) as refusal:
        await do(ada, users.invite_user, replace(DRAFT, **change))
    assert list(refusal.value.fields) == [field]
    assert owner_rows("SELECT count(*) FROM app_user") == [(2,)]
    assert owner_rows("SELECT count(*) FROM mail") == [(0,)]


MANAGING = (
    (users.list_users, UserQuery()),
    (users.get_user, 1),
    (users.list_sales_managers,),
    (users.invite_user, DRAFT),
    (users.edit_user, 1, DRAFT),
    (users.disable_user, 1),
    (users.enable_user, 1),
    (users.create_admin, "a@example.test", "A B", "herons wade at dusk again"),
    (users.force_sign_out, 1),
    (users.send_password_link, 1),
)


async def test_nobody_but_an_administrator_manages_people(make_user):
    versioned = (users.edit_user, users.disable_user, users.enable_user)
    for role in set(Role) - {Role.ADMIN}:
        somebody = await make_user(f"Some {role.value}", role)
        for verb, *arguments in MANAGING:
            options = {"version": 1} if verb in versioned else {}
            with pytest.raises(PermissionDeniedError):
                await do(somebody, verb, *arguments, **options)


async def test_changes_carry_the_version_and_are_audited(ada, elena, make_user, owner_rows):
    tomas = await make_user("Tomas Rivera", Role.SALES_MANAGER)
    before = await do(ada, users.get_user, elena.user_id)
    draft = UserDraft(
        "Elena Marsh", before.email, frozenset({Role.SALES_REP}), "West", tomas.user_id
    )
    await do(ada, users.edit_user, elena.user_id, draft, version=before.version)
    after = await do(ada, users.get_user, elena.user_id)
    assert (after.team, after.manager_name, after.version) == ("West", "Tomas Rivera", 2)
    with pytest.raises(ConflictError):
        await do(ada, users.edit_user, elena.user_id, draft, version=before.version)
    assert owner_rows("SELECT before, after FROM audit_entry") == [
        ({"team": "", "manager_id": None}, {"team": "West", "manager_id": tomas.user_id})
    ]


async def test_only_an_active_sales_manager_leads_a_team(ada, elena, make_user):
    hannah = await make_user("Hannah Weiss", Role.DEMAND_PLANNER)
    for manager_id in (hannah.user_id, elena.user_id):
        draft = UserDraft("Elena Marsh", elena.email, elena.roles, manager_id=manager_id)
        with pytest.raises(InvalidInputError, match="sales manager"):
            await do(ada, users.edit_user, elena.user_id, draft, version=1)


async def test_disabling_ends_sessions_and_tokens_at_once(ada, elena):
    cookie = await do(SYSTEM_ACTOR, sessions.open_session, elena.user_id, user_agent="")
    pair = await do(SYSTEM_ACTOR, tokens.issue_tokens, elena.user_id)
    assert await sessions.find_actor(cookie)
    await do(ada, users.disable_user, elena.user_id, version=1)
    assert await sessions.find_actor(cookie) is None
    assert await tokens.find_token_actor(pair.access_token) is None
    await do(ada, users.enable_user, elena.user_id, version=2)
    assert await sessions.find_actor(cookie) is None
    with pytest.raises(WrongStatusError):
        await do(ada, users.enable_user, elena.user_id, version=3)


async def test_nobody_disables_himself_or_the_last_administrator(ada, make_user):
    bob = await make_user("Bob Builder", Role.ADMIN)
    with pytest.raises(ConflictError, match="your own"):
        await do(ada, users.disable_user, ada.user_id, version=1)
    await do(bob, users.disable_user, ada.user_id, version=1)
    draft = UserDraft("Bob Builder", bob.email, frozenset({Role.VIEWER}))
    with pytest.raises(ConflictError, match="last active administrator"):
        await do(bob, users.edit_user, bob.user_id, draft, version=1)


async def test_two_administrators_cannot_remove_each_other_at_once(ada, make_user, owner_rows):
    bob = await make_user("Bob Builder", Role.ADMIN)
    results = await asyncio.gather(
        do(ada, users.disable_user, bob.user_id, version=1),
        do(bob, users.disable_user, ada.user_id, version=1),
        return_exceptions=True,
    )
    assert sum(isinstance(result, ConflictError) for result in results) == 1
    active = owner_rows("SELECT count(*) FROM app_user WHERE status = 'active'")
    assert active == [(1,)]


async def test_a_forced_sign_out_says_how_many_browsers(ada, elena):
    for _ in range(3):
        await do(SYSTEM_ACTOR, sessions.open_session, elena.user_id, user_agent="")
    assert await do(ada, users.force_sign_out, elena.user_id) == 3


async def test_the_program_itself_cannot_be_managed(ada):
    for verb in (users.force_sign_out, users.send_password_link, users.get_user):
        with pytest.raises(NotFoundError):
            await do(ada, verb, 0)


async def test_people_are_found_filtered_sorted_and_paged(ada, make_user):
    for number in range(7):
        await make_user(f"Rep Number{number}", Role.SALES_REP, team=f"T{number % 2}")
    await make_user("Under_score", Role.VIEWER)

    async def names(**query):
        page = await do(ada, users.list_users, UserQuery(**query))
        return [row.full_name for row in page.rows], page.total_count

    assert await names(find="number", page_size=3, page=3) == (["Rep Number6"], 7)
    assert await names(find="NUMBER1X") == ([], 0)
    assert await names(find="_") == (["Under_score"], 1)
    assert await names(find="%") == ([], 0)
    assert await names(find="T1", sort="full_name", is_descending=True) == (
        ["Rep Number5", "Rep Number3", "Rep Number1"],
        3,
    )
    assert await names(role=Role.ADMIN) == (["Ada Byron"], 1)
    assert (await names(status=UserStatus.INVITED))[1] == 0
    assert (await names(sort="password_hash; DROP TABLE app_user"))[1] == 9


async def test_an_administrator_from_the_console_is_created_and_restored(owner_rows, db):
    arguments = ("Ada@Example.org", "Ada Byron", "seven lamps over the quay")
    user_id = await do(SYSTEM_ACTOR, users.create_admin, *arguments)
    bob_id = await do(SYSTEM_ACTOR, users.create_admin, "bob@example.org", *arguments[1:])
    ada = await do(SYSTEM_ACTOR, users.get_user, user_id)
    await do(SYSTEM_ACTOR, users.disable_user, user_id, version=ada.version)
    assert await do(SYSTEM_ACTOR, users.create_admin, *arguments) == user_id != bob_id
    assert owner_rows("SELECT status FROM app_user WHERE id = %s", user_id) == [("active",)]


async def test_one_sees_and_ends_the_own_sessions_only(ada, elena):
    await do(SYSTEM_ACTOR, sessions.open_session, elena.user_id, user_agent="Firefox/1 Linux")
    [row] = await do(elena, account.list_own_sessions)
    with pytest.raises(NotFoundError):
        await do(ada, account.end_own_session, row.id)
    await do(elena, account.end_own_session, row.id)
    assert await do(elena, account.list_own_sessions) == []
