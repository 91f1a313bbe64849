"""Composition root of the worker: the schedule (APScheduler) and the long tasks (Procrastinate).

Every feature declares in its ``jobs.py`` what it does in the background; this module only
assembles. Several workers may run: each does jobs, one of them keeps the schedule.
"""

import asyncio
import importlib
import logging
import signal
from collections.abc import Awaitable, Callable

import psycopg
import psycopg_pool
from procrastinate.exceptions import ProcrastinateException
from sqlalchemy.exc import SQLAlchemyError

from sop_app.import_kinds import register_import_kinds
from sop_app.system import database
from sop_app.system.jobs.queue import QUEUE_NAME, TASK_NAME, make_receiver
from sop_app.system.jobs.registry import SCHEDULES
from sop_app.system.jobs.runner import run_job
from sop_app.system.jobs.scheduler import keep_schedule

FEATURES_WITH_JOBS = (
    "sop_app.planning.baseline.jobs",
    "sop_app.planning.cycles.jobs",
    "sop_app.planning.forecast_entry.jobs",
    "sop_app.review.reports.jobs",
    "sop_app.system.auth.jobs",
    "sop_app.system.jobs.jobs",
    "sop_app.system.notifications.jobs",
    "sop_app.system.spreadsheets.jobs",
)
CONCURRENT_JOBS = 2
GRACE_SECONDS = 5.0
RETRY_SECONDS = 2.0
DATABASE_TROUBLE = (
    psycopg.OperationalError,
    psycopg_pool.PoolTimeout,
    ProcrastinateException,
    SQLAlchemyError,
)

_log = logging.getLogger(__name__)


def run_worker(url: str) -> None:
    """Work until the process is told to end; work under way is finished or goes back into the queue.

    Args:
        url: The database.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for name in ("apscheduler", "procrastinate"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for feature in FEATURES_WITH_JOBS:
        importlib.import_module(feature)
    register_import_kinds()
    asyncio.run(_work(url))


async def _work(url: str) -> None:
    database.connect_engine(url, pool_size=5)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    parts = [asyncio.create_task(_persist(part, url)) for part in (_do_jobs, _keep_schedule)]
    end = asyncio.create_task(ended.wait())
    finished, _ = await asyncio.wait([end, *parts], return_when=asyncio.FIRST_COMPLETED)
    for part in parts:
        part.cancel()
    await asyncio.wait(parts)
    await database.disconnect_engine()
    for task in finished:
        task.result()


async def _persist(part: Callable[[str], Awaitable[None]], url: str) -> None:
    """Run a part of the worker, again and again when the database goes away and comes back."""
    while True:
        try:
            await part(url)
        except DATABASE_TROUBLE as trouble:
            _log.warning("The database does not answer (%s); trying again.", trouble)
        await asyncio.sleep(RETRY_SECONDS)


async def _keep_schedule(url: str) -> None:
    await keep_schedule(url, SCHEDULES.values())


async def _do_jobs(url: str) -> None:
    receiver = make_receiver(url)
    receiver.task(name=TASK_NAME, queue=QUEUE_NAME)(run_job)
    async with receiver.open_async():
        await receiver.run_worker_async(
            queues=[QUEUE_NAME],
            concurrency=CONCURRENT_JOBS,
            install_signal_handlers=False,
            delete_jobs="always",
            shutdown_graceful_timeout=GRACE_SECONDS,
        )
