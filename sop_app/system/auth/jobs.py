"""What the worker does for sign-in: forget what is worth nothing any more."""

from datetime import timedelta

from sqlalchemy import text

from sop_app.system.database import unit_of_work
from sop_app.system.jobs.registry import scheduled

KEPT_AFTER_THE_END = timedelta(days=7)
DEVICE_KEPT = timedelta(days=400)


@scheduled(every=timedelta(hours=1))
async def forget_old_sessions() -> None:
    """Remove sessions, tokens and links a week after their end, and devices unused for a year."""
    async with unit_of_work() as uow:
        for table, column, kept in (
            ("user_session", "expires_at", KEPT_AFTER_THE_END),
            ("refresh_token", "expires_at", KEPT_AFTER_THE_END),
            ("one_time_token", "expires_at", KEPT_AFTER_THE_END),
            ("sign_in_throttle", "last_failed_at", KEPT_AFTER_THE_END),
            ("known_device", "seen_at", DEVICE_KEPT),
        ):
            await uow.session.execute(
                text(f"DELETE FROM {table} WHERE {column} < :oldest"), {"oldest": uow.now - kept}
            )
