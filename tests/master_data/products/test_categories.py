"""The category tree: three levels at most, names unique among siblings, nothing lost by a move."""

import pytest

from sop_app.kernel.errors import (
    ConflictError,
    InUseError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from sop_app.master_data.products import categories
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from tests.master_data.records import store_product


async def create(name, parent=None):
    async with database.unit_of_work() as uow:
        return await categories.create_category(uow, name, parent and parent.id)


async def labels():
    async with database.unit_of_work() as uow:
        return [
            (node.label, node.level, node.product_count, node.child_count)
            for node in await categories.list_categories(uow)
        ]


async def test_the_tree_lists_parents_before_children_with_counts_of_the_branch(as_system):
    food = await create("Food")
    oils = await create(" Oils ", food)
    olive = await create("Olive oil", oils)
    await create("Drinks")
    await store_product("A", category_id=olive.id)
    await store_product("B", category_id=food.id)
    assert await labels() == [
        ("Drinks", 1, 0, 0),
        ("Food", 1, 2, 1),
        ("Food / Oils", 2, 1, 1),
        ("Food / Oils / Olive oil", 3, 1, 0),
    ]


async def test_what_does_not_fit_is_refused(as_system, owner_rows):
    food = await create("Food")
    oils = await create("Oils", food)
    olive = await create("Olive oil", oils)
    for name, parent, field in (
        ("Virgin", olive, "parent_id"),
        ("oils", food, "name"),
        ("FOOD", None, "name"),
        (" ", None, "name"),
        ("x" * 121, None, "name"),
    ):
        with pytest.raises(InvalidInputError) as refusal:
            await create(name, parent)
        assert list(refusal.value.fields) == [field]
    async with database.unit_of_work() as uow:
        with pytest.raises(NotFoundError):
            await categories.create_category(uow, "Lost", 999)
    assert owner_rows("SELECT count(*) FROM category") == [(3,)]
    assert owner_rows("SELECT count(*) FROM audit_entry") == [(3,)]


async def test_a_branch_moves_with_all_below_it(as_system):
    food = await create("Food")
    oils = await create("Oils", food)
    await create("Olive oil", oils)
    async with database.unit_of_work() as uow:
        await categories.update_category(uow, oils.id, "Edible oils", None, 1)
    assert [(label, level) for label, level, *_ in await labels()] == [
        ("Edible oils", 1),
        ("Edible oils / Olive oil", 2),
        ("Food", 1),
    ]


async def test_a_move_may_neither_loop_nor_be_too_deep_nor_overwrite(as_system):
    food = await create("Food")
    oils = await create("Oils", food)
    drinks = await create("Drinks")
    wine = await create("Wine", drinks)
    before = await labels()
    async with database.unit_of_work() as uow:
        for category, parent in ((food, oils), (food, food), (food, wine)):
            with pytest.raises(InvalidInputError):
                await categories.update_category(uow, category.id, category.name, parent.id, 1)
        with pytest.raises(ConflictError) as conflict:
            await categories.update_category(uow, food.id, "Groceries", None, 7)
    assert conflict.value.theirs.name == "Food"
    assert await labels() == before


async def test_only_an_empty_category_can_be_deleted(as_system):
    food = await create("Food")
    oils = await create("Oils", food)
    await store_product("A", category_id=oils.id)
    async with database.unit_of_work() as uow:
        with pytest.raises(InUseError) as refusal:
            await categories.delete_category(uow, food.id)
        assert refusal.value.dependents == {"product": 1, "category below it": 1}
    empty = await create("Empty", food)
    async with database.unit_of_work() as uow:
        await categories.delete_category(uow, empty.id)
    assert [label for label, *_ in await labels()] == ["Food", "Food / Oils"]


async def test_a_deleted_product_does_not_hold_its_category(as_system, owner_rows):
    from sop_app.master_data.products.service import delete_product

    food = await create("Food")
    product = await store_product("A", category_id=food.id)
    async with database.unit_of_work() as uow:
        await delete_product(uow, product)
        await categories.delete_category(uow, food.id)
    assert owner_rows("SELECT category_id FROM product") == [(None,)]


async def test_a_path_is_found_or_made(as_system):
    async with database.unit_of_work() as uow:
        first = await categories.ensure_category_path(uow, ["Food", "Oils", "Olive oil"])
        again = await categories.ensure_category_path(uow, ["food", " OILS", "olive oil"])
        middle = await categories.ensure_category_path(uow, ["Food", "Oils", "", " "])
        assert await categories.ensure_category_path(uow, ["", ""]) is None
        with pytest.raises(InvalidInputError):
            await categories.ensure_category_path(uow, ["Food", "", "Olive oil"])
    assert first == again != middle
    assert [label for label, *_ in await labels()] == [
        "Food",
        "Food / Oils",
        "Food / Oils / Olive oil",
    ]


async def test_only_who_edits_products_shapes_the_tree(as_system, make_user):
    rep = await make_user("Elena Marsh", Role.SALES_REP)
    with database.acting_as(rep):
        async with database.unit_of_work() as uow:
            assert await categories.list_categories(uow) == []
            for act in (
                categories.create_category(uow, "Food"),
                categories.update_category(uow, 1, "Food", None, 1),
                categories.delete_category(uow, 1),
                categories.ensure_category_path(uow, ["Food"]),
            ):
                with pytest.raises(PermissionDeniedError):
                    await act
