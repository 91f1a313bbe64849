"""The coordinator closes the window; figures freeze, and the report agrees with the database."""

from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.journeys.grid import FIRST_MONTH, open_grid

pytestmark = pytest.mark.browser

UNITS = """
    SELECT sum(q) FROM forecast_entry e, unnest(e.quantities) q WHERE e.cycle_id = %s
"""
MONEY = """
    SELECT sum(round(e.quantities[n] * coalesce(e.price_overrides[n], e.prices[n]), 2))
    FROM forecast_entry e, generate_series(1, 16) n WHERE e.cycle_id = %s
"""
COUNT = "SELECT count(*) FROM forecast_entry WHERE cycle_id = %s"


@pytest.fixture(scope="module")
def installation(install):
    """An installation of its own: closing its window would end the other stories."""
    with install() as running:
        yield running


def test_the_window_closes_and_the_report_equals_the_database(sign_in, installation, tmp_path):
    coordinator, rep = sign_in("ingrid.solberg"), sign_in("elena.marsh")
    cycle = installation.value("SELECT id FROM cycle WHERE status = 'open'")
    page = coordinator.go("/cycle")
    page.get_by_role("button", name="Close window").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Close the input window?")
    dialog.get_by_role("button", name="Close window").click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    assert installation.value("SELECT status FROM cycle WHERE id = %s", cycle) == "closed"

    before = installation.value(UNITS, cycle)
    rep_page = rep.go("/forecast", "Forecast entry")
    grid = open_grid(rep_page)
    expect(rep_page.get_by_text("The window is closed.")).to_be_visible()
    expect(rep_page.get_by_role("button", name="Submit")).to_have_count(0)
    grid.select(FIRST_MONTH, 0)
    rep_page.keyboard.type("5")
    expect(rep_page.locator(".plan-grid-editor")).to_have_count(0)
    assert installation.value(UNITS, cycle) == before

    report = coordinator.go(f"/reports?cycle={cycle}", "Consolidated report")
    with report.expect_download(timeout=60_000) as arriving:
        report.get_by_role("button", name="Excel").click()
    path = tmp_path / "consolidated.xlsx"
    arriving.value.save_as(path)
    units, money, count = _totals(path)
    assert count == installation.value(COUNT, cycle)
    assert units == before
    assert money == installation.value(MONEY, cycle)


def _totals(path: Path) -> tuple[int, Decimal, int]:
    """Add up the rows of the workbook, and see that its own totals say the same."""
    lines = (
        CalamineWorkbook.from_path(path).get_sheet_by_name("Rows").to_python(skip_empty_area=False)
    )
    start = next(at for at, line in enumerate(lines) if line[0] == "Sales rep")
    header, rows, total = lines[start], lines[start + 1 : -1], lines[-1]
    assert total[0] == "Total"
    first = header.index("Unit") + 2
    units_at, money_at = header.index("Total units"), len(header) - 1
    units = sum(int(figure or 0) for row in rows for figure in row[first:units_at])
    cents = [Decimal(str(f)) for row in rows for f in row[units_at + 1 : money_at] if f != ""]
    money = sum((figure.quantize(Decimal("0.01")) for figure in cents), Decimal(0))
    assert int(total[units_at]) == units
    assert Decimal(str(total[money_at])).quantize(Decimal("0.01")) == money
    return units, money, len(rows)
