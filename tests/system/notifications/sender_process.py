"""Send mails until killed: ``python -m tests.system.notifications.sender_process URL``."""

import asyncio
import sys
from datetime import timedelta

from sop_app.system import database
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.notifications.outbox import drain_outbox


async def send_forever(url: str) -> None:
    """Do what the worker does, with short leases so that a crash is over soon."""
    database.connect_engine(url)
    with database.acting_as(SYSTEM_ACTOR):
        while True:
            await drain_outbox(lease=timedelta(seconds=1))
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    asyncio.run(send_forever(sys.argv[1]))
