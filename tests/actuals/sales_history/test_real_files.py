"""Real files, with totals worked out apart from the program by csv and decimal."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from sop_app.actuals.sales_history.importer import SALES_LINES_IMPORT as LINES
from sop_app.system.spreadsheets.staged_rows import rows_table

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
