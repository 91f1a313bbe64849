"""Three years of sales of the small company, made so that every sum can be done by hand."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from sop_app.actuals.sales_history.models import SalesMonth
from sop_app.kernel.periods import month_range
from sop_app.planning.baseline import running, service
from sop_app.planning.baseline.process import Calculator
from sop_app.planning.baseline.running import carry_out, search_history
from sop_app.planning.baseline.schemas import RunRequest
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from tests.planning.world import World

FIRST = date(2023, 12, 1)
MONTHS = month_range(FIRST, 36)
LAST = date(2026, 11, 1)
SEASON = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120)


@pytest.fixture
async def sold(world: World, make_user) -> World:
    """Pasta sells 300 and 100 a month, oil by the season 10 to 120, rice for five months only."""
    world.people["hannah"] = await make_user("Hannah Weiss", Role.DEMAND_PLANNER)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await uow.session.execute(text("DELETE FROM sales_month"))
            await uow.session.execute(
                text("UPDATE customer SET region = 'North', channel = 'Retail' WHERE code = 'BREN'")
            )
            await uow.session.execute(
                text(
                    "UPDATE customer SET region = 'South', channel = 'Retail' WHERE code <> 'BREN'"
                )
            )
            uow.session.add_all(
                _month(world, *sale)
                for month in MONTHS
                for sale in (
                    ("BREN", "PAS", month, 300),
                    ("ORRI", "PAS", month, 100),
                    ("HARB", "OLV", month, SEASON[month.month - 1]),
                )
            )
            uow.session.add_all(_month(world, "BREN", "RIC", month, 8) for month in MONTHS[-5:])
    return world


def _month(world: World, code: str, sku: str, month: date, quantity: int) -> SalesMonth:
    return SalesMonth(
        customer_id=world.customers[code],
        product_id=world.products[sku],
        month=month,
        gross_quantity=Decimal(quantity),
        returned_quantity=Decimal(0),
        net_quantity=Decimal(quantity),
        amount=Decimal(quantity) * 10,
    )


A_YEAR = RunRequest(horizon=12)


class HereCalculator(Calculator):
    """Computes in the test's own process, which has its libraries already."""

    async def __aenter__(self) -> "HereCalculator":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._pipe.close()

    async def compute(self, function, *arguments):
        await self._watch()
        return function(*arguments)


@pytest.fixture(autouse=True)
def computes_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare every test the start of a process; ``test_resuming`` has the real one."""
    monkeypatch.setattr(running, "Calculator", HereCalculator)


async def say_nothing(*_: object) -> None:
    """Take a run's progress, and let it go on."""


async def make_run(world: World, request: RunRequest = A_YEAR, who: str = "hannah") -> int:
    """Order a run and carry it out here, in one process."""

    with database.acting_as(world[who]):
        async with database.unit_of_work() as uow:
            run_id = await service.create_run(uow, request)
        await carry_out(run_id, say_nothing, say_nothing, workers=1)
    return run_id


@pytest.fixture
async def run_id(sold: World) -> int:
    """A complete run of the automatic choice, 12 months ahead, with three windows."""
    return await make_run(sold)


async def search(world: World) -> int:
    """Look through the history for unusual months."""
    with database.acting_as(world["hannah"]):
        return await search_history(say_nothing)
