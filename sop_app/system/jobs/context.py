"""What a job's function holds while it works: its arguments, its progress, its way to stop."""

import json
import time as stopwatch
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from sop_app.system import clock
from sop_app.system.auth.schemas import SYSTEM_ACTOR, Actor
from sop_app.system.database import UnitOfWork, acting_as, unit_of_work

REPORT_SECONDS = 0.5

_REPORT = text("""
    UPDATE job SET done_count = :done, total_count = :total, stage = :stage, heartbeat_at = :now
    WHERE id = :id AND status = 'running'
    RETURNING cancel_requested
""")
_COMPLETE = text("""
    UPDATE job SET status = 'done', result = CAST(:result AS jsonb), finished_at = :now, stage = ''
    WHERE id = :id AND status = 'running' AND NOT cancel_requested
    RETURNING id
""")


class JobCancelledError(Exception):
    """The owner asked the job to stop; raised inside the job's function, caught by its worker."""


class JobContext:
    """One run of one job."""

    def __init__(self, job_id: int, owner: Actor, arguments: Mapping[str, Any]) -> None:
        self.job_id = job_id
        self.owner = owner
        self.arguments = arguments
        self._done, self._total, self._stage = 0, 0, ""
        self._reported_at = 0.0

    async def progress(self, done: int, total: int, stage: str = "") -> None:
        """Say how far the job is; written at most twice a second, a new stage at once.

        Args:
            done: Steps done.
            total: Steps in all.
            stage: What the job is doing; the stage before by default.

        Raises:
            JobCancelledError: The owner asked the job to stop.
        """
        is_new_stage = bool(stage) and stage != self._stage
        self._done, self._total, self._stage = done, total, stage or self._stage
        if is_new_stage or stopwatch.monotonic() - self._reported_at >= REPORT_SECONDS:
            await self.report()

    async def check_cancelled(self) -> None:
        """Stop here if the owner asked the job to stop.

        Raises:
            JobCancelledError: The owner did.
        """
        await self.progress(self._done, self._total)

    async def complete(self, uow: UnitOfWork, result: Mapping[str, Any]) -> None:
        """Mark the job as done in the transaction of its work, so that both happen or neither.

        Args:
            uow: The transaction that holds the work.
            result: What the job made.

        Raises:
            JobCancelledError: The owner asked the job to stop; the work is to be rolled back.
        """
        values = {"id": self.job_id, "result": json.dumps(dict(result)), "now": clock.now()}
        if await uow.session.scalar(_COMPLETE, values) is None:
            raise JobCancelledError

    async def report(self) -> None:
        """Write the progress now, in a transaction of its own.

        Raises:
            JobCancelledError: The owner asked the job to stop.
        """
        self._reported_at = stopwatch.monotonic()
        with acting_as(SYSTEM_ACTOR):
            async with unit_of_work() as uow:
                wants_to_stop = await uow.session.scalar(
                    _REPORT,
                    {
                        "id": self.job_id,
                        "done": self._done,
                        "total": self._total,
                        "stage": self._stage[:120],
                        "now": clock.now(),
                    },
                )
        if wants_to_stop:
            raise JobCancelledError
