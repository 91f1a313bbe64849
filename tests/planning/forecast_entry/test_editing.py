"""One act on figures: what is saved, what is kept as an error, what is refused, and why."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError, PermissionDeniedError
from sop_app.planning.cycles import window
from sop_app.planning.forecast_entry.edit_schemas import (
    CellEdit,
    CellField,
    CellOutcome,
    EditSource,
)
from sop_app.planning.forecast_entry.editing import apply_edits
from sop_app.planning.forecast_entry.errors import CycleClosedError
from sop_app.system import clock, database
from tests.planning.world import CLOSES_AT

PENNE = ("BREN", "PAS")


def stored(owner_rows, entry_id):
    return owner_rows(
        "SELECT quantities[1:5], version, cell_versions[1:5], rejected, status"
        " FROM forecast_entry WHERE id = %s",
        entry_id,
    )[0]


async def test_a_typed_figure_is_stored_with_its_version_and_its_act(plan, owner_rows):
    entry_id = plan.entry(*PENNE)
    result = await plan.type("elena", (*PENNE, 3), "1,240", seen=1)
    assert (result.saved_count, result.cells, result.complete_change) == (1, (), 0)
    assert result.quantity_changes[3] == 1240
    assert result.amount_changes[3] == Decimal("15500.00")
    assert result.rows[0].quantities[3] == 1240
    assert result.rows[0].changed == [3]
    assert stored(owner_rows, entry_id) == (
        [970, 985, 0, 1240, None],
        2,
        [1, 1, 1, 2, 1],
        {},
        "draft",
    )
    elena = plan.world["elena"].user_id
    assert owner_rows("SELECT user_id, source, cell_count, state FROM change_set") == [
        (elena, "typed", 1, "done")
    ]
    assert owner_rows("SELECT entry_id, version, cells FROM entry_change") == [
        (entry_id, 2, [[3, "quantity", None, 1240]])
    ]
    assert owner_rows("SELECT actor_id, after FROM audit_entry WHERE action = 'forecast_edited'")[
        0
    ] == (elena, {"change_set": 1, "source": "typed", "rows": 1, "cells": 1})


@pytest.mark.parametrize(
    ("typed", "becomes"), [("*1.1", 1067), ("+250", 1220), ("-5%", 922), ("10k", 10000), ("", None)]
)
async def test_operators_change_what_is_there(plan, typed, becomes):
    result = await plan.type("elena", (*PENNE, 0), typed, seen=1)
    assert result.rows[0].quantities[0] == becomes


async def test_text_for_a_number_is_kept_as_an_error_and_never_becomes_zero(plan, owner_rows):
    result = await plan.type("elena", (*PENNE, 0), "n/a", seen=1)
    (cell,) = result.cells
    assert (cell.outcome, cell.note) == (
        CellOutcome.REJECTED,
        "'n/a' is not a number. Example: 1,200",
    )
    assert result.quantity_changes[0] == -970
    assert result.rows[0].missing == [3, 4, 5, 6, 7, 8, 9, 11]
    assert stored(owner_rows, plan.entry(*PENNE))[0::3] == (
        [None, 985, 0, None, None],
        {"0": "n/a"},
    )
    kept = await plan.type("elena", (*PENNE, 0), "*2", seen=2)
    assert kept.cells[0].outcome is CellOutcome.REJECTED
    assert kept.change_set_id is None
    mended = await plan.type("elena", (*PENNE, 0), "5", seen=2)
    assert (mended.rows[0].rejected, mended.rows[0].quantities[0]) == ({}, 5)


async def test_a_text_no_column_can_hold_is_kept_without_what_breaks_it(plan):
    result = await plan.type("elena", (*PENNE, 0), "a\0\ud800" + "b" * 500)
    assert result.rows[0].rejected == {0: "a?" + "b" * 198}


async def test_a_block_is_one_act_and_says_which_cells_it_met_locked(plan, owner_rows):
    edits = [
        CellEdit(plan.entry(code, sku), month, str(100 + month))
        for code, sku in (PENNE, ("HARB", "OLV"), ("ORRI", "PAS"))
        for month in range(12)
    ]
    result = await plan.edit("elena", *edits, source=EditSource.PASTED)
    assert result.saved_count == 24
    assert result.complete_change == 2
    assert {(c.entry_id, c.outcome, c.note) for c in result.cells} == {
        (plan.entry("ORRI", "PAS"), CellOutcome.LOCKED, "This row is not in the cycle any more")
    }
    assert len(result.cells) == 12
    assert owner_rows("SELECT source, cell_count FROM change_set") == [("pasted", 24)]
    assert owner_rows("SELECT count(*) FROM entry_change") == [(2,)]
    assert owner_rows(
        "SELECT version FROM forecast_entry WHERE id = %s", plan.entry("ORRI", "PAS")
    ) == [(1,)]


async def test_a_manager_reads_a_reps_row_and_cannot_write_it(plan):
    result = await plan.type("tomas", (*PENNE, 0), "5")
    assert result.cells[0].note == "Planned by Elena Marsh"
    assert result.change_set_id is None
    assert (await plan.row("tomas", *PENNE)).figures.lock == "Planned by Elena Marsh"


@pytest.mark.parametrize("who", ["ingrid", "vera"])
async def test_who_may_not_enter_forecasts_is_refused(plan, who):
    with pytest.raises(PermissionDeniedError):
        await plan.type(who, (*PENNE, 0), "5")


async def test_two_people_on_one_cell_the_second_sees_the_first(plan, owner_rows, world):
    entry_id = plan.entry(*PENNE)
    await plan.type("elena", (*PENNE, 0), "1000", seen=1)
    await with_priya(plan)
    result = await plan.type("priya", (*PENNE, 0), "2000", seen=1)
    (cell,) = result.cells
    assert cell.outcome is CellOutcome.CONFLICT
    assert (cell.theirs.value, cell.theirs.user_name, cell.theirs.at) == (
        1000,
        "Elena Marsh",
        clock.now(),
    )
    assert stored(owner_rows, entry_id)[0][0] == 1000
    assert (await plan.type("priya", (*PENNE, 1), "50", seen=1)).saved_count == 1
    assert (await plan.type("priya", (*PENNE, 0), "2000", seen=2)).saved_count == 1


def with_priya(plan):
    """Hand the customer over, so that a second person may write its rows."""
    with database.acting_as(plan.world["ingrid"]):
        return plan.run(
            "ingrid",
            lambda uow: uow.session.execute(
                text("UPDATE customer SET sales_rep_id = :rep WHERE code = 'BREN'"),
                {"rep": plan.world["priya"].user_id},
            ),
        )


async def test_two_quick_edits_of_one_person_are_no_conflict(plan):
    await plan.type("elena", (*PENNE, 0), "1", seen=1)
    result = await plan.type("elena", (*PENNE, 0), "2", seen=1)
    assert (result.saved_count, result.cells) == (1, ())


async def test_all_or_nothing_stores_nothing_when_one_cell_fails(plan, owner_rows):
    edits = [CellEdit(plan.entry(*PENNE), 0, "5"), CellEdit(plan.entry("ORRI", "PAS"), 0, "5")]
    result = await plan.run("elena", apply_edits, plan.cycle.id, edits, all_or_nothing=True)
    assert (result.saved_count, result.change_set_id) == (0, None)
    assert len(result.cells) == 1
    assert owner_rows("SELECT count(*) FROM change_set") == [(0,)]


async def test_a_price_override_replaces_the_price_list_for_a_month_or_a_row(plan, owner_rows):
    entry_id = plan.entry(*PENNE)
    await plan.edit("elena", CellEdit(entry_id, 0, "9.5", field=CellField.PRICE))
    result = await plan.edit("elena", CellEdit(entry_id, None, "-10%", field=CellField.PRICE))
    figures = result.rows[0]
    assert figures.prices[:4] == (
        Decimal("8.5500"),
        Decimal("9.9000"),
        Decimal("9.9000"),
        Decimal("11.2500"),
    )
    assert figures.amounts[0] == Decimal("8293.50")
    assert result.amount_changes[0] == Decimal("-921.50")
    cleared = await plan.edit("elena", CellEdit(entry_id, None, "", field=CellField.PRICE))
    assert cleared.rows[0].overridden == ()
    assert owner_rows("SELECT price_overrides FROM forecast_entry WHERE id = %s", entry_id) == [
        (None,)
    ]
    for value in (Decimal("-1"), Decimal("1E+999999"), Decimal("Infinity"), Decimal("NaN")):
        wrong = CellEdit(entry_id, 0, value=value, field=CellField.PRICE)
        assert (await plan.edit("elena", wrong)).cells[0].note == "A price is 0 to 9,999,999"
    refused = await plan.edit("elena", CellEdit(entry_id, 0, "tbc", field=CellField.PRICE))
    assert refused.cells[0].outcome is CellOutcome.REFUSED
    assert refused.cells[0].note == "'tbc' is not a price. Example: 11.40"


@pytest.mark.parametrize(
    "edit",
    [
        CellEdit(1, 16, "5"),
        CellEdit(1, -1, "5"),
        CellEdit(1, None, "5"),
        CellEdit(1, 0, value=-5),
        CellEdit(1, 0, value=True),
        CellEdit(1, 0, value=1_000_000_000),
        CellEdit(1, 0, value=Decimal("1.5")),
    ],
)
async def test_impossible_edits_are_refused_whole(plan, owner_rows, edit):
    edit = replace(edit, entry_id=plan.entry(*PENNE))
    with pytest.raises(InvalidInputError):
        await plan.edit("elena", CellEdit(edit.entry_id, 1, "7"), edit)
    assert owner_rows("SELECT count(*) FROM change_set") == [(0,)]


async def test_nothing_is_saved_after_the_deadline_or_the_close(plan, owner_rows):
    with clock.freeze_clock(CLOSES_AT), pytest.raises(CycleClosedError, match="Fri 11 Dec, 17:00"):
        await plan.type("elena", (*PENNE, 0), "5")
    await plan.run("ingrid", window.close_cycle, plan.cycle.id)
    with pytest.raises(CycleClosedError, match="closed on Tue 8 Dec, 10:30"):
        await plan.type("elena", (*PENNE, 0), "5")
    assert stored(owner_rows, plan.entry(*PENNE))[0][0] == 970


async def test_an_act_that_changes_nothing_leaves_no_trace(plan, owner_rows):
    result = await plan.type("elena", (*PENNE, 0), "970", seen=1)
    assert (result.saved_count, result.change_set_id) == (0, None)
    assert owner_rows("SELECT count(*) FROM change_set") == [(0,)]
