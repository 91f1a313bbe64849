"""Planning cycles: fields, statuses, the five steps, the deadline."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from sop_app.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    WrongStatusError,
)
from sop_app.planning.cycles import jobs, service, steps, window
from sop_app.planning.cycles.schemas import StepDraft
from sop_app.planning.forecast_entry import opening
from sop_app.system import clock, database
from sop_app.system.settings.service import change_settings
from tests.planning.world import CLOSES_AT, DRAFT

LATER = CLOSES_AT + timedelta(days=3)


@pytest.fixture
async def draft(world, as_system):
    async with database.unit_of_work() as uow:
        return await service.create_cycle(uow, DRAFT)


async def run(verb, *args, **kwargs):
    async with database.unit_of_work() as uow:
        return await verb(uow, *args, **kwargs)


async def test_a_new_cycle_is_a_draft_with_its_months_and_five_pending_steps(draft):
    assert (draft.status, draft.horizon_months, draft.mandatory_months) == ("draft", 16, 12)
    assert (draft.months[0], draft.months[-1]) == (date(2027, 1, 1), date(2028, 4, 1))
    assert draft.mandatory[-1] == date(2027, 12, 1)
    assert [(step.position, step.name, step.status) for step in draft.steps] == [
        (1, "Data gathering", "pending"),
        (2, "Demand review", "pending"),
        (3, "Supply review", "pending"),
        (4, "Pre-S&OP", "pending"),
        (5, "Executive S&OP", "pending"),
    ]
    assert not draft.is_input_open


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"start_month": date(2027, 1, 2)}, "start_month"),
        ({"start_month": date(9999, 12, 1)}, "start_month"),
        ({"closes_at": datetime(9999, 12, 31, tzinfo=UTC)}, "opens_at"),
        ({"horizon_months": 0}, "horizon_months"),
        ({"mandatory_months": 17}, "mandatory_months"),
        ({"closes_at": DRAFT.opens_at}, "closes_at"),
        ({"opens_at": datetime(2026, 12, 1)}, "opens_at"),  # noqa: DTZ001
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"prefill": "guess"}, "prefill"),
        ({"steps": (StepDraft(),)}, "steps"),
        ({"steps": (StepDraft(owner_id=999),) + (StepDraft(),) * 4}, "steps"),
        (
            {
                "steps": tuple(
                    StepDraft(due_date=date(2026, 12, day)) for day in (11, 10, 12, 13, 14)
                )
            },
            "steps",
        ),
        ({"name": "January 2027"}, "name"),
    ],
)
async def test_wrong_fields_are_named_and_nothing_is_created(draft, owner_rows, wrong, field):
    with pytest.raises(InvalidInputError) as refusal:
        await run(service.create_cycle, replace(DRAFT, **{"name": "Another", **wrong}))
    assert list(refusal.value.fields) == [field]
    assert owner_rows("SELECT name FROM cycle") == [("January 2027",)]


async def test_a_change_is_stored_audited_and_checked_against_the_version(draft, world, owner_rows):
    owners = tuple(StepDraft(world["ingrid"].user_id, date(2026, 12, 9 + n)) for n in range(5))
    changed = await run(
        service.update_cycle,
        draft.id,
        replace(DRAFT, horizon_months=18, steps=owners),
        version=draft.version,
    )
    assert (changed.horizon_months, changed.version) == (18, draft.version + 1)
    assert changed.steps[4].owner_name == "Ingrid Solberg"
    ((before, after),) = owner_rows(
        "SELECT before, after FROM audit_entry WHERE action = 'cycle_updated'"
    )
    assert (before["horizon_months"], after["horizon_months"]) == (16, 18)
    assert after["steps"][0] == ["Data gathering", "Ingrid Solberg", "2026-12-09"]
    with pytest.raises(ConflictError, match="changed by somebody else"):
        await run(service.update_cycle, draft.id, DRAFT, version=draft.version)


async def test_an_open_cycle_may_move_its_deadline_but_not_its_months(plan, as_system):
    cycle = plan.cycle
    moved = await run(
        service.update_cycle, cycle.id, replace(DRAFT, closes_at=LATER), version=cycle.version
    )
    assert moved.closes_at == LATER
    for wrong in ({"start_month": date(2027, 2, 1)}, {"closes_at": clock.now()}):
        with pytest.raises(InvalidInputError):
            await run(
                service.update_cycle, cycle.id, replace(DRAFT, **wrong), version=moved.version
            )


async def test_a_draft_is_deleted_and_an_open_cycle_is_not(draft, owner_rows):
    await run(service.delete_cycle, draft.id)
    assert owner_rows("SELECT count(*) FROM cycle_step") == [(0,)]
    with pytest.raises(NotFoundError):
        await run(service.delete_cycle, draft.id)


async def test_an_open_cycle_is_not_deleted(plan, as_system):
    with pytest.raises(WrongStatusError, match="is open; it cannot be deleted"):
        await run(service.delete_cycle, plan.cycle.id)


async def test_opening_early_moves_the_start_of_the_window(draft, owner_rows):
    early = DRAFT.opens_at - timedelta(days=2)
    with clock.freeze_clock(early):
        opened = (await run(opening.open_cycle, draft.id)).cycle
    assert (opened.opens_at, opened.opened_at, opened.is_input_open) == (early, early, True)
    assert [step.status for step in opened.steps] == ["active", *["pending"] * 4]


async def test_the_worker_closes_a_due_cycle_exactly_once(plan, as_system, owner_rows):
    assert await run(window.close_due_cycles) == []
    with clock.freeze_clock(CLOSES_AT):
        (closed,) = await run(window.close_due_cycles)
        assert await run(window.close_due_cycles) == []
    assert (closed.status, closed.closed_at) == ("closed", CLOSES_AT)
    assert owner_rows("SELECT count(*) FROM audit_entry WHERE action = 'cycle_closed'") == [(1,)]
    assert owner_rows(
        "SELECT count(*), count(DISTINCT user_id) FROM notice"
        " WHERE title = 'The input window of January 2027 is closed'"
    ) == [(5, 5)]


async def test_the_settings_may_leave_closing_to_people(plan, as_system, owner_rows):
    async with database.unit_of_work() as uow:
        await change_settings(uow, {"auto_close_cycles": False})
    with clock.freeze_clock(CLOSES_AT):
        await jobs.close_cycles_at_their_deadline()
        assert owner_rows("SELECT status FROM cycle") == [("open",)]
        async with database.unit_of_work() as uow:
            await change_settings(uow, {"auto_close_cycles": True})
        await jobs.close_cycles_at_their_deadline()
    assert owner_rows("SELECT status FROM cycle") == [("closed",)]


async def test_a_closed_cycle_is_reopened_with_a_reason_and_a_new_deadline(plan, owner_rows):
    await plan.run("ingrid", window.close_cycle, plan.cycle.id)
    for reason, closes_at in (("  ", LATER), ("Late input", clock.now()), ("x" * 501, LATER)):
        with pytest.raises(InvalidInputError):
            await plan.run(
                "ingrid", window.reopen_cycle, plan.cycle.id, reason=reason, closes_at=closes_at
            )
    reopened = await plan.run(
        "ingrid", window.reopen_cycle, plan.cycle.id, reason=" Late input ", closes_at=LATER
    )
    assert (reopened.status, reopened.is_input_open, reopened.closed_at) == ("open", True, None)
    assert owner_rows("SELECT after FROM audit_entry WHERE action = 'cycle_reopened'")[0][0] == {
        "status": "open",
        "closes_at": LATER.isoformat(),
        "reason": "Late input",
    }
    assert (await plan.type("elena", ("BREN", "PAS", 0), "5")).saved_count == 1


async def test_the_steps_are_finished_one_by_one(plan):
    async def move(verb, position):
        return [s.status for s in (await plan.run("ingrid", verb, plan.cycle.id, position)).steps]

    assert await move(steps.finish_step, 1) == ["done", "active", "pending", "pending", "pending"]
    with pytest.raises(ConflictError, match="Supply review is pending"):
        await move(steps.finish_step, 3)
    assert await move(steps.resume_step, 1) == ["active", *["pending"] * 4]
    for position in range(1, 5):
        await move(steps.finish_step, position)
    assert await move(steps.finish_step, 5) == ["done"] * 5
    with pytest.raises(ConflictError):
        await move(steps.resume_step, 4)
    with pytest.raises(NotFoundError):
        await move(steps.finish_step, 6)


async def test_only_who_manages_cycles_changes_them(plan):
    for verb in (window.close_cycle, service.delete_cycle, opening.open_cycle):
        with pytest.raises(PermissionDeniedError):
            await plan.run("elena", verb, plan.cycle.id)
    assert (await plan.run("vera", service.find_current_cycle)).id == plan.cycle.id
