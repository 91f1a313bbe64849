"""Remind sales reps of rows that are not submitted: by the clock once, by hand once a day."""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from sop_app.planning.cycles.queries import find_cycle_head, find_cycles
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.settings.service import get_settings

from .errors import CycleClosedError
from .messages import remind
from .queries import missing_condition
from .rules import EntryAct, statuses_before


async def remind_reps(uow: UnitOfWork, cycle_id: int, rep_ids: Collection[int] | None) -> int:
    """Remind sales reps who still have rows to submit, each at most once a day.

    Args:
        uow: The transaction.
        cycle_id: The cycle.
        rep_ids: Whom; None for everybody with rows to submit.

    Returns:
        How many were reminded; who has submitted everything, or was reminded today, is not.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
    """
    uow.require(Permission.CYCLES_MANAGE)
    cycle = await find_cycle_head(uow, cycle_id)
    if not cycle.is_input_open:
        raise CycleClosedError(cycle)
    today = uow.now.astimezone(ZoneInfo(cycle.time_zone)).date()
    return await _remind(uow, cycle, rep_ids, f"by hand:{today}")


async def remind_due_reps(uow: UnitOfWork) -> int:
    """Remind the reps of every open cycle whose deadline is near; each once per deadline.

    Returns:
        How many were reminded.

    Raises:
        PermissionDeniedError: The person may not manage cycles.
    """
    uow.require(Permission.CYCLES_MANAGE)
    settings = await get_settings()
    count = 0
    for cycle in await find_cycles(uow, "status = 'open' AND closes_at > :now", now=uow.now):
        due_at = reminder_due_at(
            cycle.closes_at,
            cycle.time_zone,
            days_before=settings.reminder_days_before_close,
            at=settings.reminder_time,
        )
        if due_at <= uow.now:
            count += await _remind(uow, cycle, None, f"deadline:{cycle.closes_at:%Y-%m-%d}")
    return count


def reminder_due_at(closes_at: datetime, time_zone: str, *, days_before: int, at: time) -> datetime:
    """Tell when the reminder of a deadline is due: some days before, at a time of the day.

    Example:
        >>> from datetime import UTC
        >>> closes_at = datetime(2026, 12, 11, 16, 0, tzinfo=UTC)
        >>> reminder_due_at(closes_at, "Europe/Berlin", days_before=3, at=time(9)).isoformat()
        '2026-12-08T09:00:00+01:00'
    """
    zone = ZoneInfo(time_zone)
    day = closes_at.astimezone(zone).date() - timedelta(days=days_before)
    return datetime.combine(day, at, zone)


async def _remind(
    uow: UnitOfWork, cycle: CycleRow, rep_ids: Collection[int] | None, occasion: str
) -> int:
    reminded = [
        row.rep_name
        for row in await _reps_with_open_rows(uow, cycle, rep_ids)
        if await remind(
            uow,
            cycle,
            row.sales_rep_id,
            draft_count=row.draft_count,
            missing_count=row.missing_count,
            dedupe_key=f"reminder:cycle {cycle.id}:user {row.sales_rep_id}:{occasion}",
        )
    ]
    if reminded:
        record(uow, "reminders_sent", ("cycle", cycle.id), after={"reps": reminded})
    return len(reminded)


async def _reps_with_open_rows(
    uow: UnitOfWork, cycle: CycleRow, rep_ids: Collection[int] | None
) -> list[Row[Any]]:
    statement = f"""
        SELECT e.sales_rep_id, u.full_name AS rep_name, count(*) AS draft_count,
               count(*) FILTER (WHERE {missing_condition(cycle)}) AS missing_count
        FROM forecast_entry e JOIN app_user u ON u.id = e.sales_rep_id AND u.status = 'active'
        WHERE e.cycle_id = :cycle_id AND e.status = ANY (:statuses)
          AND (CAST(:rep_ids AS integer[]) IS NULL OR e.sales_rep_id = ANY (:rep_ids))
        GROUP BY e.sales_rep_id, u.full_name ORDER BY u.full_name, e.sales_rep_id
    """
    parameters = {
        "cycle_id": cycle.id,
        "statuses": statuses_before(EntryAct.SUBMIT),
        "rep_ids": None if rep_ids is None else list(rep_ids),
    }
    return list(await uow.session.execute(text(statement), parameters))
