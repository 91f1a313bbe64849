"""Accepting is killed at many moments: everything is stored, or nothing."""

import asyncio
import time

import pytest
from sqlalchemy import text

from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.spreadsheets import staging
from sop_app.system.spreadsheets.schemas import BatchStatus
from tests.processes import python_process
from tests.system.spreadsheets.importing import act, show, upload, work

ROWS = 400
WORKER = ("-m", "tests.system.spreadsheets.accept_process")


@pytest.fixture
async def coordinator(make_user):
    actor = await make_user("Ingrid Solberg", Role.SOP_COORDINATOR)
    with database.acting_as(actor):
        yield actor


async def _ready_to_accept(kind: str, round_number: int) -> tuple[int, int]:
    """Upload a file of new customers, or of their sales; give the import and its accepting job."""
    header = {
        "customers": "Customer code,Customer name,Region",
        "sales_lines": "Customer,Customer name,Product,Date,Quantity,Amount",
    }[kind]
    rest = {"customers": "North", "sales_lines": "P1,2026-01-05,1,2.50"}[kind]
    lines = [f"R{round_number}-{row},Customer {row},{rest}" for row in range(ROWS)]
    content = "\n".join([header, *lines]).encode()
    view = await upload(kind, content, f"round-{round_number}.csv")
    if view.status is BatchStatus.READ:
        await act(staging.set_mapping, view.id, view.mapping)
        view = await work(view.id)
    return view.id, await act(staging.start_accept, view.id, view.version)


def _work_until(url: str, job_id: int, seconds: float | None) -> float:
    """Let a process do the job; kill it after some seconds. Give the time it had."""
    with python_process(*WORKER, url, str(job_id)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        start = time.perf_counter()
        if seconds is None:
            assert process.wait(60) == 0
        else:
            time.sleep(seconds)
            process.kill()
            process.wait()
        return time.perf_counter() - start


@pytest.mark.parametrize(
    ("kind", "kills", "records"),
    [
        ("customers", 20, "customer"),
        ("sales_lines", 5, "sales_month s JOIN customer c ON c.id = s.customer_id"),
    ],
)
async def test_a_killed_import_leaves_nothing_half_done(
    db, coordinator, owner_rows, kind, kills, records
):
    def stored(round_number: int) -> int:
        ((count,),) = owner_rows(
            f"SELECT count(*) FROM {records} WHERE code LIKE %s", f"R{round_number}-%"
        )
        return count

    _, job_id = await _ready_to_accept(kind, 0)
    duration = await asyncio.to_thread(_work_until, db, job_id, None)
    assert stored(0) == ROWS

    interrupted: list[tuple[int, int, int]] = []
    number = 0
    while len(interrupted) < kills:
        number += 1
        batch_id, job_id = await _ready_to_accept(kind, number)
        moment = duration * (len(interrupted) + 0.5) / kills
        await asyncio.to_thread(_work_until, db, job_id, moment)
        ((status,),) = owner_rows("SELECT status FROM import_batch WHERE id = %s", batch_id)
        assert (status, stored(number)) in (("previewed", 0), ("accepted", ROWS))
        if status == "previewed":
            interrupted.append((number, batch_id, job_id))
        else:  # the kill came too late: from here on, kills come earlier
            duration = moment

    number, batch_id, job_id = interrupted[-1]
    async with database.unit_of_work() as uow:
        await uow.session.execute(
            text("UPDATE job SET status = 'queued' WHERE id = :id"), {"id": job_id}
        )
    assert (await work(batch_id)).outcome["created"] == ROWS == stored(number)
    await act(staging.start_accept, batch_id, (await show(batch_id)).version)
    assert stored(number) == ROWS
