"""The coordinator closes the window; figures freeze, and the report agrees with the database."""

import pytest
from playwright.sync_api import expect

from tests.journeys.grid import FIRST_MONTH, open_grid
from tests.journeys.report import COUNT, MONEY, UNITS, totals_of

pytestmark = pytest.mark.browser


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
    units, money, count = totals_of(path)
    assert count == installation.value(COUNT, cycle)
    assert units == before
    assert money == installation.value(MONEY, cycle)
