"""Real files, with totals worked out apart from the program by csv and decimal."""

import asyncio
import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from sop_app.actuals.sales_history.importer import SALES_LINES_IMPORT as LINES
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.jobs import runner
from sop_app.system.jobs import service as jobs
from sop_app.system.jobs.files import read_blocks
from sop_app.system.jobs.schemas import JobStatus, JobView
from sop_app.system.spreadsheets import staging
from sop_app.system.spreadsheets.kinds import RowShare
from sop_app.system.spreadsheets.mapping import Mapping
from sop_app.system.spreadsheets.staged_rows import count_rows, rows_table
from tests.system.spreadsheets.importing import accept, act, show, work

NO_PRODUCTS = {
    "POST", "DOT", "M", "C2", "D", "S", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS", "B",
}  # fmt: skip
PREVIEWED = """
    SELECT sum((values ->> 'quantity')::numeric)::bigint, sum((values ->> 'amount')::numeric)
    FROM staged_change WHERE outcome <> 'wrong'
"""
Row = dict[str, str]


def retail_rows(data: Path) -> list[Row]:
    """Read the daily files the workbook was rebuilt from."""
    rows: list[Row] = []
    with zipfile.ZipFile(data / "online_retail" / "retail-data-by-day.zip") as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                content = archive.read(name).decode("utf-8")
                rows.extend(csv.DictReader(io.StringIO(content)))
    return rows


def totals_of(rows: Iterator[Row]) -> tuple[int, Decimal]:
    """Add up pieces, less those returned, and the amount."""
    quantity, amount = 0, Decimal(0)
    for row in rows:
        quantity += int(row["Quantity"])
        amount += int(row["Quantity"]) * Decimal(row["UnitPrice"])
    return quantity, amount


def is_product(row: Row) -> bool:
    return row["StockCode"].upper() not in NO_PRODUCTS


def is_cancelled(row: Row) -> bool:
    return row["InvoiceNo"].startswith("C")


CHOICES: list[tuple[dict[str, str], Callable[[Row], bool]]] = [
    ({}, lambda row: bool(row["CustomerID"]) and is_product(row)),
    (
        {"no_customer": "unknown", "returns": "leave_out", "cancellations": "leave_out"},
        lambda row: is_product(row) and int(row["Quantity"]) >= 0,
    ),
    (
        {"zero_prices": "leave_out", "cancellations": "leave_out", "non_products": "keep"},
        lambda row: (
            bool(row["CustomerID"]) and not is_cancelled(row) and Decimal(row["UnitPrice"]) != 0
        ),
    ),
    (
        {"non_products": "keep", "no_customer": "unknown", "negative_prices": "keep"},
        lambda row: True,
    ),
]


async def test_online_retail_totals_match_the_file_for_every_set_of_choices(
    stage_sales, shared_data, owner_rows
):
    rows = retail_rows(shared_data)
    assert len(rows) == 541_909
    book = shared_data / "online_retail" / "Online Retail (rebuilt).xlsx"
    staged = await stage_sales(LINES, book)
    assert owner_rows(f"SELECT count(*) FROM {rows_table(staged.batch[0])}") == [(541_909,)]
    assert await staged.count() == {
        "no_customer": 135_080,
        "non_products": sum(not is_product(row) for row in rows),
        "unknown_customers": 406_829,
        "unknown_products": sum(map(is_product, rows)),
        "cancellations": 9_288,
        "returns": 1_336,
        "zero_prices": 2_515,
        "negative_prices": 2,
        "duplicates": sum(Counter(tuple(row.values()) for row in rows).values())
        - len({tuple(row.values()) for row in rows}),
    }
    for choices, is_taken in CHOICES:
        staged.batch[1].options.clear()
        staged.batch[1].options.update(choices)
        assert (await staged.preview()).wrong == 0
        assert owner_rows(PREVIEWED) == [totals_of(row for row in rows if is_taken(row))]
    await staged.accept()
    assert owner_rows("SELECT round(sum(amount), 2) FROM sales_month") == [(Decimal("9747747.93"),)]
    assert owner_rows("SELECT count(*) FROM product WHERE upper(sku) = '85123A'") == [(1,)]
    assert owner_rows("SELECT code FROM customer WHERE code LIKE '17850%'") == [("17850",)]


async def test_online_retail_through_every_step_of_the_screen(make_user, shared_data, owner_rows):
    planner = await make_user("Ida Planner", Role.DEMAND_PLANNER)
    book = shared_data / "online_retail" / "Online Retail (rebuilt).xlsx"
    with database.acting_as(planner):
        stopped = await act(staging.upload_file, "sales_lines", book.name, read_blocks(book))
        seen = await watched(stopped, stops=True)
        assert (seen[-1].status, seen[-1].result) == (JobStatus.CANCELLED, {})
        assert await act(count_rows, stopped) == 0

        batch_id = await act(staging.upload_file, "sales_lines", book.name, read_blocks(book))
        seen = await watched(batch_id)
        reading = {job.done_count for job in seen if job.stage == "Reading the file"}
        assert len(reading) > 1
        assert max(reading) <= 541_910
        view = await show(batch_id)
        assert (view.row_count, view.earlier.batch_id) == (541_909, stopped)
        choices = {option.name: (option.row_count, option.detail) for option in view.options}
        assert choices["no_customer"][0] == 135_080
        assert choices["non_products"][1].startswith("POST 1,256, DOT 710, M 57")

        mapping = Mapping.from_json(view.mapping.to_json() | {"options": {"duplicates": "keep"}})
        await act(staging.set_mapping, batch_id, mapping)
        view = await work(batch_id)
        assert [sum(column) for column in zip(*map(figures_of, view.shares), strict=True)] == [
            541_909, 5_176_450, Decimal("9747747.934"),
        ]  # fmt: skip
        assert (await accept(view)).outcome["created"] == view.counts.new
    months: dict[str, list[Decimal]] = {}
    for row in retail_rows(shared_data):
        if row["CustomerID"] and is_product(row):
            sums = months.setdefault(row["InvoiceDate"][:7], [Decimal(0), Decimal(0)])
            sums[0] += int(row["Quantity"])
            sums[1] += int(row["Quantity"]) * Decimal(row["UnitPrice"])
    stored = "SELECT to_char(month, 'YYYY-MM'), sum(net_quantity), sum(amount) FROM sales_month"
    assert owner_rows(f"{stored} GROUP BY 1 ORDER BY 1") == [
        (month, *sums) for month, sums in sorted(months.items())
    ]


async def watched(batch_id: int, *, stops: bool = False) -> list[JobView]:
    """Let the worker read a file, and look at its job as the screen does."""
    job_id = (await show(batch_id)).job_id
    assert job_id is not None
    doing = asyncio.create_task(runner.run_job(job_id))
    seen: list[JobView] = []
    while not doing.done():
        await asyncio.wait([doing], timeout=0.2)
        seen.append(await act(jobs.get_job, job_id))
        if stops and seen[-1].done_count:
            await act(staging.stop_work, batch_id)
    return [*seen, await act(jobs.get_job, job_id)]


def figures_of(share: RowShare) -> tuple[int, Decimal, Decimal]:
    return share.row_count, share.quantity, share.amount


async def test_northwind_orders_joined_with_their_details(
    import_sales, write_csv, shared_data, owner_rows
):
    rows, total = joined_northwind(shared_data / "northwind")
    assert (len(rows), round(total, 2)) == (2155, Decimal("1265793.04"))
    header = (
        "OrderID", "OrderDate", "CustomerID", "ShipCountry", "ProductID", "ProductName",
        "Quantity", "UnitPrice", "Discount",
    )  # fmt: skip
    done = await import_sales(LINES, write_csv(rows, header))
    assert done.counts.wrong == 0
    assert owner_rows("SELECT sum(amount), sum(net_quantity)::int FROM sales_month") == [
        (total, sum(int(row[6]) for row in rows))
    ]
    assert owner_rows("SELECT count(*) FROM customer") == [(89,)]
    assert owner_rows("SELECT name FROM product WHERE sku = '1'") == [("Chai",)]


def joined_northwind(folder: Path) -> tuple[list[tuple[str, ...]], Decimal]:
    """Join order lines with their orders and products, as docs/sales-history.md describes."""
    orders = {row["OrderID"]: row for row in read_csv(folder / "Orders.csv")}
    products = {row["ProductID"]: row for row in read_csv(folder / "Products.csv")}
    rows, total = [], Decimal(0)
    for line in read_csv(folder / "Order_Details.csv"):
        order = orders[line["OrderID"]]
        product = products[line["ProductID"]]["ProductName"]
        keys = (line["OrderID"], order["OrderDate"], order["CustomerID"], order["ShipCountry"])
        figures = (line["Quantity"], line["UnitPrice"], line["Discount"])
        rows.append((*keys, line["ProductID"], product, *figures))
        price = Decimal(line["UnitPrice"]) * (1 - Decimal(line["Discount"]))
        total += int(line["Quantity"]) * price
    return rows, total


def read_csv(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))
