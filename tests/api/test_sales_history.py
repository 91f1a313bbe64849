"""The sales history over REST: the pivot, its files, and what a rep gets of them."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from sop_app.system.auth.permissions import Role
from tests.master_data.records import store_customer, store_product, store_sales

PATH = "/api/v1/sales-history"
CANARY = "CANARY-77"


@pytest.fixture
async def reps(as_system, make_user):
    """Two reps with a customer each; the second's is a canary."""
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    ravi = await make_user("Ravi Patel", Role.SALES_REP)
    oat = await store_product("P1", name="=Oat drink")
    secret = await store_product("P2", name=f"Product {CANARY}")
    own = await store_customer("C1", name="Northgate", sales_rep_id=elena.user_id)
    foreign = await store_customer(
        "C2", name=f"Customer {CANARY}", region=CANARY, sales_rep_id=ravi.user_id
    )
    sold = [(10, "25.5025")] * 24
    await store_sales(own, oat, date(2024, 1, 1), sold)
    await store_sales(foreign, secret, date(2024, 1, 1), sold)
    return elena, ravi, foreign


async def test_a_planner_reads_the_pivot_and_its_months(reps, make_user, client_of):
    client = await client_of(await make_user("Ingrid Solberg", Role.SOP_COORDINATOR))
    pivot = (await client.get(f"{PATH}?by=product&measure=units&page_size=1")).json()
    assert (len(pivot["lines"]), pivot["line_count"]) == (1, 2)
    assert Decimal(pivot["total"]["total"]) == 480
    months = (await client.get(f"{PATH}/months?months=1")).json()
    assert [Decimal(months[0][name]) for name in ("net_quantity", "amount")] == [
        20,
        Decimal("51.0050"),
    ]
    assert (await client.get(f"{PATH}?by=month")).status_code == 422
    assert (await client.get(f"{PATH}?by=nothing")).status_code == 422


@pytest.mark.parametrize("by", ["customer", "product", "category", "region", "sales_rep", "month"])
async def test_files_hold_all_lines_and_their_totals(reps, make_user, client_of, by):
    client = await client_of(await make_user("Ingrid Solberg", Role.SOP_COORDINATOR))
    query = f"{PATH}/export?by={by}&page_size=1"
    answer = await client.get(f"{query}&format=csv")
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    amount = header.index("Amount, EUR" if by == "month" else "12 months")
    total = sum(Decimal(row[amount]) for row in rows)
    assert total == 24 * 2 * Decimal("25.5025") / (1 if by == "month" else 2)
    book = openpyxl.load_workbook(io.BytesIO((await client.get(query)).content))
    page = book.worksheets[0]
    assert [cell.value for cell in page[3]] == header
    assert page.max_row == 3 + len(rows) + 1
    assert str(page.cell(page.max_row, amount + 1).value).startswith("=SUBTOTAL(109,")


async def test_a_rep_gets_nothing_of_anothers_customers(reps, client_of):
    elena, _, foreign = reps
    client = await client_of(elena)
    for by in ("customer", "product", "category", "region", "sales_rep", "month"):
        for path in (f"?by={by}", f"/export?by={by}&format=csv", f"/export?by={by}"):
            answer = await client.get(f"{PATH}{path}&customer_id={foreign}")
            assert CANARY.encode() not in answer.content
            answer = await client.get(f"{PATH}{path}&find=canary")
            assert CANARY.encode() not in answer.content
    own = (await client.get(f"{PATH}?measure=units")).json()
    assert Decimal(own["total"]["total"]) == 240
    months = (await client.get(f"{PATH}/months?customer_id={foreign}")).json()
    assert {Decimal(month["amount"]) for month in months} == {0}
    assert CANARY not in (await client.get(f"{PATH}/choices")).text


async def test_a_text_that_begins_like_a_formula_stays_text(reps, client_of):
    client = await client_of(reps[0])
    answer = await client.get(f"{PATH}/export?by=product&format=csv")
    assert "'=Oat drink" in answer.text
    assert (await client.get("/api/v1/sales-history/export?by=product")).status_code == 200


async def test_nobody_and_viewers_are_refused(reps, api, make_user, client_of):
    assert (await api().get(PATH)).status_code == 401
    viewer = await client_of(await make_user("Vera View", Role.VIEWER))
    for path in ("", "/months", "/choices", "/export"):
        assert (await viewer.get(f"{PATH}{path}")).status_code == 403
