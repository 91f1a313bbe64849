"""Reading the 541,909-row workbook in our confined child, against bare python-calamine.

Baseline and child are processes of their own, timed from start to end. The child checks the file,
reads it, profiles every column and writes rows that COPY takes as they are; the last step of
importing that needs no rule, COPY into an unlogged table, is measured as well.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import typer

from benchmarks.table import Comparison, Figure, report
from sop_app.system.embedded_postgres import running_postgres
from sop_app.system.spreadsheets.extract import SheetExtract, WorkbookExtract
from sop_app.system.spreadsheets.reader import read_workbook

RETAIL = Path(__file__).resolve().parents[2] / "shared" / "data" / "online_retail"
WORKBOOK = RETAIL / "Online Retail (rebuilt).xlsx"
MEGABYTE = 1024 * 1024
RUNS = 3

PEAK = "; print(next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM')))"
CALAMINE = (
    "import sys; from python_calamine import CalamineWorkbook; "
    "rows = CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()"
)
OPENPYXL = (
    "import sys, openpyxl; "
    "page = openpyxl.load_workbook(sys.argv[1], read_only=True).worksheets[0]; "
    "count = sum(1 for row in page.iter_rows(values_only=True))"
)


def read_bare(code: str, path: Path) -> tuple[float, float]:
    """Run a reader alone; return its seconds and its peak memory in MB."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code + PEAK, str(path)], capture_output=True, text=True, check=True
    )
    return time.perf_counter() - started, int(done.stdout) / 1024


def read_confined(path: Path, folder: Path) -> tuple[float, float, WorkbookExtract]:
    """Read as the program does; return seconds, growth of this process in MB, and the result."""
    own = psutil.Process()
    before = own.memory_info().rss
    started = time.perf_counter()
    extract = asyncio.run(read_workbook(path, folder))
    seconds = time.perf_counter() - started
    return seconds, (own.memory_info().rss - before) / MEGABYTE, extract


async def copy_rows(sheet: SheetExtract, url: str) -> float:
    """Stream the rows below the header into an unlogged table; return the seconds."""
    columns = ", ".join(f"{name} text" for name in sheet.copy_columns[1:])
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("DROP TABLE IF EXISTS staging")
        await connection.execute(
            f"CREATE UNLOGGED TABLE staging (batch_id int, row_number int, {columns})"
        )
        started = time.perf_counter()
        async with connection.cursor().copy("COPY staging FROM STDIN") as copy:
            async for block in sheet.copy_blocks(below=sheet.header_row or 0, prefix="1\t"):
                await copy.write(block)
        await connection.commit()
        return time.perf_counter() - started


def measure(path: Path, url: str) -> list[Figure]:
    """Take baseline and program in turn."""
    bare, ours, copies, peaks, growths, spooled = [], [], [], [], [], 0
    bare_peak = 0.0
    for _ in range(RUNS):
        seconds, bare_peak = read_bare(CALAMINE, path)
        bare.append(seconds)
        with tempfile.TemporaryDirectory() as folder:
            seconds, growth, extract = read_confined(path, Path(folder))
            ours.append(seconds)
            growths.append(growth)
            peaks.append(extract.peak_memory / MEGABYTE)
            spooled = sum(sheet.path.stat().st_size for sheet in extract.sheets)
            copies.append(asyncio.run(copy_rows(extract.sheets[0], url)))
    base = statistics.median(bare)
    both = statistics.median(a + b for a, b in zip(ours, copies, strict=True))
    openpyxl_seconds, openpyxl_peak = read_bare(OPENPYXL, path)
    ratio = Comparison.RATIO
    return [
        Figure("read, profile, write rows", statistics.median(ours), "s", base, 1.8, ratio),
        Figure("the same and COPY", both, "s", base, 1.8, ratio),
        Figure("openpyxl, read only", openpyxl_seconds, "s", base),
        Figure("memory of the child", max(peaks), "MB", bare_peak, 700),
        Figure("memory of openpyxl", openpyxl_peak, "MB", bare_peak),
        Figure("growth of the asking process", max(growths), "MB", None, 50),
        Figure("rows written", spooled / MEGABYTE, "MB"),
    ]


def main() -> None:
    """Measure and print; the exit code tells whether every goal is met."""
    if not WORKBOOK.exists():
        raise SystemExit(f"{WORKBOOK} is not on this machine.")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres(Path(folder), always_stop=True) as url,
    ):
        figures = measure(WORKBOOK, url)
    raise typer.Exit(report(f"Reading {WORKBOOK.name}", figures))


if __name__ == "__main__":
    typer.run(main)
