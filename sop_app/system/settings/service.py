"""Read the settings through one function, and change them."""

import json
import time as stopwatch
from collections.abc import Mapping
from dataclasses import Field, dataclass, fields, replace
from datetime import time
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from sop_app.kernel.errors import InvalidInputError
from sop_app.kernel.fields import currency_problem
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, get_engine, run_alone

from .schemas import Settings, SettingValue

REMEMBERED_SECONDS = 10.0

_READ = text("SELECT key, value FROM setting")
_FIELDS: dict[str, Field[Any]] = {setting.name: setting for setting in fields(Settings)}


@dataclass(frozen=True)
class _Remembered:
    """What was read last, from which database and when."""

    engine: AsyncEngine
    read_at: float
    settings: Settings


_remembered: _Remembered | None = None


async def get_settings() -> Settings:
    """Read all settings; within one process they are at most ten seconds old."""
    global _remembered
    engine, now = get_engine(), stopwatch.monotonic()
    known = _remembered
    if known and known.engine is engine and now - known.read_at < REMEMBERED_SECONDS:
        return known.settings
    settings = settings_from(dict(await run_alone(_READ, {})))
    _remembered = _Remembered(engine, now, settings)
    return settings


async def get_currency() -> str:
    """Read the code of the currency that plans and reports are written in."""
    return (await get_settings()).currency


def settings_from(stored: Mapping[str, Any]) -> Settings:
    """Lay what is stored over the defaults; a setting that a newer version dropped is ignored."""
    known = {key: value for key, value in stored.items() if key in _FIELDS}
    return replace(Settings(), **{key: _from_json(key, value) for key, value in known.items()})


async def change_settings(uow: UnitOfWork, changes: Mapping[str, SettingValue]) -> None:
    """Change settings for everybody, from now on; all of them or none.

    Other processes follow within ten seconds.

    Raises:
        PermissionDeniedError: The person may not change settings.
        InvalidInputError: There is no such setting, or a value does not fit.
    """
    uow.require(Permission.SETTINGS_MANAGE)
    before = await get_settings()
    for key, value in changes.items():
        _refuse_misfit(key, value)
    _refuse_contradiction(replace(before, **changes))
    for key, value in changes.items():
        await _write(uow, key, getattr(before, key), value)
    uow.after_commit.append(_forget)


async def _write(uow: UnitOfWork, key: str, before: SettingValue, value: SettingValue) -> None:
    await uow.session.execute(
        text("""
            INSERT INTO setting (key, value, updated_at, updated_by)
            VALUES (:key, CAST(:value AS jsonb), :now, :user_id)
            ON CONFLICT (key) DO UPDATE
            SET value = excluded.value, updated_at = excluded.updated_at,
                updated_by = excluded.updated_by
        """),
        {"key": key, "value": _to_json(value), "now": uow.now, "user_id": uow.actor.user_id},
    )
    record(
        uow,
        "setting_changed",
        ("setting", key),
        before={"value": str(before)},
        after={"value": str(value)},
    )


async def _forget() -> None:
    global _remembered
    _remembered = None


def _refuse_misfit(key: str, value: SettingValue) -> None:
    if key not in _FIELDS:
        raise InvalidInputError({key: f"There is no setting {key}."})
    setting = _FIELDS[key]
    label, least, most = (setting.metadata[name] for name in ("label", "least", "most"))
    if type(value) is not type(setting.default):
        raise InvalidInputError({key: f"{label}: this is not the kind of value it takes."})
    size = len(value) if isinstance(value, str) else value
    if least is not None and isinstance(size, int) and not least <= size <= most:
        unit = "characters" if isinstance(value, str) else setting.metadata["unit"]
        raise InvalidInputError({key: f"{label}: enter {least} to {most} {unit}."})


def _refuse_contradiction(settings: Settings) -> None:
    if problem := currency_problem(settings.currency):
        raise InvalidInputError({"currency": problem})
    if settings.mandatory_months > settings.horizon_months:
        raise InvalidInputError(
            {"mandatory_months": "There cannot be more mandatory months than planned ones."}
        )


def _to_json(value: SettingValue) -> str:
    return json.dumps(value.isoformat() if isinstance(value, time) else value)


def _from_json(key: str, value: Any) -> SettingValue:
    is_time = isinstance(_FIELDS[key].default, time)
    return time.fromisoformat(value) if is_time else value
