"""Reads and claims of jobs. Claiming is one statement, so two workers never both win."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR, Actor
from sop_app.system.database import UnitOfWork

from .queue import TASK_NAME
from .schemas import JobStatus, JobView

_COLUMNS = """
    j.id, j.kind, j.title, j.owner_id, u.full_name AS owner_name, j.status, j.done_count,
    j.total_count, j.stage, j.error, j.result, j.cancel_requested, j.created_at, j.started_at,
    j.finished_at
"""
_CLAIM = text("""
    UPDATE job SET status = 'running', attempts = attempts + 1, started_at = :now,
                   heartbeat_at = :now, done_count = 0, total_count = 0, stage = ''
    WHERE id = :id AND status = 'queued'
    RETURNING kind, arguments, owner_id, cancel_requested
""")
_OWNER = text("""
    SELECT u.full_name, u.email,
           (SELECT array_agg(r.role) FROM user_role r WHERE r.user_id = u.id)
    FROM app_user u WHERE u.id = :id AND u.status = 'active'
""")
_FINISH = text("""
    UPDATE job SET status = :status, error = :error, result = CAST(:result AS jsonb),
                   finished_at = :now, stage = ''
    WHERE id = :id AND status IN ('queued', 'running')
""")
_SILENT = text("""
    SELECT j.id, j.kind, j.attempts FROM job j
    WHERE j.status IN ('queued', 'running')
      AND coalesce(j.heartbeat_at, j.created_at) < :silent_since
      AND NOT EXISTS (
          SELECT FROM procrastinate_jobs p
          WHERE p.task_name = :task_name AND p.status = 'todo'
            AND (p.args ->> 'job_id')::integer = j.id
      )
    ORDER BY j.id
""")


async def find_jobs(uow: UnitOfWork, condition: str, **parameters: Any) -> list[JobView]:
    """Read jobs that meet a condition, the newest first."""
    rows = await uow.session.execute(
        text(
            f"SELECT {_COLUMNS} FROM job j JOIN app_user u ON u.id = j.owner_id"
            f" WHERE {condition} ORDER BY j.id DESC LIMIT :row_limit"
        ),
        {"row_limit": 1, **parameters},
    )
    return [_view(row) for row in rows]


async def claim_job(uow: UnitOfWork, job_id: int) -> Row[Any] | None:
    """Begin a queued job; None if there is nothing to begin."""
    rows = await uow.session.execute(_CLAIM, {"id": job_id, "now": uow.now})
    return rows.one_or_none()


async def find_owner(uow: UnitOfWork, user_id: int) -> Actor | None:
    """Read who a job acts for, with the roles of this moment; None if the person is not active."""
    if user_id == SYSTEM_ACTOR.user_id:
        return SYSTEM_ACTOR
    found = (await uow.session.execute(_OWNER, {"id": user_id})).one_or_none()
    if found is None:
        return None
    name, email, roles = found
    return Actor(user_id, name, email, frozenset(map(Role, roles or ())))


async def finish_job(
    uow: UnitOfWork, job_id: int, status: JobStatus, *, error: str = "", result: str = "{}"
) -> None:
    """Note how a job ended; a job that completed itself stays as it is."""
    values = {"id": job_id, "status": status, "error": error[:1000], "result": result}
    await uow.session.execute(_FINISH, {**values, "now": uow.now})


async def queue_again(uow: UnitOfWork, job_id: int) -> bool:
    """Put an interrupted job back; tell whether there was one to put back."""
    found = await uow.session.scalar(
        text("""
            UPDATE job SET status = 'queued', heartbeat_at = :now, stage = ''
            WHERE id = :id AND status IN ('queued', 'running') RETURNING id
        """),
        {"id": job_id, "now": uow.now},
    )
    return found is not None


async def find_silent_jobs(uow: UnitOfWork, silent_since: datetime) -> list[Row[Any]]:
    """Read jobs that no queue holds and that have not been heard of since a moment."""
    values = {"task_name": TASK_NAME, "silent_since": silent_since}
    return list((await uow.session.execute(_SILENT, values)).all())


def _view(row: Row[Any]) -> JobView:
    return JobView(
        id=row.id,
        kind=row.kind,
        title=row.title,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        status=JobStatus(row.status),
        done_count=row.done_count,
        total_count=row.total_count,
        stage=row.stage,
        error=row.error,
        result=row.result or {},
        is_cancelling=row.cancel_requested and row.status == JobStatus.RUNNING,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
