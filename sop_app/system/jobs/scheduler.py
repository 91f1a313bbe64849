"""Call every scheduled duty by the clock, in exactly one of all running workers.

The worker that holds an advisory lock of the database is the scheduler; the others wait for it to
die. The clock is APScheduler with its jobs in memory, rebuilt from the code and the settings.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable
from datetime import time

import psycopg
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from psycopg import sql

from sop_app.system import clock
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.config import get_config
from sop_app.system.database import acting_as
from sop_app.system.settings.service import get_settings

from .registry import Schedule

SCHEDULER_LOCK = 7_401_228
ELECTION_SECONDS = 3.0
PATIENCE_SECONDS = 20.0

_log = logging.getLogger(__name__)


class DutyRoster:
    """The duties on the clock of one process."""

    def __init__(self, schedules: Iterable[Schedule]) -> None:
        self._schedules = {schedule.name: schedule for schedule in schedules}
        self._busy: dict[str, asyncio.Event] = {}
        self._asked_again: set[str] = set()
        self._times: dict[str, time] = {}
        self._clock = AsyncIOScheduler(
            timezone=get_config().time_zone,
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )

    @property
    def channels(self) -> set[str]:
        """The notifications that ask for a duty."""
        return {schedule.channel for schedule in self._schedules.values() if schedule.channel}

    async def start(self) -> None:
        """Put every duty on the clock, beginning now."""
        for schedule in self._schedules.values():
            trigger = await self._trigger_of(schedule)
            now = clock.now()
            self._clock.add_job(self._do, trigger, [schedule], id=schedule.name, next_run_time=now)
        self._clock.start()

    async def follow_settings(self) -> None:
        """Move the daily duties whose time of day has changed."""
        for schedule in self._schedules.values():
            known = self._times.get(schedule.name)
            trigger = await self._trigger_of(schedule)
            if known != self._times.get(schedule.name):
                self._clock.reschedule_job(schedule.name, trigger=trigger)

    def hear(self, channel: str) -> None:
        """Do the duties of a notification now, or once more if they are being done."""
        for schedule in self._schedules.values():
            if schedule.channel != channel:
                continue
            if schedule.name in self._busy:
                self._asked_again.add(schedule.name)
            else:
                self._clock.modify_job(schedule.name, next_run_time=clock.now())

    async def stop(self) -> None:
        """Take the duties off the clock and let those that are being done come to their end."""
        self._clock.pause()
        ends = [asyncio.create_task(done.wait()) for done in self._busy.values()]
        if ends:
            await asyncio.wait(ends, timeout=PATIENCE_SECONDS)
        self._clock.shutdown(wait=False)

    async def _trigger_of(self, schedule: Schedule) -> BaseTrigger:
        if schedule.daily_at is None:
            seconds = schedule.every.total_seconds() if schedule.every else 0
            return IntervalTrigger(seconds=int(seconds))
        moment = schedule.daily_at(await get_settings())
        self._times[schedule.name] = moment
        zone = get_config().time_zone
        return CronTrigger(hour=moment.hour, minute=moment.minute, timezone=zone)

    async def _do(self, schedule: Schedule) -> None:
        done = self._busy[schedule.name] = asyncio.Event()
        try:
            with acting_as(SYSTEM_ACTOR, request_id=schedule.name.rsplit(".", 1)[-1]):
                await schedule.duty()
        except Exception:  # noqa: BLE001 - the duty comes round again; the others go on
            _log.exception(
                "The duty %s failed; it is tried again when it is next due.", schedule.name
            )
        finally:
            del self._busy[schedule.name]
            done.set()
        if schedule.name in self._asked_again:
            self._asked_again.discard(schedule.name)
            self.hear(schedule.channel)


async def keep_schedule(url: str, schedules: Iterable[Schedule]) -> None:
    """Be the scheduler whenever no other worker is; runs until it is cancelled.

    Args:
        url: The database, as ``postgresql://``.
        schedules: What to do when.

    Raises:
        psycopg.OperationalError: The database went away, and with it the right to be the scheduler.
    """
    async with _election(url) as connection:
        roster = DutyRoster(schedules)
        for channel in roster.channels:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        await roster.start()
        _log.info("This worker keeps the schedule.")
        try:
            while True:
                async for notification in connection.notifies(timeout=ELECTION_SECONDS):
                    roster.hear(notification.channel)
                await connection.execute("SELECT 1")
                await roster.follow_settings()
        finally:
            await roster.stop()


@contextlib.asynccontextmanager
async def _election(url: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """Wait until this process holds the scheduler's lock; the database frees it if it dies."""
    connection = await psycopg.AsyncConnection.connect(url, autocommit=True)
    async with connection:
        while True:
            found = await connection.execute("SELECT pg_try_advisory_lock(%s)", [SCHEDULER_LOCK])
            if await found.fetchone() == (True,):
                break
            await asyncio.sleep(ELECTION_SECONDS)
        yield connection
