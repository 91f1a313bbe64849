"""The baseline forecast over REST: what a planner reads and orders, and what a rep is refused."""

from datetime import date

import pytest

from sop_app.planning.baseline import service
from sop_app.planning.baseline.running import carry_out, search_history
from sop_app.planning.baseline.schemas import RunRequest
from sop_app.system import clock, database
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.sessions import COOKIE_NAME, open_session
from tests.master_data.records import store_customer, store_product, store_sales
from tests.people import NOW

PATH = "/api/v1/forecasting"
FIRST = date(2024, 12, 1)


@pytest.fixture(autouse=True)
def frozen_clock():
    with clock.freeze_clock(NOW):
        yield


async def say_nothing(*_: object) -> None:
    """Let the run go on."""


@pytest.fixture
async def company(as_system, make_user, api):
    """Oats sell 10 a month for two years, 100 in one of them; a run has seen it."""
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    oats = await store_product("P1", name="Oats")
    customer = await store_customer("C1", name="Northgate", sales_rep_id=elena.user_id)
    figures = [(10, "25")] * 24
    figures[20] = (100, "250")
    await store_sales(customer, oats, FIRST, figures)
    async with database.unit_of_work() as uow:
        run_id = await service.create_run(uow, RunRequest("moving_average_12", 6, 1))
    await carry_out(run_id, say_nothing, say_nothing, workers=1)
    await search_history(say_nothing)
    people = {"elena": elena, "hannah": await make_user("Hannah Weiss", Role.DEMAND_PLANNER)}

    async def client_of(name):
        async with database.unit_of_work() as uow:
            token = await open_session(uow, people[name].user_id, user_agent="test")
        client = api()
        client.cookies.set(COOKIE_NAME, token)
        return client

    return client_of, run_id, oats


async def test_a_planner_reads_runs_results_and_accuracy(company):
    client_of, run_id, oats = company
    client = await client_of("hannah")
    [run] = (await client.get(f"{PATH}/runs")).json()
    assert (run["id"], run["status"], run["item_count"]) == (run_id, "done", 1)
    assert (await client.get(f"{PATH}/runs/{run_id}")).json() == run
    listed = (await client.get(f"{PATH}/results")).json()
    assert listed["total"] == 1
    assert listed["rows"][0]["name"] == "Oats"
    assert listed["rows"][0]["next_year"] == 6 * 17.5
    result = (await client.get(f"{PATH}/results/product/{oats}")).json()
    assert result["points"] == [17.5] * 6
    assert set(result["bounds"]) == {"80", "95"}
    total = (await client.get(f"{PATH}/results/total")).json()
    assert total["points"] == result["points"]
    compared = (
        await client.post(f"{PATH}/compare", json={"key": str(oats), "methods": ["seasonal_naive"]})
    ).json()
    assert compared["points"] == {"seasonal_naive": [10.0] * 6}
    assert [score["method"] for score in compared["scores"]] == ["seasonal_naive"]
    trend = (await client.get(f"{PATH}/accuracy/trend")).json()
    assert trend[0]["month"] == "2026-06-01"
    accuracy = (await client.get(f"{PATH}/accuracy")).json()
    assert [group["items"] for group in accuracy["by_methods"]] == [1]


async def test_a_planner_orders_a_run_and_is_told_what_cannot_be(company):
    client_of, run_id, oats = company
    client = await client_of("hannah")
    answer = await client.post(f"{PATH}/generate", json={"method": "theta", "product_ids": [oats]})
    assert (answer.status_code, answer.json()["run_id"]) == (202, run_id + 1)
    refused = await client.post(f"{PATH}/generate", json={"horizon": 99})
    assert refused.status_code == 422
    assert "The horizon is 1 to 36 months, not 99." in refused.text
    assert (await client.get(f"{PATH}/runs/999")).status_code == 404
    assert (await client.get(f"{PATH}/results/product/999")).status_code == 404
    assert (await client.get(f"{PATH}/results/galaxy/1")).status_code == 422
    names = [model["name"] for model in (await client.get(f"{PATH}/models")).json()]
    assert {"auto", "fast", "thorough", "best_single", "prophet", "ml_ensemble"} <= set(names)


async def test_unusual_months_are_read_and_decided(company):
    client_of, _, oats = company
    client = await client_of("hannah")
    query = f"{PATH}/anomalies?severity=high&status=open"
    [found] = (await client.get(query)).json()["rows"]
    assert (found["month"], found["kind"], found["value"]) == ("2026-08-01", "spike", 100.0)
    decision = {"keys": [[oats, "2026-08-01"]], "status": "accepted"}
    assert (await client.post(f"{PATH}/anomalies/decisions", json=decision)).json() == {"count": 1}
    assert (await client.get(query)).json()["total"] == 0
    again = await client.post(f"{PATH}/anomalies/decisions", json=decision)
    assert again.status_code == 409
    assert (await client.post(f"{PATH}/anomalies/detect")).status_code == 202


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/runs"),
        ("get", "/results"),
        ("get", "/results/total"),
        ("get", "/models"),
        ("get", "/accuracy"),
        ("get", "/accuracy/trend"),
        ("get", "/anomalies"),
        ("post", "/anomalies/detect"),
    ],
)
async def test_a_sales_rep_is_refused(company, method, path):
    client = await company[0]("elena")
    assert (await getattr(client, method)(f"{PATH}{path}")).status_code == 403
