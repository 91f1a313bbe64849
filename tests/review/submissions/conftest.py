"""The small company of planning with two cycles: December 2026, closed, and January 2027, open."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from sop_app.planning.cycles import service
from sop_app.planning.cycles.window import close_cycle
from sop_app.planning.forecast_entry.opening import open_cycle
from sop_app.system import clock, database
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from tests.planning.conftest import frozen_clock, world  # noqa: F401
from tests.planning.plan import Plan
from tests.planning.world import DRAFT, LAST_DRAFT, World, find_entries

IN_NOVEMBER = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)


@pytest.fixture
async def plan(world: World) -> Plan:  # noqa: F811
    """Open January 2027 after December 2026, in which Brennan's pasta was planned at 900 a month."""
    with database.acting_as(SYSTEM_ACTOR):
        with clock.freeze_clock(IN_NOVEMBER):
            async with database.unit_of_work() as uow:
                last = await service.create_cycle(uow, LAST_DRAFT)
                await open_cycle(uow, last.id)
                await _plan_pasta(uow, world, last.id)
                await close_cycle(uow, last.id)
        async with database.unit_of_work() as uow:
            cycle = await service.create_cycle(uow, DRAFT)
            opened = await open_cycle(uow, cycle.id)
    return Plan(world, opened.cycle, await find_entries(cycle.id))


@pytest.fixture
def mark(plan: Plan):
    """Put entries into a status: ``await mark("submitted", entry_id, ...)``."""

    async def put(status: str, *entry_ids: int) -> None:
        with database.acting_as(SYSTEM_ACTOR):
            async with database.unit_of_work() as uow:
                await uow.session.execute(
                    text("""
                        UPDATE forecast_entry SET status = :status, submitted_at = :now,
                               changed_at = :now
                        WHERE id = ANY (:ids)
                    """),
                    {"status": status, "ids": list(entry_ids), "now": uow.now},
                )

    return put


async def _plan_pasta(uow: database.UnitOfWork, company: World, cycle_id: int) -> None:
    await uow.session.execute(
        text("""
            UPDATE forecast_entry SET quantities = array_fill(900, ARRAY[16])
            WHERE cycle_id = :cycle_id AND customer_id = :customer_id AND product_id = :product_id
        """),
        {
            "cycle_id": cycle_id,
            "customer_id": company.customers["BREN"],
            "product_id": company.products["PAS"],
        },
    )
