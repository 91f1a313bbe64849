"""The tests of this folder see what they claim to see: with a wall taken out, they turn red."""

import psycopg
import pytest
from sqlalchemy import text

from sop_app.kernel.paging import PageRequest
from sop_app.master_data.customers import queries as customer_queries
from sop_app.master_data.customers import service as customers
from sop_app.master_data.customers.models import Customer
from sop_app.master_data.customers.schemas import CustomerFilter
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from tests.people import NOW
from tests.security.live import HYDRATE, Tab, answer_of
from tests.security.sweep import ENTER, registered_handlers, sweep
from tests.security.test_gate_sweep import may_call


async def leaks_of(company, caller: str) -> list[str]:
    server, world = company
    forbidden = [handler for handler in registered_handlers() if not may_call(caller, handler)]
    findings = await sweep(
        server,
        world.cookies(caller),
        forbidden,
        may_answer=lambda handler: False,
        stop_after=6,
    )
    return findings.leaks


async def test_without_the_gate_the_sweep_finds_leaks(start):
    assert len(await leaks_of(start("without_gate"), "anonymous")) > 5


async def test_without_permissions_the_sweep_finds_leaks(start):
    assert len(await leaks_of(start("without_permissions"), "viewer")) > 5


async def test_without_argument_checks_the_sweep_finds_defects(start):
    server, world = start("without_argument_checks")
    allowed = [handler for handler in registered_handlers() if may_call("admin", handler)]
    findings = await sweep(
        server,
        world.cookies("admin"),
        allowed[:20],
        may_answer=lambda handler: True,
        stop_after=1,
    )
    assert server.defects() or findings.leaks


async def test_without_session_checks_a_revoked_session_acts(start):
    server, world = start("without_session_checks")
    async with Tab(server, world.cookies("viewer")) as tab:
        await tab.call(ENTER)
        with psycopg.connect(server.database_url) as connection:
            connection.execute("UPDATE user_session SET revoked_at = now()")
        await tab.call(ENTER)
        data, _ = answer_of(await tab.call(HYDRATE))
    assert "Person viewer" in str(data)


@pytest.fixture
async def elena(db, make_user, as_system):
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    priya = await make_user("Priya Raman", Role.SALES_REP)
    async with database.unit_of_work() as uow:
        uow.session.add_all(
            Customer(code=code, name=code, sales_rep_id=rep.user_id, created_at=NOW, updated_at=NOW)
            for code, rep in (("OWN", elena), ("FOREIGN", priya))
        )
    return elena


@pytest.fixture
def drop_filter(monkeypatch):
    """Wall 1 out: the condition every query on customers carries."""

    def drop() -> None:
        monkeypatch.setattr(customer_queries, "customer_is_visible", lambda alias="c": "true")

    return drop


@pytest.fixture
def drop_policy(db):
    """Wall 2 out: PostgreSQL's own policy."""

    def drop() -> None:
        with psycopg.connect(db) as connection:
            connection.execute("ALTER TABLE customer DISABLE ROW LEVEL SECURITY")

    return drop


async def listed(actor) -> set[str]:
    with database.acting_as(actor):
        async with database.unit_of_work() as uow:
            page = await customers.list_customers(uow, CustomerFilter(), PageRequest())
            return {row.code for row in page.rows}


async def selected(actor) -> set[str]:
    with database.acting_as(actor):
        async with database.unit_of_work() as uow:
            return set((await uow.session.execute(text("SELECT code FROM customer"))).scalars())


async def test_each_wall_holds_alone_and_none_holds_without_both(elena, drop_filter, drop_policy):
    assert await listed(elena) == {"OWN"}
    drop_filter()
    assert await listed(elena) == {"OWN"}
    drop_policy()
    assert await listed(elena) == {"OWN", "FOREIGN"}


async def test_the_filter_holds_without_the_policy(elena, drop_policy):
    drop_policy()
    assert await listed(elena) == {"OWN"}


async def test_the_policy_is_what_hides_rows_from_a_bare_query(elena, drop_policy):
    assert await selected(elena) == {"OWN"}
    drop_policy()
    assert await selected(elena) == {"OWN", "FOREIGN"}
