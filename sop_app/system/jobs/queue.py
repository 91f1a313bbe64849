"""The way of a job's number to a worker: Procrastinate, in the schema ``queue``.

The number is written on the connection of the caller's transaction, so a job that is rolled back
was never queued. Connections of the program already look into the schema (see ``database``).
"""

from typing import Any

import procrastinate
from procrastinate import PsycopgConnector

from sop_app.system.database import APP_ROLE, SEARCH_PATH, UnitOfWork

QUEUE_NAME = "jobs"
TASK_NAME = "run_job"

_sender = procrastinate.App(connector=PsycopgConnector())


async def send_to_worker(uow: UnitOfWork, job_id: int) -> None:
    """Hand a job's number to whichever worker is free first, once the transaction is committed."""
    await uow.session.flush()
    task = _sender.configure_task(TASK_NAME, queue=QUEUE_NAME, connection=uow.driver)
    await task.defer_async(job_id=job_id)


def make_receiver(url: str) -> procrastinate.App:
    """Build the worker's side of the queue.

    Args:
        url: The database, as ``postgresql://``.
    """
    connector = PsycopgConnector(conninfo=url, min_size=1, max_size=4, configure=_give_up_ownership)
    return procrastinate.App(connector=connector)


async def _give_up_ownership(connection: Any) -> None:
    """Act as the application; the connection that listens for new jobs stays without transaction.

    In a transaction that never ends it would hear of no job, and each would wait for the next poll.
    """
    commits_itself = connection.autocommit
    await connection.set_autocommit(True)
    await connection.execute(f"SET ROLE {APP_ROLE}")
    await connection.execute(f"SET search_path = {SEARCH_PATH}")
    await connection.set_autocommit(commits_itself)
