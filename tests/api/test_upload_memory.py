"""A large upload passes through the running web, which never holds it as a whole."""

from pathlib import Path

import httpx
import psutil
import pytest

from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.auth.sessions import COOKIE_NAME, open_session
from tests.security.live import Server, running_server

MEGABYTE = 1024 * 1024
MOST_GROWTH = 50 * MEGABYTE


def processes_of(server: Server) -> list[psutil.Process]:
    """Find the web's processes by its port."""
    started = psutil.Process().children(recursive=True)
    return [process for process in started if str(server.port) in process.cmdline()]


def peak_of(process: psutil.Process) -> int:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


async def send(client: httpx.AsyncClient, path: Path) -> httpx.Response:
    """Upload a file as the screen does."""
    with path.open("rb") as file:
        return await client.post(
            "/api/v1/imports",
            data={"kind": "sales_lines"},
            files={"file": (path.name, file)},
        )


@pytest.mark.memory
async def test_the_web_grows_by_less_than_the_file(
    db, database_url, make_user, owner_rows, shared_data, tmp_path
):
    planner = await make_user("Ida Planner", Role.DEMAND_PLANNER)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            token = await open_session(uow, planner.user_id, user_agent="test")
    book = shared_data / "online_retail" / "Online Retail (rebuilt).xlsx"
    small = tmp_path / "small.csv"
    small.write_text("InvoiceNo,Quantity\n1,1\n")
    with running_server(database_url, tmp_path) as server:
        async with server.client(cookies={COOKIE_NAME: token}) as client:
            await send(client, small)
            web = processes_of(server)
            before = sum(process.memory_info().rss for process in web)
            for process in web:
                Path(f"/proc/{process.pid}/clear_refs").write_text("5")
            answer = await send(client, book)
            growth = sum(map(peak_of, web)) - before
            assert (answer.status_code, answer.json()) == (201, {"id": 2})
            assert (await client.get("/api/v1/health")).status_code == 200
        assert server.defects() == []
    assert len(web) > 1
    assert growth < MOST_GROWTH
    stored = "SELECT size, (SELECT sum(length(content)) FROM stored_file_part WHERE file_id = id)"
    size = book.stat().st_size
    assert owner_rows(f"{stored} FROM stored_file WHERE id = 2") == [(size, size)]
