"""The 541,909-row workbook, compared with the daily files it was rebuilt from."""

import csv
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from sop_app.system.spreadsheets.limits import MEGABYTE
from sop_app.system.spreadsheets.profiles import ColumnKind

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "online_retail"
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real files in ../shared/data are not on this machine"
)


def daily_totals():
    """Count and add up the daily CSV files with nothing but the standard library."""
    count, quantity, amount, without_customer = 0, Decimal(0), Decimal(0), 0
    with zipfile.ZipFile(FOLDER / "retail-data-by-day.zip") as days:
        for name in days.namelist():
            if not name.endswith(".csv"):
                continue
            with days.open(name) as file:
                for row in csv.DictReader(io.TextIOWrapper(file, "utf-8", newline="")):
                    count += 1
                    pieces = Decimal(row["Quantity"])
                    quantity += pieces
                    amount += pieces * Decimal(row["UnitPrice"])
                    without_customer += not row["CustomerID"]
    return count, quantity, amount, without_customer


async def test_every_row_arrives_and_the_totals_match_to_the_cent(read):
    extract = await read(FOLDER / "Online Retail (rebuilt).xlsx")
    (sheet,) = extract.sheets
    assert (sheet.header_row, sheet.data_row_count, sheet.last_row) == (1, 541_909, 541_910)
    assert extract.peak_memory < 640 * MEGABYTE
    kinds = {column.header: column.kind for column in sheet.columns}
    assert kinds["Quantity"] is kinds["UnitPrice"] is kinds["CustomerID"] is ColumnKind.NUMBER
    assert kinds["InvoiceDate"] is ColumnKind.DATE
    assert kinds["StockCode"] is ColumnKind.MIXED

    count, quantity, amount = 0, Decimal(0), Decimal(0)
    with sheet.path.open(encoding="utf-8", newline="\n") as lines:
        next(lines)
        for line in lines:
            cells = line[:-1].split("\t")
            count += 1
            pieces = Decimal(cells[4][1:])
            quantity += pieces
            amount += pieces * Decimal(cells[6][1:])
    without_customer = sheet.columns[6].empty
    assert (count, quantity, amount, without_customer) == daily_totals()
    assert count == 541_909
    assert quantity == 5_176_450
    assert amount == Decimal("9747747.934")
    assert without_customer == 135_080
