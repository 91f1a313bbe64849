"""The consolidated report as Excel, from 50,000 entries, against bare XlsxWriter.

The baseline writes the very same cells of the row sheet with ``constant_memory`` and nothing else:
no formats, no formulas, no database.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import psycopg
import typer
import xlsxwriter
from python_calamine import load_workbook

from benchmarks.scratch_database import scratch_database
from benchmarks.table import Comparison, Figure, report
from sop_app.review.reports import service
from sop_app.review.reports.schemas import FileFormat, ReportScope
from sop_app.system import database

CUSTOMERS = 500
PRODUCTS = 100
RUNS = 3

COMPANY = f"""
    INSERT INTO app_user (id, email, full_name, status, team, created_at, version)
    SELECT i, 'rep' || i || '@example.test', 'Sales Rep ' || i, 'active', '', now(), 1
    FROM generate_series(1, 25) AS i;
    INSERT INTO customer (id, code, name, region, territory, channel, sales_rep_id, currency,
                          payment_terms, status, created_at, updated_at, version)
    SELECT i, 'C-' || i, 'Customer number ' || i, 'Region ' || i % 6, '', 'Retail', 1 + i % 25,
           'EUR', '', 'active', now(), now(), 1 FROM generate_series(1, {CUSTOMERS}) AS i;
    INSERT INTO product (id, sku, name, description, family, unit, unit_cost, list_price,
                         lead_time_days, minimum_order_quantity, manufacturing_location, status,
                         created_at, updated_at, version)
    SELECT i, 'SKU-' || i, 'Product number ' || i, '', 'Family ' || i % 12, 'cases', 1, 2, 0, 0, '',
           'active', now(), now(), 1 FROM generate_series(1, {PRODUCTS}) AS i;
    INSERT INTO cycle (id, name, start_month, horizon_months, mandatory_months, opens_at, closes_at,
                       time_zone, status, prefill, created_at, version)
    VALUES (1, 'January 2027', '2027-01-01', 16, 12, now(), now() + interval '1 day', 'UTC', 'open',
            'empty', now(), 1);
    INSERT INTO forecast_entry (cycle_id, customer_id, product_id, sales_rep_id, status, quantities,
                                prefill, prices, cell_versions, version,
                                decision_comment)
    SELECT 1, c.id, p.id, c.sales_rep_id, 'draft', q.quantities, q.quantities,
           array_fill(round((1 + p.id * 0.37)::numeric, 4), ARRAY[16]), array_fill(0, ARRAY[16]), 1, ''
    FROM customer c CROSS JOIN product p CROSS JOIN LATERAL (
        SELECT array_agg((c.id * 7 + p.id * 13 + m * 31) % 1000) AS quantities
        FROM generate_series(1, 16) AS m
    ) AS q
"""


async def ignore_progress(_done: int, _total: int) -> None:
    """Take no notice of the progress."""


async def time_program(path: Path) -> float:
    """Time the whole report: database to finished workbook."""
    start = time.perf_counter()
    async with database.unit_of_work() as uow:
        await service.write_consolidated(
            uow, ReportScope(1), FileFormat.XLSX, path, ignore_progress
        )
    return time.perf_counter() - start


def time_bare(path: Path, rows: list[list[object]]) -> float:
    """Time bare XlsxWriter writing the same cells of the row sheet."""
    start = time.perf_counter()
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return time.perf_counter() - start


async def measure() -> list[Figure]:
    """Run program and baseline in turn."""
    async with scratch_database() as url:
        with psycopg.connect(url) as connection:
            connection.execute(COMPANY)
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")
        with tempfile.TemporaryDirectory() as folder:
            report_path = Path(folder, "report.xlsx")
            await time_program(report_path)
            rows = load_workbook(report_path).get_sheet_by_name("Rows").to_python()
            program, bare = [], []
            for _ in range(RUNS):
                program.append(await time_program(report_path))
                bare.append(time_bare(Path(folder, "bare.xlsx"), rows))
    size = f"{len(rows) - 4:,} rows x {len(rows[-1])} columns"
    return [
        Figure(
            f"consolidated Excel, {size}",
            statistics.median(program),
            "s",
            baseline=statistics.median(bare),
            goal=1.5,
            comparison=Comparison.RATIO,
        )
    ]


def main() -> None:
    """Measure and print the table."""
    raise typer.Exit(report("Consolidated Excel", asyncio.run(measure())))


if __name__ == "__main__":
    typer.run(main)
