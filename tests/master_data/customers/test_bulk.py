"""Several customers at once: what changes, what is refused, and one audit entry for each."""

import pytest

from sop_app.kernel.errors import InvalidInputError, NotFoundError, PermissionDeniedError
from sop_app.master_data.customers import bulk
from sop_app.master_data.customers.rules import CustomerStatus
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from tests.master_data.records import store_customer


async def test_customers_are_handed_over(as_system, make_user, owner_rows):
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    priya = await make_user("Priya Raman", Role.SALES_REP)
    ids = [
        await store_customer("A", sales_rep_id=elena.user_id),
        await store_customer("B", sales_rep_id=priya.user_id),
        await store_customer("C"),
    ]
    async with database.unit_of_work() as uow:
        assert await bulk.reassign_customers(uow, ids, priya.user_id) == 2
    assert owner_rows("SELECT sales_rep_id, version FROM customer ORDER BY id") == [
        (priya.user_id, 2),
        (priya.user_id, 1),
        (priya.user_id, 2),
    ]
    assert owner_rows("SELECT entity_id, before, after FROM audit_entry ORDER BY id") == [
        (str(ids[0]), {"sales_rep_id": elena.user_id}, {"sales_rep_id": priya.user_id}),
        (str(ids[2]), {"sales_rep_id": None}, {"sales_rep_id": priya.user_id}),
    ]
    async with database.unit_of_work() as uow:
        assert await bulk.reassign_customers(uow, ids[:1], None) == 1


async def test_status_is_changed_where_it_differs(as_system, owner_rows):
    ids = [await store_customer("A"), await store_customer("B", status="inactive")]
    async with database.unit_of_work() as uow:
        changed = await bulk.change_status_of_customers(uow, ids, CustomerStatus.INACTIVE)
    assert changed == 1
    assert owner_rows("SELECT status FROM customer") == [("inactive",), ("inactive",)]


async def test_one_refusal_changes_nothing(as_system, make_user, owner_rows):
    planner = await make_user("Hannah Weiss", Role.DEMAND_PLANNER)
    customer = await store_customer("A")
    with pytest.raises(NotFoundError):
        async with database.unit_of_work() as uow:
            await bulk.change_status_of_customers(uow, [customer, 99], CustomerStatus.INACTIVE)
    with pytest.raises(InvalidInputError):
        async with database.unit_of_work() as uow:
            await bulk.reassign_customers(uow, [customer], planner.user_id)
    with database.acting_as(planner):
        async with database.unit_of_work() as uow:
            with pytest.raises(PermissionDeniedError):
                await bulk.reassign_customers(uow, [customer], None)
            with pytest.raises(PermissionDeniedError):
                await bulk.change_status_of_customers(uow, [customer], CustomerStatus.INACTIVE)
    assert owner_rows("SELECT status, version FROM customer") == [("active", 1)]
    assert owner_rows("SELECT count(*) FROM audit_entry") == [(0,)]


async def test_customers_follow_the_currency_of_the_installation(as_system, owner_rows):
    await store_customer("A"), await store_customer("B", currency="GBP")
    async with database.unit_of_work() as uow:
        assert await bulk.follow_currency(uow, "EUR", "SEK") == 1
    stored = owner_rows("SELECT code, currency, version FROM customer ORDER BY code")
    assert stored == [("A", "SEK", 2), ("B", "GBP", 1)]
    assert owner_rows("SELECT before, after FROM audit_entry") == [
        ({"currency": "EUR"}, {"currency": "SEK"})
    ]
