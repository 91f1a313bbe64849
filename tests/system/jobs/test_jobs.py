"""Jobs act for their owner, tell how far they are, stop when asked, and never end silently."""

import asyncio
import logging
from typing import Any

import pytest
from sqlalchemy import text

from sop_app.kernel.errors import NotFoundError
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR, Actor
from sop_app.system.database import acting_as, unit_of_work
from sop_app.system.jobs import runner
from sop_app.system.jobs.runner import recover_jobs, run_job
from sop_app.system.jobs.schemas import JobStatus, JobView
from sop_app.system.jobs.service import cancel_job, get_job, list_jobs, start_job
from tests.people import NOW

from . import kinds

assert kinds


async def start(owner: Actor, kind: str, **arguments: Any) -> int:
    with acting_as(owner):
        async with unit_of_work() as uow:
            return await start_job(uow, kind, f"Test {kind}", arguments)


async def see(person: Actor, job_id: int) -> JobView:
    with acting_as(person):
        async with unit_of_work() as uow:
            return await get_job(uow, job_id)


async def run_sql(statement: str, **values: Any) -> None:
    with acting_as(SYSTEM_ACTOR):
        async with unit_of_work() as uow:
            await uow.session.execute(text(statement), values)


@pytest.fixture
async def elena(make_user) -> Actor:
    return await make_user("Elena Marsh", Role.SALES_REP)


async def test_starting_queues_the_job_in_the_same_transaction(elena, owner_rows) -> None:
    job_id = await start(elena, "test_count", total=3)
    query = "SELECT args, status::text FROM queue.procrastinate_jobs"
    assert owner_rows(query) == [({"job_id": job_id}, "todo")]

    async def fail() -> None:
        async with unit_of_work() as uow:
            await start_job(uow, "test_count", "Never", {})
            raise LookupError

    with acting_as(elena), pytest.raises(LookupError):
        await fail()
    assert len(owner_rows("SELECT id FROM job")) == 1
    assert len(owner_rows(query)) == 1


async def test_a_job_ends_well(elena) -> None:
    job_id = await start(elena, "test_count", total=3)
    assert (await see(elena, job_id)).status is JobStatus.QUEUED
    await run_job(job_id)
    job = await see(elena, job_id)
    assert (job.status, job.percent, job.result) == (JobStatus.DONE, 100, {"counted": 3})
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.owner_name == "Elena Marsh"


async def test_a_job_sees_what_its_owner_sees(elena, owner_rows) -> None:
    await run_sql(
        """
        INSERT INTO customer (code, name, region, territory, channel, sales_rep_id, currency,
                              payment_terms, status, created_at, updated_at, version)
        SELECT code, code, '', '', '', rep, 'EUR', '', 'active', :now, :now, 1
        FROM (VALUES ('Hers', CAST(:rep AS integer)), ('Foreign', 0)) AS v(code, rep)
        """,
        rep=elena.user_id,
        now=NOW,
    )
    job_id = await start(elena, "test_look")
    await run_job(job_id)
    job = await see(elena, job_id)
    assert job.result["customers"] == ["Hers"]
    assert owner_rows("SELECT owner_id, name FROM stored_file") == [
        (elena.user_id, "customers.txt")
    ]
    assert job.file_href == f"/api/v1/files/{job.result['file_id']}"


async def test_roles_are_those_of_the_run(elena, owner_rows) -> None:
    job_id = await start(elena, "test_look")
    await run_sql("UPDATE app_user SET status = 'disabled' WHERE id = :id", id=elena.user_id)
    await run_job(job_id)
    assert owner_rows("SELECT status, error FROM job") == [
        ("failed", "The person who asked for it is no longer active.")
    ]


async def test_a_refusal_is_read_by_the_owner(elena) -> None:
    job_id = await start(elena, "test_refuse")
    await run_job(job_id)
    job = await see(elena, job_id)
    assert (job.status, job.error) == (JobStatus.FAILED, "The file is larger than 10 MB.")


async def test_a_bug_shows_no_details(elena, caplog) -> None:
    job_id = await start(elena, "test_break")
    with caplog.at_level(logging.ERROR):
        await run_job(job_id)
    job = await see(elena, job_id)
    assert job.status is JobStatus.FAILED
    assert f"Quote job {job_id}" in job.error
    assert "secret" not in job.error
    assert "ZeroDivisionError" in caplog.text


async def test_an_unknown_kind_fails(elena) -> None:
    job_id = await start(elena, "never_heard_of")
    await run_job(job_id)
    assert "does not know the kind never_heard_of" in (await see(elena, job_id)).error


async def test_a_queued_job_is_cancelled_at_once(elena) -> None:
    job_id = await start(elena, "test_count", total=3)
    with acting_as(elena):
        async with unit_of_work() as uow:
            await cancel_job(uow, job_id)
    await run_job(job_id)
    job = await see(elena, job_id)
    assert (job.status, job.started_at) == (JobStatus.CANCELLED, None)


async def test_a_running_job_stops_when_asked(elena, monkeypatch) -> None:
    monkeypatch.setattr("sop_app.system.jobs.context.REPORT_SECONDS", 0.0)
    job_id = await start(elena, "test_count", total=1000, pause=0.02)
    work = asyncio.create_task(run_job(job_id))
    while (await see(elena, job_id)).done_count < 3:
        await asyncio.sleep(0.02)
    job = await see(elena, job_id)
    assert (job.status, job.stage, job.total_count) == (JobStatus.RUNNING, "Counting", 1000)
    assert job.seconds_left(job.created_at) is not None
    with acting_as(elena):
        async with unit_of_work() as uow:
            await cancel_job(uow, job_id)
    await asyncio.wait_for(work, 5)
    assert (await see(elena, job_id)).status is JobStatus.CANCELLED


async def test_a_cancelled_job_writes_nothing(elena, owner_rows) -> None:
    job_id = await start(elena, "test_write_once", key="x")
    await run_sql("UPDATE job SET cancel_requested = true")
    await run_job(job_id)
    assert (await see(elena, job_id)).status is JobStatus.CANCELLED
    assert owner_rows("SELECT * FROM setting") == []


async def test_jobs_are_private(elena, make_user) -> None:
    tom = await make_user("Tom Whitaker", Role.SALES_REP)
    planner = await make_user("Hannah Weiss", Role.DEMAND_PLANNER)
    coordinator = await make_user("Ingrid Solberg", Role.SOP_COORDINATOR)
    job_id = await start(elena, "test_count", total=1)
    for stranger in (tom, planner):
        with acting_as(stranger):
            async with unit_of_work() as uow:
                assert await list_jobs(uow) == []
                with pytest.raises(NotFoundError):
                    await get_job(uow, job_id)
                with pytest.raises(NotFoundError):
                    await cancel_job(uow, job_id)
    with acting_as(coordinator):
        async with unit_of_work() as uow:
            assert [job.id for job in await list_jobs(uow, kind="test_count")] == [job_id]
    with acting_as(elena):
        async with unit_of_work() as uow:
            assert [job.id for job in await list_jobs(uow)] == [job_id]
            assert await list_jobs(uow, kind="other") == []


async def test_two_workers_do_a_job_once(elena, owner_rows, monkeypatch) -> None:
    monkeypatch.setattr(runner, "LOCK_PAUSE_SECONDS", 0.01)
    job_id = await start(elena, "test_write_once", key="x", pause=0.2)
    await asyncio.gather(run_job(job_id), run_job(job_id))
    await run_job(job_id)
    assert owner_rows("SELECT attempts, status FROM job") == [(1, "done")]
    assert owner_rows("SELECT key FROM setting") == [("x",)]


class TestLostJobs:
    async def test_a_job_of_a_dead_worker_is_queued_again(self, elena, owner_rows) -> None:
        job_id = await start(elena, "test_count", total=2)
        await self._die(attempts=1)
        assert await recover_jobs() == 1
        assert owner_rows("SELECT status FROM job") == [("queued",)]
        assert owner_rows("SELECT count(*) FROM queue.procrastinate_jobs") == [(1,)]
        await run_job(job_id)
        assert (await see(elena, job_id)).status is JobStatus.DONE

    async def test_a_job_that_keeps_dying_fails(self, elena) -> None:
        job_id = await start(elena, "test_count", total=2)
        await self._die(attempts=3)
        assert await recover_jobs() == 1
        job = await see(elena, job_id)
        assert job.status is JobStatus.FAILED
        assert "in the middle of it, 3 times" in job.error

    async def test_a_job_that_may_not_repeat_fails(self, elena) -> None:
        job_id = await start(elena, "test_once", pause=0)
        await self._die(attempts=1)
        await recover_jobs()
        assert (await see(elena, job_id)).status is JobStatus.FAILED

    async def test_a_lost_message_is_sent_again(self, elena, owner_rows) -> None:
        await start(elena, "test_count", total=2)
        await run_sql("DELETE FROM procrastinate_jobs")
        await run_sql("UPDATE job SET created_at = created_at - interval '1 minute'")
        assert await recover_jobs() == 1
        assert owner_rows("SELECT count(*) FROM queue.procrastinate_jobs") == [(1,)]

    async def test_a_job_that_works_is_left_alone(self, elena) -> None:
        job_id = await start(elena, "test_count", total=30, pause=0.02)
        work = asyncio.create_task(run_job(job_id))
        while (await see(elena, job_id)).status is JobStatus.QUEUED:
            await asyncio.sleep(0.02)
        await self._die(attempts=1)
        assert await recover_jobs() == 0
        await work
        assert (await see(elena, job_id)).status is JobStatus.DONE

    async def _die(self, attempts: int) -> None:
        """Leave the traces of a worker that died a minute ago."""
        await run_sql("DELETE FROM procrastinate_jobs")
        await run_sql(
            """
            UPDATE job SET status = 'running', attempts = :attempts,
                           heartbeat_at = now() - interval '1 minute'
            """,
            attempts=attempts,
        )
