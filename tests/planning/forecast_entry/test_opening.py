"""Opening a cycle: which entries come to be, and with which figures and prices."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from sop_app.kernel.errors import ConflictError, InvalidInputError, WrongStatusError
from sop_app.planning.cycles import service, window
from sop_app.planning.forecast_entry import opening
from sop_app.system import clock, database
from tests.planning.world import DRAFT, LAST_DRAFT, find_entries


async def open_one(draft, moment=None):
    with clock.freeze_clock(moment or clock.now()):
        async with database.unit_of_work() as uow:
            cycle = await service.create_cycle(uow, draft)
        async with database.unit_of_work() as uow:
            return await opening.open_cycle(uow, cycle.id)


async def test_an_entry_for_each_active_assignment_of_a_planned_customer(plan, owner_rows):
    assert sorted(plan.entries) == [
        (code, sku)
        for code in ("BREN", "HARB", "ORRI", "SOFI")
        for sku in ("OLV", "PAS", "RIC")
        if (code, sku) != ("ORRI", "RIC")
    ]
    assert owner_rows("SELECT status, closed_at FROM cycle") == [("open", None)]
    assert owner_rows("SELECT DISTINCT status, version FROM forecast_entry") == [("draft", 1)]


async def test_last_years_sales_fill_the_months_that_are_known(plan):
    row = await plan.row("elena", "BREN", "PAS")
    assert row.figures.quantities == (970, 985, 0, *(None,) * 7, 1065, *(None,) * 5)
    assert row.figures.prefill == row.figures.quantities
    assert row.figures.changed == []
    assert row.figures.missing == [3, 4, 5, 6, 7, 8, 9, 11]


async def test_prices_follow_the_price_list_month_by_month(plan):
    row = await plan.row("elena", "BREN", "PAS")
    assert row.figures.prices == (Decimal(11),) * 3 + (Decimal("12.5"),) * 13
    assert row.figures.amounts[:3] == [Decimal("10670.00"), Decimal("10835.00"), Decimal("0.00")]
    listed = await plan.row("elena", "HARB", "OLV")
    assert set(listed.figures.prices) == {Decimal(40)}


async def test_last_cycle_moves_into_its_calendar_months(world, as_system, owner_rows):
    last = await open_one(LAST_DRAFT, LAST_DRAFT.opens_at)
    entries = await find_entries(last.cycle.id)
    async with database.unit_of_work() as uow:
        await uow.session.execute(
            text("UPDATE forecast_entry SET quantities = :q WHERE id = :id"),
            {"q": list(range(16)), "id": entries["BREN", "PAS"]},
        )
        await window.close_cycle(uow, last.cycle.id)
    opened = await open_one(replace(DRAFT, prefill="last_cycle"))
    assert opened.entry_count == 11
    assert opened.rep_count == 3
    entry_id = (await find_entries(opened.cycle.id))["BREN", "PAS"]
    ((quantities, prefill),) = owner_rows(
        "SELECT quantities, prefill FROM forecast_entry WHERE id = %s", entry_id
    )
    assert quantities == prefill == [*range(1, 16), None]


async def test_a_far_away_last_cycle_fills_nothing(world, as_system, owner_rows):
    last = await open_one(LAST_DRAFT, LAST_DRAFT.opens_at)
    async with database.unit_of_work() as uow:
        await window.close_cycle(uow, last.cycle.id)
    draft = replace(DRAFT, prefill="last_cycle", start_month=date(2029, 1, 1))
    await open_one(draft)
    assert owner_rows("SELECT DISTINCT quantities FROM forecast_entry") == [([None] * 16,)]


async def test_one_cycle_is_open_at_a_time(plan, as_system, owner_rows):
    other = replace(DRAFT, name="February 2027", start_month=date(2027, 2, 1))
    with pytest.raises(ConflictError, match="The cycle January 2027 is open"):
        await open_one(other)
    assert owner_rows("SELECT name, status FROM cycle ORDER BY id") == [
        ("January 2027", "open"),
        ("February 2027", "draft"),
    ]


async def test_a_cycle_opens_once_and_not_after_its_deadline(plan, as_system):
    with pytest.raises(WrongStatusError, match="January 2027 is open; it cannot be opened"):
        async with database.unit_of_work() as uow:
            await opening.open_cycle(uow, plan.cycle.id)
    async with database.unit_of_work() as uow:
        await window.close_cycle(uow, plan.cycle.id)
    with pytest.raises(InvalidInputError, match="deadline has passed"):
        await open_one(replace(DRAFT, name="Late"), DRAFT.closes_at)


async def test_new_assignments_join_an_open_cycle(plan, as_system, world, owner_rows):
    async with database.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE assignment SET is_active = true"))
        assert await opening.add_new_entries(uow, plan.cycle.id) == 1
        assert await opening.add_new_entries(uow, plan.cycle.id) == 0
    entries = await find_entries(plan.cycle.id)
    assert set(entries) - set(plan.entries) == {("ORRI", "RIC")}


async def test_entries_follow_their_customer_to_another_rep(plan, as_system, world):
    async with database.unit_of_work() as uow:
        await uow.session.execute(
            text("UPDATE customer SET sales_rep_id = :rep WHERE code = 'BREN'"),
            {"rep": world["priya"].user_id},
        )
    assert (await plan.row("priya", "BREN", "PAS")).figures.lock == ""
