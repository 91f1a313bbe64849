"""What the worker does for sales input by the clock."""

from sop_app.system.database import unit_of_work
from sop_app.system.jobs.registry import scheduled

from .reminders import remind_due_reps


@scheduled(daily_at=lambda settings: settings.reminder_time)
async def remind_reps_of_deadlines() -> None:
    """Remind the reps who still have rows to submit when a deadline is near."""
    async with unit_of_work() as uow:
        await remind_due_reps(uow)
