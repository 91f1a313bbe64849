"""Master data over REST: the routes the seeds list, their refusals, and who gets what."""

import csv
import io
from decimal import Decimal

import pytest

from sop_app.system.auth.permissions import Role
from tests.master_data.records import store_assignment, store_customer, store_product

CANARY = "CANARY-77"


@pytest.fixture
async def planner(as_system, make_user, client_of):
    return await client_of(await make_user("Ingrid Solberg", Role.SOP_COORDINATOR))


async def test_a_customer_from_creation_to_restoration(planner):
    body = {"code": "C-1", "name": "Alder", "region": "North"}
    answer = await planner.post("/api/v1/customers", json=body)
    assert answer.status_code == 201
    made = answer.json()
    path = f"/api/v1/customers/{made['id']}"
    assert (made["code"], made["status"], made["version"]) == ("C-1", "active", 1)
    changed = await planner.put(path, json={**body, "name": "Alder Group", "version": 1})
    assert changed.json()["version"] == 2
    conflict = await planner.put(path, json={**body, "name": "Late", "version": 1})
    assert conflict.status_code == 409
    assert conflict.json()["theirs"]["name"] == "Alder Group"
    wrong = await planner.put(path, json={**body, "name": " ", "version": 2})
    assert (wrong.status_code, wrong.json()["fields"]) == (422, {"name": "Name is missing."})
    history = (await planner.get(f"{path}/history")).json()
    assert [entry["action"] for entry in history] == ["customer_updated", "customer_created"]
    assert (await planner.delete(path)).status_code == 204
    assert (await planner.get(path)).status_code == 404
    assert (await planner.post(f"{path}/restore")).json()["name"] == "Alder Group"


async def test_lists_filter_sort_and_page(planner):
    for number, region in enumerate(("North", "South", "South"), start=1):
        await store_customer(f"C-{number}", region=region)
    answer = await planner.get(
        "/api/v1/customers?region=South&sort=code&is_descending=true&page_size=1&page=2"
    )
    page = answer.json()
    assert ([row["code"] for row in page["rows"]], page["total"]) == (["C-2"], 2)
    assert (await planner.get("/api/v1/customers?page_size=1000")).status_code == 422
    assert (await planner.get("/api/v1/customers?sort=sales")).json()["total"] == 3
    choices = (await planner.get("/api/v1/customers/choices")).json()
    assert choices["regions"] == ["North", "South"]


async def test_what_is_in_use_is_not_deleted(planner):
    customer, product = await store_customer("C-1"), await store_product("OIL")
    await store_assignment(customer, product)
    for path, count in (
        (f"customers/{customer}", "1 assigned product"),
        (f"products/{product}", "1 customer it is assigned to"),
    ):
        answer = await planner.delete(f"/api/v1/{path}")
        assert answer.status_code == 409
        assert count in answer.json()["detail"]


async def test_products_categories_prices_and_matrix(planner):
    food = (await planner.post("/api/v1/categories", json={"name": "Food"})).json()
    oils = (
        await planner.post("/api/v1/categories", json={"name": "Oils", "parent_id": food["id"]})
    ).json()
    body = {"sku": "OIL", "name": "Oil", "category_id": oils["id"], "list_price": "46.20"}
    product = (await planner.post("/api/v1/products", json=body)).json()
    assert product["category_path"] == ["Food", "Oils"]
    assert Decimal(product["list_price"]) == Decimal("46.2")
    found = await planner.get(f"/api/v1/products?category_id={food['id']}&status=active")
    assert found.json()["total"] == 1
    customer = await store_customer("C-1")
    pair = {"customer_id": customer, "product_id": product["id"]}
    price = {**pair, "effective_date": "2027-01-01", "unit_price": "45"}
    made = (await planner.post("/api/v1/prices", json=price)).json()
    corrected = {"effective_date": "2027-01-01", "unit_price": "44.5", "version": 1}
    answer = await planner.put(f"/api/v1/prices/{made['id']}", json=corrected)
    assert Decimal(answer.json()["unit_price"]) == Decimal("44.5")
    assert (await planner.delete(f"/api/v1/prices/{made['id']}")).status_code == 204
    changes = {"changes": [{**pair, "is_active": True}]}
    outcome = await planner.post("/api/v1/products/matrix", json=changes)
    assert outcome.json() == {"activated": 1, "ended": 0}
    matrix = (await planner.get("/api/v1/products/matrix?family=")).json()
    assert matrix["customers"][0]["product_ids"] == [product["id"]]
    assert (await planner.get("/api/v1/assignments?is_active=true")).json()["total"] == 1


@pytest.mark.parametrize("what", ["customers", "products", "prices", "assignments"])
async def test_exports_are_excel_and_csv(planner, what):
    await store_customer("C-1", name="=cmd()")
    excel = await planner.get(f"/api/v1/{what}/export")
    assert excel.content[:2] == b"PK"
    assert f'filename="{what.capitalize()}.xlsx"' in excel.headers["content-disposition"]
    text = (await planner.get(f"/api/v1/{what}/export?format=csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == (2 if what == "customers" else 1)
    if what == "customers":
        assert rows[1][1] == "'=cmd()"


async def test_a_rep_gets_no_byte_of_a_foreign_customer(as_system, make_user, client_of):
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    foreign = await store_customer("C-1", name=CANARY, region=CANARY, channel=CANARY)
    product = await store_product("OIL")
    await store_assignment(foreign, product)
    client = await client_of(elena)
    for path in (
        "customers",
        f"customers?find={CANARY}",
        "customers/choices",
        "customers/export?format=csv",
        f"customers/{foreign}",
        f"customers/{foreign}/history",
        f"customers/{foreign}/sales",
        "prices",
        "prices/export?format=csv",
        "assignments",
        "assignments/export?format=csv",
        "products/matrix?family=",
    ):
        answer = await client.get(f"/api/v1/{path}")
        assert CANARY not in answer.text, path
        assert answer.status_code in (200, 404), path
    assert (await client.delete(f"/api/v1/customers/{foreign}")).status_code == 403


async def test_a_viewer_gets_products_without_prices_and_nothing_else(
    as_system, make_user, client_of
):
    await store_product("OIL", list_price=Decimal("46.2"), unit_cost=Decimal("31.25"))
    client = await client_of(await make_user("Vera View", Role.VIEWER))
    row = (await client.get("/api/v1/products")).json()["rows"][0]
    assert (row["list_price"], row["unit_cost"]) == (None, None)
    text = (await client.get("/api/v1/products/export?format=csv")).text
    assert "46.2" not in text
    assert "31.25" not in text
    for path in ("customers", "prices", "assignments", "customers/export", "products/1/history"):
        assert (await client.get(f"/api/v1/{path}")).status_code == 403, path


async def test_nobody_gets_anything_without_a_session(api):
    for path in ("customers", "products", "prices", "assignments", "categories"):
        assert (await api().get(f"/api/v1/{path}")).status_code == 401
