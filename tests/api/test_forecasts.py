"""The month over REST: the cycle, edits with versions, submission, decisions, Excel."""

import io
from datetime import timedelta

import openpyxl
import pytest

from tests.planning import conftest as planning
from tests.planning.forecast_entry.test_submission_and_approval import ELENA, fill
from tests.planning.world import CLOSES_AT

frozen_clock, world, plan = planning.frozen_clock, planning.world, planning.plan

FORECASTS, CYCLES = "/api/v1/forecasts", "/api/v1/sop-cycles"


@pytest.fixture
def client_of(client_of, world):
    """Open a client in which a person of the small company is signed in."""
    return lambda name: client_of(world[name])


def edit(plan, key, month, **figure):
    return {"entry_id": plan.entry(*key), "month_index": month, **figure}


async def test_a_cycle_from_draft_to_reopening(world, client_of):
    ingrid = await client_of("ingrid")
    body = {
        "name": "January 2027",
        "start_month": "2027-01-01",
        "opens_at": "2026-12-01T08:00:00+01:00",
        "closes_at": "2026-12-11T17:00:00+01:00",
        "time_zone": "Europe/Berlin",
        "prefill": "last_year",
    }
    made = await ingrid.post(CYCLES, json=body)
    assert made.status_code == 201
    path = f"{CYCLES}/{made.json()['id']}"
    assert (await ingrid.post(CYCLES, json=body)).status_code == 422
    naive = await ingrid.post(CYCLES, json={**body, "opens_at": "2026-12-01T08:00:00"})
    assert naive.status_code == 422
    changed = await ingrid.put(path, json={**body, "horizon_months": 18, "version": 1})
    assert changed.json()["horizon_months"] == 18
    assert (await ingrid.put(path, json={**body, "version": 1})).status_code == 409
    opened = (await ingrid.post(f"{path}/open")).json()
    assert (opened["entry_count"], opened["rep_count"]) == (11, 3)
    assert (await ingrid.delete(path)).status_code == 409
    assert (await ingrid.post(f"{path}/notify")).json() == {"reminded_count": 3}
    status = (await ingrid.get(f"{path}/status")).json()
    assert [(rep["name"], rep["row_count"], rep["status"]) for rep in status["reps"]] == [
        ("Elena Marsh", 6, "not_started"),
        ("Priya Raman", 2, "not_started"),
        ("Sofia Brandt", 3, "not_started"),
    ]
    moved = (await ingrid.post(f"{path}/steps/1/finish")).json()
    assert [step["status"] for step in moved["steps"]][:2] == ["done", "active"]
    assert (await ingrid.post(f"{path}/close")).json()["status"] == "closed"
    later = (CLOSES_AT + timedelta(days=1)).isoformat()
    again = await ingrid.post(f"{path}/reopen", json={"reason": "Late", "closes_at": later})
    assert again.json()["status"] == "open"
    assert [row["id"] for row in (await ingrid.get(CYCLES)).json()] == [made.json()["id"]]


async def test_only_who_manages_cycles_changes_them(plan, client_of):
    elena, path = await client_of("elena"), f"{CYCLES}/{plan.cycle.id}"
    assert (await elena.get(path)).status_code == 200
    for act in ("open", "close", "notify", "steps/1/finish"):
        assert (await elena.post(f"{path}/{act}")).status_code == 403
    assert (await elena.delete(path)).status_code == 403
    stranger = await client_of("vera")
    assert (await stranger.get(FORECASTS, params={"cycle_id": plan.cycle.id})).status_code == 403


async def test_rows_belong_to_the_caller(plan, client_of):
    for who, codes in (
        ("elena", {"BREN", "HARB"}),
        ("priya", {"ORRI"}),
        ("tomas", {"BREN", "HARB", "ORRI"}),
        ("ingrid", {"BREN", "HARB", "ORRI", "SOFI"}),
    ):
        client = await client_of(who)
        answer = (await client.get(FORECASTS, params={"cycle_id": plan.cycle.id})).json()
        assert {row["customer_code"] for row in answer["rows"]} == codes
        assert answer["total"] == len(answer["rows"])


async def test_a_list_is_filtered_and_paged(plan, client_of):
    elena = await client_of("elena")
    params = {"cycle_id": plan.cycle.id, "find": "penne", "limit": 1, "offset": 1}
    answer = (await elena.get(FORECASTS, params=params)).json()
    assert answer["total"] == 2
    (row,) = answer["rows"]
    assert (row["customer_code"], row["sku"], row["lock"]) == ("HARB", "PAS", "")
    first = (await elena.get(FORECASTS, params={**params, "offset": 0})).json()["rows"][0]
    assert first["months"][0] == {
        "month": "2027-01",
        "quantity": 970,
        "price": "11.0000",
        "amount": "10670.00",
        "text": None,
    }
    totals = (await elena.get(f"{FORECASTS}/totals", params=params)).json()
    assert totals["quantities"][0] == 970
    bad = await elena.get(FORECASTS, params={"cycle_id": plan.cycle.id, "sort": "nonsense"})
    assert bad.status_code == 422


async def test_edits_in_bulk_with_versions(plan, client_of):
    elena = await client_of("elena")
    penne, olive = ("BREN", "PAS"), ("HARB", "OLV")
    body = {
        "cycle_id": plan.cycle.id,
        "edits": [
            edit(plan, penne, 0, quantity=1000, version=1),
            edit(plan, penne, 1, text="+5%", version=1),
            edit(plan, penne, 2, price="9.99"),
            edit(plan, olive, 0, text="tbc"),
            edit(plan, ("ORRI", "PAS"), 0, quantity=1),
        ],
    }
    answer = (await elena.patch(FORECASTS, json=body)).json()
    assert answer["saved_count"] == 4
    assert [(cell["outcome"], cell["entry_id"]) for cell in answer["cells"]] == [
        ("rejected", plan.entry(*olive)),
        ("locked", plan.entry("ORRI", "PAS")),
    ]
    rows = {row["entry_id"]: row for row in answer["rows"]}
    months = rows[plan.entry(*penne)]["months"]
    assert (months[0]["quantity"], months[1]["quantity"], months[2]["price"]) == (
        1000,
        1034,
        "9.9900",
    )
    assert rows[plan.entry(*olive)]["months"][0]["text"] == "tbc"
    undone = await elena.post(f"{FORECASTS}/undo", params={"cycle_id": plan.cycle.id})
    assert undone.json()["saved_count"] == 4
    redone = await elena.post(f"{FORECASTS}/redo", params={"cycle_id": plan.cycle.id})
    assert redone.json()["saved_count"] == 4
    for wrong in (
        {"quantity": 5, "text": "5"},
        {},
        {"quantity": "5"},
        {"quantity": True},
        {"quantity": 1.5},
        {"quantity": -1},
        {"quantity": 5, "status": "approved"},
    ):
        bad = {"cycle_id": plan.cycle.id, "edits": [edit(plan, penne, 0, **wrong)]}
        assert (await elena.patch(FORECASTS, json=bad)).status_code == 422


async def test_submit_approve_return(plan, client_of):
    elena, tomas = await client_of("elena"), await client_of("tomas")
    body = {"cycle_id": plan.cycle.id}
    refused = await elena.post(f"{FORECASTS}/submit", json=body)
    assert refused.status_code == 422
    assert len(refused.json()["entries"]) == 6
    assert refused.json()["entries"][0]["missing"][0] == "2027-01-01"
    await fill(plan, "elena", ELENA)
    done = (await elena.post(f"{FORECASTS}/submit", json=body)).json()
    assert (done["row_count"], done["open_count"]) == (6, 0)
    ids = [plan.entry(*key) for key in ELENA]
    assert (
        await elena.post(f"{FORECASTS}/approve", json={**body, "entry_ids": ids})
    ).status_code == 403
    uncommented = await tomas.post(f"{FORECASTS}/return", json={**body, "entry_ids": ids[:1]})
    assert uncommented.json()["fields"] == {"comment": "Write a comment."}
    returned = await tomas.post(
        f"{FORECASTS}/return", json={**body, "entry_ids": ids[:1], "comment": "Why"}
    )
    assert returned.json()["status"] == "returned"
    approved = await tomas.post(f"{FORECASTS}/approve", json={**body, "entry_ids": ids[1:]})
    assert (approved.json()["row_count"], approved.json()["customer_count"]) == (5, 2)
    late = await tomas.post(f"{FORECASTS}/approve", json={**body, "entry_ids": ids[1:2]})
    assert (late.status_code, late.json()["theirs"]) == (409, "approved")


async def test_excel_there_and_back(plan, client_of):
    elena, priya = await client_of("elena"), await client_of("priya")
    params = {"cycle_id": plan.cycle.id}
    file = await elena.get(f"{FORECASTS}/template", params=params)
    assert "January%202027%20forecast%20Elena%20Marsh.xlsx" in file.headers["content-disposition"]
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    book["Forecast"]["G5"] = 12
    buffer = io.BytesIO()
    book.save(buffer)
    upload = {"file": ("f.xlsx", buffer.getvalue())}
    foreign = await priya.post(f"{FORECASTS}/upload", data=params, files=upload)
    assert foreign.status_code == 422
    seen = (await elena.post(f"{FORECASTS}/upload", data=params, files=upload)).json()
    assert [(cell["old"], cell["new"]) for cell in seen["cells"]] == [(None, 12)]
    path = f"{FORECASTS}/upload/{seen['file_id']}/accept"
    body = {**params, "fingerprint": seen["fingerprint"]}
    assert (await priya.post(path, json=body)).status_code == 404
    assert (await elena.post(path, json={**body, "fingerprint": "x"})).status_code == 409
    assert (await elena.post(path, json=body)).json()["saved_count"] == 1


async def test_what_no_text_can_hold_is_refused(plan, client_of):
    elena, ingrid = await client_of("elena"), await client_of("ingrid")
    params = {"cycle_id": plan.cycle.id}
    row = f"{FORECASTS}/{plan.entry('BREN', 'PAS')}"
    hostile = "a\0b"
    answers = [
        await elena.get(FORECASTS, params={**params, "find": hostile}),
        await elena.get(FORECASTS, params={**params, "family": hostile}),
        await elena.post(f"{row}/comments", json={"text": hostile}),
        await elena.post(f"{row}/comments", content=b'{"text": "\\ud800"}'),
        await ingrid.post(
            f"{CYCLES}/{plan.cycle.id}/reopen",
            json={"reason": hostile, "closes_at": CLOSES_AT.isoformat()},
        ),
    ]
    assert [answer.status_code for answer in answers] == [422] * 5
    typed = {**params, "edits": [edit(plan, ("BREN", "PAS"), 0, text=hostile)]}
    assert (await elena.patch(FORECASTS, json=typed)).status_code == 422


async def test_cells_and_comments(plan, client_of):
    elena, priya = await client_of("elena"), await client_of("priya")
    path = f"{FORECASTS}/{plan.entry('BREN', 'PAS')}"
    made = await elena.post(f"{path}/comments", json={"text": "New contract", "month_index": 0})
    assert made.status_code == 201
    cell = (await elena.get(f"{path}/cell", params={"month_index": 0})).json()
    assert (cell["quantity"], cell["last_year"], cell["comments"][0]["text"]) == (
        970,
        970,
        "New contract",
    )
    resolve = f"{FORECASTS}/comments/{made.json()['id']}/resolve"
    assert (await elena.post(resolve)).json()["resolved_at"] is not None
    assert len((await elena.get(f"{path}/comments")).json()) == 1
    for answer in (
        await priya.get(f"{path}/comments"),
        await priya.get(f"{path}/cell", params={"month_index": 0}),
        await priya.post(resolve),
        await priya.post(f"{path}/comments", json={"text": "Hello"}),
    ):
        assert answer.status_code == 404
