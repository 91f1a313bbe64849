"""Tell everybody who plans that the input window has moved."""

from sqlalchemy import text

from sop_app.system.auth.permissions import Role
from sop_app.system.database import UnitOfWork
from sop_app.system.notifications.service import queue_notice

from .rules import CycleStatus, describe_instant
from .schemas import CycleRow

PLANNING_ROLES = (Role.SALES_REP, Role.SALES_MANAGER, Role.SOP_COORDINATOR)

_PLANNERS = text("""
    SELECT DISTINCT u.id FROM app_user u JOIN user_role r ON r.user_id = u.id
    WHERE u.status = 'active' AND r.role = ANY (:roles) ORDER BY u.id
""")


async def announce_window(uow: UnitOfWork, cycle: CycleRow, *, detail: str = "") -> None:
    """Put the present state of a cycle's window behind the bell of reps, managers, coordinators."""
    if cycle.status == CycleStatus.OPEN:
        deadline = describe_instant(cycle.closes_at, cycle.time_zone)
        title = f"{cycle.name} is open again until {deadline}"
    else:
        title = f"The input window of {cycle.name} is closed"
    planners = await uow.session.scalars(
        _PLANNERS, {"roles": [str(role) for role in PLANNING_ROLES]}
    )
    for user_id in planners:
        await queue_notice(uow, user_id, title, detail=detail, href="/forecast")
