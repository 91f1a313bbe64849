"""Products: exact values, refusals that change nothing, who sees prices, and the audit trail."""

from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal

import pytest

from sop_app.kernel.errors import (
    ConflictError,
    InUseError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from sop_app.kernel.paging import PageRequest
from sop_app.master_data.products import service
from sop_app.master_data.products.rules import ProductDraft, ProductStatus
from sop_app.master_data.products.schemas import ProductFilter
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from tests.master_data.records import (
    store_assignment,
    store_category,
    store_customer,
    store_product,
    store_sales,
)

OIL = ProductDraft(
    sku="OLV-1005",
    name="Extra virgin olive oil 5 L",
    family="Oils",
    unit="cases",
    unit_cost=Decimal("31.2500"),
    list_price=Decimal("46.2000"),
    lead_time_days=21,
    minimum_order_quantity=40,
    manufacturing_location="Bari",
)


async def create(draft=OIL, **changes):
    async with database.unit_of_work() as uow:
        return await service.create_product(uow, replace(draft, **changes))


async def skus(wanted=ProductFilter(), page=PageRequest()):  # noqa: B008
    async with database.unit_of_work() as uow:
        found = await service.list_products(uow, wanted, page)
    return [row.sku for row in found.rows], found.total


async def test_a_product_is_created_with_its_category_path(as_system, owner_rows):
    food = await store_category("Food")
    oils = await store_category("Oils", 2, food)
    olive = await store_category("Olive oil", 3, oils)
    made = await create(category_id=olive)
    assert made.category_path == ("Food", "Oils", "Olive oil")
    assert (made.unit_cost, made.list_price) == (Decimal("31.2500"), Decimal("46.2000"))
    [(action, after)] = owner_rows("SELECT action, after FROM audit_entry")
    assert action == "product_created"
    expected = asdict(replace(OIL, category_id=olive))
    assert after == {**expected, "unit_cost": "31.2500", "list_price": "46.2000"}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"sku": ""}, {"sku": "SKU is missing."}),
        ({"unit": " "}, {"unit": "Unit is missing."}),
        ({"unit_cost": Decimal(-1)}, {"unit_cost": "Unit cost is below 0."}),
        (
            {"list_price": Decimal("NaN")},
            {"list_price": "List price is not a number. Example: 46.20"},
        ),
        (
            {"list_price": Decimal("1.00001")},
            {"list_price": "List price has more than 4 decimals."},
        ),
        ({"lead_time_days": 4000}, {"lead_time_days": "Lead time is above 3,650."}),
        ({"category_id": 77}, {"category_id": "There is no such category."}),
        (
            {"name": "", "minimum_order_quantity": -1},
            {
                "name": "Name is missing.",
                "minimum_order_quantity": "Minimum order quantity is below 0.",
            },
        ),
    ],
)
async def test_unfit_fields_are_refused_each_with_its_sentence(
    as_system, owner_rows, changes, fields
):
    with pytest.raises(InvalidInputError) as refusal:
        await create(**changes)
    assert refusal.value.fields == fields
    assert owner_rows("SELECT count(*) FROM product") == [(0,)]
    assert owner_rows("SELECT count(*) FROM audit_entry") == [(0,)]


async def test_a_sku_is_given_once_also_after_deletion(as_system):
    first = await create()
    with pytest.raises(InvalidInputError, match="belongs to Extra virgin"):
        await create()
    async with database.unit_of_work() as uow:
        await service.delete_product(uow, first.id)
    with pytest.raises(InvalidInputError, match="belongs to a deleted product"):
        await create()


async def test_updates_conflicts_and_unchanged_saves(as_system, owner_rows):
    made = await create()
    async with database.unit_of_work() as uow:
        await service.update_product(uow, made.id, OIL, 1)
        changed = replace(OIL, list_price=Decimal(48), status=ProductStatus.DISCONTINUED)
        stored = await service.update_product(uow, made.id, changed, 1)
    assert (stored.list_price, stored.status, stored.version) == (48, "discontinued", 2)
    with pytest.raises(ConflictError) as conflict:
        async with database.unit_of_work() as uow:
            await service.update_product(uow, made.id, replace(OIL, name="Other"), 1)
    assert conflict.value.theirs.list_price == 48
    assert owner_rows("SELECT name, version FROM product") == [(OIL.name, 2)]
    assert owner_rows("SELECT before, after FROM audit_entry WHERE action = 'product_updated'") == [
        (
            {"list_price": "46.2000", "status": "active"},
            {"list_price": "48", "status": "discontinued"},
        )
    ]


async def test_a_product_in_use_cannot_be_deleted(as_system, owner_rows):
    made = await create()
    customer = await store_customer("C-1")
    await store_assignment(customer, made.id)
    await store_sales(customer, made.id, date(2026, 1, 1), [(5, "50"), (6, "60")])
    with pytest.raises(InUseError) as refusal:
        async with database.unit_of_work() as uow:
            await service.delete_product(uow, made.id)
    assert refusal.value.dependents == {"customer it is assigned to": 1, "months of sales": 2}
    assert owner_rows("SELECT deleted_at FROM product") == [(None,)]


async def test_delete_hides_and_restore_brings_back(as_system):
    made = await create()
    async with database.unit_of_work() as uow:
        await service.delete_product(uow, made.id)
    assert await skus() == ([], 0)
    async with database.unit_of_work() as uow:
        with pytest.raises(NotFoundError):
            await service.get_product(uow, made.id)
        await service.restore_product(uow, made.id)
    assert await skus() == (["OLV-1005"], 1)


async def test_lists_filter_by_branch_of_the_tree_and_sort(as_system):
    food = await store_category("Food")
    oils = await store_category("Oils", 2, food)
    other = await store_category("Other")
    await store_product("A", category_id=oils, family="Oils", list_price=3)
    await store_product("B", category_id=food, family="Dry", list_price=1, status="new")
    await store_product("C", category_id=other, manufacturing_location="Bari", list_price=2)
    await store_product("D", status="discontinued", list_price=4)
    assert await skus(ProductFilter(category_id=food)) == (["A", "B"], 2)
    assert await skus(ProductFilter(category_id=oils)) == (["A"], 1)
    assert await skus(ProductFilter(families=("Oils", "Dry"))) == (["A", "B"], 2)
    assert await skus(ProductFilter(locations=("Bari",))) == (["C"], 1)
    assert await skus(ProductFilter(statuses=(ProductStatus.NEW,))) == (["B"], 1)
    assert (await skus(page=PageRequest(sort="list_price")))[0] == ["B", "C", "A", "D"]
    assert (await skus(page=PageRequest(sort="status")))[0] == ["B", "A", "C", "D"]


async def test_a_viewer_gets_no_price_in_any_way(as_system, make_user):
    viewer = await make_user("Vera View", Role.VIEWER)
    first = await store_product("A", list_price=9, unit_cost=1)
    await store_product("B", list_price=1, unit_cost=9)
    with database.acting_as(viewer):
        async with database.unit_of_work() as uow:
            for sort in ("list_price", "unit_cost"):
                page = await service.list_products(uow, ProductFilter(), PageRequest(sort=sort))
                assert [(row.sku, row.list_price, row.unit_cost) for row in page.rows] == [
                    ("A", None, None),
                    ("B", None, None),
                ]
            assert (await service.get_product(uow, first)).list_price is None
            rows = await service.list_all_products(uow, ProductFilter(), PageRequest())
            assert {row.unit_cost for row in rows} == {None}
            with pytest.raises(PermissionDeniedError):
                await service.list_product_history(uow, first)
            with pytest.raises(PermissionDeniedError):
                await service.create_product(uow, OIL)


async def test_a_rep_counts_only_own_customers_of_a_product(as_system, make_user):
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    product = await store_product("A")
    for code, rep in (("C-1", elena.user_id), ("C-2", None), ("C-3", None)):
        await store_assignment(await store_customer(code, sales_rep_id=rep), product)
    async with database.unit_of_work() as uow:
        assert (await service.get_product(uow, product)).customer_count == 3
    with database.acting_as(elena):
        async with database.unit_of_work() as uow:
            assert (await service.get_product(uow, product)).customer_count == 1
