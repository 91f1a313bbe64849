"""The baseline forecast over REST: runs, results with intervals, rivals, accuracy, refusals."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from sop_app.planning.baseline.schemas import RunRequest
from sop_app.planning.cycles import service as cycles
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from tests.planning import conftest as planning
from tests.planning.baseline import conftest as baseline
from tests.planning.baseline.conftest import SEASON, make_run
from tests.planning.world import DRAFT

frozen_clock, world, sold = planning.frozen_clock, planning.world, baseline.sold
computes_here = baseline.computes_here

PATH = "/api/v1/forecasting"
AVERAGE = RunRequest("moving_average_12", horizon=12)
OIL_WAPE = 460 / 1110
"""Oil sells 10 to 120 by the season and is forecast as 65: 230 of 270, 100 of 330, 130 of 510."""


@pytest.fixture
async def run_id(sold):
    """A complete run that expects the mean of the last year, with three windows."""
    return await make_run(sold, AVERAGE)


@pytest.fixture
def client_of(client_of, sold):
    """Open a client in which a person of the small company is signed in."""
    return lambda name: client_of(sold[name])


async def make_cycle():
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            return await cycles.create_cycle(uow, replace(DRAFT, prefill="baseline"))


async def put_oils_into(family):
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await uow.session.execute(
                text("UPDATE product SET family = :family WHERE sku = 'OLV'"), {"family": family}
            )


async def test_a_run_is_ordered_and_waits_for_a_worker(sold, client_of, owner_rows):
    hannah = await client_of("hannah")
    pasta = sold.products["PAS"]
    body = {"method": "dot", "horizon": 6, "windows": 0, "product_ids": [pasta, pasta]}
    answer = await hannah.post(f"{PATH}/generate", json=body)
    assert answer.status_code == 202
    ordered = answer.json()
    assert owner_rows("SELECT id, kind, arguments FROM job") == [
        (ordered["job_id"], "baseline_forecast", {"run_id": ordered["run_id"]})
    ]
    assert owner_rows("SELECT method, horizon, windows, scope FROM forecast_run") == [
        ("dot", 6, 0, {"product_ids": [pasta]})
    ]
    run = (await hannah.get(f"{PATH}/runs/{ordered['run_id']}")).json()
    assert (run["status"], run["job_id"], run["is_selection"]) == (
        "queued",
        ordered["job_id"],
        True,
    )
    whole = (await hannah.post(f"{PATH}/generate", json={})).json()
    runs = (await hannah.get(f"{PATH}/runs")).json()
    assert [(one["id"], one["method"], one["horizon"], one["windows"]) for one in runs] == [
        (whole["run_id"], "auto", 18, 3),
        (ordered["run_id"], "dot", 6, 0),
    ]
    assert len((await hannah.get(f"{PATH}/runs?limit=1")).json()) == 1


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"method": "magic"}, {"method"}),
        ({"horizon": 37, "windows": 13}, {"horizon", "windows"}),
        ({"product_ids": [99_999], "category_id": 99_999}, {"product_ids", "category_id"}),
    ],
)
async def test_a_run_nobody_can_make_is_refused_by_field(client_of, owner_rows, body, fields):
    answer = await (await client_of("hannah")).post(f"{PATH}/generate", json=body)
    assert (answer.status_code, set(answer.json()["fields"])) == (422, fields)
    assert owner_rows("SELECT count(*) FROM forecast_run") == [(0,)]
    assert owner_rows("SELECT count(*) FROM job") == [(0,)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"method": "au\0to"}, "method"),
        ({"horizon": "long"}, "horizon"),
        ({"product_ids": [0]}, "product_ids"),
        ({"category_id": 2**31}, "category_id"),
        ({"cycle": 1}, "cycle"),
    ],
)
async def test_a_body_of_wrong_shape_is_refused_by_field(client_of, body, field):
    answer = await (await client_of("hannah")).post(f"{PATH}/generate", json=body)
    assert answer.status_code == 422
    assert [detail["loc"][1] for detail in answer.json()["detail"]] == [field]


async def test_a_run_is_pinned_to_a_cycle(run_id, client_of, owner_rows):
    cycle, hannah = await make_cycle(), await client_of("hannah")
    path = f"{PATH}/runs/{run_id}/pin"
    assert (await hannah.post(path, json={"cycle_id": 99_999})).status_code == 404
    assert (await hannah.post(path, json={})).status_code == 422
    gone = await hannah.post(f"{PATH}/runs/99999/pin", json={"cycle_id": cycle.id})
    assert gone.status_code == 404
    ordered = (await hannah.post(f"{PATH}/generate", json={})).json()["run_id"]
    waiting = await hannah.post(f"{PATH}/runs/{ordered}/pin", json={"cycle_id": cycle.id})
    assert waiting.status_code == 409
    assert owner_rows("SELECT run_id FROM cycle_baseline") == []
    pinned = (await hannah.post(path, json={"cycle_id": cycle.id})).json()
    assert (pinned["id"], pinned["pinned_to"]) == (run_id, ["January 2027"])
    assert owner_rows("SELECT cycle_id, run_id FROM cycle_baseline") == [(cycle.id, run_id)]


async def test_a_selection_is_no_baseline(sold, client_of, owner_rows):
    request = RunRequest("seasonal_naive", 6, 0, product_ids=(sold.products["PAS"],))
    run_id, cycle = await make_run(sold, request), await make_cycle()
    hannah = await client_of("hannah")
    answer = await hannah.post(f"{PATH}/runs/{run_id}/pin", json={"cycle_id": cycle.id})
    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"run"})
    assert owner_rows("SELECT run_id FROM cycle_baseline") == []
    listed = (await hannah.get(f"{PATH}/results?run_id={run_id}")).json()
    assert [row["code"] for row in listed["rows"]] == ["PAS"]
    assert (await hannah.get(f"{PATH}/results")).status_code == 404
    assert (await hannah.get(f"{PATH}/results/total?run_id={run_id}")).status_code == 404


async def test_items_are_listed_the_costliest_error_first(run_id, client_of):
    hannah = await client_of("hannah")
    listed = (await hannah.get(f"{PATH}/results")).json()
    assert listed["total"] == 3
    assert [row["code"] for row in listed["rows"]] == ["OLV", "PAS", "RIC"]
    oil, pasta, rice = listed["rows"]
    assert oil["wape"] == pytest.approx(OIL_WAPE)
    assert oil["error_amount"] == pytest.approx(460 / 18 * 40)
    assert (oil["naive_wape"], oil["next_year"], oil["last_year"]) == (0.0, 780.0, 780.0)
    assert (pasta["wape"], pasta["next_year"]) == (0.0, 4800.0)
    assert (rice["wape"], rice["error_amount"], rice["months_of_history"]) == (None, None, 5)
    for query, codes in (
        ("find=penne", ["PAS"]),
        ("demand_class=smooth&sort=code&is_descending=true", ["RIC", "PAS", "OLV"]),
        ("demand_class=lumpy", []),
        ("sort=code&page_size=2&page=2", ["RIC"]),
        ("has_note=true", []),
    ):
        found = (await hannah.get(f"{PATH}/results?{query}")).json()
        assert [row["code"] for row in found["rows"]] == codes, query
    families = (await hannah.get(f"{PATH}/results?level=family&sort=name")).json()
    assert [row["key"] for row in families["rows"]] == ["Oils", "Pasta", "Rice"]
    for query, field in (
        ("level=planet", "level"),
        ("demand_class=odd", "demand_class"),
        ("run_id=0", "run_id"),
        ("page=0", "page"),
    ):
        refused = await hannah.get(f"{PATH}/results?{query}")
        assert refused.status_code == 422
        assert [detail["loc"] for detail in refused.json()["detail"]] == [["query", field]]
    assert (await hannah.get(f"{PATH}/results?run_id=99999")).status_code == 404
    ordered = (await hannah.post(f"{PATH}/generate", json={})).json()["run_id"]
    assert (await hannah.get(f"{PATH}/results?run_id={ordered}")).status_code == 409
    assert (await hannah.get(f"{PATH}/results")).json() == listed


async def test_an_item_has_points_intervals_reason_and_rivals(sold, run_id, client_of):
    hannah = await client_of("hannah")
    oil = (await hannah.get(f"{PATH}/results/product/{sold.products['OLV']}")).json()
    assert (oil["run_id"], oil["code"], oil["unit"]) == (run_id, "OLV", "cases")
    assert (oil["method"], oil["members"]) == ("moving_average_12", ["moving_average_12"])
    assert oil["reason"] == "12-month average was asked for."
    assert [month["month"] for month in oil["months"]] == [
        "2026-12-01",
        *(f"2027-{month:02}-01" for month in range(1, 12)),
    ]
    assert {month["point"] for month in oil["months"]} == {65.0}
    for month in oil["months"]:
        assert month["lower_95"] <= month["lower_80"] <= 65 <= month["upper_80"]
        assert month["upper_80"] <= month["upper_95"]
        assert month["previous"] is None
    assert oil["history"][-1] == {"month": "2026-11-01", "sold": 110.0, "corrected": 110.0}
    assert len(oil["history"]) == 36
    assert oil["rivals"]["seasonal_naive"] == [120.0, *SEASON[:11]]
    scores = {score["method"]: score for score in oil["scores"]}
    assert scores["moving_average_12"]["wape"] == pytest.approx(OIL_WAPE)
    assert scores["seasonal_naive"]["wape"] == 0.0
    assert [test["origin"] for test in oil["backtests"]] == [
        "2025-11-01",
        "2026-02-01",
        "2026-05-01",
    ]
    assert oil["backtests"][-1]["actual"] == [60.0, 70.0, 80.0, 90.0, 100.0, 110.0]
    assert oil["backtests"][-1]["forecast"] == [65.0] * 6


async def test_the_levels_above_have_their_own_addresses(sold, client_of):
    await put_oils_into("Oil / fat")
    run_id = await make_run(sold, replace(AVERAGE, windows=0))
    hannah = await client_of("hannah")
    for path, name, point in (
        ("total", "All products", 473.0),
        ("family/Pasta", "Pasta", 400.0),
        ("family/Oil%20%2F%20fat", "Oil / fat", 65.0),
        ("region/North", "North", 308.0),
    ):
        item = (await hannah.get(f"{PATH}/results/{path}?run_id={run_id}")).json()
        assert (item["name"], item["months"][0]["point"]) == (name, pytest.approx(point)), path
    again = await make_run(sold, replace(AVERAGE, windows=0))
    newest = (await hannah.get(f"{PATH}/results/total")).json()
    assert newest["run_id"] == again
    assert [month["previous"] for month in newest["months"]] == [
        month["point"] for month in newest["months"]
    ]
    for path, status in (
        ("product/99999", 404),
        ("product/oil", 404),
        ("family/Nothing", 404),
        ("total/everything", 404),
        ("planet/1", 422),
        ("family/a%00b", 422),
    ):
        assert (await hannah.get(f"{PATH}/results/{path}")).status_code == status, path


async def test_models_say_what_they_need_and_cost(client_of):
    models = (await (await client_of("hannah")).get(f"{PATH}/models")).json()
    by_name = {model.pop("name"): model for model in models}
    assert by_name["auto"] == {"title": "Automatic", "minimum_months": 1, "cost": "normal"}
    assert by_name["damped_holt_winters"] == {
        "title": "Damped Holt-Winters",
        "minimum_months": 24,
        "cost": "normal",
    }
    assert len(by_name) == len(models)


async def test_methods_are_compared_by_the_figures_of_the_run(sold, run_id, client_of):
    hannah, oil = await client_of("hannah"), str(sold.products["OLV"])
    answer = await hannah.post(f"{PATH}/compare", json={"level": "product", "key": oil})
    found = answer.json()
    assert (found["run_id"], found["name"], len(found["months"])) == (run_id, "Olive oil 5 L", 12)
    assert {row["method"] for row in found["methods"]} == {
        "moving_average_12",
        "seasonal_naive",
        "damped_holt_winters",
        "dot",
        "pretrained",
    }
    wapes = [row["score"]["wape"] for row in found["methods"]]
    assert wapes == sorted(wapes)
    body = {"key": oil, "methods": ["moving_average_12", "seasonal_naive"], "run_id": run_id}
    best, chosen = (await hannah.post(f"{PATH}/compare", json=body)).json()["methods"]
    assert (best["method"], best["title"], best["is_chosen"]) == (
        "seasonal_naive",
        "Last year again",
        False,
    )
    assert (best["points"], best["score"]["wape"]) == ([120.0, *SEASON[:11]], 0.0)
    assert (chosen["method"], chosen["is_chosen"]) == ("moving_average_12", True)
    assert chosen["points"] == [65.0] * 12
    assert chosen["score"]["wape"] == pytest.approx(OIL_WAPE)
    rice = {"key": str(sold.products["RIC"])}
    untried = (await hannah.post(f"{PATH}/compare", json=rice)).json()["methods"]
    assert [(row["method"], row["score"]) for row in untried] == [
        ("moving_average_12", None),
        ("seasonal_naive", None),
    ]
    total = (await hannah.post(f"{PATH}/compare", json={"level": "total"})).json()
    assert total["name"] == "All products"


async def test_a_comparison_of_what_there_is_not_is_refused(sold, run_id, client_of):
    hannah, oil = await client_of("hannah"), str(sold.products["OLV"])
    refused = await hannah.post(f"{PATH}/compare", json={"key": oil, "methods": ["prophet"]})
    assert refused.status_code == 422
    assert refused.json()["fields"] == {
        "methods": "The run has no figures of 'prophet'. It has: damped_holt_winters, dot,"
        " moving_average_12, pretrained, seasonal_naive."
    }
    assert (await hannah.post(f"{PATH}/compare", json={"key": "99999"})).status_code == 404
    gone = await hannah.post(f"{PATH}/compare", json={"key": oil, "run_id": 99_999})
    assert gone.status_code == 404
    odd = await hannah.post(f"{PATH}/compare", json={"level": "planet", "key": oil})
    assert [detail["loc"] for detail in odd.json()["detail"]] == [["body", "level"]]


async def test_accuracy_by_class_methods_and_months_ahead(run_id, client_of):
    hannah = await client_of("hannah")
    found = (await hannah.get(f"{PATH}/accuracy")).json()
    assert (found["run"]["id"], found["run"]["naive_wape"]) == (run_id, 0.0)
    [smooth] = found["by_demand_class"]
    assert (smooth["name"], smooth["items"], smooth["volume_share"]) == ("smooth", 3, 1.0)
    assert smooth["wape"] == pytest.approx(OIL_WAPE * 780 / 5580)
    assert [group["name"] for group in found["by_methods"]] == ["moving_average_12"]
    assert found["by_lag"]["columns"] == [1, 2, 3, 4, 5, 6]
    oils, pasta = found["by_lag"]["rows"]
    assert (oils["name"], pasta["name"], pasta["cells"]) == ("Oils", "Pasta", [0.0] * 6)
    assert oils["cells"] == pytest.approx(
        [95 / 210, 85 / 120, 75 / 150, 65 / 180, 65 / 210, 75 / 240]
    )
    total = (await hannah.get(f"{PATH}/accuracy?level=total&run_id={run_id}")).json()
    assert [row["name"] for row in total["by_lag"]["rows"]] == ["All products"]
    many = await hannah.get(f"{PATH}/accuracy?level=product")
    assert (many.status_code, set(many.json()["fields"])) == (422, {"level"})


async def test_accuracy_moves_month_by_month(sold, run_id, client_of):
    hannah, trend = await client_of("hannah"), f"{PATH}/accuracy/trend"
    oils = (await hannah.get(f"{trend}?level=family&key=Oils&lag=2")).json()
    assert [month["month"] for month in oils] == ["2026-01-01", "2026-04-01", "2026-07-01"]
    assert [month["wape"] for month in oils] == pytest.approx([55 / 10, 25 / 40, 5 / 70])
    assert [month["bias"] for month in oils] == pytest.approx([55 / 10, 25 / 40, -5 / 70])
    assert [month["naive_wape"] for month in oils] == [0.0] * 3
    everything = (await hannah.get(trend)).json()
    assert [month["month"] for month in everything] == [
        "2025-12-01",
        *(f"2026-{month:02}-01" for month in range(1, 12)),
    ]
    assert everything[0]["wape"] == pytest.approx(55 / 520)
    rice = await hannah.get(f"{trend}?key={sold.products['RIC']}")
    assert (rice.status_code, rice.json()) == (200, [])
    assert (await hannah.get(f"{trend}?key=99999")).status_code == 404
    assert (await hannah.get(f"{trend}?level=family&key=Nothing")).status_code == 404
    for query, field in (("lag=0", "lag"), ("lag=7", "lag"), ("key=%00", "key")):
        refused = await hannah.get(f"{trend}?{query}")
        assert [detail["loc"] for detail in refused.json()["detail"]] == [["query", field]]


READS = (
    "runs",
    "runs/1",
    "results",
    "results/total",
    "results/product/1",
    "models",
    "accuracy",
    "accuracy/trend",
)


async def test_nothing_is_there_before_the_first_run(client_of):
    hannah = await client_of("hannah")
    assert (await hannah.get(f"{PATH}/runs")).json() == []
    for path in ("runs/1", "results", "results/total", "accuracy", "accuracy/trend"):
        assert (await hannah.get(f"{PATH}/{path}")).status_code == 404, path
    assert (await hannah.post(f"{PATH}/compare", json={"level": "total"})).status_code == 404


async def test_who_sees_some_customers_or_totals_only_is_refused(
    api, run_id, client_of, owner_rows
):
    writes = {"generate": {}, f"runs/{run_id}/pin": {"cycle_id": 1}, "compare": {"level": "total"}}
    for client, status in (
        (api(), 401),
        (await client_of("elena"), 403),
        (await client_of("tomas"), 403),
        (await client_of("vera"), 403),
    ):
        for path in READS:
            assert (await client.get(f"{PATH}/{path}")).status_code == status, path
        for path, body in writes.items():
            assert (await client.post(f"{PATH}/{path}", json=body)).status_code == status, path
    assert owner_rows("SELECT count(*) FROM forecast_run") == [(1,)]


async def test_who_sees_statistics_does_not_run_them(sold, run_id, make_user, client_of):
    sold.people["sam"] = await make_user("Sam Supply", Role.SUPPLY_PLANNER)
    sam, cycle = await client_of("sam"), await make_cycle()
    for path in READS:
        assert (await sam.get(f"{PATH}/{path}")).status_code == 200, path
    assert (await sam.post(f"{PATH}/compare", json={"level": "total"})).status_code == 200
    assert (await sam.post(f"{PATH}/generate", json={})).status_code == 403
    pin = await sam.post(f"{PATH}/runs/{run_id}/pin", json={"cycle_id": cycle.id})
    assert pin.status_code == 403
