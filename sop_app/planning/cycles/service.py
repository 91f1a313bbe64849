"""Plan cycles: list, create, change and delete them. ``window`` opens and closes them."""

from datetime import datetime
from typing import Any

from sqlalchemy import text, update
from sqlmodel import col

from sop_app.kernel.errors import InvalidInputError
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from .draft_checks import check_draft, refuse_past_deadline
from .models import Cycle, CycleStep
from .queries import find_cycle, find_cycles
from .rules import STEP_NAMES, CycleAct, CycleStatus, StepStatus, next_status
from .schemas import CycleDraft, CycleRow, StepDraft
from .writes import lock_cycle, write_cycle

_FROZEN_ONCE_OPEN = ("start_month", "horizon_months", "mandatory_months", "prefill")


async def list_cycles(uow: UnitOfWork) -> list[CycleRow]:
    """List all cycles, the latest start month first.

    Raises:
        PermissionDeniedError: The person may not see cycles.
    """
    uow.require(Permission.CYCLES_VIEW)
    return await find_cycles(uow, "true")


async def get_cycle(uow: UnitOfWork, cycle_id: int) -> CycleRow:
    """Read one cycle.

    Raises:
        PermissionDeniedError: The person may not see cycles.
        NotFoundError: There is no such cycle.
    """
    uow.require(Permission.CYCLES_VIEW)
    return await find_cycle(uow, cycle_id)


async def find_current_cycle(uow: UnitOfWork) -> CycleRow | None:
    """Find the cycle people work in: the open one, else the one that closed last.

    Raises:
        PermissionDeniedError: The person may not see cycles.
    """
    uow.require(Permission.CYCLES_VIEW)
    worked_in = [row for row in await find_cycles(uow, "status <> 'draft'") if row.opened_at]
    return max(
        worked_in, key=lambda row: (row.status == CycleStatus.OPEN, row.opened_at), default=None
    )


async def find_previous_cycle(uow: UnitOfWork, cycle: CycleRow) -> CycleRow | None:
    """Find the "last cycle" of a cycle: the latest one opened that starts in an earlier month."""
    earlier = await find_cycles(
        uow, "status <> 'draft' AND start_month < :start_month", start_month=cycle.start_month
    )
    return earlier[0] if earlier else None


async def create_cycle(uow: UnitOfWork, draft: CycleDraft) -> CycleRow:
    """Create a cycle as a draft; nobody sees figures of it before it is opened.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        InvalidInputError: A field is wrong, or the name is taken.
    """
    uow.require(Permission.CYCLES_MANAGE)
    check_draft(draft)
    await _refuse_taken_name(uow, draft.name)
    cycle = Cycle(**_fields_of(draft), status=CycleStatus.DRAFT, created_at=uow.now, opened_at=None)
    uow.session.add(cycle)
    await uow.session.flush()
    steps = draft.steps or (StepDraft(),) * len(STEP_NAMES)
    await _refuse_unknown_owners(uow, steps)
    uow.session.add_all(
        CycleStep(
            cycle_id=cycle.id,
            position=position,
            name=name,
            owner_id=step.owner_id,
            due_date=step.due_date,
            status=StepStatus.PENDING,
        )
        for position, (name, step) in enumerate(zip(STEP_NAMES, steps, strict=True), start=1)
    )
    await uow.session.flush()
    record(uow, "cycle_created", ("cycle", cycle.id), after=_fields_of(draft))
    return await find_cycle(uow, cycle.id)


async def update_cycle(
    uow: UnitOfWork, cycle_id: int, draft: CycleDraft, *, version: int
) -> CycleRow:
    """Change a cycle. Once it is open its months and prefill stay; name, window and steps may move.

    Args:
        uow: The transaction.
        cycle_id: The cycle.
        draft: All fields as they shall be.
        version: The version the coordinator saw.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        NotFoundError: There is no such cycle.
        WrongStatusError: The cycle is closed.
        ConflictError: Somebody changed the cycle since ``version``.
        InvalidInputError: A field is wrong, or cannot change any more.
    """
    uow.require(Permission.CYCLES_MANAGE)
    before = await lock_cycle(uow, cycle_id, version)
    next_status(before.name, before.status, CycleAct.EDITED)
    check_draft(draft)
    _refuse_frozen_fields(before, draft, uow.now)
    if draft.name.strip() != before.name:
        await _refuse_taken_name(uow, draft.name)
    fields = _fields_of(draft)
    await write_cycle(uow, cycle_id, **fields)
    await _refuse_unknown_owners(uow, draft.steps)
    for position, step in enumerate(draft.steps, start=1):
        await uow.session.execute(
            update(CycleStep)
            .where(col(CycleStep.cycle_id) == cycle_id, col(CycleStep.position) == position)
            .values(owner_id=step.owner_id, due_date=step.due_date)
        )
    after = await find_cycle(uow, cycle_id)
    record(
        uow,
        "cycle_updated",
        ("cycle", cycle_id),
        before={**{key: getattr(before, key) for key in fields}, "steps": _step_facts(before)},
        after={**fields, "steps": _step_facts(after)},
    )
    return after


async def delete_cycle(uow: UnitOfWork, cycle_id: int) -> None:
    """Delete a draft. A cycle that was ever opened is plan history and stays.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        NotFoundError: There is no such cycle.
        WrongStatusError: The cycle is open or closed.
    """
    uow.require(Permission.CYCLES_MANAGE)
    cycle = await lock_cycle(uow, cycle_id)
    next_status(cycle.name, cycle.status, CycleAct.DELETED)
    await uow.session.execute(text("DELETE FROM cycle WHERE id = :id"), {"id": cycle_id})
    record(uow, "cycle_deleted", ("cycle", cycle_id), before={"name": cycle.name})


def _fields_of(draft: CycleDraft) -> dict[str, Any]:
    return {
        "name": draft.name.strip(),
        "start_month": draft.start_month,
        "horizon_months": draft.horizon_months,
        "mandatory_months": draft.mandatory_months,
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
        "time_zone": draft.time_zone,
        "prefill": draft.prefill,
    }


def _refuse_frozen_fields(before: CycleRow, draft: CycleDraft, now: datetime) -> None:
    if before.status == CycleStatus.DRAFT:
        return
    changed = [key for key in _FROZEN_ONCE_OPEN if getattr(before, key) != getattr(draft, key)]
    if changed:
        raise InvalidInputError(
            dict.fromkeys(changed, "This cannot change once the cycle has been opened.")
        )
    refuse_past_deadline(draft.closes_at, now)


async def _refuse_taken_name(uow: UnitOfWork, name: str) -> None:
    taken = await uow.session.scalar(
        text("SELECT EXISTS (SELECT FROM cycle WHERE name = :name)"), {"name": name.strip()}
    )
    if taken:
        raise InvalidInputError({"name": f"There is already a cycle {name.strip()}."})


async def _refuse_unknown_owners(uow: UnitOfWork, steps: tuple[StepDraft, ...]) -> None:
    named = {step.owner_id for step in steps if step.owner_id is not None}
    known = await uow.session.scalars(
        text("SELECT id FROM app_user WHERE id = ANY (:ids) AND id > 0"), {"ids": list(named)}
    )
    if unknown := named - set(known):
        raise InvalidInputError({"steps": f"There is no person {min(unknown)}."})


def _step_facts(cycle: CycleRow) -> list[list[Any]]:
    return [
        [step.name, step.owner_name, step.due_date and step.due_date.isoformat()]
        for step in cycle.steps
    ]
