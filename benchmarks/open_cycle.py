"""Opening a cycle of 50,000 assignments x 16 months: empty, from last cycle, from last year.

The baseline is one bare ``INSERT ... SELECT`` of as many rows of the same table, as the program's
role, with nothing looked up: it pays for the rows, their indexes, keys and policies.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

import psycopg
import typer
from sqlalchemy import text

from benchmarks.planning_company import create_company
from benchmarks.scratch_database import scratch_database
from benchmarks.table import Comparison, Figure, report
from sop_app.planning.cycles.schemas import CycleDraft
from sop_app.planning.cycles.service import create_cycle
from sop_app.planning.forecast_entry.opening import open_cycle
from sop_app.system import clock, database

RUNS = 3
GOAL = 4
ROWS = 50_000
OPENED_AT = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
BARE = text("""
    INSERT INTO forecast_entry (cycle_id, customer_id, product_id, sales_rep_id, status, quantities,
                                prefill, prices, cell_versions, version, decision_comment)
    SELECT :cycle_id, customer_id, product_id, 1, 'draft', array_fill(100, ARRAY[16]),
           array_fill(100, ARRAY[16]), array_fill(3.25::numeric(14, 4), ARRAY[16]),
           array_fill(1, ARRAY[16]), 1, ''
    FROM assignment
""")


async def time_bare(cycle_id: int) -> float:
    """Time the bare insert of as many rows."""
    start = time.perf_counter()
    async with database.unit_of_work() as uow:
        await uow.session.execute(BARE, {"cycle_id": cycle_id})
    return time.perf_counter() - start


async def time_opening(cycle_id: int) -> float:
    """Time the program's opening, from the verb to the commit."""
    start = time.perf_counter()
    async with database.unit_of_work() as uow:
        opened = await open_cycle(uow, cycle_id)
    seconds = time.perf_counter() - start
    assert opened.entry_count == ROWS
    return seconds


async def time_once(url: str, prefill: str, work: Callable[[int], Awaitable[float]]) -> float:
    """Time one run on a fresh draft and remove what it made."""
    draft = CycleDraft(
        name="January 2027",
        start_month=date(2027, 1, 1),
        opens_at=OPENED_AT,
        closes_at=OPENED_AT + timedelta(days=10),
        time_zone="UTC",
        prefill=prefill,
    )
    async with database.unit_of_work() as uow:
        cycle = await create_cycle(uow, draft)
    seconds = await work(cycle.id)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM forecast_entry WHERE cycle_id = %s", [cycle.id])
        connection.execute("DELETE FROM cycle WHERE id = %s", [cycle.id])
        connection.execute("VACUUM ANALYZE forecast_entry")
        connection.execute("CHECKPOINT")
    return seconds


async def measure() -> list[Figure]:
    """Take baseline and program in turn for each prefill, the median of three."""
    figures = []
    async with scratch_database() as url:
        create_company(url)
        for prefill in ("empty", "last_cycle", "last_year"):
            bare, program = [], []
            for _ in range(RUNS):
                bare.append(await time_once(url, prefill, time_bare))
                program.append(await time_once(url, prefill, time_opening))
            figures.append(
                Figure(
                    work=f"open 50,000 x 16, prefill {prefill.replace('_', ' ')}",
                    measured=statistics.median(program),
                    unit="s",
                    baseline=statistics.median(bare),
                    goal=GOAL,
                    comparison=Comparison.RATIO,
                )
            )
    return figures


def main() -> None:
    """Measure and print the table."""
    with clock.freeze_clock(OPENED_AT):
        figures = asyncio.run(measure())
    raise typer.Exit(report("Opening a cycle, against a bare INSERT ... SELECT", figures))


if __name__ == "__main__":
    typer.run(main)
