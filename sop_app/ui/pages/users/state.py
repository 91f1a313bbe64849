"""What the users page shows and does."""

from typing import Any

import reflex as rx

from sop_app.kernel.errors import InvalidInputError
from sop_app.system import clock
from sop_app.system.auth import users
from sop_app.system.auth.permissions import Permission, Role
from sop_app.system.auth.schemas import UserQuery, UserStatus
from sop_app.system.config import get_config
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.components.filter_bar import ANY
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.list_state import ListPlace, list_events
from sop_app.ui.shell.notices import NoticeState

from .rows import EMPTY_FORM, NO_ERRORS, NO_MANAGER, draft_of, form_of, mail_told, table_row

MANAGE = Permission.USERS_MANAGE


PLACE = ListPlace("/users", "full_name", ("role", "status"))


class UsersState(list_events(MANAGE), rx.State):
    """The visible page of people, and the form of one of them."""

    filters: dict[str, list[str]] = PLACE.no_filters
    rows: list[dict[str, Any]] = []
    line: str = ""

    is_form_open: bool = False
    form: dict[str, Any] = EMPTY_FORM
    errors: dict[str, str] = NO_ERRORS
    managers: list[dict[str, str]] = []

    is_disable_open: bool = False
    chosen: dict[str, Any] = {"id": 0, "full_name": "", "version": 0}

    @rx.var
    def role(self) -> str:
        """The role looked for, as the filter shows it."""
        return next(iter(self.filters.get("role", [])), ANY)

    @rx.var
    def status(self) -> str:
        """The status looked for, as the filter shows it."""
        return next(iter(self.filters.get("status", [])), ANY)

    @requires(MANAGE)
    async def load(self) -> None:
        """Show the people the address asks for."""
        self._open()
        await self._reload()

    @requires(MANAGE)
    async def open_new(self) -> None:
        """Open the form for a new person."""
        await self._open_form(EMPTY_FORM)

    @requires(MANAGE)
    async def open_person(self, user_id: int) -> None:
        """Open the form of a person."""
        async with unit_of_work() as uow:
            user = await users.get_user(uow, user_id)
        await self._open_form(form_of(user))

    @requires(MANAGE)
    async def show_form(self, is_open: bool) -> None:
        """Close the form."""
        self.is_form_open = is_open and self.is_form_open

    @requires(MANAGE)
    async def save(self, form: dict[str, Any]) -> None:
        """Invite the new person, or store what was changed."""
        user_id = self.form["id"]
        try:
            async with unit_of_work() as uow:
                if user_id:
                    version = self.form["version"]
                    await users.edit_user(uow, user_id, draft_of(form), version=version)
                else:
                    await users.invite_user(uow, draft_of(form))
        except InvalidInputError as refusal:
            self.errors = NO_ERRORS | refusal.fields
            return
        self.is_form_open = False
        if user_id:
            await self._tell("Changes saved")
        else:
            await self._tell_mail("Invitation", "The link in the mail works for 7 days.")

    @requires(MANAGE)
    async def ask_to_disable(self, user_id: int) -> None:
        """Ask before a person is disabled."""
        async with unit_of_work() as uow:
            user = await users.get_user(uow, user_id)
        self.chosen = {"id": user.id, "full_name": user.full_name, "version": user.version}
        self.is_disable_open = True

    @requires(MANAGE)
    async def show_disable(self, is_open: bool) -> None:
        """Close the question."""
        self.is_disable_open = is_open and self.is_disable_open

    @requires(MANAGE)
    async def disable(self) -> None:
        """Let the chosen person sign in no more."""
        self.is_disable_open = False
        async with unit_of_work() as uow:
            await users.disable_user(uow, self.chosen["id"], version=self.chosen["version"])
        await self._tell(f"{self.chosen['full_name']} is disabled", "Every session has ended.")

    @requires(MANAGE)
    async def enable(self, user_id: int, version: int) -> None:
        """Let a disabled person sign in again."""
        async with unit_of_work() as uow:
            await users.enable_user(uow, user_id, version=version)
        await self._tell("Enabled again")

    @requires(MANAGE)
    async def sign_out(self, user_id: int) -> None:
        """End every session of a person."""
        async with unit_of_work() as uow:
            count = await users.force_sign_out(uow, user_id)
        await self._tell("Signed out", f"{formats.count(count, 'session')} ended.")

    @requires(MANAGE)
    async def send_link(self, user_id: int) -> None:
        """Send a person a link to set a password."""
        async with unit_of_work() as uow:
            await users.send_password_link(uow, user_id)
        await self._tell_mail("Link", "Links sent earlier do not work any more.")

    async def _open_form(self, form: dict[str, Any]) -> None:
        async with unit_of_work() as uow:
            managers = await users.list_sales_managers(uow)
        nobody = {"value": NO_MANAGER, "label": "No manager"}
        self.managers = [nobody, *({"value": str(key), "label": name} for key, name in managers)]
        self.form, self.errors, self.is_form_open = form, NO_ERRORS, True

    async def _tell_mail(self, mail: str, detail: str) -> None:
        told = mail_told(mail, detail, has_server=get_config().smtp is not None)
        await self._tell(**told)

    async def _tell(self, title: str, detail: str = "", **action: str) -> None:
        await self._reload()
        (await self.get_state(NoticeState))._push("success", title, detail, **action)

    def _place(self) -> ListPlace:
        return PLACE

    async def _show(self, uow: UnitOfWork) -> None:
        self.filters = {
            "role": [role for role in self.filters["role"][:1] if role in set(Role)],
            "status": [one for one in self.filters["status"][:1] if one in set(UserStatus)],
        }
        query = UserQuery(
            find=self.find,
            role=None if self.role == ANY else Role(self.role),
            status=None if self.status == ANY else UserStatus(self.status),
            sort=self.sort_key,
            is_descending=self.is_descending,
            page=self.page,
            page_size=self.page_size,
        )
        found = await users.list_users(uow, query)
        self.total_count = found.total_count
        self.rows = [table_row(user, clock.here()) for user in found.rows]
        self.line = formats.count(found.total_count, "person", "people")
