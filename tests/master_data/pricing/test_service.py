"""The price list: exact values, refusals that change nothing, who sees what, and the audit trail."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sop_app.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from sop_app.kernel.paging import PageRequest
from sop_app.master_data.pricing import service
from sop_app.master_data.pricing.rules import PriceDraft, PriceTiming
from sop_app.master_data.pricing.schemas import CurrentPrice, PriceCounts, PriceFilter
from sop_app.system import clock, database
from sop_app.system.auth.permissions import Role
from tests.master_data.records import store_customer, store_price, store_product

JANUARY = date(2027, 1, 1)


@pytest.fixture
async def pair(as_system):
    """A customer and a product with the list price 46.20."""
    customer = await store_customer("C-1", name="Brennan", currency="GBP")
    return customer, await store_product("OLV", name="Olive oil", list_price=Decimal("46.20"))


def draft(pair, day=JANUARY, price="45.50"):
    return PriceDraft(
        customer_id=pair[0], product_id=pair[1], effective_date=day, unit_price=Decimal(price)
    )


async def create(wanted):
    async with database.unit_of_work() as uow:
        return await service.create_price(uow, wanted)


async def test_a_price_is_agreed_and_audited_on_the_customer(pair, owner_rows):
    made = await create(draft(pair))
    assert (made.customer_code, made.sku, made.currency) == ("C-1", "OLV", "GBP")
    assert (made.unit_price, made.list_price, made.version) == (Decimal("45.5"), Decimal("46.2"), 1)
    assert owner_rows("SELECT action, entity_type, entity_id, after FROM audit_entry") == [
        (
            "price_created",
            "customer",
            str(pair[0]),
            {"product": "OLV", "effective_date": "2027-01-01", "unit_price": "45.50"},
        )
    ]


async def test_unfit_prices_are_refused(pair, owner_rows):
    await create(draft(pair))
    for wrong, error in (
        (draft(pair), InvalidInputError),
        (draft(pair, price="-1"), InvalidInputError),
        (draft(pair, price="1.00001"), InvalidInputError),
        (draft(pair, price="NaN"), InvalidInputError),
        (draft(pair, date(1999, 12, 31)), InvalidInputError),
        (replace(draft(pair), customer_id=99), NotFoundError),
        (replace(draft(pair), product_id=99), NotFoundError),
    ):
        with pytest.raises(error):
            await create(wrong)
    assert owner_rows("SELECT count(*) FROM price") == [(1,)]
    assert owner_rows("SELECT count(*) FROM audit_entry") == [(1,)]


async def test_corrections_conflicts_and_withdrawal(pair, owner_rows):
    made = await create(draft(pair))
    other = await create(draft(pair, date(2027, 7, 1)))
    async with database.unit_of_work() as uow:
        await service.update_price(uow, made.id, JANUARY, Decimal("45.5"), 1)
        changed = await service.update_price(uow, made.id, JANUARY, Decimal(44), 1)
    assert (changed.unit_price, changed.version) == (44, 2)
    with pytest.raises(ConflictError) as conflict:
        async with database.unit_of_work() as uow:
            await service.update_price(uow, made.id, JANUARY, Decimal(43), 1)
    assert conflict.value.theirs.unit_price == 44
    with pytest.raises(InvalidInputError) as taken:
        async with database.unit_of_work() as uow:
            await service.update_price(uow, other.id, JANUARY, Decimal(43), 1)
    assert list(taken.value.fields) == ["effective_date"]
    async with database.unit_of_work() as uow:
        await service.delete_price(uow, made.id)
        with pytest.raises(NotFoundError):
            await service.get_price(uow, made.id)
    assert owner_rows(
        "SELECT action, before, after FROM audit_entry WHERE action <> 'price_created' ORDER BY id"
    ) == [
        ("price_updated", {"unit_price": "45.5000"}, {"product": "OLV", "unit_price": "44"}),
        (
            "price_deleted",
            {"product": "OLV", "effective_date": "2027-01-01", "unit_price": "44.0000"},
            None,
        ),
    ]


async def test_timing_and_the_price_of_today(pair):
    today = clock.now().date()
    free = await store_product("FREE", list_price=Decimal(7))
    for days, price in ((-60, "40"), (-30, "41"), (0, "42"), (1, "43"), (30, "44")):
        await store_price(*pair, today + timedelta(days), price)
    async with database.unit_of_work() as uow:
        page = await service.list_prices(uow, PriceFilter(), PageRequest(sort="effective_date"))
        counts = await service.count_prices(uow)
        current = await service.find_current_prices(uow, [pair, (pair[0], free), (99, free)])
        ahead = await service.list_prices(
            uow, PriceFilter(timings=(PriceTiming.UPCOMING,)), PageRequest()
        )
    assert [row.timing for row in page.rows] == ["past", "past", "current", "upcoming", "upcoming"]
    assert counts == PriceCounts(5, 1, 2)
    assert ahead.total == 2
    assert current == {
        pair: CurrentPrice(Decimal(42), is_list_price=False, effective_date=today),
        (pair[0], free): CurrentPrice(Decimal(7), is_list_price=True, effective_date=None),
    }


async def test_lists_filter_by_words_pair_and_days(pair):
    other = await store_customer("C-2", name="Alder")
    await store_price(*pair, JANUARY, "1")
    await store_price(other, pair[1], date(2027, 2, 1), "2")

    async def found(**wanted):
        async with database.unit_of_work() as uow:
            page = await service.list_prices(uow, PriceFilter(**wanted), PageRequest())
        return [row.customer_name for row in page.rows]

    assert await found() == ["Alder", "Brennan"]
    assert await found(search="brennan olive") == ["Brennan"]
    assert await found(customer_id=other, product_id=pair[1]) == ["Alder"]
    assert await found(effective_from=date(2027, 1, 2)) == ["Alder"]
    assert await found(effective_to=JANUARY) == ["Brennan"]


async def test_a_rep_sees_only_own_prices_and_a_viewer_none(pair, make_user):
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    viewer = await make_user("Vera View", Role.VIEWER)
    own = await store_customer("C-2", sales_rep_id=elena.user_id)
    foreign_id = await store_price(*pair, JANUARY, "1")
    own_id = await store_price(own, pair[1], JANUARY, "2")
    with database.acting_as(elena):
        async with database.unit_of_work() as uow:
            page = await service.list_prices(uow, PriceFilter(), PageRequest())
            assert [row.id for row in page.rows] == [own_id]
            assert (await service.count_prices(uow)).all == 1
            assert list(await service.find_current_prices(uow, [pair])) == []
            with pytest.raises(NotFoundError):
                await service.get_price(uow, foreign_id)
            with pytest.raises(PermissionDeniedError):
                await service.delete_price(uow, own_id)
    with database.acting_as(viewer):
        async with database.unit_of_work() as uow:
            for act in (
                service.list_prices(uow, PriceFilter(), PageRequest()),
                service.get_price(uow, own_id),
                service.find_current_prices(uow, [pair]),
                service.create_price(uow, draft(pair)),
            ):
                with pytest.raises(PermissionDeniedError):
                    await act
