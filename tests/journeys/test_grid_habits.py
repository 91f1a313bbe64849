"""What planners expect of a grid, as a sales rep does it: totals that spread, ranges, comparisons."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.grid import CUSTOMER, FIRST_MONTH, PRODUCT, STATUS, TOTAL, Grid, open_grid

pytestmark = pytest.mark.browser

OPEN = "(SELECT id FROM cycle WHERE status = 'open')"
FIGURES = f"""
    SELECT quantities FROM forecast_entry e JOIN customer c ON c.id = e.customer_id
    JOIN product p ON p.id = e.product_id
    WHERE e.cycle_id = {OPEN} AND c.name = %s AND p.name = %s
"""


@pytest.fixture
def rep(sign_in):
    visitor = sign_in("sofia.brandt")
    visitor.go("/forecast", "Forecast entry")
    return visitor


@pytest.fixture
def grid(rep) -> Grid:
    return open_grid(rep.page)


@pytest.fixture
def stored(grid, installation):
    """Read the figures of a row of the grid from the database."""

    def read(row: int) -> list[int | None]:
        names = [grid.cell(column, row).inner_text() for column in (CUSTOMER, PRODUCT)]
        return installation.value(FIGURES, *names)

    return read


def only_customer(page: Page, grid: Grid, row: int) -> int:
    """Narrow the grid to the customer of a row; return how many rows that leaves."""
    page.get_by_placeholder("Find").first.fill(grid.cell(CUSTOMER, row).inner_text())
    expect(page.get_by_role("button", name="Clear filters")).to_be_visible()
    expect(page.get_by_text("Total of 76 rows, units")).to_have_count(0)
    label = page.get_by_text(re.compile(r"^Total of \d+ rows?, units$"))
    expect(label).to_have_count(1)
    return int(label.inner_text().split()[2])


def notices(page: Page):
    return page.get_by_role("region", name="Notices")


def test_a_row_total_spreads_after_who_changes_was_seen(rep, grid, stored):
    dialog = rep.page.get_by_role("alertdialog")
    before, product = stored(5), grid.cell(PRODUCT, 5).inner_text()
    grid.select(TOTAL, 5)
    grid.enter("12k")
    expect(dialog).to_contain_text("Spread 12,000 over 16 months?")
    expect(dialog.get_by_role("row")).to_have_count(2)
    expect(dialog).to_contain_text(product)
    assert stored(5) == before
    dialog.get_by_role("button", name="Spread").click()
    grid.shows(TOTAL, 5, "12,000")
    assert sum(quantity or 0 for quantity in stored(5)) == 12_000
    notices(rep.page).get_by_role("button", name="Undo").click()
    grid.shows(TOTAL, 5, f"{sum(quantity or 0 for quantity in before):,}")
    assert stored(5) == before


def test_held_cells_keep_their_figure(rep, grid, stored):
    dialog = rep.page.get_by_role("alertdialog")
    grid.select(FIRST_MONTH, 6)
    grid.press("Shift+ArrowRight")
    expect(rep.page.get_by_role("toolbar", name="Selection")).to_contain_text("Count 2")
    held = stored(6)[:2]
    rep.page.wait_for_timeout(300)
    grid.press("Control+h")
    expect(rep.page.locator("#announcer")).to_have_text("2 cells held in spreads")
    grid.select(TOTAL, 6)
    grid.enter("+10%")
    expect(dialog).to_contain_text("2 cells held, locked or in error keep")
    dialog.get_by_role("button", name="Spread").click()
    expect(dialog).to_have_count(0)
    expect(notices(rep.page)).to_contain_text("spread over")
    assert stored(6)[:2] == held


def test_a_column_total_is_kept_and_the_keys_stay_in_the_grid(rep, grid):
    dialog = rep.page.get_by_role("alertdialog")
    count = only_customer(rep.page, grid, 10)
    box = rep.page.locator("#forecast-grid canvas").first.bounding_box()
    assert box
    rep.page.mouse.click(box["x"] + 520, box["y"] + box["height"] - 14)
    grid.is_selected(FIRST_MONTH, count)
    total = grid.cell(FIRST_MONTH, count).inner_text()
    grid.enter("*1.1")
    expect(dialog).to_contain_text(re.compile(r"\d+ rows of 1 customer change"))
    rep.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    grid.shows(FIRST_MONTH, count, total)
    grid.press("ArrowRight")
    grid.is_selected(FIRST_MONTH + 1, count)


def test_a_comment_marks_its_cell_at_once(rep, grid):
    grid.select(FIRST_MONTH + 1, 7)
    grid.press("Control+i")
    rep.page.get_by_label("Comment").fill("New canteen contract")
    heard = len(rep.heard)
    rep.page.get_by_role("button", name="Send").click()
    expect(rep.page.get_by_text("New canteen contract")).to_be_visible()
    assert '"commented"' in " ".join(rep.heard[heard:])


def test_a_block_that_meets_closed_cells_names_them(rep, grid):
    product, customer = (grid.cell(column, 8).inner_text() for column in (PRODUCT, CUSTOMER))
    grid.select(STATUS, 8)
    grid.paste("done\t41\tsoon\tlater")
    expect(notices(rep.page)).to_contain_text("1 cell skipped")
    expect(notices(rep.page)).to_contain_text(f"{product}, {customer}, Status: read-only")
    expect(notices(rep.page)).to_contain_text("2 cells not a number")
    expect(notices(rep.page)).to_contain_text(f"{product}, {customer}, Feb")
    grid.press("Control+z")
    grid.press("Delete")


def test_a_range_is_summed_and_changed(rep, grid, stored):
    bar = rep.page.get_by_role("toolbar", name="Selection")
    grid.select(FIRST_MONTH, 9)
    for text in ("100", "200"):
        grid.page.keyboard.type(text)
        grid.press("Tab")
    grid.shows(FIRST_MONTH + 1, 9, "200")
    grid.select(FIRST_MONTH, 9)
    grid.press("Shift+ArrowRight")
    expect(bar).to_contain_text("Sum 300")
    expect(bar).to_contain_text("Average 150")
    for mode, value, becomes in (("Add", "50", [150, 250]), ("Percent", "10", [165, 275])):
        bar.get_by_role("radio", name=mode).click()
        bar.get_by_label("Value").fill(value)
        bar.get_by_role("button", name="Apply").click()
        grid.shows(FIRST_MONTH, 9, str(becomes[0]))
        grid.is_saved()
        assert stored(9)[:2] == becomes
    bar.get_by_role("radio", name="Set to").click()
    bar.get_by_label("Value").fill("70")
    bar.get_by_role("button", name="Apply").click()
    grid.shows(FIRST_MONTH + 1, 9, "70")


@pytest.mark.parametrize("source", ["Last year", "Last cycle"])
def test_earlier_figures_are_copied_and_taken_back_in_one_step(rep, grid, stored, source):
    page = rep.page
    only_customer(page, grid, 10)
    before, figures = grid.cell(FIRST_MONTH, 1).inner_text(), stored(1)
    page.get_by_role("button", name="Copy from").click()
    page.get_by_role("menuitem", name=source).click()
    expect(notices(page)).to_contain_text(f"copied from {source.lower()}")
    assert stored(1) != figures
    notices(page).get_by_role("button", name="Undo").click()
    expect(notices(page)).to_contain_text("Taken back")
    grid.shows(FIRST_MONTH, 1, before)
    assert stored(1) == figures
    page.get_by_role("radio", name="EUR").click()
    expect(grid.cell(FIRST_MONTH, 1)).not_to_have_text(before)
    page.get_by_role("radio", name="Units").click()
    grid.shows(FIRST_MONTH, 1, before)


def test_the_unit_and_the_order_are_remembered_for_the_next_visit(rep, grid):
    page = rep.page
    page.get_by_role("radio", name="EUR").click()
    expect(page).to_have_url(re.compile("unit=value"))
    rep.go("/customers", "Customers")
    rep.go("/forecast", "Forecast entry")
    expect(page.get_by_role("radio", name="EUR")).to_be_checked()
    page.get_by_role("radio", name="Units").click()
    expect(page).not_to_have_url(re.compile("unit=value"))


def test_the_progress_is_that_of_the_whole_forecast_whatever_is_found(rep, grid):
    page = rep.page
    progress = page.get_by_text(re.compile(r"^\d+ of 76 rows complete$"))
    expect(progress).to_be_visible()
    whole = progress.inner_text()
    page.get_by_placeholder("Find").first.fill("no such row")
    expect(page.get_by_text("No rows match")).to_be_visible()
    expect(page.get_by_role("button", name="All 0")).to_be_visible()
    expect(progress).to_have_text(whole)


def test_a_month_sorts_up_then_down_then_not(rep, grid):
    page, top = rep.page, grid.cell(CUSTOMER, 0).inner_text()

    def first_figures() -> list[int]:
        texts = [grid.cell(FIRST_MONTH, row).inner_text() for row in range(12)]
        return [int(text.replace(",", "") or -1) for text in texts]

    for address, is_descending in (("sort=month%3A0", False), ("order=down", True)):
        grid.sort_by("Jan")
        expect(page).to_have_url(re.compile(address))
        page.wait_for_timeout(700)
        figures = first_figures()
        assert figures == sorted(figures, reverse=is_descending)
        assert len(set(figures)) > 1
    grid.sort_by("Jan")
    expect(page).not_to_have_url(re.compile("sort="))
    grid.shows(CUSTOMER, 0, top)


def test_amounts_keep_the_ground_of_what_is_missing_wrong_or_changed(rep, grid):
    page = rep.page
    only_customer(page, grid, 20)
    grid.select(FIRST_MONTH, 0)
    grid.paste("\ttbc\t777")
    grid.shows(FIRST_MONTH + 1, 0, "tbc")
    grid.shows(STATUS, 0, "1 error")
    page.get_by_role("radio", name="EUR").click()
    expect(page).to_have_url(re.compile("unit=value"))
    grid.shows(FIRST_MONTH, 0, "")
    grid.select(CUSTOMER, 1)
    page.wait_for_timeout(500)
    grounds = [grid.ground(FIRST_MONTH + index, 0) for index in range(3)]
    assert grounds == ["#fff7c2", "#feebec", "#def7f9"]
    page.get_by_role("radio", name="Units").click()
    expect(page).not_to_have_url(re.compile("unit=value"))
    grid.select(FIRST_MONTH, 0)
    grid.press("Control+z")
    expect(notices(page)).to_contain_text("Taken back: 3 cells")


def test_the_cells_are_there_again_after_no_row_matched(rep, grid):
    page, find = rep.page, rep.page.get_by_placeholder("Find").first
    top = grid.cell(CUSTOMER, 0).inner_text()
    grid.select(FIRST_MONTH, 3)
    find.fill("no such row")
    expect(page.get_by_text("No rows match")).to_be_visible()
    page.get_by_role("button", name="Clear filters").first.click()
    grid.shows(CUSTOMER, 0, top)
    expect(page.get_by_text("No rows match")).to_have_count(0)


def test_what_is_typed_after_a_filter_lands_on_no_other_row(rep, grid, stored):
    page, find = rep.page, rep.page.get_by_placeholder("Find").first
    selected = page.locator("[data-testid^=glide-cell][aria-selected=true]")
    first, other = grid.cell(CUSTOMER, 0).inner_text(), grid.cell(CUSTOMER, 20).inner_text()
    assert first != other
    grid.select(FIRST_MONTH, 1)
    find.fill(other)
    expect(grid.cell(CUSTOMER, 0)).to_have_text(other)
    expect(selected).to_have_count(0)
    before = stored(0)
    page.locator("#forecast-grid canvas").first.focus()
    grid.press("5", "Enter", "Delete")
    page.wait_for_timeout(500)
    assert stored(0) == before


def test_the_selection_follows_its_row_into_another_order(rep, grid):
    page = rep.page
    only_customer(page, grid, 10)
    grid.select(FIRST_MONTH, 0)
    name = grid.cell(PRODUCT, 0).inner_text()
    grid.press("Shift+ArrowDown")
    expect(page.get_by_role("toolbar", name="Selection")).to_contain_text("2 rows")
    for address in ("sort=product", "order=down"):
        grid.sort_by("Product")
        expect(page).to_have_url(re.compile(address))
    expect(page.get_by_role("toolbar", name="Selection")).to_have_count(0)
    expect(grid.cell(FIRST_MONTH, 0)).to_have_attribute("aria-selected", "false")
    column, row = grid.active_cell()
    assert column == FIRST_MONTH
    grid.shows(PRODUCT, row, name)
    grid.sort_by("Product")
    expect(page).not_to_have_url(re.compile("sort="))


def test_a_notice_lies_over_no_button_of_the_selection_bar(rep, grid):
    page = rep.page
    grid.select(STATUS, 0)
    grid.paste("done")
    notice = notices(page).get_by_role("status").first
    expect(notice).to_contain_text("1 cell skipped")
    grid.select(FIRST_MONTH, 0)
    grid.press("Shift+ArrowRight")
    bar = page.get_by_role("toolbar", name="Selection")
    expect(bar).to_be_visible()
    shown, below = notice.bounding_box(), bar.bounding_box()
    assert shown
    assert below
    assert shown["y"] + shown["height"] <= below["y"]
