"""Old sessions, tokens and links are forgotten; those that count are not."""

from sop_app.system.auth.jobs import forget_old_sessions
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.sessions import open_session
from sop_app.system.database import unit_of_work


async def test_only_old_sessions_are_forgotten(as_system, make_user, owner_rows) -> None:
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    async with unit_of_work() as uow:
        for _ in range(2):
            await open_session(uow, elena.user_id, user_agent="Firefox")
        connection = await uow.session.connection()
        await connection.exec_driver_sql(
            """
            UPDATE user_session SET expires_at = expires_at - interval '8 days'
            WHERE id = (SELECT min(id) FROM user_session)
            """
        )
    await forget_old_sessions()
    assert len(owner_rows("SELECT id FROM user_session")) == 1
