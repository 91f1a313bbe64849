"""What the worker does for mails: send them, and forget old ones."""

from datetime import timedelta

from sqlalchemy import text

from sop_app.system.database import unit_of_work
from sop_app.system.jobs.registry import scheduled

from .outbox import drain_outbox
from .service import QUEUE_CHANNEL

KEPT_DAYS = 365


@scheduled(every=timedelta(seconds=5), channel=QUEUE_CHANNEL)
async def send_mails() -> None:
    """Send what waits in the outbox."""
    await drain_outbox()


@scheduled(every=timedelta(hours=6))
async def forget_old_mails() -> None:
    """Remove mails and read notices after a year."""
    async with unit_of_work() as uow:
        oldest = {"oldest": uow.now - timedelta(days=KEPT_DAYS)}
        await uow.session.execute(
            text("DELETE FROM mail WHERE status <> 'queued' AND created_at < :oldest"), oldest
        )
        await uow.session.execute(text("DELETE FROM notice WHERE created_at < :oldest"), oldest)
