"""What the frame and the home page say to each person."""

from datetime import date

import pytest

from sop_app.kernel.errors import PermissionDeniedError
from sop_app.review.home import service
from sop_app.review.home.schemas import Frame
from sop_app.system.notifications.service import queue_notice
from tests.planning.plan import Plan


async def test_the_frame_counts_the_work_that_waits(plan, mark):
    before = await plan.run("elena", service.read_frame)
    assert (before.cycle_name, before.status) == ("January 2027", "open")
    assert before.closes_at.isoformat() == "2026-12-11T17:00:00"
    assert (before.open_rows, before.reviews) == (6, 0)
    await mark("submitted", plan.entry("BREN", "PAS"), plan.entry("ORRI", "PAS"))
    tomas = await plan.run("tomas", service.read_frame)
    assert (tomas.open_rows, tomas.reviews) == (0, 2)
    assert (await plan.run("ingrid", service.read_frame)).reviews == 0
    assert (await plan.run("sofia", service.read_frame)).open_rows == 3


async def test_the_frame_counts_only_ones_own_notices(plan):
    before = (await plan.run("elena", service.read_frame)).unread
    await plan.run("ingrid", queue_notice, plan.world["elena"].user_id, "Import finished")
    assert (await plan.run("elena", service.read_frame)).unread == before + 1
    assert (await plan.run("vera", service.read_frame)).unread == 0


async def test_without_a_cycle_the_frame_is_empty(world):
    assert await Plan(world, None, {}).run("elena", service.read_frame) == Frame()


async def test_open_rows_name_their_missing_months_and_errors_come_first(plan):
    await plan.type("elena", ("HARB", "OLV", 2), "tbc")
    found = await plan.run("elena", service.list_open_rows, plan.cycle.id)
    assert (found.missing_count, found.error_count) == (5, 1)
    assert (found.rows[0].sku, found.rows[0].customer) == ("OLV", "Harbor Grocers")
    assert found.rows[0].is_error
    assert found.rows[0].months == (date(2027, 3, 1),)
    pasta = next(
        row for row in found.rows if row.customer.startswith("Brennan") and row.sku == "PAS"
    )
    assert pasta.months[:2] == (date(2027, 4, 1), date(2027, 5, 1))
    assert len(pasta.months) == 8
    assert not pasta.is_untouched
    with pytest.raises(PermissionDeniedError):
        await plan.run("ingrid", service.list_open_rows, plan.cycle.id)


async def test_sales_and_plan_of_ones_own_customers(plan):
    elena = await plan.run("elena", service.show_sales_and_plan, plan.cycle)
    months = {row.month: row for row in elena}
    assert (elena[0].month, elena[-1].month) == (date(2025, 12, 1), date(2027, 5, 1))
    assert months[date(2026, 1, 1)].sold == 10670
    assert months[date(2026, 1, 1)].last_year == 9900
    assert months[date(2026, 12, 1)].sold is None
    assert months[date(2026, 12, 1)].planned is None
    assert months[date(2027, 1, 1)].planned == 10670
    assert months[date(2027, 2, 1)].planned == 10835
    priya = await plan.run("priya", service.show_sales_and_plan, plan.cycle)
    assert {row.month: row.sold for row in priya}[date(2026, 1, 1)] == 847
    ingrid = await plan.run("ingrid", service.show_sales_and_plan, plan.cycle)
    assert {row.month: row.sold for row in ingrid}[date(2026, 1, 1)] == 10670 + 847
