"""Importing the 541,909-row workbook, file to committed months, against bare readers of the same file.

The import is what the command line and the worker do, in one transaction on a database with
durability as shipped. The baselines only read the file, each in a process of its own. The web
process is measured while it takes the same file from a browser's form.
"""

import asyncio
import os
import resource
import statistics
import tempfile
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import httpx
import psutil
import psycopg
import typer

from benchmarks.scratch_database import scratch_database
from benchmarks.spreadsheet_read import CALAMINE, MEGABYTE, OPENPYXL, WORKBOOK, read_bare
from benchmarks.table import Comparison, Figure, report
from sop_app.import_kinds import register_import_kinds
from sop_app.system import installation
from sop_app.system.auth.sessions import COOKIE_NAME, hash_token
from sop_app.system.config import get_config
from sop_app.system.database import unit_of_work
from sop_app.system.spreadsheets.command import import_file

RUNS = 3
ROWS, AMOUNT = 541_909, Decimal("9747747.934")
EMPTY = "TRUNCATE sales_month, customer, product, stored_file, import_batch CASCADE"
PLANNER = """
    INSERT INTO app_user (id, email, full_name, status, team, created_at, version)
    VALUES (1, 'ida@example.test', 'Ida Planner', 'active', '', now(), 1);
    INSERT INTO user_role VALUES (1, 'demand_planner');
"""
SESSION = """
    INSERT INTO user_session (token_hash, user_id, created_at, last_seen_at, expires_at, ip, user_agent)
    VALUES (%s, 1, now(), now(), now() + interval '1 hour', '', '')
"""
PORT = 4791


@dataclass(frozen=True)
class Run:
    """One import: seconds from start to commit, and what it cost."""

    seconds: float
    own_cpu: float
    child_cpu: float
    child_peak: float


def main() -> None:
    """Measure and print; the exit code tells whether every goal is met."""
    if not WORKBOOK.exists():
        raise SystemExit(f"{WORKBOOK} is not on this machine.")
    raise typer.Exit(report(f"Importing {WORKBOOK.name}", asyncio.run(measure())))


async def measure() -> list[Figure]:
    """Take baselines and program in turn, then upload to the web."""
    register_import_kinds()
    calamine, openpyxl, runs = [], [], []
    async with scratch_database() as url:
        for _ in range(RUNS):
            calamine.append(read_bare(CALAMINE, WORKBOOK)[0])
            runs.append(await import_once(url))
        openpyxl.append(read_bare(OPENPYXL, WORKBOOK)[0])
        growth, seconds = await upload_to_web(url)
    ours = statistics.median(run.seconds for run in runs)
    ratio = Comparison.RATIO
    own = statistics.median(run.own_cpu for run in runs)
    child = statistics.median(run.child_cpu for run in runs)
    return [
        Figure("file to committed months", ours, "s", statistics.median(calamine), 3.5, ratio),
        Figure("against openpyxl, read only", ours, "s", statistics.median(openpyxl), 1, ratio),
        Figure("processor time: reading child", child, "s"),
        Figure("processor time: program, without database", own, "s"),
        Figure("memory of the reading child", max(run.child_peak for run in runs), "MB", None, 700),
        Figure("growth of the web process by an upload", growth, "MB", None, 50),
        Figure("upload to the web", seconds, "s"),
    ]


async def import_once(url: str) -> Run:
    """Import into empty tables and hold the stored months against the file."""
    with psycopg.connect(url) as connection:
        connection.execute(EMPTY)
    before = time.process_time(), _child_cpu()
    started = time.perf_counter()
    async with unit_of_work() as uow:
        result = await import_file(uow, "sales_lines", WORKBOOK)
    seconds = time.perf_counter() - started
    whole = sum(share.row_count for share in result.shares), sum(s.amount for s in result.shares)
    if whole != (ROWS, AMOUNT):
        raise SystemExit(f"The shares add up to {whole} instead of {(ROWS, AMOUNT)}.")
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT sum(amount) FROM sales_month").fetchone()
        peak = connection.execute(
            "SELECT (reading ->> 'peak_memory')::float FROM import_batch ORDER BY id DESC LIMIT 1"
        ).fetchone()
    if row is None or row[0] != result.shares[0].amount:
        raise SystemExit("The stored months do not add up to what was taken over.")
    return Run(
        seconds,
        time.process_time() - before[0],
        _child_cpu() - before[1],
        (peak[0] if peak else 0) / MEGABYTE,
    )


def _child_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def upload_to_web(url: str) -> tuple[float, float]:
    """Send the file as a browser's form does; give the web's growth in MB and the seconds."""
    with psycopg.connect(url) as connection:
        connection.execute(PLANNER)
        connection.execute(SESSION, [hash_token("planner")])
    place = f"http://localhost:{PORT}"
    os.environ |= {"DATABASE_URL": url, "PORT": str(PORT), "PUBLIC_URL": place}
    get_config.cache_clear()
    try:
        with installation.running_web():
            async with httpx.AsyncClient(
                base_url=place, cookies={COOKIE_NAME: "planner"}, timeout=60
            ) as client:
                with tempfile.NamedTemporaryFile(suffix=".csv") as small:
                    small.write(b"InvoiceNo,Quantity\n1,1\n")
                    small.flush()
                    await send(client, Path(small.name))
                web = web_processes()
                before = sum(process.memory_info().rss for process in web)
                for process in web:
                    Path(f"/proc/{process.pid}/clear_refs").write_text("5")
                started = time.perf_counter()
                await send(client, WORKBOOK)
                seconds = time.perf_counter() - started
                peak = sum(map(peak_memory, web))
                return (peak - before) / MEGABYTE, seconds
    finally:
        del os.environ["DATABASE_URL"]
        get_config.cache_clear()


async def send(client: httpx.AsyncClient, path: Path) -> None:
    """Upload a file as the screen does."""
    with path.open("rb") as file:
        answer = await client.post(
            "/api/v1/imports",
            data={"kind": "sales_lines"},
            files={"file": (path.name, file)},
        )
    if answer.status_code != 201:
        raise SystemExit(f"The upload was refused: {answer.status_code} {answer.text}")


def web_processes() -> list[psutil.Process]:
    """Find the processes of the web this one has started."""
    started = psutil.Process().children(recursive=True)
    return [process for process in started if "granian" in process.cmdline()]


def peak_memory(process: psutil.Process) -> int:
    """Give the largest memory of a process since its mark was reset, in bytes."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    typer.run(main)
