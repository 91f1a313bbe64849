"""Lock a cycle for the length of a transaction and write its row."""

from typing import Any

from sqlalchemy import text, update
from sqlmodel import col

from sop_app.kernel.errors import ConflictError
from sop_app.system.database import UnitOfWork

from .models import Cycle, CycleStep
from .queries import find_cycle
from .rules import StepStatus
from .schemas import CycleRow

_LOCK_CYCLE = 71_001
_HOLD_ALONE = text(f"SELECT pg_advisory_xact_lock({_LOCK_CYCLE}, :cycle_id)")


async def hold_cycle_alone(uow: UnitOfWork, cycle_id: int) -> None:
    """Keep a cycle's status as it is, and everybody's hands off its figures, to the commit.

    Edits hold a cycle together (``queries.find_held_cycle``), opening and closing alone, so that
    an edit is either saved before the close or refused after it. The lock lives in memory: an
    edit writes nothing to the cycle.
    """
    await uow.session.execute(_HOLD_ALONE, {"cycle_id": cycle_id})


async def lock_cycle(uow: UnitOfWork, cycle_id: int, version: int | None = None) -> CycleRow:
    """Read a cycle that nobody else changes, opens, closes or edits figures of meanwhile.

    Args:
        uow: The transaction.
        cycle_id: The cycle.
        version: The version the coordinator saw; None where any will do.

    Raises:
        NotFoundError: There is no such cycle.
        ConflictError: The cycle has another version by now.
    """
    await hold_cycle_alone(uow, cycle_id)
    cycle = await find_cycle(uow, cycle_id)
    if version is not None and cycle.version != version:
        raise ConflictError(
            f"{cycle.name} was changed by somebody else since you opened it.",
            theirs=cycle,
        )
    return cycle


async def write_cycle(uow: UnitOfWork, cycle_id: int, **fields: Any) -> None:
    """Write fields of a cycle that is locked, and count its version up."""
    await uow.session.execute(
        update(Cycle)
        .where(col(Cycle.id) == cycle_id)
        .values(**fields, version=col(Cycle.version) + 1)
    )


async def write_step(uow: UnitOfWork, cycle_id: int, position: int, status: StepStatus) -> None:
    """Write the status of one step."""
    await uow.session.execute(
        update(CycleStep)
        .where(col(CycleStep.cycle_id) == cycle_id, col(CycleStep.position) == position)
        .values(status=status)
    )
