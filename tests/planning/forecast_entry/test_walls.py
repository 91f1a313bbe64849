"""Two walls around every customer's figures, each of which holds when the other is gone."""

import psycopg
import pytest
from sqlalchemy import text

from sop_app.kernel.errors import AppError, NotFoundError
from sop_app.planning.forecast_entry import (
    approval,
    bulk_edits,
    cell_details,
    comments,
    context_rows,
    entry_grid,
    spreading,
    submission,
)
from sop_app.planning.forecast_entry.edit_schemas import CellEdit, CellOutcome
from sop_app.planning.forecast_entry.schemas import ContextKind, GridFilter

CANARY = "CANARY-ORRIN"
ALL = GridFilter()
PROTECTED = ("customer", "price", "assignment", "sales_month", "forecast_entry", "entry_change")


@pytest.fixture
async def marked(plan, db):
    """Priya's customer bears a name that nobody else may ever meet."""
    with psycopg.connect(db) as connection:
        connection.execute("UPDATE customer SET name = %s WHERE code = 'ORRI'", [CANARY])
    await plan.run("priya", comments.add_comment, plan.entry("ORRI", "PAS"), CANARY)
    await plan.edit("priya", CellEdit(plan.entry("ORRI", "PAS"), 0, "424242"))
    return plan


@pytest.fixture
def without_row_level_security(marked, db):
    """Take the second wall down."""
    with psycopg.connect(db) as connection:
        for table in (*PROTECTED, "forecast_comment"):
            connection.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    return marked


async def look_everywhere(plan, who):
    """Read whatever the services show a person about the cycle; refusals leave nothing."""
    cycle_id, ids = plan.cycle.id, list(plan.entries.values())
    foreign = plan.entry("ORRI", "PAS")
    reads = [
        (entry_grid.read_window, (cycle_id, ALL), {"offset": 0, "limit": 100}),
        (entry_grid.list_entry_ids, (cycle_id, ALL), {}),
        (entry_grid.read_rows, (cycle_id, ids), {}),
        (entry_grid.read_totals, (cycle_id, ALL), {}),
        (entry_grid.read_counts, (cycle_id, ALL), {}),
        (entry_grid.read_options, (cycle_id,), {}),
        (context_rows.read_context, (cycle_id, ids), {}),
        (cell_details.read_cell, (foreign, 0), {}),
        (cell_details.list_cell_history, (foreign, 0), {}),
        (comments.list_comments, (foreign,), {}),
        (submission.list_unfinished, (cycle_id,), {}),
    ]
    seen = []
    for verb, arguments, named in reads:
        try:
            seen.append(await plan.run(who, verb, *arguments, **named))
        except NotFoundError:
            seen.append(None)
    return seen


async def check_that_elena_meets_nothing(plan):
    seen = await look_everywhere(plan, "elena")
    assert CANARY not in repr(seen)
    assert "424242" not in repr(seen)
    assert str(plan.entry("ORRI", "PAS")) not in [str(key) for key in seen[1]]
    assert (seen[0].total, seen[3].row_count, seen[4].all, len(seen[6])) == (6, 6, 6, 6)


async def check_that_elena_writes_nothing(plan, owner_rows):
    foreign = plan.entry("ORRI", "PAS")
    before = owner_rows("SELECT * FROM forecast_entry WHERE id = %s", foreign)
    result = await plan.edit("elena", CellEdit(foreign, 0, "5"))
    assert [cell.outcome for cell in result.cells] == [CellOutcome.LOCKED]
    assert CANARY not in repr(result)
    copied = await plan.run(
        "elena", bulk_edits.copy_figures, plan.cycle.id, [foreign], ContextKind.LAST_YEAR
    )
    assert copied.saved_count == 0
    for who, verb, arguments, named in (
        ("elena", spreading.spread_total, (plan.cycle.id, [foreign], [0], "5"), {}),
        ("elena", submission.submit_entries, (plan.cycle.id, [foreign]), {}),
        ("elena", comments.add_comment, (foreign, "Hello"), {}),
        ("tomas", approval.approve_entries, (plan.cycle.id, [plan.entry("SOFI", "PAS")]), {}),
    ):
        with pytest.raises(AppError) as refusal:
            await plan.run(who, verb, *arguments, **named)
        assert CANARY not in refusal.value.message
    assert owner_rows("SELECT * FROM forecast_entry WHERE id = %s", foreign) == before


async def test_a_rep_meets_nothing_of_another(marked, owner_rows):
    assert CANARY in repr(await look_everywhere(marked, "priya"))
    await check_that_elena_meets_nothing(marked)
    await check_that_elena_writes_nothing(marked, owner_rows)


async def test_the_first_wall_holds_alone(without_row_level_security, owner_rows):
    await check_that_elena_meets_nothing(without_row_level_security)
    await check_that_elena_writes_nothing(without_row_level_security, owner_rows)


@pytest.mark.parametrize("table", ["forecast_entry", "entry_change", "forecast_comment"])
async def test_the_second_wall_holds_alone(marked, table):
    statement = text(f"SELECT count(*) FROM {table}")
    counts = {}
    for who in ("elena", "priya", "tomas", "sofia"):
        counts[who] = await marked.run(who, lambda uow: uow.session.scalar(statement))
    expected = {"elena": 6, "priya": 2, "tomas": 8, "sofia": 3}
    if table != "forecast_entry":
        expected = {"elena": 0, "priya": 1, "tomas": 1, "sofia": 0}
    assert counts == expected
    written = await marked.run(
        "elena",
        lambda uow: uow.session.execute(
            text(
                f"DELETE FROM {table} WHERE {'id' if table == 'forecast_entry' else 'entry_id'}"
                " = :entry_id"
            ),
            {"entry_id": marked.entry("ORRI", "PAS")},
        ),
    )
    assert written.rowcount == 0
