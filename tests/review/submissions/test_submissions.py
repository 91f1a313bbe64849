"""Progress, changes and courses against figures added up by hand.

Brennan's pasta is the only row of Elena's with figures: 970 in January, 985 in February, 0 in
March (a net return) and 1,065 in November, at 11.00 until the price rises to 12.50.
"""

from datetime import date
from decimal import Decimal

import pytest

from sop_app.kernel.errors import NotFoundError, PermissionDeniedError
from sop_app.review.submissions import service
from sop_app.review.submissions.rules import Basis
from sop_app.review.submissions.schemas import ChangeQuery, Progress, Scope

D = Decimal
PLANNED = 970 * 11 + 985 * 11 + D("1065") * D("12.5")
SOLD = D("2999.5") * 11


async def _progress(plan, who: str) -> dict[str, Progress]:
    _, rows = await plan.run(who, service.list_progress_of_cycle, plan.cycle.id)
    return {row.name: row for row in rows}


async def test_the_progress_of_a_rep_adds_up(plan):
    elena = (await _progress(plan, "tomas"))["Elena Marsh"]
    assert (elena.row_count, elena.complete_count, elena.error_count) == (6, 0, 0)
    assert (elena.filled_cells, elena.mandatory_cells) == (4, 72)
    assert (elena.draft, elena.submitted, elena.approved, elena.returned) == (6, 0, 0, 0)
    assert elena.amount == PLANNED
    assert elena.status == "not_started"
    assert elena.open_count == 6
    assert not elena.is_handed_in


async def test_a_plan_is_compared_with_the_sales_of_months_that_are_over(plan):
    elena = (await _progress(plan, "tomas"))["Elena Marsh"]
    assert elena.change_last_year == pytest.approx(float(PLANNED / SOLD - 1))
    span = await plan.run("tomas", service.describe_span, plan.cycle.id)
    assert span.last_year_months[-1] == date(2027, 11, 1)
    assert span.last_cycle_months[-1] == date(2027, 11, 1)
    assert (span.name, span.last_cycle_name) == ("January 2027", "December 2026")


async def test_a_plan_is_compared_with_the_mandatory_months_of_the_last_cycle(plan):
    elena = (await _progress(plan, "tomas"))["Elena Marsh"]
    months = {
        row.month: row for row in await plan.run("tomas", service.show_course, Scope(plan.cycle.id))
    }
    before = sum(row.last_cycle for row in months.values() if row.last_cycle is not None)
    assert months[date(2027, 1, 1)].last_cycle == 900 * 11
    assert months[date(2027, 12, 1)].last_cycle is None
    assert elena.change_last_cycle == pytest.approx(float(PLANNED / before - 1))


async def test_a_rep_sees_nobody_elses_progress(plan):
    assert set(await _progress(plan, "elena")) == {"Elena Marsh"}
    assert set(await _progress(plan, "tomas")) == {"Elena Marsh", "Priya Raman"}
    assert set(await _progress(plan, "ingrid")) == {"Elena Marsh", "Priya Raman", "Sofia Brandt"}
    with pytest.raises(PermissionDeniedError):
        await _progress(plan, "vera")


async def test_progress_by_customer(plan):
    scope = Scope(plan.cycle.id, plan.world["elena"].user_id)
    rows = await plan.run("elena", service.list_progress_by_customer, scope)
    assert [(row.name, row.code, row.row_count) for row in rows] == [
        ("Brennan Foodservice", "BREN", 3),
        ("Harbor Grocers", "HARB", 3),
    ]
    assert [row.amount for row in rows] == [PLANNED, 0]


async def test_the_largest_change_against_last_year_comes_first(plan):
    await plan.type("elena", ("BREN", "PAS", 1), "1485")
    query = ChangeQuery(Scope(plan.cycle.id, plan.world["elena"].user_id), Basis.LAST_YEAR)
    first, *others = await plan.run("tomas", service.list_changes, query)
    assert (first.customer, first.sku) == ("Brennan Foodservice", "PAS")
    assert (first.before, first.now, first.change) == (3000, 3520, 520)
    assert first.months == (date(2027, 2, 1), date(2027, 3, 1))
    assert first.amount_change == PLANNED + 500 * 11 - SOLD
    assert all(other.change == 0 for other in others)


async def test_the_change_against_the_last_cycle_names_its_months(plan):
    query = ChangeQuery(Scope(plan.cycle.id, plan.world["elena"].user_id))
    first, *_ = await plan.run("tomas", service.list_changes, query)
    assert (first.before, first.now) == (11 * 900, 3020)
    assert first.ratio == pytest.approx(3020 / 9900 - 1)
    assert first.is_whole_span


async def test_a_rep_cannot_ask_for_another_reps_changes(plan):
    query = ChangeQuery(Scope(plan.cycle.id, plan.world["elena"].user_id))
    assert await plan.run("priya", service.list_changes, query) == []
    course = await plan.run("priya", service.show_course, query.scope)
    assert all(row.planned == 0 and not row.last_year for row in course)


async def test_a_course_shows_plan_last_cycle_and_last_year(plan):
    scope = Scope(plan.cycle.id, plan.world["elena"].user_id)
    course = {row.month: row for row in await plan.run("tomas", service.show_course, scope)}
    january = course[date(2027, 1, 1)]
    assert (january.planned, january.last_cycle, january.last_year) == (10670, 9900, 10670)
    assert course[date(2027, 12, 1)].last_year is None
    assert len(course) == 12


async def test_only_submitted_rows_of_others_can_be_decided(plan, mark):
    pasta, oil = plan.entry("BREN", "PAS"), plan.entry("BREN", "OLV")
    await mark("submitted", pasta, oil)
    scope = Scope(plan.cycle.id)
    assert await plan.run("tomas", service.find_entries_to_decide, scope) == sorted([pasta, oil])
    priya = plan.world["priya"].user_id
    assert await plan.run("tomas", service.find_entries_to_decide, scope, rep_ids=[priya]) == []
    with pytest.raises(PermissionDeniedError):
        await plan.run("elena", service.find_entries_to_decide, scope)


async def test_rows_within_ten_percent_of_the_last_cycle(plan, mark):
    pasta = plan.entry("BREN", "PAS")
    await mark("submitted", pasta)
    assert await plan.run("tomas", service.find_entries_with_small_change, plan.cycle.id) == ([], 1)
    for month in range(11):
        await mark("draft", pasta)
        await plan.type("elena", ("BREN", "PAS", month), "950")
    await mark("submitted", pasta)
    assert await plan.run("tomas", service.find_entries_with_small_change, plan.cycle.id) == (
        [pasta],
        0,
    )


async def test_a_cycle_that_does_not_exist(plan):
    with pytest.raises(NotFoundError):
        await plan.run("ingrid", service.list_progress_of_cycle, 4711)
