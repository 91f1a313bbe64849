"""Many people at once: what was acknowledged is what is stored, nothing waits in a circle."""

import asyncio
import random

import pytest
from sqlalchemy import text

from sop_app.planning.cycles import window
from sop_app.planning.forecast_entry.edit_schemas import CellEdit, CellOutcome, EditSource
from sop_app.planning.forecast_entry.editing import apply_edits
from sop_app.planning.forecast_entry.errors import CycleClosedError
from sop_app.system import database
from sop_app.system.auth.permissions import Role

EDITORS = 50
EDITS_EACH = 20


@pytest.fixture
async def crowd(plan, make_user, as_system):
    """Fifty reps with the rows of one customer each, made by the database's owner."""
    actors = [await make_user(f"Editor {n}", Role.SALES_REP) for n in range(EDITORS)]
    async with database.unit_of_work() as uow:
        await uow.session.execute(
            text("""
                INSERT INTO customer (code, name, region, territory, channel, sales_rep_id, currency,
                                      payment_terms, status, created_at, updated_at, version)
                SELECT 'N' || id, 'N' || id, '', '', '', id, 'EUR', '', 'active', now(), now(), 1
                FROM unnest(CAST(:reps AS integer[])) AS id
            """),
            {"reps": [actor.user_id for actor in actors]},
        )
        await uow.session.execute(
            text("""
                INSERT INTO forecast_entry (cycle_id, customer_id, product_id, sales_rep_id, status,
                    quantities, prefill, prices, cell_versions, version, decision_comment)
                SELECT :cycle_id, c.id, p.id, c.sales_rep_id, 'draft', array_fill(0, ARRAY[16]),
                       array_fill(0, ARRAY[16]), array_fill(1::numeric, ARRAY[16]),
                       array_fill(1, ARRAY[16]), 1, ''
                FROM customer c CROSS JOIN product p WHERE c.code LIKE 'N%'
            """),
            {"cycle_id": plan.cycle.id},
        )
        rows = await uow.session.execute(
            text("SELECT sales_rep_id, array_agg(id) FROM forecast_entry GROUP BY sales_rep_id")
        )
        entries = dict(tuple(row) for row in rows)
    return [(actor, entries[actor.user_id]) for actor in actors]


async def test_fifty_editors_a_thousand_edits_acknowledged_is_stored(plan, crowd, owner_rows):
    acknowledged: dict[tuple[int, int], int] = {}

    async def work(actor, entry_ids, seed):
        draw = random.Random(seed)
        with database.acting_as(actor):
            for number in range(EDITS_EACH):
                entry_id, month = draw.choice(entry_ids), draw.randrange(16)
                figure = seed * 1_000 + number
                async with database.unit_of_work() as uow:
                    edits = [CellEdit(entry_id, month, str(figure))]
                    result = await apply_edits(uow, plan.cycle.id, edits)
                assert (result.saved_count, result.cells) == (1, ())
                acknowledged[entry_id, month] = figure

    await asyncio.gather(*(work(*who, seed) for seed, who in enumerate(crowd, start=1)))
    stored = {
        (entry_id, month): quantity
        for entry_id, quantities in owner_rows("SELECT id, quantities FROM forecast_entry")
        for month, quantity in enumerate(quantities)
        if (entry_id, month) in acknowledged
    }
    assert stored == acknowledged
    assert owner_rows("SELECT sum(cell_count) FROM change_set") == [(EDITORS * EDITS_EACH,)]


async def test_on_one_row_every_figure_is_acknowledged_or_a_conflict(plan, crowd, owner_rows):
    """All fifty become the rep of the row in turn, and write with the version they first saw."""
    actor, (entry_id, *_) = crowd[0]
    saved, conflicts = [], []

    async def write(figure):
        with database.acting_as(actor):
            async with database.unit_of_work() as uow:
                edit = CellEdit(entry_id, figure % 4, str(figure), seen_version=1)
                result = await apply_edits(uow, plan.cycle.id, [edit])
        (saved if result.saved_count else conflicts).append(figure)

    await asyncio.gather(*(write(figure) for figure in range(1, 101)))
    assert (len(saved), conflicts) == (100, [])
    assert owner_rows("SELECT version FROM forecast_entry WHERE id = %s", entry_id) == [(101,)]


async def test_blocks_that_cross_do_not_wait_in_a_circle(plan, crowd, owner_rows):
    actor, entry_ids = crowd[0]

    async def paste(order, figure):
        with database.acting_as(actor):
            async with database.unit_of_work() as uow:
                cells = [CellEdit(i, month, str(figure)) for i in order for month in range(16)]
                await apply_edits(uow, plan.cycle.id, cells, EditSource.PASTED)

    await asyncio.gather(*(paste(entry_ids if n % 2 else entry_ids[::-1], n) for n in range(1, 21)))
    rows = owner_rows(
        "SELECT DISTINCT quantities FROM forecast_entry WHERE id = ANY (%s)", entry_ids
    )
    assert len(rows) == 1
    assert len(set(rows[0][0])) == 1


async def test_an_edit_is_saved_before_the_close_or_refused_after_it(plan, crowd, owner_rows):
    outcomes = []

    async def write(actor, entry_ids, figure):
        with database.acting_as(actor):
            for entry_id in entry_ids:
                try:
                    async with database.unit_of_work() as uow:
                        edits = [CellEdit(entry_id, 0, str(figure))]
                        result = await apply_edits(uow, plan.cycle.id, edits)
                    assert not result.count(CellOutcome.LOCKED)
                    outcomes.append(True)
                except CycleClosedError:
                    outcomes.append(False)

    async def close():
        await asyncio.sleep(0.15)
        await plan.run("ingrid", window.close_cycle, plan.cycle.id)

    await asyncio.gather(close(), *(write(*who, n) for n, who in enumerate(crowd, start=1)))
    closed_first = owner_rows("""
        SELECT count(*) FROM entry_change ec
        JOIN audit_entry a ON a.action = 'cycle_closed'
        JOIN audit_entry b ON b.action = 'forecast_edited'
             AND (b.after ->> 'change_set')::bigint = ec.change_set_id
        WHERE b.id > a.id
    """)
    assert len(outcomes) == sum(len(ids) for _, ids in crowd)
    assert owner_rows("SELECT count(*) FROM change_set") == [(sum(outcomes),)]
    assert owner_rows(
        "SELECT count(*) FROM forecast_entry WHERE quantities[1] > 0 AND version > 1"
    ) == [(sum(outcomes),)]
    assert closed_first == [(0,)]
