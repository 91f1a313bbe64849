"""Undo and redo after saving: own acts only, and never over somebody else's change."""

import pytest
from sqlalchemy import text

from sop_app.planning.forecast_entry.edit_schemas import (
    CellEdit,
    CellField,
    CellOutcome,
    EditSource,
)
from sop_app.planning.forecast_entry.errors import NothingToUndoError
from sop_app.planning.forecast_entry.undo import redo, undo_last
from tests.planning.forecast_entry.test_editing import PENNE, with_priya


async def quantities(plan, who="elena"):
    return (await plan.row(who, *PENNE)).figures.quantities


async def test_a_block_is_taken_back_in_one_step_and_repeated_in_one(plan):
    before = await quantities(plan)
    edits = [CellEdit(plan.entry(*PENNE), month, "7") for month in range(12)]
    await plan.edit("elena", *edits, source=EditSource.PASTED)
    undone = await plan.run("elena", undo_last, plan.cycle.id)
    assert (undone.source, undone.result.saved_count, undone.result.cells) == ("pasted", 12, ())
    assert await quantities(plan) == before
    repeated = await plan.run("elena", redo, plan.cycle.id)
    assert repeated.result.saved_count == 12
    assert await quantities(plan) == (7,) * 12 + before[12:]


async def test_the_price_of_a_row_is_one_cell_however_many_months_it_holds_for(plan, owner_rows):
    edits = [
        CellEdit(plan.entry(*PENNE), None, "9.50", field=CellField.PRICE),
        CellEdit(plan.entry(*PENNE), 0, "7"),
    ]
    assert (await plan.edit("elena", *edits)).saved_count == 2
    assert (await plan.run("elena", undo_last, plan.cycle.id)).result.saved_count == 2
    assert owner_rows("SELECT cell_count FROM change_set ORDER BY id") == [(2,), (2,)]


async def test_steps_are_taken_back_in_order_and_a_new_act_drops_the_rest(plan):
    for figure in ("1", "2", "3"):
        await plan.type("elena", (*PENNE, 0), figure)
    await plan.run("elena", undo_last, plan.cycle.id)
    await plan.run("elena", undo_last, plan.cycle.id)
    assert (await quantities(plan))[0] == 1
    await plan.run("elena", redo, plan.cycle.id)
    assert (await quantities(plan))[0] == 2
    await plan.type("elena", (*PENNE, 0), "9")
    with pytest.raises(NothingToUndoError, match="nothing to redo"):
        await plan.run("elena", redo, plan.cycle.id)
    for figure in (2, 1, 970):
        await plan.run("elena", undo_last, plan.cycle.id)
        assert (await quantities(plan))[0] == figure
    with pytest.raises(NothingToUndoError, match="nothing to undo"):
        await plan.run("elena", undo_last, plan.cycle.id)


async def test_an_error_and_the_figure_under_it_come_back(plan):
    await plan.type("elena", (*PENNE, 0), "n/a")
    await plan.type("elena", (*PENNE, 0), "5")
    await plan.run("elena", undo_last, plan.cycle.id)
    row = await plan.row("elena", *PENNE)
    assert (row.figures.rejected, row.figures.quantities[0]) == ({0: "n/a"}, None)
    await plan.run("elena", undo_last, plan.cycle.id)
    row = await plan.row("elena", *PENNE)
    assert (row.figures.rejected, row.figures.quantities[0]) == ({}, 970)


async def test_cells_somebody_else_changed_keep_their_figure_and_are_named(plan):
    await with_priya(plan)
    edits = [CellEdit(plan.entry(*PENNE), month, "7") for month in (0, 1)]
    await plan.edit("priya", *edits)
    await plan.run("ingrid", hand_back, plan)
    await plan.type("elena", (*PENNE, 1), "8")
    await with_priya(plan)
    undone = await plan.run("priya", undo_last, plan.cycle.id)
    assert undone.result.saved_count == 1
    (kept,) = undone.result.cells
    assert (kept.month_index, kept.outcome, kept.theirs.value, kept.theirs.user_name) == (
        1,
        CellOutcome.CONFLICT,
        8,
        "Elena Marsh",
    )
    assert (await quantities(plan, "priya"))[:2] == (970, 8)


async def hand_back(uow, plan):
    await uow.session.execute(
        text("UPDATE customer SET sales_rep_id = :rep WHERE code = 'BREN'"),
        {"rep": plan.world["elena"].user_id},
    )


async def test_nobody_takes_back_what_somebody_else_did(plan):
    await plan.type("elena", (*PENNE, 0), "5")
    with pytest.raises(NothingToUndoError):
        await plan.run("priya", undo_last, plan.cycle.id)
