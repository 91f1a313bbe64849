"""Settings have defaults, types and limits, and a change acts at once in its own process."""

from datetime import time

import pytest

from sop_app.kernel.errors import InvalidInputError, PermissionDeniedError
from sop_app.system.auth.permissions import Role
from sop_app.system.database import acting_as, unit_of_work
from sop_app.system.settings.schemas import Settings
from sop_app.system.settings.service import change_settings, get_settings, settings_from


async def _change(key: str, value: object) -> None:
    async with unit_of_work() as uow:
        await change_settings(uow, {key: value})


async def test_an_empty_table_means_the_defaults(db) -> None:
    assert await get_settings() == Settings()
    assert (Settings().reminder_days_before_close, Settings().reminder_time) == (3, time(9))
    assert (Settings().horizon_months, Settings().mandatory_months) == (16, 12)


async def test_a_change_is_stored_audited_and_seen(as_system, owner_rows) -> None:
    assert (await get_settings()).auto_close_cycles
    await _change("auto_close_cycles", False)
    await _change("reminder_time", time(7, 30))
    await _change("max_file_upload_size_mb", 25)
    await _change("currency", "SEK")
    settings = await get_settings()
    assert not settings.auto_close_cycles
    assert settings.reminder_time == time(7, 30)
    assert settings.max_file_upload_size_mb == 25
    assert settings.currency == "SEK"
    audit = owner_rows("SELECT entity_id, before, after FROM audit_entry ORDER BY id LIMIT 1")
    assert audit == [("auto_close_cycles", {"value": "True"}, {"value": "False"})]


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("colour", "blue", "no setting colour"),
        ("horizon_months", "16", "kind of value"),
        ("horizon_months", True, "kind of value"),
        ("horizon_months", 99, "1 to 36 months"),
        ("currency", "", "three letters"),
        ("currency", "eur", "three letters"),
        ("mandatory_months", 17, "more mandatory months"),
    ],
)
async def test_a_misfit_is_refused(as_system, owner_rows, key, value, reason) -> None:
    with pytest.raises(InvalidInputError, match=reason):
        await _change(key, value)
    assert owner_rows("SELECT * FROM setting") == []


async def test_settings_that_only_fit_together_are_changed_together(as_system) -> None:
    async with unit_of_work() as uow:
        await change_settings(uow, {"horizon_months": 10, "mandatory_months": 8})
    settings = await get_settings()
    assert (settings.horizon_months, settings.mandatory_months) == (10, 8)


async def test_only_who_manages_settings_changes_them(make_user) -> None:
    coordinator = await make_user("Ingrid Solberg", Role.SOP_COORDINATOR)
    with acting_as(coordinator), pytest.raises(PermissionDeniedError):
        await _change("currency", "SEK")


def test_a_dropped_setting_is_ignored() -> None:
    assert settings_from({"old": "1", "currency": "SEK"}) == Settings(currency="SEK")
