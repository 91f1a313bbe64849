"""What the account page shows and does."""

from typing import Any

import reflex as rx

from sop_app.system import clock
from sop_app.system.auth import account
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.rules import name_browser
from sop_app.system.auth.schemas import SessionRow
from sop_app.system.database import unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState


class AccountState(rx.State):
    """The acting person's own facts and open sessions."""

    full_name: str = ""
    email: str = ""
    roles: str = ""
    team: str = ""
    manager: str = ""
    sessions: list[dict[str, Any]] = []

    @requires(Permission.ACCOUNT_USE)
    async def load(self) -> None:
        """Show who one is here and where one is signed in."""
        async with unit_of_work() as uow:
            person = await account.read_own_profile(uow)
            sessions = await account.list_own_sessions(uow)
        self.full_name, self.email = person.full_name, person.email
        self.roles = ", ".join(role.label for role in person.roles)
        self.team = person.team or formats.MISSING
        self.manager = person.manager_name or formats.MISSING
        self.sessions = [_session_row(row) for row in sessions]

    @requires(Permission.ACCOUNT_USE)
    async def end_session(self, session_id: int) -> None:
        """Sign one of the own browsers out."""
        async with unit_of_work() as uow:
            await account.end_own_session(uow, session_id)
            sessions = await account.list_own_sessions(uow)
        self.sessions = [_session_row(row) for row in sessions]
        (await self.get_state(NoticeState))._push("success", "The other browser is signed out")


def _session_row(row: SessionRow) -> dict[str, Any]:
    seen = formats.moment(row.last_seen_at, clock.here())
    since = formats.moment(row.created_at, clock.here())
    return {
        "id": row.id,
        "browser": name_browser(row.user_agent),
        "detail": f"{row.ip}, signed in {since}, last used {seen}",
        "is_current": row.is_current,
    }
