"""Unusual months are found, decided, and taken back; the sales themselves are never touched."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from sop_app.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from sop_app.kernel.paging import PageRequest
from sop_app.planning.baseline import findings
from sop_app.planning.baseline.rules import FindingStatus, Level
from sop_app.planning.baseline.schemas import FindingFilter, RunRequest
from sop_app.system import database
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from tests.planning.baseline.conftest import make_run
from tests.planning.baseline.test_runs import ask, item

SPIKE = date(2026, 3, 1)
PAGE = PageRequest("gap", is_descending=True, size=50)
QUICK = RunRequest("moving_average_12", 6, 0)


@pytest.fixture
async def spiked(sold):
    """Pasta sold 400 a month, and 2,000 in March 2026; a run has seen it."""
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await uow.session.execute(
                text("""
                    UPDATE sales_month SET gross_quantity = 1900, net_quantity = 1900
                    WHERE product_id = :id AND month = :month AND gross_quantity = 300
                """),
                {"id": sold.products["PAS"], "month": SPIKE},
            )
    await make_run(sold, QUICK)
    return sold


def listed(world, **wanted):
    return ask(world, "hannah", findings.list_findings, FindingFilter(**wanted), PAGE)


def decide(world, status, *, who="hannah", month=SPIKE, **options):
    keys = [(world.products["PAS"], month)]

    async def verb(uow):
        return await findings.decide(uow, keys, status, **options)

    return ask(world, who, verb)


async def test_a_planted_spike_is_found_with_a_proposal(spiked):
    page = await listed(spiked, product_id=spiked.products["PAS"], severities=("high",))
    [found] = page.rows
    assert (found.month, found.kind, found.value) == (SPIKE, "spike", 2000.0)
    assert found.expected == pytest.approx(400, rel=0.02)
    assert found.suggested_value == pytest.approx(400, rel=0.02)
    assert (found.action, found.status) == ("adjust", FindingStatus.OPEN)
    assert "z_score" in found.detectors


async def test_an_accepted_correction_stands_in_the_forecast_and_not_in_the_sales(
    spiked, owner_rows
):
    sales = owner_rows("SELECT sum(net_quantity) FROM sales_month")
    await decide(spiked, FindingStatus.ACCEPTED, value=400)
    run_id = await make_run(spiked, QUICK)
    pasta = await item(spiked, run_id, Level.PRODUCT, spiked.products["PAS"])
    assert pasta.points == [400.0] * 6
    place = pasta.history_months.index(SPIKE)
    assert (pasta.history[place], pasta.corrected[place]) == (2000.0, 400.0)
    assert owner_rows("SELECT sum(net_quantity) FROM sales_month") == sales
    [found] = (await listed(spiked, status=FindingStatus.ACCEPTED)).rows
    assert (found.corrected_value, found.decided_by_name) == (400.0, "Hannah Weiss")


async def test_a_correction_that_is_taken_back_is_gone(spiked):
    await decide(spiked, FindingStatus.ACCEPTED)
    await decide(spiked, FindingStatus.OPEN)
    run_id = await make_run(spiked, QUICK)
    pasta = await item(spiked, run_id, Level.PRODUCT, spiked.products["PAS"])
    assert pasta.points[0] == pytest.approx((400 * 11 + 2000) / 12)
    assert pasta.corrected == pasta.history


async def test_a_decision_stays_until_the_sales_of_the_month_change(spiked):
    await decide(spiked, FindingStatus.IGNORED)
    await make_run(spiked, QUICK)
    pasta = spiked.products["PAS"]
    [found] = (await listed(spiked, product_id=pasta, status=FindingStatus.IGNORED)).rows
    assert found.month == SPIKE
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await uow.session.execute(
                text("""
                    UPDATE sales_month SET gross_quantity = 2900, net_quantity = 2900
                    WHERE product_id = :id AND month = :month AND gross_quantity = 1900
                """),
                {"id": pasta, "month": SPIKE},
            )
    await make_run(spiked, QUICK)
    assert (await listed(spiked, status=FindingStatus.IGNORED)).total == 0
    page = await listed(spiked, product_id=pasta, status=FindingStatus.OPEN, severities=("high",))
    assert [(one.month, one.value) for one in page.rows] == [(SPIKE, 3000.0)]


async def test_what_cannot_be_decided_is_refused_and_nothing_changes(spiked, owner_rows):
    query = "SELECT product_id, month, status, corrected_value FROM history_finding ORDER BY 1, 2"
    before = owner_rows(query)
    for refusal, act in (
        (InvalidInputError, decide(spiked, FindingStatus.ACCEPTED, value=-1)),
        (ConflictError, decide(spiked, FindingStatus.OPEN)),
        (NotFoundError, decide(spiked, FindingStatus.IGNORED, month=date(1999, 1, 1))),
        (PermissionDeniedError, decide(spiked, FindingStatus.IGNORED, who="elena")),
    ):
        with pytest.raises(refusal):
            await act
    assert owner_rows(query) == before
    await decide(spiked, FindingStatus.REJECTED)
    with pytest.raises(ConflictError):
        await decide(spiked, FindingStatus.ACCEPTED)


@given(st.lists(st.sampled_from(FindingStatus), max_size=8))
def test_a_finding_is_decided_once_and_taken_back_before_it_is_decided_again(wanted):
    status, path = FindingStatus.OPEN, [FindingStatus.OPEN]
    for following in wanted:
        if status.may_become(following):
            status = following
            path.append(status)
    assert all(status is FindingStatus.OPEN for status in path[::2])
    assert all(status is not FindingStatus.OPEN for status in path[1::2])
