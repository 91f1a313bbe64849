"""Customers: exact values, refusals that change nothing, who sees what, and the audit trail."""

from dataclasses import asdict, replace
from datetime import date

import pytest

from sop_app.kernel.errors import (
    ConflictError,
    InUseError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from sop_app.kernel.paging import PageRequest
from sop_app.master_data.customers import service
from sop_app.master_data.customers.rules import CustomerDraft, CustomerStatus
from sop_app.master_data.customers.schemas import CustomerFilter
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from tests.master_data.records import (
    store_assignment,
    store_price,
    store_product,
    store_sales,
)

BRENNAN = CustomerDraft(
    code="C-1004",
    name="Brennan Foodservice",
    region="North",
    territory="Kiel",
    channel="Wholesale",
    payment_terms="45 days",
)


async def create(draft=BRENNAN, **changes):
    async with database.unit_of_work() as uow:
        return await service.create_customer(uow, replace(draft, **changes))


async def names(wanted=CustomerFilter(), page=PageRequest()):  # noqa: B008
    async with database.unit_of_work() as uow:
        found = await service.list_customers(uow, wanted, page)
    return [row.name for row in found.rows], found.total


async def test_a_customer_is_created_as_entered_and_audited(as_system, make_user, owner_rows):
    tomas = await make_user("Tomas Rivera", Role.SALES_MANAGER)
    elena = await make_user("Elena Marsh", Role.SALES_REP, manager=tomas)
    made = await create(name="  Brennan   Foodservice ", currency="eur", sales_rep_id=elena.user_id)
    assert (made.name, made.currency, made.version) == ("Brennan Foodservice", "EUR", 1)
    assert (made.sales_rep_name, made.manager_name) == ("Elena Marsh", "Tomas Rivera")
    [(action, entity_id, before, after)] = owner_rows(
        "SELECT action, entity_id, before, after FROM audit_entry"
    )
    assert (action, entity_id, before) == ("customer_created", str(made.id), None)
    expected = replace(BRENNAN, currency="EUR", sales_rep_id=elena.user_id)
    assert after == asdict(expected)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"code": " "}, {"code": "Code is missing."}),
        ({"code": "x" * 41}, {"code": "Code has 41 characters; 40 fit."}),
        ({"name": ""}, {"name": "Name is missing."}),
        (
            {"currency": "Euro"},
            {"currency": "Currency is a code of three letters, for example EUR."},
        ),
        (
            {"currency": "GBP"},
            {
                "currency": "The settings name EUR as currency of plans and reports;"
                " amounts in GBP cannot be added."
            },
        ),
        ({"sales_rep_id": 99}, {"sales_rep_id": "Choose a person who sells."}),
        ({"region": "a\x00b"}, {"region": "Region holds a control character."}),
    ],
)
async def test_unfit_fields_are_refused_each_with_its_sentence(
    as_system, owner_rows, changes, fields
):
    with pytest.raises(InvalidInputError) as refusal:
        await create(**changes)
    assert refusal.value.fields == fields
    assert owner_rows("SELECT count(*) FROM customer") == [(0,)]
    assert owner_rows("SELECT count(*) FROM audit_entry") == [(0,)]


async def test_a_code_is_given_once_also_after_deletion(as_system):
    first = await create()
    with pytest.raises(InvalidInputError, match="belongs to Brennan Foodservice"):
        await create(name="Other")
    async with database.unit_of_work() as uow:
        await service.delete_customer(uow, first.id)
    with pytest.raises(InvalidInputError, match="belongs to a deleted customer"):
        await create(name="Other")


async def test_an_update_keeps_only_the_differing_fields_in_the_audit(as_system, owner_rows):
    made = await create()
    async with database.unit_of_work() as uow:
        changed = await service.update_customer(
            uow, made.id, replace(BRENNAN, region="South", status=CustomerStatus.INACTIVE), 1
        )
    assert (changed.region, changed.status, changed.version) == ("South", "inactive", 2)
    assert owner_rows(
        "SELECT before, after FROM audit_entry WHERE action = 'customer_updated'"
    ) == [({"region": "North", "status": "active"}, {"region": "South", "status": "inactive"})]


async def test_saving_without_a_change_leaves_no_trace(as_system, owner_rows):
    made = await create()
    async with database.unit_of_work() as uow:
        same = await service.update_customer(uow, made.id, BRENNAN, 1)
    assert same.version == 1
    assert owner_rows("SELECT action FROM audit_entry") == [("customer_created",)]


async def test_the_second_of_two_editors_meets_a_conflict_with_what_is_stored(
    as_system, owner_rows
):
    made = await create()
    async with database.unit_of_work() as uow:
        await service.update_customer(uow, made.id, replace(BRENNAN, region="South"), 1)
    with pytest.raises(ConflictError) as conflict:
        async with database.unit_of_work() as uow:
            await service.update_customer(uow, made.id, replace(BRENNAN, region="West"), 1)
    assert conflict.value.theirs.region == "South"
    assert conflict.value.theirs.version == 2
    assert owner_rows("SELECT region, version FROM customer") == [("South", 2)]


async def test_a_customer_with_products_sales_or_prices_cannot_be_deleted(as_system, owner_rows):
    made = await create()
    sold, idle = await store_product("P"), await store_product("Q")
    await store_assignment(made.id, sold)
    await store_assignment(made.id, idle, is_active=False)
    await store_price(made.id, sold, date(2026, 1, 1), "9.80")
    await store_price(made.id, sold, date(2026, 7, 1), "9.95")
    await store_sales(made.id, sold, date(2026, 1, 1), [(1, "1")] * 3)
    with pytest.raises(InUseError) as refusal:
        async with database.unit_of_work() as uow:
            await service.delete_customer(uow, made.id)
    assert refusal.value.dependents == {
        "assigned product": 1,
        "prices": 2,
        "months of sales": 3,
    }
    assert owner_rows("SELECT deleted_at, version FROM customer") == [(None, 1)]


async def test_delete_hides_and_restore_brings_back(as_system, owner_rows):
    made = await create()
    async with database.unit_of_work() as uow:
        await service.delete_customer(uow, made.id)
    assert await names() == ([], 0)
    for verb in (service.get_customer, service.delete_customer):
        with pytest.raises(NotFoundError):
            async with database.unit_of_work() as uow:
                await verb(uow, made.id)
    async with database.unit_of_work() as uow:
        back = await service.restore_customer(uow, made.id)
    assert replace(back, version=1, updated_at=made.updated_at) == made
    with pytest.raises(NotFoundError):
        async with database.unit_of_work() as uow:
            await service.restore_customer(uow, made.id)
    actions = owner_rows("SELECT action FROM audit_entry ORDER BY id")
    assert [action for (action,) in actions] == [
        "customer_created",
        "customer_deleted",
        "customer_restored",
    ]


async def test_lists_search_filter_sort_and_page_on_the_server(as_system, make_user):
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    await create(code="C-1", name="Alder 50% Group", region="North", sales_rep_id=elena.user_id)
    await create(code="C-2", name="brennan_food", region="South", channel="Retail")
    await create(code="D-3", name="Castellane", region="", status=CustomerStatus.INACTIVE)
    assert await names() == (["Alder 50% Group", "brennan_food", "Castellane"], 3)
    assert await names(CustomerFilter(search="c- group")) == (["Alder 50% Group"], 1)
    assert await names(CustomerFilter(search="0%")) == (["Alder 50% Group"], 1)
    assert await names(CustomerFilter(search="n_f")) == (["brennan_food"], 1)
    assert await names(CustomerFilter(regions=("South", "East"))) == (["brennan_food"], 1)
    assert await names(CustomerFilter(channels=("Retail",))) == (["brennan_food"], 1)
    assert await names(CustomerFilter(sales_rep_ids=(elena.user_id,))) == (["Alder 50% Group"], 1)
    assert await names(CustomerFilter(sales_rep_ids=(0,))) == (["brennan_food", "Castellane"], 2)
    assert await names(CustomerFilter(statuses=(CustomerStatus.INACTIVE,))) == (["Castellane"], 1)
    by_region = PageRequest(sort="region", is_descending=True)
    assert (await names(page=by_region))[0] == ["brennan_food", "Alder 50% Group", "Castellane"]
    second = PageRequest(sort="code", page=2, size=2)
    assert await names(page=second) == (["Castellane"], 3)
    assert (await names(page=PageRequest(sort="name; DROP TABLE customer")))[1] == 3


async def test_each_role_sees_its_customers_and_nothing_else(as_system, make_user):
    tomas = await make_user("Tomas Rivera", Role.SALES_MANAGER)
    elena = await make_user("Elena Marsh", Role.SALES_REP, manager=tomas)
    priya = await make_user("Priya Raman", Role.SALES_REP)
    hannah = await make_user("Hannah Weiss", Role.DEMAND_PLANNER)
    mine = await create(code="A", name="A", region="North", sales_rep_id=elena.user_id)
    other = await create(code="B", name="B", region="South", sales_rep_id=priya.user_id)
    seen, offered = {}, {}
    for actor in (tomas, elena, priya, hannah):
        with database.acting_as(actor):
            seen[actor.name] = await names()
            async with database.unit_of_work() as uow:
                choices = await service.list_customer_choices(uow)
                counts = await service.count_customers(uow)
            offered[actor.name] = (choices.regions, [rep.name for rep in choices.sales_reps])
            assert counts.all == seen[actor.name][1]
    assert seen == {
        "Tomas Rivera": (["A"], 1),
        "Elena Marsh": (["A"], 1),
        "Priya Raman": (["B"], 1),
        "Hannah Weiss": (["A", "B"], 2),
    }
    assert offered["Elena Marsh"] == (("North",), ["Elena Marsh"])
    assert offered["Hannah Weiss"][1] == ["Elena Marsh", "Priya Raman", "Tomas Rivera"]
    with database.acting_as(elena):
        async with database.unit_of_work() as uow:
            assert (await service.get_customer(uow, mine.id)).name == "A"
            for verb in (service.get_customer, service.list_customer_history):
                with pytest.raises(NotFoundError):
                    await verb(uow, other.id)
            with pytest.raises(PermissionDeniedError):
                await service.update_customer(uow, mine.id, BRENNAN, 1)


async def test_a_viewer_may_not_see_customers(as_system, make_user):
    viewer = await make_user("Vera View", Role.VIEWER)
    with database.acting_as(viewer):
        async with database.unit_of_work() as uow:
            for act in (
                service.list_customers(uow, CustomerFilter(), PageRequest()),
                service.get_customer(uow, 1),
                service.list_customer_choices(uow),
                service.create_customer(uow, BRENNAN),
                service.delete_customer(uow, 1),
            ):
                with pytest.raises(PermissionDeniedError):
                    await act
