"""A program imports sales over REST, step by step, and is refused with a reason."""

from decimal import Decimal

import pytest

from sop_app.import_kinds import register_import_kinds
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.auth.sessions import COOKIE_NAME, open_session
from sop_app.system.jobs import runner
from sop_app.system.spreadsheets import jobs as import_jobs

register_import_kinds()
assert import_jobs.READ_JOB

PATH = "/api/v1/imports"
LINES = b"""InvoiceNo;InvoiceDate;CustomerID;StockCode;Quantity;UnitPrice
536365;05.01.2026;C1;P100;10;2,50
536366;20.01.2026;;P100;4;2,50
C536367;21.01.2026;C1;P100;-3;2,50
"""
STORED = "SELECT net_quantity::int, round(amount, 2) FROM sales_month ORDER BY month"


class Program:
    """A signed-in client that waits for the worker after each step."""

    def __init__(self, client):
        self.client = client

    async def upload(self, content: bytes, name: str = "sales.csv", kind: str = "sales_lines"):
        return await self.client.post(PATH, data={"kind": kind}, files={"file": (name, content)})

    async def show(self, batch_id: int) -> dict:
        """Let the worker do what the import waits for, and show it."""
        seen = (await self.client.get(f"{PATH}/{batch_id}")).json()
        if seen["job_id"] is not None:
            await runner.run_job(seen["job_id"])
        return (await self.client.get(f"{PATH}/{batch_id}")).json()

    async def choose(self, seen: dict, **options: str) -> dict:
        body = {"columns": seen["mapping"]["columns"], "options": options}
        answer = await self.client.put(f"{PATH}/{seen['id']}/mapping", json=body)
        assert answer.status_code == 200, answer.text
        return await self.show(seen["id"])

    async def accept(self, seen: dict):
        body = {"version": seen["version"]}
        return await self.client.post(f"{PATH}/{seen['id']}/accept", json=body)


@pytest.fixture
def program_of(api):
    async def sign_in(actor) -> Program:
        with database.acting_as(SYSTEM_ACTOR):
            async with database.unit_of_work() as uow:
                token = await open_session(uow, actor.user_id, user_agent="test")
        client = api()
        client.cookies.set(COOKIE_NAME, token)
        return Program(client)

    return sign_in


@pytest.fixture
async def program(make_user, program_of) -> Program:
    return await program_of(await make_user("Ida Planner", Role.DEMAND_PLANNER))


async def test_sales_are_uploaded_matched_checked_and_accepted(program, owner_rows):
    answer = await program.upload(LINES)
    assert answer.status_code == 201
    seen = await program.show(answer.json()["id"])
    assert (seen["status"], seen["row_count"], seen["header_row"]) == ("read", 3, 1)
    assert seen["mapping"]["columns"]["unit_price"] == "UnitPrice"
    seen = await program.choose(seen, cancellations="leave_out")
    assert (seen["status"], seen["counts"]["new"], seen["counts"]["wrong"]) == ("previewed", 1, 0)
    assert [
        (share["row_count"], Decimal(share["quantity"]), Decimal(share["amount"]))
        for share in seen["shares"]
    ] == [(1, 10, 25), (1, -3, Decimal("-7.5")), (1, 4, 10)]
    changes = (await program.client.get(f"{PATH}/{seen['id']}/changes")).json()
    assert [line["key"] for line in changes["lines"]] == ["Jan 2026"]
    assert owner_rows(STORED) == []
    assert (await program.accept(seen)).status_code == 202
    seen = await program.show(seen["id"])
    assert (seen["status"], seen["outcome"]["created"]) == ("accepted", 1)
    assert owner_rows(STORED) == [(10, Decimal("25.00"))]


async def test_a_preview_of_another_choice_cannot_be_accepted(program, owner_rows):
    seen = await program.show((await program.upload(LINES)).json()["id"])
    old = await program.choose(seen)
    await program.choose(seen, no_customer="unknown")
    answer = await program.accept(old)
    assert answer.status_code == 409
    assert "The matching of columns has changed" in answer.text
    assert owner_rows(STORED) == []


async def test_a_wrong_answer_is_refused_with_what_can_be_answered(program):
    seen = await program.show((await program.upload(LINES)).json()["id"])
    body = {"columns": seen["mapping"]["columns"], "options": {"no_customer": "burn"}}
    answer = await program.client.put(f"{PATH}/{seen['id']}/mapping", json=body)
    assert answer.status_code == 422
    assert "choose one of Leave out, Book on customer UNKNOWN" in answer.text


async def test_a_rep_can_neither_upload_sales_nor_see_the_import_of_another(
    program, make_user, program_of, owner_rows
):
    rep = await program_of(await make_user("Elena Marsh", Role.SALES_REP))
    assert (await rep.upload(LINES)).status_code == 403
    batch_id = (await program.upload(LINES)).json()["id"]
    for answer in (
        await rep.client.get(f"{PATH}/{batch_id}"),
        await rep.client.get(f"{PATH}/{batch_id}/changes"),
        await rep.client.post(f"{PATH}/{batch_id}/accept", json={"version": 1}),
        await rep.client.post(f"{PATH}/{batch_id}/cancel"),
    ):
        assert answer.status_code in (403, 404)
    assert owner_rows("SELECT count(*) FROM import_batch") == [(1,)]


@pytest.mark.parametrize(
    ("content", "code", "reason"),
    [
        (b"", 400, "sales.csv is empty"),
        (LINES + b"x" * 1_048_500, 413, "larger than 1 MB"),
    ],
)
async def test_a_file_refused_at_the_door_leaves_nothing(
    program, owner_rows, content, code, reason
):
    owner_rows("""
        INSERT INTO setting (key, value, updated_at, updated_by)
        VALUES ('import_file_size_mb', '1', now(), 0) RETURNING key
    """)
    answer = await program.client.post(
        PATH, data={"kind": "sales_lines"}, files={"file": ("sales.csv", content)}
    )
    assert (answer.status_code, reason in answer.text) == (code, True)
    assert owner_rows("SELECT count(*) FROM stored_file") == [(0,)]
    assert owner_rows("SELECT count(*) FROM stored_file_part") == [(0,)]


async def test_a_large_file_arrives_whole_in_its_parts(program, owner_rows):
    content = LINES + b"536400;22.01.2026;C1;P100;1;1,00\n" * 60_000
    batch_id = (await program.upload(content)).json()["id"]
    seen = await program.show(batch_id)
    assert (seen["row_count"], seen["file_size"]) == (60_003, len(content))
    parts = owner_rows("SELECT content FROM stored_file_part ORDER BY number")
    assert (b"".join(bytes(part) for (part,) in parts), len(parts)) == (content, 4)
    [(file_id,)] = owner_rows("SELECT file_id FROM import_batch")
    download = await program.client.get(f"/api/v1/files/{file_id}")
    assert (download.content, download.headers["content-length"]) == (content, str(len(content)))


async def test_own_imports_are_found_sorted_and_filtered_by_the_server(program):
    for name, kind in (
        ("b.csv", "sales_lines"),
        ("a.csv", "sales_months"),
        ("c_b.csv", "sales_lines"),
    ):
        files, data = {"file": (name, b"Code\n1\n")}, {"kind": kind}
        assert (await program.client.post(PATH, data=data, files=files)).status_code == 201

    async def names(**query):
        rows = (await program.client.get(PATH, params=query)).json()["rows"]
        return [row["file_name"] for row in rows]

    assert await names() == ["c_b.csv", "a.csv", "b.csv"]
    assert await names(sort="file") == ["a.csv", "b.csv", "c_b.csv"]
    assert await names(sort="uploaded", is_descending="true", page_size=1, page=2) == ["a.csv"]
    assert await names(sort="no such column") == await names()
    assert await names(find="B.") == ["c_b.csv", "b.csv"]
    assert await names(find="%") == []
    assert await names(kind="sales_months") == ["a.csv"]
    assert await names(status="accepted") == []
    assert (await program.client.get(PATH, params={"status": "eaten"})).status_code == 422
