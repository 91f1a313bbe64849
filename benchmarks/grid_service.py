"""The grid of 10,000 rows at the level of its services: open, edit, paste, undo.

The baseline of an edit is an empty unit of work (begin, name the acting person, commit): what an
event that does nothing but reach the database costs. What the browser adds is measured by the
screen's own benchmark.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import typer

from benchmarks.planning_company import FIRST_REP, create_company
from benchmarks.scratch_database import scratch_database
from benchmarks.table import Comparison, Figure, report
from sop_app.planning.cycles.schemas import CycleDraft
from sop_app.planning.cycles.service import create_cycle
from sop_app.planning.forecast_entry import entry_grid
from sop_app.planning.forecast_entry.edit_schemas import CellEdit, EditSource
from sop_app.planning.forecast_entry.editing import apply_edits
from sop_app.planning.forecast_entry.opening import open_cycle
from sop_app.planning.forecast_entry.schemas import Chip, GridFilter, GridWindow
from sop_app.planning.forecast_entry.undo import undo_last
from sop_app.system import clock, database
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import Actor

OPENED_AT = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
REP = Actor(FIRST_REP, "Person 1", "user1@example.test", frozenset({Role.SALES_REP}))
MONTHS = 16
WINDOW = 200
ALL = GridFilter()

Work = Callable[[database.UnitOfWork], Awaitable[object]]


async def time_each(runs: int, work: Callable[[int], Work]) -> float:
    """Return the median milliseconds of a unit of work that does ``work(run)``."""
    times = []
    for run in range(runs):
        start = time.perf_counter()
        async with database.unit_of_work() as uow:
            await work(run)(uow)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[len(times) // 5 :])


async def prepare() -> int:
    """Open a cycle prefilled with the last one."""
    draft = CycleDraft(
        name="January 2027",
        start_month=date(2027, 1, 1),
        opens_at=OPENED_AT,
        closes_at=OPENED_AT + timedelta(days=10),
        time_zone="UTC",
    )
    async with database.unit_of_work() as uow:
        cycle = await create_cycle(uow, draft)
    async with database.unit_of_work() as uow:
        await open_cycle(uow, cycle.id)
    return cycle.id


def size_of(window: GridWindow) -> int:
    """Count the bytes of a window as the grid sends it."""
    rows = [
        {
            "id": row.entry_id,
            "v": row.figures.version,
            "cells": [
                row.customer_name,
                row.product_name,
                row.sku,
                "complete",
                *row.figures.quantities,
                row.figures.total,
            ],
        }
        for row in window.rows
    ]
    return len(json.dumps(rows, separators=(",", ":")))


async def measure() -> list[Figure]:
    """Measure as the rep with 10,000 rows."""
    async with scratch_database() as url:
        create_company(url)
        cycle_id = await prepare()
        with database.acting_as(REP):
            return await measure_reads(cycle_id) + await measure_writes(cycle_id)


async def measure_reads(cycle_id: int) -> list[Figure]:
    """Measure windows, totals and counts."""

    def window(offset: int, filters: GridFilter = ALL) -> Work:
        return lambda uow: entry_grid.read_window(
            uow, cycle_id, filters, offset=offset, limit=WINDOW
        )

    async with database.unit_of_work() as uow:
        opened = await entry_grid.read_window(uow, cycle_id, ALL, offset=0, limit=WINDOW)
    assert opened.total == 10_000
    reads = {
        "window at the top": (window(0), 30),
        "window at row 9,800": (window(9_800), 30),
        "window, text search": (window(0, replace(ALL, find="number 77")), 30),
        "window, changed only": (window(0, replace(ALL, chip=Chip.CHANGED)), 30),
        "window sorted by total": (window(0, replace(ALL, sort="total")), None),
        "totals of 10,000 rows": (lambda uow: entry_grid.read_totals(uow, cycle_id, ALL), None),
        "counts of 10,000 rows": (lambda uow: entry_grid.read_counts(uow, cycle_id, ALL), None),
    }
    figures = [
        Figure(work, await time_each(15, lambda _, read=read: read), "ms", goal=goal)
        for work, (read, goal) in reads.items()
    ]
    return [*figures, Figure("rows of the first window", size_of(opened) / 1000, "kB", goal=150)]


async def measure_writes(cycle_id: int) -> list[Figure]:
    """Measure one edit, a paste of 200 x 16 cells, and taking it back."""
    async with database.unit_of_work() as uow:
        ids = await entry_grid.list_entry_ids(uow, cycle_id, ALL, limit=WINDOW)

    def edit(run: int) -> Work:
        cell = CellEdit(ids[run % WINDOW], run % MONTHS, str(10_000 + run), seen_version=10**6)
        return lambda uow: apply_edits(uow, cycle_id, [cell])

    def paste(run: int) -> Work:
        cells = [
            CellEdit(entry_id, month, str(20_000 + run + month), seen_version=10**6)
            for entry_id in ids
            for month in range(MONTHS)
        ]
        return lambda uow: apply_edits(uow, cycle_id, cells, EditSource.PASTED)

    async def nothing(_uow: database.UnitOfWork) -> None:
        pass

    empty = await time_each(200, lambda _: nothing)
    one_edit = await time_each(200, edit)
    pasted = await time_each(10, paste)
    undone = await time_each(10, lambda _: lambda uow: undo_last(uow, cycle_id))
    return [
        Figure("one edit saved", one_edit, "ms", empty, comparison=Comparison.RATIO),
        Figure("paste of 200 x 16 cells, saved", pasted / 1000, "s", goal=1.5),
        Figure("undo of the paste", undone / 1000, "s", goal=1.5),
    ]


def main() -> None:
    """Measure and print the table."""
    with clock.freeze_clock(OPENED_AT):
        figures = asyncio.run(measure())
    raise typer.Exit(report("The grid's services, 10,000 rows of one sales rep", figures))


if __name__ == "__main__":
    typer.run(main)
