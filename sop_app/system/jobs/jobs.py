"""What the worker does for the jobs themselves: take up lost ones, remove what has expired."""

from datetime import timedelta

from sqlalchemy import text

from sop_app.system.database import unit_of_work

from .files import delete_expired_files
from .registry import scheduled
from .runner import recover_jobs

KEPT_DAYS = 90


@scheduled(every=timedelta(seconds=15))
async def take_up_lost_jobs() -> None:
    """Queue the jobs of workers that died, or say that they failed."""
    await recover_jobs()


@scheduled(every=timedelta(hours=1))
async def remove_expired_files() -> None:
    """Remove files whose time has passed, jobs that ended long ago, and what crashes left behind."""
    async with unit_of_work() as uow:
        await delete_expired_files(uow)
        oldest = uow.now - timedelta(days=KEPT_DAYS)
        await uow.session.execute(
            text("DELETE FROM job WHERE finished_at < :oldest"), {"oldest": oldest}
        )
        await uow.session.execute(
            text("DELETE FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NULL")
        )
