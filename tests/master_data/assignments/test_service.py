"""The activation matrix: what is stored, refused, seen and audited."""

import pytest

from sop_app.kernel.errors import NotFoundError, PermissionDeniedError
from sop_app.kernel.paging import PageRequest
from sop_app.master_data.assignments import service
from sop_app.master_data.assignments.schemas import (
    AssignmentChange,
    AssignmentFilter,
    AssignmentOutcome,
    FamilyCount,
    MatrixWindow,
)
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from tests.master_data.records import store_assignment, store_customer, store_product


@pytest.fixture
async def company(as_system):
    """Two customers, and products of two families, one of them discontinued."""
    customers = [await store_customer(code) for code in ("C-1", "C-2")]
    products = [
        await store_product("OIL-1", family="Oils"),
        await store_product("OIL-2", family="Oils"),
        await store_product("OIL-3", family="Oils", status="discontinued"),
        await store_product("SALT", family="Dry"),
    ]
    return customers, products


async def change(*pairs):
    async with database.unit_of_work() as uow:
        return await service.set_assignments(uow, [AssignmentChange(*pair) for pair in pairs])


async def stored(owner_rows):
    return owner_rows("SELECT customer_id, product_id, is_active FROM assignment ORDER BY 1, 2")


async def test_pairs_become_what_was_said_and_only_differences_count(company, owner_rows):
    (first, second), (oil, other, _, salt) = company
    outcome = await change(
        (first, oil, True), (first, other, True), (second, oil, True), (second, salt, False)
    )
    assert outcome == AssignmentOutcome(activated=3, ended=1)
    assert await change((first, oil, True), (first, other, False)) == AssignmentOutcome(0, 1)
    assert await change((first, oil, False), (first, oil, True)) == AssignmentOutcome(0, 0)
    assert await stored(owner_rows) == [
        (first, oil, True),
        (first, other, False),
        (second, oil, True),
        (second, salt, False),
    ]
    assert owner_rows("SELECT action, entity_id, after FROM audit_entry ORDER BY id") == [
        ("assignments_changed", str(first), {"assigned": ["OIL-1", "OIL-2"]}),
        ("assignments_changed", str(second), {"assigned": ["OIL-1"], "ended": ["SALT"]}),
        ("assignments_changed", str(first), {"ended": ["OIL-2"]}),
    ]


async def test_an_unknown_customer_or_product_refuses_all(company, owner_rows):
    (first, _), (oil, *_) = company
    for wrong in ((99, oil, True), (first, 99, True)):
        with pytest.raises(NotFoundError):
            await change((first, oil, True), wrong)
    assert await stored(owner_rows) == []
    assert owner_rows("SELECT count(*) FROM audit_entry") == [(0,)]


async def test_what_a_customer_may_be_planned_by_family_and_search(company):
    (first, _), (oil, _, gone, salt) = company
    await change((first, oil, True))
    async with database.unit_of_work() as uow:
        families = await service.list_families_of_customer(uow, first)
        oils = await service.list_products_for_customer(uow, first, "Oils")
        found = await service.list_products_for_customer(uow, first, search="sal")
    assert families == [FamilyCount("Dry", 0, 1), FamilyCount("Oils", 1, 2)]
    assert [(each.code, each.is_assigned) for each in oils] == [("OIL-1", True), ("OIL-2", False)]
    assert [each.id for each in found] == [salt]
    await store_assignment(first, gone)
    async with database.unit_of_work() as uow:
        oils = await service.list_products_for_customer(uow, first, "Oils")
    assert [each.code for each in oils] == ["OIL-1", "OIL-2", "OIL-3"]


async def test_the_customers_of_a_product(company):
    (first, second), (oil, *_) = company
    await store_customer("C-3", status="inactive")
    await change((second, oil, True))
    async with database.unit_of_work() as uow:
        found = await service.list_customers_for_product(uow, oil)
        searched = await service.list_customers_for_product(uow, oil, "c-1")
    assert [(each.id, each.is_assigned) for each in found] == [(first, False), (second, True)]
    assert [each.id for each in searched] == [first]


async def test_a_window_of_the_matrix(company):
    (first, second), (oil, other, *_) = company
    await change((first, oil, True), (second, other, True))
    async with database.unit_of_work() as uow:
        whole = await service.read_matrix(uow, MatrixWindow(family="Oils"))
        corner = await service.read_matrix(
            uow,
            MatrixWindow(family="Oils", first_row=1, row_count=1, first_column=1, column_count=1),
        )
        searched = await service.read_matrix(
            uow, MatrixWindow(family="Oils", customer_search="C-2", product_search="OIL-1")
        )
    assert [product.sku for product in whole.products] == ["OIL-1", "OIL-2"]
    assert [(row.id, set(row.product_ids)) for row in whole.customers] == [
        (first, {oil}),
        (second, {other}),
    ]
    assert (whole.product_count, whole.customer_count) == (2, 2)
    assert [(row.id, set(row.product_ids)) for row in corner.customers] == [(second, {other})]
    assert (corner.product_count, corner.customer_count) == (2, 2)
    assert [(row.id, set(row.product_ids)) for row in searched.customers] == [(second, set())]


async def test_lists_filter_and_sort(company):
    (first, second), (oil, other, _, salt) = company
    await change((first, oil, True), (first, other, True), (second, salt, True))
    await change((first, other, False))

    async def found(page=PageRequest(), **wanted):  # noqa: B008
        async with database.unit_of_work() as uow:
            listed = await service.list_assignments(uow, AssignmentFilter(**wanted), page)
        return [(row.customer_code, row.sku) for row in listed.rows]

    assert await found() == [("C-1", "OIL-1"), ("C-1", "OIL-2"), ("C-2", "SALT")]
    assert await found(is_active=False) == [("C-1", "OIL-2")]
    assert await found(families=("Dry",)) == [("C-2", "SALT")]
    assert await found(customer_id=first, product_id=oil) == [("C-1", "OIL-1")]
    assert await found(search="c-2") == [("C-2", "SALT")]
    assert (await found(PageRequest(sort="sku", is_descending=True)))[0] == ("C-2", "SALT")


async def test_a_rep_sees_own_customers_only_and_changes_nothing(company, make_user):
    _, (oil, *_) = company
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    viewer = await make_user("Vera View", Role.VIEWER)
    own = await store_customer("OWN", sales_rep_id=elena.user_id)
    (first, _), _ = company
    await change((first, oil, True), (own, oil, True))
    with database.acting_as(elena):
        async with database.unit_of_work() as uow:
            listed = await service.list_assignments(uow, AssignmentFilter(), PageRequest())
            assert [row.customer_code for row in listed.rows] == ["OWN"]
            choices = await service.list_customers_for_product(uow, oil)
            assert [choice.code for choice in choices] == ["OWN"]
            matrix = await service.read_matrix(uow, MatrixWindow(family="Oils"))
            assert [row.code for row in matrix.customers] == ["OWN"]
            for verb in (service.list_families_of_customer, service.list_products_for_customer):
                with pytest.raises(NotFoundError):
                    await verb(uow, first)
            with pytest.raises(PermissionDeniedError):
                await service.set_assignments(uow, [AssignmentChange(own, oil, False)])
    with database.acting_as(viewer):
        async with database.unit_of_work() as uow:
            with pytest.raises(PermissionDeniedError):
                await service.list_assignments(uow, AssignmentFilter(), PageRequest())


async def test_ten_thousand_pairs_at_once(as_system, owner_rows):
    customers = [await store_customer(f"C-{n}") for n in range(20)]
    async with database.unit_of_work() as uow:
        from sop_app.master_data.products.models import Product
        from tests.people import NOW

        uow.session.add_all(
            Product(sku=f"P-{n}", name="P", created_at=NOW, updated_at=NOW) for n in range(500)
        )
    ids = [row[0] for row in owner_rows("SELECT id FROM product")]
    outcome = await change(*((c, p, True) for c in customers for p in ids))
    assert outcome == AssignmentOutcome(10_000, 0)
    assert owner_rows("SELECT count(*) FROM audit_entry") == [(20,)]
