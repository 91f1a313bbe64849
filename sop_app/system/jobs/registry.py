"""Which function does a kind of job, and what is done by the clock.

A feature declares both in its ``jobs.py``; the worker imports those modules and so knows them all.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from sop_app.system.settings.schemas import Settings

from .context import JobContext

JobHandler = Callable[[JobContext], Awaitable[dict[str, Any] | None]]
Duty = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class JobKind:
    """How a kind of job is done.

    Attributes:
        max_attempts: How often it is begun when its worker dies; 1 never repeats it.
    """

    name: str
    handler: JobHandler
    max_attempts: int


@dataclass(frozen=True)
class Schedule:
    """Something done by the clock, either ``every`` so often or daily at a time from the settings.

    A duty does what is due and nothing twice, so a late run is a correct run. It is also run once
    when the worker starts, and whenever the database notifies ``channel``.
    """

    name: str
    duty: Duty
    every: timedelta | None = None
    daily_at: Callable[[Settings], time] | None = None
    channel: str = ""


JOB_KINDS: dict[str, JobKind] = {}
SCHEDULES: dict[str, Schedule] = {}


def job(kind: str, *, max_attempts: int = 3) -> Callable[[JobHandler], JobHandler]:
    """Declare the function that does a kind of job.

    The function opens its own units of work; they act for the job's owner. What it returns is the
    job's result. Work that must not happen twice ends with ``context.complete(uow, result)`` in
    its own transaction.

    Args:
        kind: Name of the kind, as given to ``start_job``.
        max_attempts: How often the job is begun when its worker dies in the middle.
    """

    def register(handler: JobHandler) -> JobHandler:
        JOB_KINDS[kind] = JobKind(kind, handler, max_attempts)
        return handler

    return register


def scheduled(
    *,
    every: timedelta | None = None,
    daily_at: Callable[[Settings], time] | None = None,
    channel: str = "",
) -> Callable[[Duty], Duty]:
    """Declare a function that the worker calls by the clock, on behalf of the program itself.

    Args:
        every: The time between two calls.
        daily_at: Picks the time of day from the settings; it is meant in the installation's time
            zone.
        channel: Name of a PostgreSQL notification that asks for a call at once.
    """

    def register(duty: Duty) -> Duty:
        name = f"{duty.__module__}.{duty.__name__}"
        SCHEDULES[name] = Schedule(name, duty, every, daily_at, channel)
        return duty

    return register
