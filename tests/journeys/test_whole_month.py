"""The whole month in the browser: from a new cycle to a report that agrees with the database."""

import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from sop_app.system import clock
from sop_app.ui.components import formats
from tests.journeys.grid import FIRST_MONTH, STATUS, fill_rows, open_grid
from tests.journeys.report import COUNT, MONEY, UNITS, totals_of

pytestmark = pytest.mark.browser

COORDINATOR, MANAGER = "ingrid.solberg", "tomas.rivera"
REP, EXCEL_REP = "elena.marsh", "luca.ferrari"
FORECASTS = "/api/v1/forecasts"
HEADER_ROW, FIRST_MONTH_COLUMN, MANDATORY = 4, 7, 12
COMMENT = "The spring promotion is missing."
CYCLE = "SELECT id FROM cycle WHERE status = 'open'"
OWN = """
    FROM forecast_entry e JOIN cycle c ON c.id = e.cycle_id AND c.status = 'open'
    JOIN app_user u ON u.id = e.sales_rep_id AND u.email = %s
"""
MISSING = "array_position(e.quantities[1:12], NULL) IS NOT NULL"


@pytest.fixture(scope="module")
def installation(install):
    """An installation of its own: this story closes the cycle the others work in."""
    with install() as running:
        yield running


def test_a_month_from_the_new_cycle_to_the_consolidated_report(sign_in, installation, tmp_path):
    coordinator, manager = sign_in(COORDINATOR), sign_in(MANAGER)
    rep, excel_rep = sign_in(REP), sign_in(EXCEL_REP)
    _open_a_cycle(coordinator, installation)
    for person in (rep, excel_rep):
        installation.wait_for_mail(person.email, "the forecast is open until")

    _enter_in_the_grid(rep, installation)
    _enter_in_excel(excel_rep, installation, tmp_path)
    _sees_nothing_of(excel_rep, rep.email, installation)

    _return_one_row(manager, rep, installation)
    _correct_it(rep, installation)
    _approve_both(manager, (rep, excel_rep), installation)
    _close_and_report(coordinator, installation, tmp_path)


def _open_a_cycle(coordinator, installation) -> None:
    """Close the cycle of last month, and create and open the one after it."""
    page = coordinator.go("/cycles", "Cycles")
    _choose(page, installation.value("SELECT name FROM cycle WHERE status = 'open'"))
    page.get_by_role("menuitem", name="Close window").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Close window").click()
    _told(page, "closed")

    page.get_by_role("button", name="New cycle").click()
    form = page.get_by_role("dialog")
    name = form.get_by_label("Name").input_value()
    form.get_by_label("Time zone").fill("Europe/Atlantis")
    form.get_by_role("button", name="Save cycle").click()
    expect(form.get_by_text("Europe/Atlantis is no time zone.")).to_be_visible()
    form.get_by_label("Time zone").fill("Europe/Vienna")
    closes_at = f"{clock.today() + timedelta(days=10)}T17:00"
    form.get_by_label("Input closes").fill(closes_at)
    form.get_by_role("button", name="Save cycle").click()
    _told(page, f"{name} created")

    _choose(page, name)
    page.get_by_role("menuitem", name="Open window").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Open window").click()
    _told(page, "told by mail")
    [(opened, zone, prefill)] = installation.rows(
        "SELECT name, time_zone, prefill FROM cycle WHERE status = 'open'"
    )
    assert (opened, zone, prefill) == (name, "Europe/Vienna", "last_cycle")


def _enter_in_the_grid(rep, installation) -> None:
    """Type a figure, fill what is missing, and submit everything."""
    page = rep.go("/forecast", "Forecast entry")
    grid = open_grid(page)
    grid.select(FIRST_MONTH, 0)
    grid.enter("4711")
    grid.shows(FIRST_MONTH, 0, "4,711")
    grid.is_saved()
    missing = installation.value(f"SELECT count(*) {OWN} WHERE {MISSING}", rep.email)
    page.get_by_role("button", name="Missing").click()
    expect(page).to_have_url(re.compile("chip=missing"))
    fill_rows(page, grid, "Missing", missing)
    _submit(page)
    assert _statuses(installation, rep.email) == {"submitted": _count(installation, rep.email)}


def _enter_in_excel(rep, installation, folder) -> None:
    """Fill the template in Excel, bring it back, look at the difference, accept and submit."""
    page = rep.go("/forecast", "Forecast entry")
    open_grid(page)
    with page.expect_download() as arriving:
        page.get_by_role("link", name="Template").click()
    path = folder / "template.xlsx"
    arriving.value.save_as(path)
    filled = _fill_template(path)
    file = {"name": path.name, "mimeType": "application/zip", "buffer": path.read_bytes()}
    cycle = installation.value(CYCLE)
    body = {"cycle_id": str(cycle), "file": file}
    seen = rep.post(f"{FORECASTS}/upload", multipart=body)
    assert seen["errors"] == []
    assert len(seen["cells"]) == filled
    accepted = {"cycle_id": cycle, "fingerprint": seen["fingerprint"]}
    rep.post(f"{FORECASTS}/upload/{seen['file_id']}/accept", data=accepted)
    assert installation.value(f"SELECT count(*) {OWN} WHERE {MISSING}", rep.email) == 0
    page = rep.go("/forecast", "Forecast entry")
    open_grid(page)
    _submit(page)


def _fill_template(path) -> int:
    """Write a figure into each mandatory month that is empty; return how many there were."""
    book = load_workbook(path)
    empty = [
        cell
        for row in book["Forecast"].iter_rows(
            min_row=HEADER_ROW + 1,
            min_col=FIRST_MONTH_COLUMN,
            max_col=FIRST_MONTH_COLUMN + MANDATORY - 1,
        )
        for cell in row
        if cell.value is None and book["Forecast"].cell(cell.row, 3).value
    ]
    for cell in empty:
        cell.value = 12
    book.save(path)
    return len(empty)


def _sees_nothing_of(visitor, other_email: str, installation) -> None:
    """No page showed and no frame carried the name of a customer of somebody else."""
    names = installation.rows(
        "SELECT DISTINCT k.name FROM customer k JOIN app_user u ON u.id = k.sales_rep_id"
        " WHERE u.email = %s",
        other_email,
    )
    visitor.go("/customers", "Customers")
    visitor.go("/reports", "Consolidated report")
    heard = " ".join(visitor.heard) + visitor.page.content()
    assert names
    assert [name for (name,) in names if name in heard] == []


def _return_one_row(manager, rep, installation) -> None:
    page = _review(manager, rep, installation)
    rows = _count(installation, rep.email)
    page.get_by_label("Largest changes", exact=True).get_by_role("checkbox").nth(1).click()
    expect(page.get_by_text("About 1 row", exact=True)).to_be_visible()
    page.get_by_role("button", name="Return", exact=True).click()
    expect(page.get_by_text("A comment is required to return a forecast.")).to_be_visible()
    page.get_by_label("Comment to Elena").fill(COMMENT)
    page.get_by_role("button", name="Return", exact=True).click()
    _told(page, "1 row returned")
    assert _statuses(installation, rep.email) == {"returned": 1, "submitted": rows - 1}
    mail = installation.wait_for_mail(rep.email, "returned")
    assert COMMENT in mail.get_body(("plain",)).get_content()


def _correct_it(rep, installation) -> None:
    """Read the notice, change the row that came back, and submit it again."""
    page = rep.go("/forecast", "Forecast entry")
    expect(page.get_by_text("1 row returned.")).to_be_visible()
    sku = installation.value(
        f"SELECT p.sku {OWN} JOIN product p ON p.id = e.product_id WHERE e.status = 'returned'",
        rep.email,
    )
    page.get_by_role("button", name="Notices").click()
    expect(page.get_by_text("returned 1 row").first).to_be_visible()
    page.keyboard.press("Escape")
    grid = open_grid(page)
    page.get_by_placeholder("Find").first.fill(sku)
    of_product = f"SELECT count(*) {OWN} JOIN product p ON p.id = e.product_id WHERE p.sku = %s"
    grid.has_rows(installation.value(of_product, rep.email, sku))
    row = _row_with(page, grid, "Returned")
    grid.select(FIRST_MONTH + 3, row)
    grid.enter("1234")
    grid.shows(FIRST_MONTH + 3, row, "1,234")
    grid.is_saved()
    page.get_by_placeholder("Find").first.fill("")
    _submit(page)
    assert _statuses(installation, rep.email) == {"submitted": _count(installation, rep.email)}


def _approve_both(manager, reps, installation) -> None:
    """Tick two submissions and approve them after one question."""
    page = _review(manager, reps[0], installation)
    submissions = page.get_by_label("Submissions", exact=True)
    for name in ("Elena Marsh", "Luca Ferrari"):
        submissions.get_by_role("checkbox", name=f"Select {name}").click()
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.get_by_role("button", name="Approve", exact=True).first.click()
    question = page.get_by_role("alertdialog")
    rows = sum(_count(installation, rep.email) for rep in reps)
    expect(question).to_contain_text("Approve 2 forecasts?")
    expect(question).to_contain_text(f"{rows} submitted rows")
    question.get_by_role("button", name="Approve").click()
    _told(page, f"{rows} rows approved")
    for rep in reps:
        assert set(_statuses(installation, rep.email)) == {"approved"}
        installation.wait_for_mail(rep.email, "approved")


def _close_and_report(coordinator, installation, folder) -> None:
    """Close by hand; screen, workbook and database say the same to the cent."""
    cycle = installation.value(CYCLE)
    page = coordinator.go("/cycle")
    expect(page.get_by_text("2 of 8")).to_be_visible()
    page.get_by_role("button", name="Close window").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Close window").click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()

    units, money = (installation.value(query, cycle) for query in (UNITS, MONEY))
    report = coordinator.go(f"/reports?cycle_id={cycle}", "Consolidated report")
    total = report.get_by_role("row", name="All 8 lines").get_by_role("cell").last
    expect(total).to_have_text(formats.number(money))
    report.get_by_role("radio", name="Units").click()
    expect(total).to_have_text(formats.number(units))
    report.get_by_role("button", name="Elena Marsh").click()
    expect(report).to_have_url(re.compile("by=customer.*sales_rep_id="))
    report.get_by_role("button", name="Clear filters").click()

    with report.expect_download(timeout=60_000) as arriving:
        report.get_by_role("button", name="Excel").click()
    path = folder / "consolidated.xlsx"
    arriving.value.save_as(path)
    assert totals_of(path) == (units, money, installation.value(COUNT, cycle))


def _review(manager, rep, installation) -> Page:
    rep_id = installation.value("SELECT id FROM app_user WHERE email = %s", rep.email)
    page = manager.go(f"/review?rep={rep_id}", "Review")
    expect(page.get_by_text("Largest changes, Elena Marsh")).to_be_visible()
    return page


def _submit(page: Page) -> None:
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Submit all rows").click()
    _told(page, "submitted")


def _row_with(page: Page, grid, status: str) -> int:
    """Find the row that shows a status."""
    found = page.locator(f"[data-testid^=glide-cell-{STATUS}-]").filter(has_text=status).first
    expect(found).to_be_attached()
    return int(str(found.get_attribute("data-testid")).split("-")[3])


def _choose(page: Page, cycle: str) -> None:
    """Open the menu of a cycle's row."""
    page.get_by_role("button", name=f"Actions for {cycle}").click()


def _told(page: Page, words: str) -> None:
    expect(page.get_by_role("region", name="Notices")).to_contain_text(words)


def _count(installation, email: str) -> int:
    return installation.value(f"SELECT count(*) {OWN}", email)


def _statuses(installation, email: str) -> dict[str, int]:
    return dict(installation.rows(f"SELECT e.status, count(*) {OWN} GROUP BY 1", email))
