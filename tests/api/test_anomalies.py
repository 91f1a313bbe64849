"""Unusual months over REST: read, decided once, refused to a rep."""

import pytest
from sqlalchemy import text

from sop_app.system import database
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from tests.api import test_forecasting as forecasting
from tests.planning.baseline.conftest import search

PATH = "/api/v1/forecasting/anomalies"
frozen_clock, world, sold = forecasting.frozen_clock, forecasting.world, forecasting.sold
client_of, computes_here = forecasting.client_of, forecasting.computes_here


@pytest.fixture
async def spiked(sold):
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await uow.session.execute(
                text("""
                    UPDATE sales_month SET gross_quantity = 1900, net_quantity = 1900
                    WHERE gross_quantity = 300 AND month = '2026-03-01'
                """)
            )
    await search(sold)
    return sold


async def test_unusual_months_are_read_and_decided_once(spiked, client_of):
    client = await client_of("hannah")
    query = f"{PATH}?severity=high&status=open"
    [found] = (await client.get(query)).json()["rows"]
    assert (found["month"], found["kind"], found["value"]) == ("2026-03-01", "spike", 2000.0)
    decision = {"keys": [[spiked.products["PAS"], "2026-03-17"]], "status": "accepted"}
    assert (await client.post(f"{PATH}/decisions", json=decision)).json() == {"count": 1}
    assert (await client.get(query)).json()["total"] == 0
    assert (await client.post(f"{PATH}/decisions", json=decision)).status_code == 409
    assert (await client.post(f"{PATH}/detect")).status_code == 202


@pytest.mark.parametrize(("method", "path"), [("get", ""), ("post", "/detect")])
async def test_a_sales_rep_is_refused(sold, client_of, method, path):
    client = await client_of("elena")
    assert (await getattr(client, method)(f"{PATH}{path}")).status_code == 403
