"""Do one job as a worker would, to be killed: ``python -m tests.system.spreadsheets.accept_process URL JOB``."""

import asyncio
import sys

from sop_app.system import database
from sop_app.system.jobs.runner import run_job
from tests.system.spreadsheets import importing


async def main(url: str, job_id: int) -> None:
    """Connect, say so, and do the job."""
    assert importing.CUSTOMERS
    database.connect_engine(url)
    async with database.get_engine().connect():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    await run_job(job_id)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
