"""Copying, changing a selection, context rows: exact figures."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.cycles import service, window
from sop_app.planning.forecast_entry import bulk_edits, opening
from sop_app.planning.forecast_entry.bulk_edits import SelectionChange
from sop_app.planning.forecast_entry.context_rows import read_context
from sop_app.planning.forecast_entry.edit_schemas import CellEdit
from sop_app.planning.forecast_entry.schemas import ContextKind
from sop_app.system import clock, database
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from tests.planning.plan import Plan
from tests.planning.world import DRAFT, LAST_DRAFT, find_entries

PENNE = ("BREN", "PAS")


@pytest.fixture
async def second_plan(world) -> Plan:
    """January 2027 after a December cycle in which penne was 10, 11, 12 ... at a price of 11."""
    with database.acting_as(SYSTEM_ACTOR):
        with clock.freeze_clock(LAST_DRAFT.opens_at):
            async with database.unit_of_work() as uow:
                last = await service.create_cycle(uow, LAST_DRAFT)
                await opening.open_cycle(uow, last.id)
        entries = await find_entries(last.id)
        async with database.unit_of_work() as uow:
            await uow.session.execute(
                text("UPDATE forecast_entry SET quantities = :q WHERE id = :id"),
                {"q": [*range(10, 22), None, None, 24, 25], "id": entries[PENNE]},
            )
            await window.close_cycle(uow, last.id)
        async with database.unit_of_work() as uow:
            cycle = await service.create_cycle(uow, replace(DRAFT, prefill="empty"))
            opened = await opening.open_cycle(uow, cycle.id)
    return Plan(world, opened.cycle, await find_entries(cycle.id))


async def test_last_cycle_is_copied_where_it_has_figures(second_plan, owner_rows):
    plan = second_plan
    entry_id = plan.entry(*PENNE)
    await plan.edit("elena", CellEdit(entry_id, 11, "777"))
    result = await plan.run(
        "elena",
        bulk_edits.copy_figures,
        plan.cycle.id,
        list(plan.entries.values()),
        ContextKind.LAST_CYCLE,
    )
    assert result.rows[0].quantities == (*range(11, 22), 777, None, 24, 25, None)
    assert owner_rows("SELECT source, cell_count FROM change_set ORDER BY id DESC LIMIT 1") == [
        ("last_cycle", 13)
    ]


async def test_last_year_is_copied_for_the_months_asked_for(second_plan):
    plan = second_plan
    result = await plan.run(
        "elena",
        bulk_edits.copy_figures,
        plan.cycle.id,
        [plan.entry(*PENNE)],
        ContextKind.LAST_YEAR,
        months=[1, 2, 5],
    )
    assert result.rows[0].quantities[:6] == (None, 985, 0, None, None, None)
    with pytest.raises(InvalidInputError):
        await plan.run("elena", bulk_edits.copy_figures, plan.cycle.id, [], ContextKind.AVERAGE_6)


async def test_context_rows_in_units_and_money(second_plan):
    plan = second_plan
    context = await plan.run("elena", read_context, plan.cycle.id, list(plan.entries.values()))
    assert set(context) == {
        entry_id for (code, _), entry_id in plan.entries.items() if code in ("BREN", "HARB")
    }
    rows = {row.kind: row for row in context[plan.entry(*PENNE)]}
    assert rows[ContextKind.LAST_YEAR].quantities == (970, 985, -20, *(None,) * 7, 1065, None) + (
        (None,) * 4
    )
    assert rows[ContextKind.LAST_YEAR].amounts[:3] == (
        Decimal("10670.00"),
        Decimal("10829.50"),
        Decimal("-220.00"),
    )
    assert rows[ContextKind.TWO_YEARS_AGO].quantities == (900, *(None,) * 11, 970, 985, -20, None)
    assert rows[ContextKind.LAST_CYCLE].quantities[:2] == (11, 12)
    assert rows[ContextKind.LAST_CYCLE].amounts[1:4:2] == (Decimal("132.00"), Decimal("175.00"))
    assert set(rows[ContextKind.AVERAGE_6].quantities) == {178}
    assert set(rows[ContextKind.AVERAGE_12].quantities) == {250}
    assert set(rows[ContextKind.AVERAGE_12].amounts) == {Decimal("2749.54")}


@pytest.mark.parametrize(
    ("change", "amount", "becomes"),
    [
        (SelectionChange.SET, "7", (7, 7, 7, 7)),
        (SelectionChange.ADD, "-1", (969, 984, 0, None)),
        (SelectionChange.PERCENT, "5", (1019, 1034, 0, None)),
        (SelectionChange.PERCENT, "-2.5", (946, 960, 0, None)),
    ],
)
async def test_a_selection_is_changed_cell_by_cell(plan, change, amount, becomes):
    await plan.edit("elena", CellEdit(plan.entry(*PENNE), 2, "1"))
    result = await plan.run(
        "elena",
        bulk_edits.change_selection,
        plan.cycle.id,
        [plan.entry(*PENNE)],
        [0, 1] if change is SelectionChange.ADD else [0, 1, 2, 3],
        change,
        Decimal(amount),
    )
    quantities = result.rows[0].quantities[:4]
    expected = becomes if change is not SelectionChange.ADD else (*becomes[:2], 1, None)
    if change is SelectionChange.PERCENT:
        expected = (*becomes[:2], 1, None)
    assert quantities == expected


async def test_amounts_that_are_none_are_refused(plan):
    for change, amount in (
        (SelectionChange.SET, "-1"),
        (SelectionChange.ADD, "1.5"),
        (SelectionChange.PERCENT, "NaN"),
    ):
        with pytest.raises(InvalidInputError):
            await plan.run(
                "elena",
                bulk_edits.change_selection,
                plan.cycle.id,
                [plan.entry(*PENNE)],
                [0],
                change,
                Decimal(amount),
            )
