"""The small company of ``world.py``, and a cycle of it that is open."""

from collections.abc import Iterator

import pytest

from sop_app.planning.cycles import service
from sop_app.planning.forecast_entry import opening
from sop_app.system import clock, config, database
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from tests.people import NOW
from tests.planning.plan import Plan
from tests.planning.world import DRAFT, World, build_world, find_entries


@pytest.fixture(autouse=True)
def frozen_clock() -> Iterator[None]:
    """Let every test of planning play on Tue 8 Dec 2026, 09:30 UTC."""
    with clock.freeze_clock(NOW):
        yield


@pytest.fixture
async def world(make_user) -> World:
    return await build_world(make_user)


@pytest.fixture
async def plan(world) -> Plan:
    """An open cycle, January 2027, prefilled with last year's sales."""
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            cycle = await service.create_cycle(uow, DRAFT)
        async with database.unit_of_work() as uow:
            opened = await opening.open_cycle(uow, cycle.id)
    return Plan(world, opened.cycle, await find_entries(cycle.id))


@pytest.fixture(autouse=True)
def signing_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sign with a key of the tests, not with one kept in the data folder."""
    config.signing_key.cache_clear()
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    yield
    config.signing_key.cache_clear()
