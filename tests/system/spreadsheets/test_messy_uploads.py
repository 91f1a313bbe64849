"""Every odd, broken or hostile file through the running web and the worker.

Each is imported, or refused with a reason; the web stays alive and small, and so does the reader.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import psutil
import pytest

from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from sop_app.system.auth.sessions import COOKIE_NAME, open_session
from sop_app.system.jobs.schemas import JobStatus
from sop_app.system.spreadsheets import staging
from sop_app.system.spreadsheets.limits import MEGABYTE
from sop_app.system.spreadsheets.schemas import BatchStatus, BatchView
from sop_app.system.spreadsheets.staged_rows import count_rows
from tests.security.live import running_server
from tests.system.spreadsheets.importing import accept, act, job_of, show, work
from tests.system.spreadsheets.test_messy_files import FOLDER, READ, REFUSED

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real files in ../shared/data are not on this machine"
)
MOST_GROWTH = 50 * MEGABYTE
# Files that are read and hold no row below a header.
WITHOUT_ROWS = frozenset(
    name
    for name in (
        "calamine__has_x000D_.xlsx",
        "poi__SimpleMacro.xlsm",
        "poi__workbookProtection-sheet_password-2013.xlsx",
    )
)


@dataclass
class Upload:
    """The web, as the screen uses it, and the memory of its processes."""

    client: httpx.AsyncClient
    web: list[psutil.Process]

    async def send(self, path: Path) -> BatchView:
        """Upload a file and let the worker read it."""
        with path.open("rb") as file:
            answer = await self.client.post(
                "/api/v1/imports",
                data={"kind": "customers"},
                files={"file": (path.name, file)},
            )
        assert answer.status_code == 201, path.name
        return await work(answer.json()["id"])

    def memory(self) -> int:
        return sum(process.memory_info().rss for process in self.web)


@pytest.fixture
async def upload(db, database_url, make_user, tmp_path):
    coordinator = await make_user("Ingrid Solberg", Role.SOP_COORDINATOR)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            token = await open_session(uow, coordinator.user_id, user_agent="test")
    with running_server(database_url, tmp_path) as server, database.acting_as(coordinator):
        started = psutil.Process().children(recursive=True)
        web = [process for process in started if str(server.port) in process.cmdline()]
        async with server.client(cookies={COOKIE_NAME: token}) as client:
            yield Upload(client, web)
            assert (await client.get("/api/v1/health")).status_code == 200
        assert server.defects() == []


@pytest.mark.memory
async def test_every_file_is_imported_or_refused_with_its_reason(upload, owner_rows):
    await upload.send(FOLDER / "calamine__any_sheets.xlsx")
    memory = upload.memory(), psutil.Process().memory_info().rss
    checks: dict[str, Callable[[BatchView], Awaitable[None]]] = {
        **dict.fromkeys(READ, _is_imported),
        **dict.fromkeys(REFUSED, _is_refused),
        **dict.fromkeys(WITHOUT_ROWS, _holds_no_rows),
    }
    assert len(checks) == 40
    for name, check in sorted(checks.items()):
        await check(await upload.send(FOLDER / name))
    assert upload.memory() - memory[0] < MOST_GROWTH
    assert psutil.Process().memory_info().rss - memory[1] < MOST_GROWTH
    [(peak,)] = owner_rows("SELECT max((reading ->> 'peak_memory')::bigint) FROM import_batch")
    assert peak < 100 * MEGABYTE


async def _is_imported(view: BatchView) -> None:
    """Read, with every row staged; then imported with its first columns as code and name."""
    name, job = view.file_name, await job_of(view)
    assert job.status is JobStatus.DONE, (name, job.error)
    assert await act(count_rows, view.id) == view.row_count, name
    headers = [column.header for column in view.columns]
    if len(headers) < 2:
        assert view.missing, name
        return
    columns = {"code": headers[0], "name": headers[1]}
    await act(staging.set_mapping, view.id, replace(view.mapping, columns=columns))
    view = await work(view.id)
    assert view.status is BatchStatus.PREVIEWED, name
    assert 0 < view.counts.total <= view.row_count, name
    if view.counts.wrong:
        view = await act(staging.leave_wrong_rows_out, view.id)
    if view.counts.effect:
        done = await accept(view)
        assert done.outcome["created"] == view.counts.new, name
    else:
        await act(staging.cancel_import, view.id)


async def _is_refused(view: BatchView) -> None:
    _, words = REFUSED[view.file_name]
    assert (view.status, (await job_of(view)).status) == (BatchStatus.REFUSED, JobStatus.FAILED)
    assert words in view.refusal
    assert view.refusal.startswith(view.file_name)
    assert await act(count_rows, view.id) == 0


async def _holds_no_rows(view: BatchView) -> None:
    assert view.status is BatchStatus.REFUSED
    assert view.refusal == (
        f"{view.file_name} holds no rows: nothing stands below the header of sheet Sheet1."
    )
    assert await show(view.id) == view
