"""Every handler, every role, hostile payloads: nobody gets more than the specification says."""

import psycopg
import pytest
from reflex_base.registry import RegistrationContext

from sop_app.system.auth.permissions import Permission, Role
from sop_app.ui.shell.permits import permission_of
from tests.security.handlers import specified_handlers
from tests.security.sweep import Handler, registered_handlers, sweep
from tests.security.world import foreign_canaries
from tests.system.auth.matrix import specified_permissions

CALLERS = ["anonymous", *(role.value for role in Role)]


def may_call(caller: str, handler: Handler) -> bool:
    """Whether a caller may call a handler, by the two tables of the specification."""
    permission = specified_handlers().get(handler.short_name)
    return caller != "anonymous" and permission in specified_permissions()[Role(caller)]


def fingerprint(database_url: str) -> dict[str, str]:
    """Sum up every table but what merely notes that somebody was here."""
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables "
            "WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'queue')"
        ).fetchall()
        sums = {}
        for (table,) in tables:
            row = "to_jsonb(t) - 'last_seen_at'"
            query = f"SELECT md5(string_agg(x, '' ORDER BY x)) FROM (SELECT ({row})::text x FROM {table} t) t"
            [sums[table]] = connection.execute(query).fetchone()
    return sums


def test_every_handler_is_in_the_specification_with_its_permission():
    declared = {
        handler.short_name: permission_of(RegistrationContext.get().event_handlers[handler.name])
        for handler in registered_handlers()
        if handler.is_ours
    }
    specified = specified_handlers()
    wrong = {
        name: permission
        for name, permission in declared.items()
        if specified.get(name) != permission
    }
    assert wrong == {}, "declared in code, and missing or different in tests/security/handlers.py"
    assert specified.keys() - declared.keys() == set(), "specified, and not in the program"


def test_nothing_is_public():
    assert Permission.PUBLIC not in specified_handlers().values()


@pytest.mark.parametrize("caller", CALLERS)
async def test_a_handler_refuses_who_may_not_call_it(server, world, caller):
    forbidden = [handler for handler in registered_handlers() if not may_call(caller, handler)]
    before = fingerprint(server.database_url)
    findings = await sweep(
        server,
        world.cookies(caller),
        forbidden,
        may_answer=lambda handler: False,
        canaries=foreign_canaries(caller),
    )
    assert findings.is_signed_in == (caller != "anonymous")
    assert findings.leaks == []
    assert findings.canaries == []
    assert fingerprint(server.database_url) == before
    assert server.defects() == []


async def test_hostile_arguments_break_nothing_and_show_nobody_elses_data(start):
    server, world = start("whole_again")
    canaries: list[str] = []
    met: set[Handler] = set()
    for caller in reversed(CALLERS[1:]):
        allowed = [handler for handler in registered_handlers() if may_call(caller, handler)]
        findings = await sweep(
            server,
            world.cookies(caller),
            allowed,
            may_answer=lambda handler: True,
            canaries=foreign_canaries(caller),
            is_brief=met.__contains__,
        )
        met.update(allowed)
        assert findings.is_signed_in, f"{caller} was signed out on the way"
        canaries += [f"{caller}: {found}" for found in findings.canaries]
    assert canaries == []
    assert server.defects() == []
