"""A run that was interrupted goes on where it was; one that is stopped leaves nothing half done."""

import pytest
from sqlalchemy import text

from sop_app.planning.baseline import calculation, running, service
from sop_app.planning.baseline.process import Calculator
from sop_app.planning.baseline.rules import Level
from sop_app.planning.baseline.running import carry_out
from sop_app.planning.baseline.schemas import RunRequest
from sop_app.system import database
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from tests.planning.baseline.conftest import make_run, say_nothing
from tests.planning.baseline.test_runs import ask, item

REQUEST = RunRequest(horizon=6, windows=2)


class StoppedError(Exception):
    """Somebody asked the run to stop."""


def stop_at(stage: str):
    async def progress(_done: int, _total: int, doing: str) -> None:
        if doing.startswith(stage):
            raise StoppedError

    return progress


@pytest.fixture(autouse=True)
def computes_elsewhere(computes_here, monkeypatch) -> None:
    """Start the real process."""
    monkeypatch.setattr(running, "Calculator", Calculator)


@pytest.fixture
def computed(monkeypatch) -> list[str]:
    """Names of the functions that were computed."""
    names: list[str] = []
    compute = Calculator.compute

    async def note(self, function, *arguments):
        names.append(function.__name__)
        return await compute(self, function, *arguments)

    monkeypatch.setattr(Calculator, "compute", note)
    return names


async def begin(world, stage):
    with database.acting_as(world["hannah"]):
        async with database.unit_of_work() as uow:
            run_id = await service.create_run(uow, REQUEST)
        with pytest.raises(StoppedError):
            await carry_out(run_id, stop_at(stage), say_nothing, workers=1)
    return run_id


async def go_on(world, run_id):
    with database.acting_as(world["hannah"]):
        await carry_out(run_id, say_nothing, say_nothing, workers=1)


async def test_a_run_goes_on_after_its_last_complete_stage(sold, computed):
    run_id = await begin(sold, "Looking back, window 2")
    assert computed == ["forecast_panel", "forecast_panel", "replay_panel"]
    computed.clear()
    await go_on(sold, run_id)
    assert computed == ["replay_panel", "score_items"]
    whole = await make_run(sold, REQUEST)
    for sku in ("PAS", "OLV"):
        resumed = await item(sold, run_id, Level.PRODUCT, sold.products[sku])
        at_once = await item(sold, whole, Level.PRODUCT, sold.products[sku])
        assert (resumed.points, resumed.scores) == (at_once.points, at_once.scores)


async def test_a_run_begins_anew_when_the_sales_have_changed_meanwhile(sold, computed):
    run_id = await begin(sold, "Looking back, window 1")
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await uow.session.execute(
                text("""
                    UPDATE sales_month SET gross_quantity = 500, net_quantity = 500
                    WHERE gross_quantity = 300
                """)
            )
    computed.clear()
    await go_on(sold, run_id)
    assert computed[:2] == ["forecast_panel", "forecast_panel"]
    pasta = await item(sold, run_id, Level.PRODUCT, sold.products["PAS"])
    assert pasta.points == pytest.approx([600.0] * 6, rel=0.01)


async def test_a_run_that_is_not_complete_is_no_baseline(sold, owner_rows):
    run_id = await begin(sold, "Looking back, window 1")
    assert await ask(sold, "hannah", service.find_latest_run) is None
    assert owner_rows("SELECT finished_at FROM forecast_run WHERE id = %s", run_id) == [(None,)]


async def test_a_calculation_ends_at_once_when_it_is_stopped():
    async def stop() -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        async with Calculator(stop) as calculator:
            await calculator.compute(calculation.library_versions)
    assert not calculator._process.is_alive()
