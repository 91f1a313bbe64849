"""Open, close and reopen the input window of a cycle.

Opening creates the forecast entries and is therefore a verb of ``forecast_entry``, which asks
here for the change of status. At most one cycle is open at a time, so that "the open cycle" is a
phrase everybody understands.
"""

from datetime import datetime

from sqlalchemy import text

from sop_app.kernel.errors import ConflictError
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from .draft_checks import check_reason, refuse_past_deadline
from .notices import announce_window
from .queries import find_cycle, find_cycles
from .rules import CycleAct, CycleStatus, StepStatus, next_status
from .schemas import CycleRow
from .writes import hold_cycle_alone, lock_cycle, write_cycle, write_step

_LOCK_OPENING = 71_002


async def mark_opened(uow: UnitOfWork, cycle_id: int) -> CycleRow:
    """Take a draft to OPEN and its first step to ACTIVE; its entries are created by the caller.

    Opened before its planned instant, the window begins now.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        NotFoundError: There is no such cycle.
        WrongStatusError: The cycle is no draft.
        ConflictError: Another cycle is open.
        InvalidInputError: The deadline has passed.
    """
    uow.require(Permission.CYCLES_MANAGE)
    cycle = await lock_cycle(uow, cycle_id)
    status = next_status(cycle.name, cycle.status, CycleAct.OPENED)
    refuse_past_deadline(cycle.closes_at, uow.now)
    await _refuse_second_open(uow, cycle)
    opens_at = min(cycle.opens_at, uow.now)
    await write_cycle(uow, cycle_id, status=status, opened_at=uow.now, opens_at=opens_at)
    await write_step(uow, cycle_id, 1, StepStatus.ACTIVE)
    return await find_cycle(uow, cycle_id)


async def close_cycle(uow: UnitOfWork, cycle_id: int) -> CycleRow:
    """Close the input window now. Entries freeze as they are.

    Waits for edits that are being saved at this moment; none is saved afterwards.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        NotFoundError: There is no such cycle.
        WrongStatusError: The cycle is not open.
    """
    uow.require(Permission.CYCLES_MANAGE)
    cycle = await lock_cycle(uow, cycle_id)
    status = next_status(cycle.name, cycle.status, CycleAct.CLOSED)
    await write_cycle(uow, cycle_id, status=status, closed_at=uow.now)
    record(
        uow,
        "cycle_closed",
        ("cycle", cycle_id),
        before={"status": cycle.status},
        after={"status": status},
    )
    closed = await find_cycle(uow, cycle_id)
    await announce_window(uow, closed)
    return closed


async def close_due_cycles(uow: UnitOfWork) -> list[CycleRow]:
    """Close every open cycle whose deadline has passed; each is closed and reported exactly once.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
    """
    due = await find_cycles(uow, "status = 'open' AND closes_at <= :now", now=uow.now)
    closed: list[CycleRow] = []
    for cycle in due:
        await hold_cycle_alone(uow, cycle.id)
        present = await find_cycle(uow, cycle.id)
        if present.status == CycleStatus.OPEN and present.closes_at <= uow.now:
            closed.append(await close_cycle(uow, cycle.id))
    return closed


async def reopen_cycle(
    uow: UnitOfWork, cycle_id: int, *, reason: str, closes_at: datetime
) -> CycleRow:
    """Open the input window of a closed cycle again, until a new deadline.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        NotFoundError: There is no such cycle.
        WrongStatusError: The cycle is not closed.
        InvalidInputError: The reason is missing, or the new deadline has passed.
        ConflictError: Another cycle is open.
    """
    uow.require(Permission.CYCLES_MANAGE)
    cycle = await lock_cycle(uow, cycle_id)
    status = next_status(cycle.name, cycle.status, CycleAct.REOPENED)
    reason = check_reason(reason)
    refuse_past_deadline(closes_at, uow.now)
    await _refuse_second_open(uow, cycle)
    await write_cycle(uow, cycle_id, status=status, closes_at=closes_at, closed_at=None)
    record(
        uow,
        "cycle_reopened",
        ("cycle", cycle_id),
        before={"status": cycle.status, "closes_at": cycle.closes_at, "reason": ""},
        after={"status": status, "closes_at": closes_at, "reason": reason},
        severity="warning",
    )
    reopened = await find_cycle(uow, cycle_id)
    await announce_window(uow, reopened, detail=reason)
    return reopened


async def _refuse_second_open(uow: UnitOfWork, cycle: CycleRow) -> None:
    await uow.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_OPENING})
    for other in await find_cycles(uow, "status = 'open' AND id <> :id", id=cycle.id):
        raise ConflictError(
            f"The cycle {other.name} is open, and one cycle is open at a time. "
            f"Close it before you open {cycle.name}.",
            theirs=other.name,
        )
