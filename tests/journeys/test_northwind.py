"""A coordinator brings Northwind's orders in: matches columns by hand, keeps the matching, accepts."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.actuals.sales_history.test_real_files import joined_northwind
from tests.journeys.installation import Installation
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

NET = Decimal("1265793.04")
MATCHING = "Northwind orders"
# What the file calls its columns, none of it known, and the field each fills.
COLUMNS = {
    "Bon": "Invoice",
    "Jour": "Date",
    "Acheteur": "Customer",
    "Pays": "Region",
    "Ref": "Product",
    "Article X": "Product name",
    "Nombre": "Quantity",
    "Tarif": "Unit price",
    "Remise": "Discount",
}


@pytest.fixture(scope="module")
def installation(install) -> Iterator[Installation]:
    """A program of its own, without the sales of the demo company: the file is all there is."""
    with install() as running:
        running.change("DELETE FROM sales_month")
        yield running


@pytest.fixture
def orders(shared_data) -> tuple[list[tuple[str, ...]], Decimal]:
    rows, total = joined_northwind(shared_data / "northwind")
    assert (len(rows), round(total, 2)) == (2155, NET)
    return rows, total


@pytest.fixture
def coordinator(sign_in) -> Visitor:
    return sign_in("ingrid.solberg")


def test_northwind_is_matched_by_hand_once_and_its_totals_are_the_files(
    coordinator, installation, orders, tmp_path
):
    rows, total = orders
    page = coordinator.page
    _upload(coordinator, _write(tmp_path / "orders.csv", rows))
    expect(page.get_by_text("Columns are missing.")).to_be_visible()
    for header, field in COLUMNS.items():
        _match(page, header, field)
    expect(page.get_by_text("9 matched", exact=True)).to_be_visible()
    assert coordinator.faults_of_access() == []
    page.get_by_role("textbox", name="Name of this matching").fill(MATCHING)
    page.get_by_role("button", name="Remember").click()
    expect(page.get_by_text(f"Matching {MATCHING} is remembered").first).to_be_visible()

    page.get_by_role("button", name="Check changes").click()
    taken = page.get_by_role("row").filter(has_text="Taken over")
    expect(taken).to_contain_text(re.compile(r"2,155.*1,265,793\.04", re.DOTALL))
    expect(page.get_by_role("row").filter(has_text="Jul 1996")).to_be_visible()
    expect(page.get_by_text(f"Matching {MATCHING} is remembered")).to_have_count(0)
    assert coordinator.faults_of_access() == []
    assert installation.value("SELECT count(*) FROM sales_month") == 0
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("link", name="Open sales history").click()

    assert installation.value("SELECT sum(amount) FROM sales_month") == total
    coordinator.go("/sales-history?by=month&months=0", "Sales history")
    expect(page.get_by_role("row").filter(has_text="All")).to_contain_text("1,265,793")
    assert _exported(coordinator) == NET

    _upload(coordinator, _write(tmp_path / "orders again.csv", rows))
    expect(page.get_by_text(re.compile("The same file was accepted"))).to_be_visible()
    expect(page.get_by_role("combobox", name="Saved matching")).to_have_text(MATCHING)
    page.get_by_role("button", name="Check changes").click()
    expect(page.get_by_text("there is nothing to accept")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_be_disabled()

    corrected = [(*rows[0][:6], str(int(rows[0][6]) + 10), *rows[0][7:]), *rows[1:]]
    _upload(coordinator, _write(tmp_path / "corrected.csv", corrected))
    expect(page.get_by_role("combobox", name="Saved matching")).to_have_text(MATCHING)
    page.get_by_role("button", name="Check changes").click()
    line = page.get_by_role("row").filter(has_text="Jul 1996")
    expect(line.locator("[data-state=changed]")).to_have_count(2)
    expect(line.locator(".net")).to_have_text("+140")
    page.get_by_role("button", name="Accept 1 change").click()
    expect(page.get_by_role("link", name="Open sales history")).to_be_visible()
    assert installation.value("SELECT sum(amount) FROM sales_month") == total + 140


def test_what_was_imported_is_forecast_without_being_asked(coordinator, installation):
    page = coordinator.page
    finished = "SELECT max(id) FROM forecast_run WHERE finished_at IS NOT NULL AND last_month = %s"
    coordinator.go("/forecasting", "Forecasting")
    for _ in range(60):
        if run_id := installation.value(finished, date(1998, 5, 1)):
            break
        page.wait_for_timeout(2_000)
    coordinator.go("/forecasting", "Forecasting")
    expect(
        page.get_by_text(re.compile(rf"Run {run_id}, automatic, sales to May 1998"))
    ).to_be_visible()
    items = installation.value(
        "SELECT count(*) FROM forecast_item WHERE run_id = %s AND level = 'product'", run_id
    )
    assert items == installation.value("SELECT count(DISTINCT product_id) FROM sales_month") == 77
    expect(page.get_by_text("1 to 15 of 77")).to_be_visible()


def test_an_import_of_old_months_leads_to_those_months(coordinator, installation, tmp_path):
    installation.change(
        """INSERT INTO sales_month SELECT c.id, p.id, '2020-01-01', 1, 0, 1, 5
           FROM (SELECT id FROM customer LIMIT 1) c, (SELECT id FROM product LIMIT 1) p
           ON CONFLICT DO NOTHING"""
    )
    page = coordinator.page
    path = tmp_path / "old.csv"
    lines = "1990-03-07,OLD,Oats,4,2.5\n1990-04-09,OLD,Oats,6,2.5\n"
    path.write_text(f"Date,Customer code,SKU,Quantity,Unit price\n{lines}")
    _upload(coordinator, path)
    page.get_by_role("button", name="Check changes").click()
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("link", name="Open sales history").click()
    expect(page.get_by_text("Mar to Apr 1990")).to_be_visible()
    expect(page.get_by_role("combobox", name="Until")).to_have_text("Apr 1990")
    expect(page.get_by_role("row").filter(has_text="All 1 line")).to_contain_text("25")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_text("to Jan 2020")).to_be_visible()


def test_a_saved_matching_is_renamed_and_deleted_on_the_page_of_imports(
    coordinator, installation, tmp_path
):
    page = coordinator.page
    path = tmp_path / "clients.csv"
    path.write_text("Customer code;Customer name\nN-1;North\n")
    coordinator.go("/imports?kind=customers", "Imports")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("textbox", name="Name of this matching").fill("First name")
    page.get_by_role("button", name="Remember").click()
    expect(page.get_by_text("Matching First name is remembered").first).to_be_visible()

    coordinator.go("/imports", "Imports")
    _choose_for(page, "First name", "Rename")
    page.get_by_role("textbox", name="Name").fill("Second name")
    page.get_by_role("button", name="Rename matching").click()
    expect(page.get_by_role("row").filter(has_text="Second name")).to_be_visible()
    _choose_for(page, "Second name", "Delete")
    page.get_by_role("button", name="Delete matching").click()
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="Second name")).to_have_count(0)
    assert installation.rows("SELECT name FROM import_mapping WHERE name LIKE '%name'") == []

    page.get_by_role("searchbox", name="Find by file name").fill("clients")
    expect(page.get_by_role("link", name="clients.csv")).to_be_visible()
    page.get_by_role("searchbox", name="Find by file name").fill("no such file")
    expect(page.get_by_text("No import fits the search and the filters.")).to_be_visible()


def _write(path: Path, rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return path


def _upload(visitor: Visitor, path: Path) -> None:
    visitor.go("/imports?kind=sales_lines", "Imports")
    visitor.page.locator("input[type=file]").set_input_files(path)
    expect(visitor.page.get_by_text("Names of columns")).to_be_visible()


def _match(page: Page, header: str, field: str) -> None:
    column = page.get_by_role("combobox", name=header, exact=True)
    if column.inner_text() != field:
        column.click()
        page.get_by_role("option", name=field, exact=True).click()
    expect(column).to_have_text(field)


def _choose_for(page: Page, name: str, act: str) -> None:
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name=act).click()


def _exported(visitor: Visitor) -> Decimal:
    """Add up the amounts of the sales history as its export holds them."""
    text = visitor.get("/api/v1/sales-history/export?format=csv&by=month&months=0")
    header, *lines = csv.reader(text.removeprefix("\ufeff").splitlines())
    place = next(at for at, title in enumerate(header) if title.startswith("Amount"))
    return round(sum((Decimal(line[place] or 0) for line in lines), Decimal(0)), 2)
