"""A sales rep plans in Excel: downloads the template, fills it, uploads it, accepts the difference."""

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.journeys.grid import CODE, CUSTOMER, FIRST_MONTH, open_grid

pytestmark = pytest.mark.browser

HEADER_ROW = 4
FIRST_MONTH_COLUMN = 7


@pytest.fixture
def rep(sign_in):
    visitor = sign_in("sofia.brandt")
    visitor.go("/forecast", "Forecast entry")
    return visitor


def test_a_filled_template_shows_its_difference_before_it_is_stored(rep, tmp_path):
    page, grid = rep.page, open_grid(rep.page)
    place = grid.cell(CUSTOMER, 3).inner_text(), grid.cell(CODE, 3).inner_text()
    before = grid.cell(FIRST_MONTH + 1, 3).inner_text()
    path = _download(page, tmp_path)
    row_number = _fill(path, place, 4_711)
    _upload(page, path)

    expect(page.get_by_text("1 wrong cell blocks the upload.")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_be_disabled()
    page.get_by_role("button", name="Wrong 1").click()
    expect(_cells(page, "wrong")).to_have_text(re.compile("tbc.*not a whole number", re.DOTALL))
    assert rep.faults_of_access() == []
    with page.expect_download() as arriving:
        page.get_by_role("link", name="Download file with errors marked").click()
    marked = tmp_path / "marked.xlsx"
    arriving.value.save_as(marked)
    comments = [cell.comment for row in load_workbook(marked)["Forecast"] for cell in row]
    assert sum(comment is not None for comment in comments) == 1
    page.get_by_role("link", name="upload it again").click()

    _correct(path, "tbc", 500)
    _upload(page, path)
    expect(page.get_by_role("button", name="Accept 2 changes")).to_be_enabled()
    line = page.get_by_role("row").filter(has_text=f"row {row_number}")
    changed = line.locator("[data-state=changed]")
    expect(changed.locator("del")).to_have_text(before)
    expect(changed).to_contain_text("4,711")
    expect(line.locator(".net")).to_have_text(f"{4_711 - int(before.replace(',', '')):+,}")
    expect(_cells(page, "changed").filter(has_text="tbc")).to_contain_text("500")
    rep.go("/forecast", "Forecast entry")
    open_grid(page).shows(FIRST_MONTH + 1, 3, before)
    page.go_back()

    page.get_by_role("button", name="Accept 2 changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import forecast")
    page.get_by_role("link", name="Open the grid").click()
    grid = open_grid(page)
    grid.shows(FIRST_MONTH + 1, 3, "4,711")
    grid.select(FIRST_MONTH + 1, 3)
    grid.press("Control+i")
    expect(page.get_by_text("upload of template")).to_be_visible()
    grid.press("Control+z")
    grid.shows(FIRST_MONTH + 1, 3, before)


def test_a_template_of_somebody_else_is_refused_and_changes_nothing(
    rep, sign_in, installation, tmp_path
):
    path = _download(rep.page, tmp_path)
    other = sign_in("elena.marsh", color_scheme="dark")
    other.go("/", "Home")
    other.page.get_by_role("link", name="Use Excel").click()
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Import forecast")
    assert other.faults_of_access() == []
    before = installation.value("SELECT count(*) FROM change_set")
    other.page.locator("input[type=file]").set_input_files(path)
    refusal = other.page.get_by_role("alert")
    expect(refusal).to_contain_text("This template belongs to another person.")
    expect(other.page.get_by_text("Changes, cell by cell")).to_have_count(0)
    assert installation.value("SELECT count(*) FROM change_set") == before
    other.problems = [problem for problem in other.problems if "422" not in problem]


def _download(page: Page, folder: Path) -> Path:
    with page.expect_download() as arriving:
        page.get_by_role("link", name="Template").click()
    path = folder / arriving.value.suggested_filename
    arriving.value.save_as(path)
    return path


def _upload(page: Page, path: Path) -> None:
    """Bring a filled template back, from the grid or from the page of uploads itself."""
    if "/upload" not in page.url:
        page.get_by_role("link", name="Upload").click()
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("Changes, cell by cell")).to_be_visible()


def _cells(page: Page, state: str) -> Locator:
    return page.locator(f".comparison[data-state={state}]")


def _fill(path, place: tuple[str, str], quantity: int) -> int:
    """Write a figure into the second month of a row, as a person would; return the row's number."""
    book = load_workbook(path)
    sheet = book["Forecast"]
    [row] = [
        row
        for row in range(HEADER_ROW + 1, sheet.max_row + 1)
        if (sheet.cell(row, 2).value, sheet.cell(row, 3).value) == place
    ]
    sheet.cell(row, FIRST_MONTH_COLUMN + 1).value = quantity
    book.save(path)
    return row


def _correct(path, typed: str, quantity: int) -> None:
    """Write a figure where text stood."""
    book = load_workbook(path)
    for row in book["Forecast"].iter_rows(min_row=HEADER_ROW + 1, min_col=FIRST_MONTH_COLUMN):
        for cell in row:
            if cell.value == typed:
                cell.value = quantity
    book.save(path)
