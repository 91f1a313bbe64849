"""Who is signed in, as far as the screen needs to know it. Never asked for authority."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.system.database import current_origin

from .gate import requires


class SessionState(rx.State):
    """Facts about the signed-in person and the current cycle for the shell of every page."""

    is_signed_in: bool = False
    user_name: str = ""
    user_initials: str = ""
    user_email: str = ""
    permissions: dict[str, bool] = {}
    cycle_name: str = ""
    cycle_status_line: str = ""
    counts: dict[str, int] = {}
    notices_unread: int = 0
    notices: list[dict[str, Any]] = []

    @requires(Permission.ACCOUNT_USE)
    async def enter(self) -> None:
        """Load what the shell shows; runs on every page before the page's own handler."""
        actor = current_origin().actor
        self.is_signed_in = True
        self.user_name = actor.name
        self.user_initials = "".join(part[0] for part in actor.name.split()[:2]).upper()
        self.user_email = actor.email
        self.permissions = {permission.value: True for permission in actor.permissions}
