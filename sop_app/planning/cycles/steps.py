"""Move a cycle through its five steps, one active at a time."""

from sqlalchemy import text

from sop_app.kernel.errors import ConflictError, NotFoundError
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from .queries import find_cycle
from .rules import StepStatus
from .schemas import CycleRow
from .writes import lock_cycle, write_step


async def finish_step(uow: UnitOfWork, cycle_id: int, position: int) -> CycleRow:
    """Finish the active step of a cycle; the next one begins.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        NotFoundError: There is no such cycle or step.
        ConflictError: The step is not the active one.
    """
    return await _move_step(uow, cycle_id, position, StepStatus.ACTIVE, StepStatus.DONE)


async def resume_step(uow: UnitOfWork, cycle_id: int, position: int) -> CycleRow:
    """Take up the step that was finished last; the one after it waits again.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        NotFoundError: There is no such cycle or step.
        ConflictError: The step was not the last one to be finished.
    """
    return await _move_step(uow, cycle_id, position, StepStatus.DONE, StepStatus.ACTIVE)


async def _move_step(
    uow: UnitOfWork, cycle_id: int, position: int, origin: StepStatus, target: StepStatus
) -> CycleRow:
    """Take a step from ACTIVE to DONE or back; its successor becomes what fits."""
    uow.require(Permission.CYCLES_MANAGE)
    cycle = await lock_cycle(uow, cycle_id)
    step = next((step for step in cycle.steps if step.position == position), None)
    if step is None:
        raise NotFoundError("step", position)
    successor = next((later for later in cycle.steps if later.position == position + 1), None)
    expected = StepStatus.PENDING if origin is StepStatus.ACTIVE else StepStatus.ACTIVE
    if step.status != origin or (successor and successor.status != expected):
        raise ConflictError(f"The step {step.name} is {step.status}.", theirs=step.status)
    await write_step(uow, cycle_id, position, target)
    if successor:
        following = StepStatus.ACTIVE if target is StepStatus.DONE else StepStatus.PENDING
        await write_step(uow, cycle_id, position + 1, following)
    record(
        uow,
        "cycle_step_moved",
        ("cycle", cycle_id),
        before={step.name: origin},
        after={step.name: target},
    )
    return await find_cycle(uow, cycle_id)


async def list_step_owners(uow: UnitOfWork) -> list[tuple[int, str]]:
    """List the people who can own a step, as key and name.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
    """
    uow.require(Permission.CYCLES_MANAGE)
    rows = await uow.session.execute(
        text("""
            SELECT id, full_name FROM app_user WHERE id > 0 AND status <> 'disabled'
            ORDER BY full_name, id
        """)
    )
    return [(user_id, name) for user_id, name in rows]
