"""Kinds of jobs for the tests, known to the worker process of the tests as well."""

import asyncio
from typing import Any

from sqlalchemy import text

from sop_app.kernel.errors import LimitExceededError
from sop_app.system.database import unit_of_work
from sop_app.system.jobs.context import JobContext
from sop_app.system.jobs.files import store_file
from sop_app.system.jobs.registry import job


@job("test_count")
async def count(context: JobContext) -> dict[str, Any]:
    """Count to a number, slowly if asked."""
    total = context.arguments["total"]
    for done in range(total):
        await context.progress(done, total, "Counting")
        await asyncio.sleep(context.arguments.get("pause", 0))
    return {"counted": total}


@job("test_look")
async def look(context: JobContext) -> dict[str, Any]:
    """Tell which customers the job sees, and store a file for its owner."""
    async with unit_of_work() as uow:
        names = await uow.session.scalars(text("SELECT name FROM customer ORDER BY name"))
        file_id = await store_file(uow, "test", "../../customers.txt", b"text", "text/plain")
        return {"customers": list(names), "file_id": file_id}


@job("test_refuse")
async def refuse(context: JobContext) -> None:
    """Refuse as services do."""
    raise LimitExceededError("The file is larger than 10 MB.")


@job("test_break")
async def break_down(context: JobContext) -> None:
    """Fail as bugs do."""
    raise ZeroDivisionError("secret detail")


@job("test_write_once")
async def write_once(context: JobContext) -> None:
    """Write something that must not be written twice, then take a while to end."""
    async with unit_of_work() as uow:
        await uow.session.execute(
            text("INSERT INTO setting VALUES (:key, 'true', :now, 0)"),
            {"key": context.arguments["key"], "now": uow.now},
        )
        await context.complete(uow, {"written": True})
    await asyncio.sleep(context.arguments.get("pause", 0))


@job("test_once", max_attempts=1)
async def once(context: JobContext) -> None:
    """Work for a while; never begun a second time."""
    await asyncio.sleep(context.arguments["pause"])
