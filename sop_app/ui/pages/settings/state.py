"""What the settings page shows and does."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import time
from typing import Any

import reflex as rx

from sop_app.kernel.errors import InvalidInputError
from sop_app.kernel.fields import parse_count
from sop_app.master_data.customers.bulk import follow_currency
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.schemas import Settings, SettingValue
from sop_app.system.settings.service import change_settings, get_settings
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

MANAGE = Permission.SETTINGS_MANAGE
DEFAULTS: dict[str, SettingValue] = asdict(Settings())
NO_ERRORS: dict[str, str] = dict.fromkeys(DEFAULTS, "")


def _text(value: SettingValue) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def form_of(settings: Settings) -> dict[str, str]:
    """Write the settings as a form shows them.

    Example:
        >>> form_of(Settings())["reminder_time"], form_of(Settings())["auto_close_cycles"]
        ('09:00', 'true')
    """
    return {key: _text(value) for key, value in asdict(settings).items()}


class SettingsState(rx.State):
    """Every setting as text, and what is wrong with what was entered."""

    values: dict[str, str] = form_of(Settings())
    errors: dict[str, str] = NO_ERRORS
    reading: int = 0

    @requires(MANAGE)
    async def load(self) -> None:
        """Show the settings as they are."""
        self.values, self.errors = form_of(await get_settings()), NO_ERRORS
        self.reading += 1

    @requires(MANAGE)
    async def save(self, form: dict[str, Any]) -> None:
        """Store what was changed, all of it or nothing."""
        present = asdict(await get_settings())
        try:
            wanted = read_form(form)
            changes = {key: value for key, value in wanted.items() if value != present[key]}
            async with unit_of_work() as uow:
                await _change(uow, present, changes)
        except InvalidInputError as refusal:
            self.errors = NO_ERRORS | refusal.fields
            return
        self.errors = NO_ERRORS
        notices = await self.get_state(NoticeState)
        if changes:
            detail = f"{formats.count(len(changes), 'setting')} changed for everybody."
            notices._push("success", "Settings saved", detail)
        else:
            notices._push("info", "Nothing was changed")


async def _change(
    uow: UnitOfWork, present: Mapping[str, SettingValue], changes: Mapping[str, SettingValue]
) -> None:
    await change_settings(uow, changes)
    if "currency" in changes:
        await follow_currency(uow, str(present["currency"]), str(changes["currency"]))


def read_form(form: dict[str, Any]) -> dict[str, SettingValue]:
    """Read what the form sent; a checkbox that is not ticked sends nothing.

    Raises:
        InvalidInputError: A field holds no whole number or no time of day.
    """
    read: dict[str, SettingValue] = {}
    wrong: dict[str, str] = {}
    for key, default in DEFAULTS.items():
        value = _value(str(form.get(key, "")), default)
        if value is None:
            wrong[key] = (
                "Not a time of day. Example: 09:00"
                if isinstance(default, time)
                else "Not a whole number. Example: 12"
            )
        else:
            read[key] = value
    if wrong:
        raise InvalidInputError(wrong)
    return read


def _value(text: str, default: SettingValue) -> SettingValue | None:
    """Read a text as the kind of value the default is; None if it is no such value."""
    if isinstance(default, bool):
        return text not in ("", "false", "False")
    if isinstance(default, int):
        return parse_count(text)
    if isinstance(default, str):
        return text.strip()
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None
