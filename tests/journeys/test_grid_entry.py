"""A sales rep enters the month's forecast in the grid, from the first figure to the submission."""

import pytest
from playwright.sync_api import expect

from tests.journeys.grid import FIRST_MONTH, STATUS, Grid, fill_rows, open_grid

pytestmark = pytest.mark.browser

REP = "elena.marsh"
OWN_ROWS = """
    FROM forecast_entry e
    JOIN cycle c ON c.id = e.cycle_id AND c.status = 'open'
    JOIN app_user u ON u.id = e.sales_rep_id AND u.email LIKE 'elena.marsh@%'
"""
ERROR = "e.rejected <> '{}'"
MISSING = f"array_position(e.quantities[1:12], NULL) IS NOT NULL AND NOT {ERROR}"


@pytest.fixture
def rep(sign_in):
    visitor = sign_in(REP)
    visitor.go("/forecast", "Forecast entry")
    return visitor


@pytest.fixture
def grid(rep) -> Grid:
    return open_grid(rep.page)


def test_figures_are_typed_changed_by_operators_and_pasted(grid, installation):
    grid.select(FIRST_MONTH, 0)
    steps = (("1200", "1,200"), ("*1.1", "1,320"), ("+250", "1,570"), ("-10%", "1,413"))
    for typed, shown in (*steps, ("10k", "10,000")):
        grid.enter(typed)
        grid.press("ArrowUp")
        grid.shows(FIRST_MONTH, 0, shown)
    grid.select(FIRST_MONTH + 1, 1)
    grid.paste("11\t12\t13\r\n21\t22\t23\r\n")
    grid.shows(FIRST_MONTH + 1, 1, "11")
    grid.shows(FIRST_MONTH + 3, 2, "23")
    grid.is_saved()
    pasted = "e.quantities[2:4] IN ('{11,12,13}', '{21,22,23}')"
    assert installation.value(f"SELECT count(*) {OWN_ROWS} WHERE {pasted}") == 2
    assert installation.value(f"SELECT count(*) {OWN_ROWS} WHERE e.quantities[1] = 10000") == 1


def test_undo_takes_back_what_is_saved_also_after_the_page_was_left(rep, grid):
    before = grid.cell(FIRST_MONTH, 3).inner_text()
    grid.select(FIRST_MONTH, 3)
    grid.enter("4321")
    grid.shows(FIRST_MONTH, 3, "4,321")
    grid.is_saved()
    rep.go("/forecast", "Forecast entry")
    grid = open_grid(rep.page)
    grid.shows(FIRST_MONTH, 3, "4,321")
    grid.select(FIRST_MONTH, 3)
    grid.press("Control+z")
    grid.shows(FIRST_MONTH, 3, before)
    expect(rep.page.get_by_role("region", name="Notices")).to_contain_text("Taken back: 1 cell")
    grid.press("Control+y")
    grid.shows(FIRST_MONTH, 3, "4,321")


def test_text_where_a_number_belongs_is_kept_beside_the_cell_until_it_is_corrected(
    grid, installation
):
    soon = f"SELECT count(*) {OWN_ROWS} WHERE e.rejected ->> '1' = 'soon'"
    grid.select(FIRST_MONTH + 1, 4)
    grid.enter("soon")
    grid.shows(FIRST_MONTH + 1, 4, "soon")
    grid.shows(STATUS, 4, "1 error")
    grid.is_saved()
    assert installation.value(soon) == 1
    grid.press("ArrowUp")
    grid.enter("70")
    grid.shows(FIRST_MONTH + 1, 4, "70")
    expect(grid.cell(STATUS, 4)).not_to_have_text("1 error")
    assert installation.value(soon) == 0


def test_a_comment_is_written_beside_the_cell(rep, grid, installation):
    grid.select(FIRST_MONTH + 2, 5)
    grid.press("Control+i")
    drawer = rep.page.get_by_label("Comment")
    drawer.fill("Promotion in week 7")
    rep.page.get_by_role("button", name="Send").click()
    expect(rep.page.get_by_text("Promotion in week 7")).to_be_visible()
    stored = installation.rows(
        "SELECT month_index, text FROM forecast_comment ORDER BY id DESC LIMIT 1"
    )
    assert stored == [(2, "Promotion in week 7")]


def test_the_forecast_is_submitted_once_every_mandatory_month_is_filled(rep, grid, installation):
    page = rep.page
    missing, errors = (
        installation.value(f"SELECT count(*) {OWN_ROWS} WHERE {which}")
        for which in (MISSING, ERROR)
    )
    page.get_by_placeholder("Find").first.fill("no such row")
    expect(page.get_by_text("No rows match")).to_be_visible()
    page.get_by_role("button", name="Submit").click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Submit is off until all rows are complete")
    expect(dialog.get_by_role("listitem")).to_have_count(missing + errors)
    dialog.get_by_role("button", name="Show them").click()
    expect(dialog).to_have_count(0)

    fill_rows(page, grid, "Missing", missing)
    page.get_by_role("button", name="Errors").click()
    fill_rows(page, grid, "Errors", errors)

    page.get_by_role("button", name="Submit").click()
    expect(dialog).to_contain_text("Submit the forecast?")
    dialog.get_by_role("button", name="Submit all rows").click()
    expect(page.get_by_role("region", name="Notices")).to_contain_text("48 rows submitted")
    assert installation.rows(f"SELECT e.status, count(*) {OWN_ROWS} GROUP BY 1") == [
        ("submitted", 48)
    ]
    mail = installation.wait_for_mail(rep.email, "submitted")
    assert "48 rows" in str(mail["Subject"])


def test_submitted_rows_are_locked_and_say_so(grid, installation):
    before = installation.rows(f"SELECT e.id, e.quantities {OWN_ROWS} ORDER BY 1")
    grid.shows(STATUS, 0, "Submitted")
    grid.select(FIRST_MONTH, 0)
    grid.page.keyboard.type("5")
    expect(grid.page.get_by_role("status").filter(has_text="ubmitted")).not_to_have_count(0)
    expect(grid.page.locator(".plan-grid-editor")).to_have_count(0)
    assert installation.rows(f"SELECT e.id, e.quantities {OWN_ROWS} ORDER BY 1") == before
