"""Submit, approve, return: who may, what is refused, who is told."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from sop_app.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from sop_app.planning.cycles import window
from sop_app.planning.forecast_entry.approval import (
    OwnForecastError,
    approve_entries,
    return_entries,
)
from sop_app.planning.forecast_entry.edit_schemas import CellEdit, CellOutcome
from sop_app.planning.forecast_entry.errors import CycleClosedError, IncompleteForecastError
from sop_app.planning.forecast_entry.submission import list_unfinished, submit_entries
from sop_app.system import clock
from sop_app.system.auth.permissions import Role
from tests.people import NOW
from tests.planning.world import CLOSES_AT

ELENA = [(code, sku) for code in ("BREN", "HARB") for sku in ("OLV", "PAS", "RIC")]


async def fill(plan, who, keys):
    await plan.edit(
        who,
        *[CellEdit(plan.entry(*key), month, "10") for key in keys for month in range(12)],
    )


@pytest.fixture
async def submitted(plan):
    await fill(plan, "elena", ELENA)
    await plan.run("elena", submit_entries, plan.cycle.id)
    return plan


def statuses(owner_rows):
    return dict(owner_rows("SELECT status, count(*)::int FROM forecast_entry GROUP BY status"))


def mails(owner_rows):
    return owner_rows(
        "SELECT kind, to_email, subject FROM mail WHERE kind <> 'cycle_opened' ORDER BY id"
    )


async def test_opening_wrote_to_each_rep_once(plan, owner_rows):
    assert owner_rows("SELECT to_email, subject FROM mail ORDER BY to_email") == [
        (
            f"{name}@example.test",
            "January 2027: the forecast is open until Fri 11 Dec, 17:00",
        )
        for name in ("elena.marsh", "priya.raman", "sofia.brandt")
    ]
    assert owner_rows(
        "SELECT DISTINCT title, detail FROM notice WHERE user_id = %s", plan.world["elena"].user_id
    ) == [("January 2027 is open for your forecast", "6 rows, until Fri 11 Dec, 17:00")]


async def test_unfinished_rows_are_listed_and_nothing_is_submitted(plan, owner_rows):
    await fill(plan, "elena", ELENA[2:])
    await plan.type("elena", ("BREN", "OLV", 13), "tbc")
    await plan.edit(
        "elena", *[CellEdit(plan.entry("BREN", "PAS"), month, "1") for month in range(3, 9)]
    )
    with pytest.raises(IncompleteForecastError) as refusal:
        await plan.run("elena", submit_entries, plan.cycle.id)
    olive, penne = refusal.value.entries
    assert penne.missing == (date(2027, 10, 1), date(2027, 12, 1))
    assert olive.errors == (date(2028, 2, 1),)
    assert penne.describe() == "Brennan Foodservice, Penne rigate 5 kg: Oct 2027, Dec 2027 empty"
    assert olive.describe() == (
        "Brennan Foodservice, Olive oil 5 L: Jan to Dec 2027 empty; Feb 2028 no number"
    )
    assert refusal.value.message == (
        "Nothing was submitted: 2 rows are not complete. Brennan Foodservice, Olive oil 5 L: "
        "Jan to Dec 2027 empty; Feb 2028 no number."
    )
    assert statuses(owner_rows) == {"draft": 11}
    assert mails(owner_rows) == []
    assert len(await plan.run("elena", list_unfinished, plan.cycle.id)) == 2


async def test_a_selection_is_submitted_and_confirmed_to_rep_and_coordinator(plan, owner_rows):
    await fill(plan, "elena", ELENA[:2])
    done = await plan.run(
        "elena", submit_entries, plan.cycle.id, [plan.entry(*key) for key in ELENA[:2]]
    )
    assert (done.row_count, done.open_count, done.submitted_at) == (2, 4, NOW)
    assert statuses(owner_rows) == {"draft": 9, "submitted": 2}
    assert owner_rows(
        "SELECT DISTINCT submitted_at, submitted_by FROM forecast_entry WHERE status = 'submitted'"
    ) == [(NOW, plan.world["elena"].user_id)]
    subject = "January 2027: Elena Marsh submitted 2 rows"
    assert sorted(mails(owner_rows)) == [
        ("submission_received", "elena.marsh@example.test", subject),
        ("submission_received", "ingrid.solberg@example.test", subject),
    ]
    assert owner_rows(
        "SELECT title, href FROM notice WHERE user_id = %s", plan.world["tomas"].user_id
    ) == [
        (
            "Elena Marsh submitted 2 rows of January 2027",
            f"/review?rep={plan.world['elena'].user_id}",
        )
    ]
    ((after,),) = owner_rows("SELECT after FROM audit_entry WHERE action = 'forecast_submitted'")
    assert after["entry_ids"] == sorted(plan.entry(*key) for key in ELENA[:2])


async def test_what_is_not_ones_own_or_already_submitted_is_not_submitted(submitted, owner_rows):
    plan = submitted
    for selection in (None, [plan.entry("ORRI", "PAS")], [plan.entry(*ELENA[0])], []):
        with pytest.raises(InvalidInputError):
            await plan.run("elena", submit_entries, plan.cycle.id, selection)
    for who in ("ingrid", "vera"):
        with pytest.raises(PermissionDeniedError):
            await plan.run(who, submit_entries, plan.cycle.id)
    assert statuses(owner_rows) == {"draft": 5, "submitted": 6}


async def test_submitted_rows_are_locked(submitted):
    plan = submitted
    result = await plan.type("elena", ("BREN", "PAS", 0), "5")
    assert result.cells[0].outcome is CellOutcome.LOCKED
    assert result.cells[0].note == "Submitted; editable again when it is returned"


async def test_a_manager_approves_and_the_rep_is_told(submitted, owner_rows):
    plan = submitted
    ids = [plan.entry(*key) for key in ELENA[:3]]
    decision = await plan.run("tomas", approve_entries, plan.cycle.id, ids)
    assert (decision.status, decision.row_count, decision.rep_count, decision.customer_count) == (
        "approved",
        3,
        1,
        1,
    )
    assert statuses(owner_rows) == {"draft": 5, "submitted": 3, "approved": 3}
    assert owner_rows(
        "SELECT DISTINCT decided_at, decided_by FROM forecast_entry WHERE status = 'approved'"
    ) == [(NOW, plan.world["tomas"].user_id)]
    assert mails(owner_rows)[-1][:2] == ("approved", "elena.marsh@example.test")
    with pytest.raises(ConflictError, match="is approved, not submitted"):
        await plan.run("tomas", approve_entries, plan.cycle.id, ids)


async def test_a_return_needs_a_comment_and_reopens_the_rows(submitted, owner_rows):
    plan = submitted
    ids = [plan.entry("BREN", "PAS"), plan.entry("HARB", "PAS")]
    with pytest.raises(InvalidInputError) as refusal:
        await plan.run("tomas", return_entries, plan.cycle.id, ids, comment=" ")
    assert list(refusal.value.fields) == ["comment"]
    decision = await plan.run(
        "tomas", return_entries, plan.cycle.id, ids, comment="Check the summer."
    )
    assert (decision.row_count, decision.customer_count) == (2, 2)
    assert statuses(owner_rows) == {"draft": 5, "submitted": 4, "returned": 2}
    assert mails(owner_rows)[-1] == (
        "returned",
        "elena.marsh@example.test",
        "January 2027: Tomas Rivera returned 2 rows",
    )
    row = await plan.row("elena", "BREN", "PAS")
    assert (row.decision_comment, row.figures.lock) == ("Check the summer.", "")
    edited = await plan.type("elena", ("BREN", "PAS", 0), "11")
    assert edited.rows[0].status == "draft"
    again = await plan.run("elena", submit_entries, plan.cycle.id)
    assert (again.row_count, again.open_count) == (2, 0)
    row = await plan.row("elena", "BREN", "PAS")
    assert (row.figures.status, row.decision_comment) == ("submitted", "")


async def test_one_row_that_cannot_be_decided_stops_the_whole_decision(submitted, owner_rows):
    plan = submitted
    ids = [plan.entry("BREN", "PAS"), plan.entry("ORRI", "PAS")]
    with pytest.raises(ConflictError, match="Orrin Foods, Penne rigate 5 kg is draft"):
        await plan.run("tomas", approve_entries, plan.cycle.id, ids)
    with pytest.raises(NotFoundError):
        await plan.run("tomas", approve_entries, plan.cycle.id, [ids[0], plan.entry("SOFI", "PAS")])
    with pytest.raises(InvalidInputError):
        await plan.run("tomas", approve_entries, plan.cycle.id, [])
    assert statuses(owner_rows) == {"draft": 5, "submitted": 6}
    for who in ("elena", "ingrid", "vera"):
        with pytest.raises(PermissionDeniedError):
            await plan.run(who, approve_entries, plan.cycle.id, ids[:1])


async def test_nobody_decides_on_the_own_rows(plan, world, make_user, as_system, owner_rows):
    plan.world.people["both"] = both = await make_user(
        "Rita Both", Role.SALES_REP, Role.SALES_MANAGER
    )
    await plan.run("ingrid", give_to, "BREN", both.user_id)
    await fill(plan, "both", ELENA[:3])
    await plan.run("both", submit_entries, plan.cycle.id)
    with pytest.raises(OwnForecastError, match="Somebody else decides"):
        await plan.run("both", approve_entries, plan.cycle.id, [plan.entry("BREN", "PAS")])
    own = [plan.entry("BREN", "PAS")]
    with pytest.raises(OwnForecastError, match="Somebody else decides"):
        await plan.run("both", return_entries, plan.cycle.id, own, comment="Too low")
    assert statuses(owner_rows) == {"draft": 8, "submitted": 3}
    await plan.run("ingrid", give_to, "BREN", plan.world["elena"].user_id)
    both_leads = "UPDATE app_user SET manager_id = :rep WHERE full_name = 'Elena Marsh'"
    await plan.run(
        "ingrid", lambda uow: uow.session.execute(text(both_leads), {"rep": both.user_id})
    )
    with pytest.raises(OwnForecastError):
        await plan.run("both", approve_entries, plan.cycle.id, [plan.entry("BREN", "PAS")])


async def give_to(uow, code, rep_id):
    await uow.session.execute(
        text("UPDATE customer SET sales_rep_id = :rep WHERE code = :code"),
        {"rep": rep_id, "code": code},
    )


async def test_everything_is_frozen_once_the_window_is_closed(submitted):
    plan = submitted
    ids = [plan.entry("BREN", "PAS")]
    attempts = [
        ("elena", submit_entries, (plan.cycle.id,), {}),
        ("tomas", approve_entries, (plan.cycle.id, ids), {}),
        ("tomas", return_entries, (plan.cycle.id, ids), {"comment": "Late"}),
    ]
    with clock.freeze_clock(CLOSES_AT):
        for who, verb, arguments, named in attempts:
            with pytest.raises(CycleClosedError):
                await plan.run(who, verb, *arguments, **named)
    await plan.run("ingrid", window.close_cycle, plan.cycle.id)
    for who, verb, arguments, named in attempts:
        with pytest.raises(CycleClosedError):
            await plan.run(who, verb, *arguments, **named)
    await plan.run(
        "ingrid",
        window.reopen_cycle,
        plan.cycle.id,
        reason="Late",
        closes_at=CLOSES_AT + timedelta(days=1),
    )
    assert (await plan.run("tomas", approve_entries, plan.cycle.id, ids)).row_count == 1
