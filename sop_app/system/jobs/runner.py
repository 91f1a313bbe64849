"""Do one job from beginning to end, and take up the jobs of workers that died."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from sop_app.kernel.errors import AppError
from sop_app.system.auth.schemas import SYSTEM_ACTOR, Actor
from sop_app.system.database import UnitOfWork, acting_as, get_engine, unit_of_work

from .context import JobCancelledError, JobContext
from .queries import claim_job, find_owner, find_silent_jobs, finish_job, queue_again
from .queue import send_to_worker
from .registry import JOB_KINDS, JobKind
from .schemas import JobStatus

LOCK_CLASS = 7_401_227
LOCK_TRIES = 5
LOCK_PAUSE_SECONDS = 0.2
WATCH_SECONDS = 5.0
SILENCE = timedelta(seconds=10)

_TRY_LOCK = text("SELECT pg_try_advisory_lock(:class, :id)")
_TRY_LOCK_FOR_NOW = text("SELECT pg_try_advisory_xact_lock(:class, :id)")
_UNLOCK = text("SELECT pg_advisory_unlock(:class, :id)")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Claim:
    """A job that this worker has begun."""

    job_id: int
    kind: JobKind
    owner: Actor
    arguments: dict[str, Any]


async def run_job(job_id: int) -> None:
    """Do a job, unless it has ended or another worker does it.

    Refusals and failures end up in the job's row for its owner to read; nothing is raised. When
    the worker is told to stop, the job goes back into the queue.
    """
    async with _job_lock(job_id) as lock:
        if lock is None:
            return
        claim = await _begin(job_id)
        if claim is None:
            return
        work = asyncio.create_task(_work(claim))
        watch = asyncio.create_task(_watch(lock, work))
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError:
            work.cancel()
            await asyncio.wait([work])
            await _give_back(claim)
            raise
        finally:
            watch.cancel()


async def recover_jobs() -> int:
    """Take up the jobs whose worker died: queue them again, or fail those that may not repeat.

    Returns:
        How many there were.
    """
    count = 0
    with acting_as(SYSTEM_ACTOR):
        async with unit_of_work() as uow:
            for row in await find_silent_jobs(uow, uow.now - SILENCE):
                if await uow.session.scalar(_TRY_LOCK_FOR_NOW, _lock_key(row.id)):
                    await _take_up(uow, row.id, JOB_KINDS.get(row.kind), row.attempts)
                    count += 1
    return count


@contextlib.asynccontextmanager
async def _job_lock(job_id: int) -> AsyncIterator[AsyncConnection | None]:
    """Hold the sign of life of a job; the database releases it when this process dies.

    Whoever queued the job again may hold it for a moment more, so it is asked for several times.
    """
    async with get_engine().connect() as opened:
        connection = await opened.execution_options(isolation_level="AUTOCOMMIT")
        for _ in range(LOCK_TRIES):
            if await connection.scalar(_TRY_LOCK, _lock_key(job_id)):
                break
            await asyncio.sleep(LOCK_PAUSE_SECONDS)
        else:
            yield None
            return
        try:
            yield connection
        finally:
            with contextlib.suppress(SQLAlchemyError):
                await connection.execute(_UNLOCK, _lock_key(job_id))


def _lock_key(job_id: int) -> dict[str, int]:
    return {"class": LOCK_CLASS, "id": job_id}


async def _watch(lock: AsyncConnection, work: asyncio.Task[None]) -> None:
    """Stop working when the lock's connection breaks: another worker may take the job up."""
    try:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            await lock.execute(text("SELECT 1"))
    except SQLAlchemyError:
        _log.exception("A job lost its database connection and was stopped.")
        work.cancel()


async def _begin(job_id: int) -> _Claim | None:
    with acting_as(SYSTEM_ACTOR):
        async with unit_of_work() as uow:
            row = await claim_job(uow, job_id)
            if row is None:
                return None
            kind, owner = JOB_KINDS.get(row.kind), await find_owner(uow, row.owner_id)
            if row.cancel_requested:
                await finish_job(uow, job_id, JobStatus.CANCELLED)
            elif kind is None:
                error = f"This version of the program does not know the kind {row.kind}."
                await finish_job(uow, job_id, JobStatus.FAILED, error=error)
            elif owner is None:
                error = "The person who asked for it is no longer active."
                await finish_job(uow, job_id, JobStatus.FAILED, error=error)
            else:
                return _Claim(job_id, kind, owner, row.arguments)
    return None


async def _work(claim: _Claim) -> None:
    context = JobContext(claim.job_id, claim.owner, claim.arguments)
    try:
        with acting_as(claim.owner, request_id=f"job-{claim.job_id}"):
            result = await claim.kind.handler(context)
    except JobCancelledError:
        await _finish(claim.job_id, JobStatus.CANCELLED)
    except AppError as refusal:
        await _finish(claim.job_id, JobStatus.FAILED, error=refusal.message)
    except Exception:  # noqa: BLE001 - whatever happens, the owner reads how the job ended
        _log.exception("Job %s (%s) failed.", claim.job_id, claim.kind.name)
        error = (
            f"Something went wrong in the program. Quote job {claim.job_id} to an administrator."
        )
        await _finish(claim.job_id, JobStatus.FAILED, error=error)
    else:
        await _finish(claim.job_id, JobStatus.DONE, result=result)


async def _finish(
    job_id: int, status: JobStatus, *, error: str = "", result: dict[str, Any] | None = None
) -> None:
    with acting_as(SYSTEM_ACTOR):
        async with unit_of_work() as uow:
            await finish_job(uow, job_id, status, error=error, result=json.dumps(result or {}))


async def _give_back(claim: _Claim) -> None:
    """Queue a job again that the end of this worker interrupted; that costs it no attempt."""
    with acting_as(SYSTEM_ACTOR):
        async with unit_of_work() as uow:
            begun = 1 if claim.kind.max_attempts == 1 else 0
            await uow.session.execute(
                text("UPDATE job SET attempts = greatest(attempts - 1, :begun) WHERE id = :id"),
                {"id": claim.job_id, "begun": begun},
            )
            await _take_up(uow, claim.job_id, claim.kind, begun)


async def _take_up(uow: UnitOfWork, job_id: int, kind: JobKind | None, attempts: int) -> None:
    """Queue an interrupted job again, or fail it if it was begun as often as it may be."""
    if attempts >= (kind.max_attempts if kind else 1):
        await finish_job(uow, job_id, JobStatus.FAILED, error=_interrupted(attempts))
    elif await queue_again(uow, job_id):
        await send_to_worker(uow, job_id)


def _interrupted(attempts: int) -> str:
    times = "" if attempts == 1 else f", {attempts} times"
    return (
        f"The program stopped in the middle of it{times}. What was not finished was undone;"
        " start it again."
    )
