"""The unit of work: who acts, what is visible, and that a refusal leaves nothing behind."""

import asyncio

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from sop_app.kernel.errors import NotSignedInError
from sop_app.master_data.customers.models import Customer
from sop_app.system import database
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Role
from tests.people import NOW


def customer(code: str, rep_id: int | None) -> Customer:
    return Customer(code=code, name=code, sales_rep_id=rep_id, created_at=NOW, updated_at=NOW)


async def visible_codes() -> list[str]:
    async with database.unit_of_work() as uow:
        rows = await uow.session.execute(text("SELECT code FROM customer ORDER BY code"))
        return list(rows.scalars())


async def test_nobody_acting_means_no_transaction(db):
    with pytest.raises(NotSignedInError):
        async with database.unit_of_work():
            pass


async def test_rows_belong_to_the_rep_the_team_or_everybody(as_system, make_user):
    tomas = await make_user("Tomas Rivera", Role.SALES_MANAGER)
    elena = await make_user("Elena Marsh", Role.SALES_REP, manager=tomas)
    priya = await make_user("Priya Raman", Role.SALES_REP)
    hannah = await make_user("Hannah Weiss", Role.DEMAND_PLANNER)
    viewer = await make_user("Vera View", Role.VIEWER)
    rep_and_viewer = await make_user("Rita Both", Role.SALES_REP, Role.VIEWER)
    async with database.unit_of_work() as uow:
        uow.session.add_all([customer("A", elena.user_id), customer("B", priya.user_id)])

    seen = {}
    for actor in (tomas, elena, priya, hannah, viewer, rep_and_viewer):
        with database.acting_as(actor):
            seen[actor.name] = await visible_codes()
    assert seen == {
        "Tomas Rivera": ["A"],
        "Elena Marsh": ["A"],
        "Priya Raman": ["B"],
        "Hannah Weiss": ["A", "B"],
        "Vera View": ["A", "B"],
        "Rita Both": [],
    }


async def test_a_rep_cannot_write_a_foreign_customer(as_system, make_user, owner_rows):
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    priya = await make_user("Priya Raman", Role.SALES_REP)
    async with database.unit_of_work() as uow:
        uow.session.add(customer("B", priya.user_id))
    with database.acting_as(elena):
        async with database.unit_of_work() as uow:
            await uow.session.execute(text("UPDATE customer SET name = 'stolen'"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with database.unit_of_work() as uow:
                uow.session.add(customer("C", priya.user_id))
    assert owner_rows("SELECT code, name FROM customer") == [("B", "B")]


async def test_without_an_acting_person_no_row_is_visible(as_system):
    async with database.unit_of_work() as uow:
        uow.session.add(customer("A", None))
    async with database.get_engine().connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM customer"))).scalar() == 0
        assert (await connection.execute(text("SELECT current_user"))).scalar() == "sop_app"


async def test_the_audit_log_cannot_be_changed(as_system):
    async with database.unit_of_work() as uow:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await uow.session.execute(text("DELETE FROM audit_entry"))


async def test_an_error_rolls_everything_back(as_system, owner_rows):
    async def add_and_fail() -> None:
        async with database.unit_of_work() as uow:
            uow.session.add(customer("A", None))
            await uow.session.flush()
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        await add_and_fail()
    assert owner_rows("SELECT count(*) FROM customer") == [(0,)]


async def test_a_fetch_sees_what_the_session_has_not_written_yet(as_system):
    async with database.unit_of_work() as uow:
        uow.session.add(customer("A", None))
        (row,) = await uow.fetch(
            text("SELECT code, '50%' AS share FROM customer WHERE name = :name"), {"name": "A"}
        )
        assert (row.code, row.share) == ("A", "50%")


async def test_rolling_back_forgets_the_act_and_begins_anew(as_system, owner_rows):
    async with database.unit_of_work() as uow:
        uow.session.add(customer("A", None))
        record(uow, "customer_created", ("customer", 1), after={"code": "A"})
        await uow.roll_back()
        uow.session.add(customer("B", None))
        record(uow, "customer_created", ("customer", 2), after={"code": "B"})
    assert owner_rows("SELECT code FROM customer") == [("B",)]
    assert owner_rows("SELECT action, after FROM audit_entry") == [
        ("customer_created", {"code": "B"})
    ]


async def test_a_change_the_audit_log_refuses_is_not_stored(as_system, owner_rows):
    async def add() -> None:
        async with database.unit_of_work() as uow:
            uow.session.add(customer("A", None))
            record(uow, "customer_created", ("customer", 1), severity="no such severity")

    with pytest.raises(psycopg.Error):
        await add()
    assert owner_rows("SELECT count(*) FROM customer") == [(0,)]
    assert owner_rows("SELECT count(*) FROM audit_entry") == [(0,)]


async def test_a_database_that_went_away_costs_one_act(as_system, owner_rows):
    async def hold() -> None:
        async with database.unit_of_work():
            await asyncio.sleep(0.1)

    await asyncio.gather(*(hold() for _ in range(4)))
    owner_rows(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    failures = 0
    for _ in range(6):
        try:
            assert await visible_codes() == []
        except psycopg.OperationalError:
            failures += 1
    assert failures == 1
