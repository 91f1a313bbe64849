"""Reminders: by the clock once per deadline, by hand once a day, only to who has work left."""

from datetime import UTC, datetime, timedelta

import pytest

from sop_app.kernel.errors import PermissionDeniedError
from sop_app.planning.cycles import window
from sop_app.planning.forecast_entry import jobs
from sop_app.planning.forecast_entry.errors import CycleClosedError
from sop_app.planning.forecast_entry.reminders import remind_due_reps, remind_reps
from sop_app.planning.forecast_entry.submission import submit_entries
from sop_app.system import clock, database
from tests.planning.forecast_entry.test_submission_and_approval import ELENA, fill

NINE = datetime(2026, 12, 8, 8, 0, tzinfo=UTC)


def reminded(owner_rows):
    return owner_rows("SELECT to_email FROM mail WHERE kind = 'reminder' ORDER BY id")


async def due():
    async with database.unit_of_work() as uow:
        return await remind_due_reps(uow)


async def test_three_days_before_the_close_at_nine_each_is_reminded_once(
    plan, as_system, owner_rows
):
    await fill(plan, "elena", ELENA)
    await plan.run("elena", submit_entries, plan.cycle.id)
    with clock.freeze_clock(NINE - timedelta(seconds=1)):
        assert await due() == 0
    with clock.freeze_clock(NINE):
        await jobs.remind_reps_of_deadlines()
        assert await due() == 0
    with clock.freeze_clock(NINE + timedelta(days=1)):
        assert await due() == 0
    assert reminded(owner_rows) == [("priya.raman@example.test",), ("sofia.brandt@example.test",)]
    ((subject, body),) = owner_rows(
        "SELECT subject, text_body FROM mail WHERE kind = 'reminder' AND to_email LIKE 'priya%%'"
    )
    assert subject == "January 2027: 2 rows are not submitted, deadline Fri 11 Dec, 17:00"
    assert "With a mandatory gap:    2" in body
    assert owner_rows("SELECT after FROM audit_entry WHERE action = 'reminders_sent'") == [
        ({"reps": ["Priya Raman", "Sofia Brandt"]},)
    ]


async def test_by_hand_one_or_all_are_reminded_once_a_day(plan, owner_rows):
    priya = plan.world["priya"].user_id
    assert await plan.run("ingrid", remind_reps, plan.cycle.id, [priya]) == 1
    assert await plan.run("ingrid", remind_reps, plan.cycle.id, None) == 2
    assert await plan.run("ingrid", remind_reps, plan.cycle.id, None) == 0
    with clock.freeze_clock(NINE + timedelta(days=1)):
        assert await plan.run("ingrid", remind_reps, plan.cycle.id, None) == 3
    assert len(reminded(owner_rows)) == 6


async def test_only_who_manages_an_open_cycle_reminds(plan, owner_rows):
    with pytest.raises(PermissionDeniedError):
        await plan.run("elena", remind_reps, plan.cycle.id, None)
    await plan.run("ingrid", window.close_cycle, plan.cycle.id)
    with pytest.raises(CycleClosedError):
        await plan.run("ingrid", remind_reps, plan.cycle.id, None)
    assert reminded(owner_rows) == []
