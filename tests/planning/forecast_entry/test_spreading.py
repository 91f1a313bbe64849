"""A typed total spread over its cells: exact to the unit, and what is held or locked stays."""

import pytest
from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError
from sop_app.planning.forecast_entry import editing, entry_grid, spreading
from sop_app.planning.forecast_entry.edit_schemas import CellEdit
from sop_app.system import database

PENNE = ("BREN", "PAS")


async def test_a_row_total_spreads_over_its_months_exactly(plan, owner_rows):
    result = await plan.run(
        "elena", spreading.spread_total, plan.cycle.id, [plan.entry(*PENNE)], range(16), "10,000"
    )
    quantities = result.rows[0].quantities
    assert sum(quantity or 0 for quantity in quantities) == 10_000
    assert (quantities[0], quantities[1], quantities[10]) == (3212, 3262, 3526)
    assert owner_rows("SELECT source FROM change_set") == [("spread",)]


async def test_a_column_total_leaves_locked_cells_as_they_are(plan, as_system):
    ids = [plan.entry(*PENNE), plan.entry("HARB", "PAS"), plan.entry("HARB", "OLV")]
    async with database.unit_of_work() as uow:
        await uow.session.execute(
            text("UPDATE forecast_entry SET status = 'submitted' WHERE id = :id"), {"id": ids[0]}
        )
    spread = spreading.spread_total
    result = await plan.run("elena", spread, plan.cycle.id, ids, [0], "1001")
    assert {row.entry_id: row.quantities[0] for row in result.rows} == {ids[1]: 16, ids[2]: 15}
    for total in ("969", "1000000000", "soon", ""):
        with pytest.raises(InvalidInputError):
            await plan.run("elena", spread, plan.cycle.id, ids, [0], total)
    with pytest.raises(InvalidInputError):
        await plan.run("elena", spread, plan.cycle.id, ids[:1], [0], "2000")


async def test_the_plan_names_the_rows_that_change_the_largest_first(plan):
    ids = [plan.entry("HARB", "PAS"), plan.entry("HARB", "OLV")]
    edits = [
        CellEdit(ids[0], 0, value=100),
        CellEdit(ids[1], 0, value=300),
        CellEdit(ids[1], 1, "soon"),
    ]
    await plan.run("elena", editing.apply_edits, plan.cycle.id, edits)
    planned = await plan.run("elena", spreading.plan_spread, plan.cycle.id, ids, [0], "+10%")
    assert (planned.before, planned.total, planned.kept_count) == (400, 440, 0)
    assert [(row.before, row.after) for row in planned.rows] == [(300, 330), (100, 110)]
    planned = await plan.run("elena", spreading.plan_spread, plan.cycle.id, ids[1:], [0, 1], "40")
    assert planned.kept_count == 1
    assert {edit.month_index for edit in planned.edits} == {0}


async def test_held_cells_keep_their_figure_until_they_are_let_go(plan, owner_rows):
    entry = plan.entry("HARB", "PAS")
    edits = [CellEdit(entry, index, value=100) for index in range(4)]
    await plan.run("elena", editing.apply_edits, plan.cycle.id, edits)
    toggle, cells = spreading.toggle_holds, (plan.cycle.id, [entry])
    assert await plan.run("elena", toggle, *cells, [1]) == {entry: [1]}
    assert await plan.run("elena", toggle, *cells, [1, 2]) == {entry: [1, 2]}
    result = await plan.run("elena", spreading.spread_total, *cells, range(4), "800")
    assert result.rows[0].quantities[:4] == (300, 100, 100, 300)
    rows = await plan.run("elena", entry_grid.read_rows, *cells)
    assert rows[entry].held == (1, 2)
    with pytest.raises(InvalidInputError):
        await plan.run("elena", spreading.spread_total, *cells, range(4), "199")
    assert await plan.run("elena", toggle, *cells, [1, 2]) == {entry: []}
    actions = owner_rows("SELECT count(*) FROM audit_entry WHERE action = 'forecast_cells_held'")
    assert actions == [(3,)]


async def test_nobody_holds_cells_of_somebody_else_or_of_submitted_rows(plan, owner_rows):
    own, foreign = plan.entry("HARB", "PAS"), plan.entry("ORRI", "PAS")
    held = await plan.run("elena", spreading.toggle_holds, plan.cycle.id, [own, foreign], [0])
    assert list(held) == [own]
    assert owner_rows(f"SELECT held FROM forecast_entry WHERE id = {foreign}") == [([],)]
