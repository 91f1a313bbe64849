"""Composition root of the worker: the schedule (APScheduler) and the long tasks (Procrastinate)."""

import asyncio
import signal

from sop_app.system import database


def run_worker(url: str) -> None:
    """Work until the process is told to end.

    Args:
        url: The database.
    """
    asyncio.run(_work(url))


async def _work(url: str) -> None:
    database.connect_engine(url, pool_size=5)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    await ended.wait()
    await database.disconnect_engine()
