"""A run becomes a cycle's baseline, and its figures the first ones of the sales forecast."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError, WrongStatusError
from sop_app.planning.baseline import due, service
from sop_app.planning.baseline.rules import Level
from sop_app.planning.baseline.schemas import RunRequest
from sop_app.planning.cycles import service as cycles
from sop_app.planning.cycles.window import close_cycle
from sop_app.planning.forecast_entry import opening
from sop_app.system import database
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.settings import service as settings
from tests.planning.baseline.conftest import make_run
from tests.planning.baseline.test_runs import ask, item
from tests.planning.world import DRAFT

ENTRIES = """
    SELECT c.code, p.sku, e.quantities FROM forecast_entry e
    JOIN customer c ON c.id = e.customer_id JOIN product p ON p.id = e.product_id
    ORDER BY 2, 1
"""


async def make_cycle(world, **fields):
    return await ask(
        world, "ingrid", cycles.create_cycle, replace(DRAFT, prefill="baseline", **fields)
    )


async def test_entries_begin_with_their_share_of_the_baseline(sold, run_id, owner_rows):
    cycle = await make_cycle(sold)
    await ask(sold, "ingrid", opening.open_cycle, cycle.id)
    rows = {(code, sku): figures for code, sku, figures in owner_rows(ENTRIES)}
    pasta = await item(sold, run_id, Level.PRODUCT, sold.products["PAS"])
    # The run begins in December, the cycle in January; the run ends four months before the cycle.
    for month in range(11):
        point = pasta.points[month + 1]
        bren, orri = rows["BREN", "PAS"][month], rows["ORRI", "PAS"][month]
        assert bren == pytest.approx(0.75 * point, abs=1)
        assert bren + orri == round(point)
    assert rows["BREN", "PAS"][11:] == [None] * 5
    assert rows["HARB", "PAS"][:11] == [0] * 11
    assert rows["BREN", "RIC"][:11] == [8] * 11
    assert owner_rows("SELECT run_id FROM cycle_baseline") == [(run_id,)]


async def test_a_product_without_sales_in_the_last_year_is_shared_out_equally(sold, owner_rows):
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await uow.session.execute(
                text("DELETE FROM sales_month WHERE product_id = :id AND month > '2025-11-01'"),
                {"id": sold.products["OLV"]},
            )
    run_id = await make_run(sold, RunRequest("croston_sba", 6, 0))
    cycle = await make_cycle(sold)
    await ask(sold, "ingrid", opening.open_cycle, cycle.id)
    rows = {(code, sku): figures[:5] for code, sku, figures in owner_rows(ENTRIES)}
    oil = await item(sold, run_id, Level.PRODUCT, sold.products["OLV"])
    assert oil.points[1] > 10
    pairs = [rows[code, "OLV"] for code in ("BREN", "HARB", "ORRI", "SOFI")]
    for month in range(5):
        figures = [pair[month] for pair in pairs]
        assert sum(figures) == round(oil.points[month + 1])
        assert max(figures) - min(figures) <= 1


async def test_a_cycle_cannot_begin_with_a_baseline_there_is_not(sold, owner_rows):
    cycle = await make_cycle(sold)
    with pytest.raises(InvalidInputError) as refusal:
        await ask(sold, "ingrid", opening.open_cycle, cycle.id)
    assert refusal.value.fields == {
        "prefill": "No baseline forecast is complete yet. Run one on the Forecasting page."
    }
    assert owner_rows("SELECT status FROM cycle") == [("draft",)]
    assert owner_rows("SELECT count(*) FROM forecast_entry") == [(0,)]


async def test_a_pinned_run_is_named_and_audited(sold, run_id, owner_rows):
    cycle = await make_cycle(sold)
    await ask(sold, "hannah", service.pin_run, cycle.id, run_id)
    run = await ask(sold, "hannah", service.get_run, run_id)
    assert run.pinned_to == ("January 2027",)
    [(before, after)] = owner_rows(
        "SELECT before, after FROM audit_entry WHERE action = 'baseline_pinned'"
    )
    assert (before, after) == ({"baseline_run": None}, {"baseline_run": run_id})


async def test_a_closed_cycle_an_unfinished_run_and_a_selection_are_refused(
    sold, run_id, owner_rows
):
    cycle = await make_cycle(sold)
    selection = await make_run(
        sold, RunRequest("seasonal_naive", 6, 0, product_ids=(sold.products["PAS"],))
    )
    with pytest.raises(InvalidInputError):
        await ask(sold, "hannah", service.pin_run, cycle.id, selection)
    unfinished, _ = await ask(sold, "hannah", service.order_run, RunRequest())
    with pytest.raises(WrongStatusError):
        await ask(sold, "hannah", service.pin_run, cycle.id, unfinished)
    await ask(sold, "ingrid", opening.open_cycle, cycle.id)
    await ask(sold, "ingrid", close_cycle, cycle.id)
    before = owner_rows("SELECT run_id FROM cycle_baseline")
    with pytest.raises(WrongStatusError):
        await ask(sold, "hannah", service.pin_run, cycle.id, run_id)
    assert owner_rows("SELECT run_id FROM cycle_baseline") == before == [(run_id,)]


async def order_due_run():
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            return await due.order_due_run(uow)


async def test_a_run_is_due_once_for_sales_no_run_has_seen(sold, owner_rows):
    first = await order_due_run()
    assert first is not None
    assert await order_due_run() is None
    assert owner_rows("SELECT kind, arguments FROM job") == [
        ("baseline_forecast", {"run_id": first})
    ]


async def test_no_run_is_ordered_when_the_setting_says_so(sold, owner_rows):
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await settings.change_settings(uow, {"forecast_automatically": False})
    assert await order_due_run() is None
    assert owner_rows("SELECT count(*) FROM forecast_run") == [(0,)]
