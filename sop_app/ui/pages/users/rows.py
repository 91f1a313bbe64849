"""People as the users page shows them."""

from datetime import datetime
from typing import Any

from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import UserDraft, UserRow, UserStatus
from sop_app.ui.components import formats
from sop_app.ui.components.forms import Options
from sop_app.ui.components.table_columns import Column

COLUMNS = (
    Column("full_name", "Name", "name", detail_key="email", is_sortable=True),
    Column("roles", "Roles", "muted", width="320px"),
    Column("team", "Team", is_sortable=True),
    Column("manager_name", "Manager", is_sortable=True),
    Column("last_seen_at", "Last seen", "muted", is_sortable=True),
)
ROLE_OPTIONS: Options = [(role.value, role.label) for role in Role]
STATUS_OPTIONS: Options = [(status.value, status.capitalize()) for status in UserStatus]
NO_MANAGER = "0"
EMPTY_FORM: dict[str, Any] = {
    "id": 0,
    "full_name": "",
    "email": "",
    "team": "",
    "manager_id": NO_MANAGER,
    "version": 0,
    "roles": {role.value: False for role in Role},
}
NO_ERRORS: dict[str, str] = dict.fromkeys(("full_name", "email", "team", "manager_id", "roles"), "")


def table_row(user: UserRow, now: datetime) -> dict[str, Any]:
    """Format a person for the table."""
    return {
        "id": user.id,
        "full_name": user.full_name,
        "email": user.email,
        "roles": ", ".join(role.label for role in user.roles),
        "team": user.team or formats.MISSING,
        "manager_name": user.manager_name or formats.MISSING,
        "last_seen_at": formats.moment(user.last_seen_at, now),
        "status": user.status.value,
        "version": user.version,
        "tone": "muted" if user.status is UserStatus.DISABLED else "",
    }


def mail_told(mail: str, detail: str, *, has_server: bool) -> dict[str, str]:
    """Say that a mail with a link goes out, or that it waits on the Mail page to be handed over."""
    if has_server:
        return {"title": f"{mail} sent", "detail": detail}
    kept = "No mail server is set up. Open the mail to hand it over."
    return {"title": f"{mail} kept", "detail": kept, "action": "Mail", "href": "/mail"}


def form_of(user: UserRow) -> dict[str, Any]:
    """Fill the form from a person."""
    return {
        "id": user.id,
        "full_name": user.full_name,
        "email": user.email,
        "team": user.team,
        "manager_id": str(user.manager_id or NO_MANAGER),
        "version": user.version,
        "roles": {role.value: role in user.roles for role in Role},
    }


def draft_of(form: dict[str, Any]) -> UserDraft:
    """Read what the form sent; a checkbox that is not ticked sends nothing."""
    manager = str(form.get("manager_id", NO_MANAGER))
    return UserDraft(
        full_name=str(form.get("full_name", "")),
        email=str(form.get("email", "")),
        roles=frozenset(role for role in Role if form.get(f"role_{role.value}")),
        team=str(form.get("team", "")),
        manager_id=int(manager) if manager.isdecimal() and manager != NO_MANAGER else None,
    )
