"""The worker as a process: it does jobs, dies, comes back, and shares its work with others."""

import asyncio
import signal
from datetime import timedelta

import pytest

from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import Actor
from tests.processes import python_process, wait_until

from .test_jobs import run_sql, start

WORKER = ("-m", "tests.system.jobs.worker_process")


@pytest.fixture
async def elena(make_user) -> Actor:
    return await make_user("Elena Marsh", Role.SALES_REP)


@pytest.fixture
def status(owner_rows):
    return lambda: owner_rows("SELECT status FROM job ORDER BY id")[0][0]


async def until(condition) -> None:
    await asyncio.to_thread(wait_until, condition)


async def test_a_job_survives_the_kill_of_its_worker(db, elena, status, owner_rows) -> None:
    await start(elena, "test_count", total=10_000, pause=0.01)
    with python_process(*WORKER, db) as worker:
        await until(lambda: owner_rows("SELECT 1 FROM job WHERE done_count > 5"))
        worker.kill()
        worker.wait()
    assert status() == "running"
    await run_sql(
        """
        UPDATE job SET arguments = '{"total": 3}', heartbeat_at = now() - interval '1 minute'
        """
    )
    with python_process(*WORKER, db) as worker:
        await until(lambda: status() == "done")
        assert owner_rows("SELECT attempts, result FROM job") == [(2, {"counted": 3})]
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0


async def test_a_worker_that_is_told_to_stop_gives_its_job_back(db, elena, owner_rows) -> None:
    await start(elena, "test_count", total=10_000, pause=0.01)
    with python_process(*WORKER, db) as worker:
        await until(lambda: owner_rows("SELECT 1 FROM job WHERE done_count > 5"))
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
    assert owner_rows("SELECT status, attempts FROM job") == [("queued", 0)]
    tasks = "SELECT count(*) FROM queue.procrastinate_jobs WHERE status = 'todo'"
    assert owner_rows(tasks) == [(1,)]


async def test_several_workers_share_jobs_and_one_keeps_the_schedule(db, elena, owner_rows) -> None:
    leaders = """
        SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database AND d.datname = current_database()
        WHERE locktype = 'advisory' AND objid = 7401228 AND granted
    """
    with python_process(*WORKER, db) as first, python_process(*WORKER, db) as second:
        await until(lambda: owner_rows(leaders))
        for _ in range(8):
            await start(elena, "test_count", total=5, pause=0.05)
        done = "SELECT count(*) FROM job WHERE status = 'done' AND attempts = 1"
        await until(lambda: owner_rows(done) == [(8,)])
        [leader] = owner_rows(leaders)
        await asyncio.sleep(4)
        assert owner_rows(leaders) == [leader]
        first.kill()
        await until(lambda: owner_rows(leaders))
        second.send_signal(signal.SIGTERM)
        assert second.wait(15) == 0


async def test_a_worker_waits_for_its_database() -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    with python_process(*WORKER, nowhere) as worker:
        assert worker.stdout is not None
        said = await asyncio.to_thread(worker.stdout.readline)
        assert "The database does not answer" in said
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0


async def test_a_waiting_worker_hears_of_a_new_job_at_once(db, elena, owner_rows) -> None:
    done = "SELECT count(*) FROM job WHERE status = 'done'"
    with python_process(*WORKER, db):
        for number in range(1, 5):
            await start(elena, "test_count", total=1)
            await until(lambda count=number: owner_rows(done) == [(count,)])
    waits = owner_rows("SELECT started_at - created_at FROM job ORDER BY id OFFSET 1")
    assert max(wait for (wait,) in waits) < timedelta(seconds=2)
