"""What the worker does for cycles by the clock."""

from datetime import timedelta

from sop_app.system.database import unit_of_work
from sop_app.system.jobs.registry import scheduled
from sop_app.system.settings.service import get_settings

from .window import close_due_cycles


@scheduled(every=timedelta(seconds=30))
async def close_cycles_at_their_deadline() -> None:
    """Close the cycles whose deadline has passed, unless the settings leave that to people."""
    if (await get_settings()).auto_close_cycles:
        async with unit_of_work() as uow:
            await close_due_cycles(uow)
