"""Start, watch and stop background work."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from sop_app.kernel.errors import NotFoundError
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from .models import Job
from .queries import find_jobs
from .queue import send_to_worker
from .schemas import JobStatus, JobView


async def start_job(uow: UnitOfWork, kind: str, title: str, arguments: Mapping[str, Any]) -> int:
    """Ask for background work; a worker begins it once this transaction is committed.

    The work is done on behalf of the acting person, with the roles the person has when it begins.

    Args:
        uow: The transaction.
        kind: A kind declared with ``@job`` in some feature's ``jobs.py``.
        title: What the person reads beside the progress bar, ``Import of orders.xlsx``.
        arguments: What the work needs, as JSON; ids rather than contents.

    Returns:
        The job's id.
    """
    job = Job(
        kind=kind,
        title=title[:200],
        owner_id=uow.actor.user_id,
        status=JobStatus.QUEUED,
        arguments=dict(arguments),
        created_at=uow.now,
    )
    uow.session.add(job)
    await uow.session.flush()
    await send_to_worker(uow, job.id)
    return job.id


async def get_job(uow: UnitOfWork, job_id: int) -> JobView:
    """Tell how far a job is.

    Raises:
        NotFoundError: There is no such job, or it is somebody else's.
    """
    condition = f"j.id = :job_id AND {_is_visible(uow)}"
    found = await find_jobs(uow, condition, job_id=job_id, user_id=uow.actor.user_id)
    if not found:
        raise NotFoundError("job", job_id)
    return found[0]


async def list_jobs(uow: UnitOfWork, *, kind: str = "", limit: int = 50) -> list[JobView]:
    """List the acting person's jobs, newest first; who may view jobs sees everybody's.

    Args:
        uow: The transaction.
        kind: Only this kind.
        limit: How many at most.
    """
    return await find_jobs(
        uow,
        f"(:kind = '' OR j.kind = :kind) AND {_is_visible(uow)}",
        kind=kind,
        user_id=uow.actor.user_id,
        row_limit=min(limit, 500),
    )


async def cancel_job(uow: UnitOfWork, job_id: int) -> None:
    """Stop a job: at once if it has not begun, else at the next step where it can stop.

    A job that has ended stays as it is.

    Raises:
        NotFoundError: There is no such job, or it is somebody else's.
    """
    await get_job(uow, job_id)
    await uow.session.execute(
        text("""
            UPDATE job SET
                cancel_requested = true,
                status = CASE status WHEN 'queued' THEN 'cancelled' ELSE status END,
                finished_at = CASE status WHEN 'queued' THEN :now ELSE finished_at END
            WHERE id = :id AND status IN ('queued', 'running')
        """),
        {"id": job_id, "now": uow.now},
    )


def _is_visible(uow: UnitOfWork) -> str:
    return "true" if uow.actor.may(Permission.JOBS_VIEW) else "j.owner_id = :user_id"
