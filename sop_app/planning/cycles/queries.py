"""Reads of planning cycles. A cycle belongs to everybody; its figures do not."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, TextClause, text

from sop_app.kernel.errors import NotFoundError
from sop_app.system.database import UnitOfWork

from .rules import StepStatus, is_input_open
from .schemas import CycleRow, CycleStepRow

_COLUMNS = """
    id, name, start_month, horizon_months, mandatory_months, opens_at, closes_at, time_zone,
    status, prefill, opened_at, closed_at, version
"""
_HEAD = text(f"SELECT {_COLUMNS} FROM cycle WHERE id = :cycle_id")
_HELD_HEAD = text(f"""
    SELECT {_COLUMNS} FROM held_cycle(:cycle_id), set_config('plan_cache_mode', :plans, true)
""")
_KEEP_PLANS = "force_generic_plan"
"""What follows in the transaction are acts on a few rows by their keys, the same all day: making
a plan for each takes longer than the act."""
_STEPS = text("""
    SELECT s.cycle_id, s.position, s.name, s.status, s.owner_id, u.full_name AS owner_name,
           s.due_date
    FROM cycle_step s LEFT JOIN app_user u ON u.id = s.owner_id
    WHERE s.cycle_id = ANY (:cycle_ids)
    ORDER BY s.cycle_id, s.position
""")


async def find_cycles(uow: UnitOfWork, condition: str, **parameters: Any) -> list[CycleRow]:
    """Read the cycles that meet a condition, the latest start month first, with their steps."""
    statement = text(
        f"SELECT {_COLUMNS} FROM cycle WHERE {condition} ORDER BY start_month DESC, id DESC"
    )
    rows = list(await uow.session.execute(statement, parameters))
    steps = await _read_steps(uow, rows)
    return [_cycle_row(uow, row._mapping, steps.get(row.id, ())) for row in rows]


async def find_cycle(uow: UnitOfWork, cycle_id: int) -> CycleRow:
    """Read one cycle.

    Raises:
        NotFoundError: There is none with this key.
    """
    found = await find_cycles(uow, "id = :cycle_id", cycle_id=cycle_id)
    if not found:
        raise NotFoundError("cycle", cycle_id)
    return found[0]


async def find_cycle_head(uow: UnitOfWork, cycle_id: int) -> CycleRow:
    """Read one cycle without its steps: what every act on its figures needs to know.

    Raises:
        NotFoundError: There is none with this key.
    """
    return await _read_head(uow, _HEAD, cycle_id=cycle_id)


async def find_held_cycle(uow: UnitOfWork, cycle_id: int) -> CycleRow:
    """Read one cycle without its steps, and keep its status as it is until the commit.

    Raises:
        NotFoundError: There is none with this key.
    """
    return await _read_head(uow, _HELD_HEAD, cycle_id=cycle_id, plans=_KEEP_PLANS)


async def _read_head(uow: UnitOfWork, statement: TextClause, **parameters: Any) -> CycleRow:
    rows = await uow.fetch(statement, parameters)
    if not rows:
        raise NotFoundError("cycle", parameters["cycle_id"])
    return _cycle_row(uow, rows[0]._asdict())


def _cycle_row(
    uow: UnitOfWork, row: Mapping[Any, Any], steps: tuple[CycleStepRow, ...] = ()
) -> CycleRow:
    is_open = is_input_open(row["status"], row["closes_at"], uow.now)
    return CycleRow(**row, is_input_open=is_open, steps=steps)


async def _read_steps(
    uow: UnitOfWork, cycles: list[Row[Any]]
) -> dict[int, tuple[CycleStepRow, ...]]:
    zones = {cycle.id: cycle.time_zone for cycle in cycles}
    by_cycle: dict[int, tuple[CycleStepRow, ...]] = {}
    for row in await uow.session.execute(_STEPS, {"cycle_ids": list(zones)}):
        fields = dict(row._mapping)
        cycle_id = fields.pop("cycle_id")
        today = uow.now.astimezone(ZoneInfo(zones[cycle_id])).date()
        is_overdue = (
            row.status != StepStatus.DONE and row.due_date is not None and row.due_date < today
        )
        step = CycleStepRow(**fields, is_overdue=is_overdue)
        by_cycle[cycle_id] = (*by_cycle.get(cycle_id, ()), step)
    return by_cycle
