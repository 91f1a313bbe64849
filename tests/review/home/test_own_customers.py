"""The home page of a sales rep: own customers, and what came back."""

from decimal import Decimal

import pytest

from sop_app.kernel.errors import PermissionDeniedError
from sop_app.planning.forecast_entry.approval import return_entries
from sop_app.review.home import service


async def test_own_customers_add_up(plan):
    brennan, harbor = await plan.run("elena", service.list_own_customers, plan.cycle.id)
    sold = (970 + Decimal("984.5") - 20 + 1065) * 11
    planned = 970 * 11 + 985 * 11 + 1065 * Decimal("12.5")
    assert (brennan.name, brennan.code, brennan.sold) == ("Brennan Foodservice", "BREN", sold)
    assert brennan.planned == planned
    assert brennan.planned_change == (planned - sold) / sold
    assert (harbor.name, harbor.sold, harbor.planned_change) == ("Harbor Grocers", 0, None)
    assert (brennan.row_count, brennan.complete_count) == (3, 0)


async def test_another_rep_sees_none_of_them(plan):
    names = [row.name for row in await plan.run("priya", service.list_own_customers, plan.cycle.id)]
    assert names == ["Orrin Foods"]


async def test_returned_rows_name_the_manager_and_the_comment(plan, mark):
    assert await plan.run("elena", service.find_returned, plan.cycle.id) is None
    pasta = plan.entry("BREN", "PAS")
    await mark("submitted", pasta)
    await plan.run("tomas", return_entries, plan.cycle.id, [pasta], comment="Check March.")
    found = await plan.run("elena", service.find_returned, plan.cycle.id)
    assert (found.row_count, found.manager, found.comment) == (1, "Tomas Rivera", "Check March.")
    assert await plan.run("priya", service.find_returned, plan.cycle.id) is None
    with pytest.raises(PermissionDeniedError):
        await plan.run("ingrid", service.find_returned, plan.cycle.id)
