"""Put behind the bells of the demo company what its open cycle has brought so far."""

from sqlalchemy import text

from sop_app.system.database import UnitOfWork
from sop_app.system.notifications.service import queue_notice

from .generator import DemoCompany
from .plan import DemoEntry, EntryStatus


async def queue_notices(uow: UnitOfWork, company: DemoCompany) -> None:
    """Tell managers who submitted, and reps what was returned."""
    rows = await uow.session.execute(text("SELECT email, id FROM app_user"))
    keys = {row.email: row.id for row in rows}
    people = {user.email: user for user in company.users}
    cycle = company.cycles[1].name
    for email, entries in _by_rep(company, cycle).items():
        manager = people[people[email].manager_email or ""]
        count, comment = len(entries), entries[0].decision_comment
        if entries[0].status is EntryStatus.SUBMITTED:
            title = f"{people[email].full_name} submitted {count} rows of {cycle}"
            await queue_notice(
                uow,
                keys[manager.email],
                title,
                detail="Waiting for your review",
                href=f"/review?rep={keys[email]}",
            )
        elif entries[0].status is EntryStatus.RETURNED:
            title = f"{manager.full_name} returned {count} rows of {cycle}"
            await queue_notice(
                uow, keys[email], title, detail=comment, href="/forecast", severity="warning"
            )


def _by_rep(company: DemoCompany, cycle_name: str) -> dict[str, list[DemoEntry]]:
    found: dict[str, list[DemoEntry]] = {}
    for entry in company.entries:
        if entry.cycle_name == cycle_name:
            found.setdefault(entry.sales_rep_email, []).append(entry)
    return found
