"""A sales rep plans in Excel: downloads the template, fills it, uploads it, accepts the difference."""

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.journeys.grid import CODE, CUSTOMER, FIRST_MONTH, open_grid

pytestmark = pytest.mark.browser

FORECASTS = "/api/v1/forecasts"
HEADER_ROW = 4
FIRST_MONTH_COLUMN = 7


@pytest.fixture
def rep(sign_in):
    visitor = sign_in("sofia.brandt")
    visitor.go("/forecast", "Forecast entry")
    return visitor


def test_a_filled_template_shows_its_difference_before_it_is_stored(rep, installation, tmp_path):
    page, grid = rep.page, open_grid(rep.page)
    place = grid.cell(CUSTOMER, 3).inner_text(), grid.cell(CODE, 3).inner_text()
    before = grid.cell(FIRST_MONTH + 1, 3).inner_text()
    with page.expect_download() as arriving:
        page.get_by_role("link", name="Template").click()
    path = tmp_path / arriving.value.suggested_filename
    arriving.value.save_as(path)
    row_number = _fill(path, place, 4_711)

    refused = _upload(rep, installation, path)
    assert [error["value"] for error in refused["errors"]] == ["tbc"]
    _correct(path, "tbc", 500)
    seen = _upload(rep, installation, path)
    assert seen["errors"] == []
    assert [(cell["row_number"], cell["month_index"], cell["new"]) for cell in seen["cells"]] == [
        (row_number, 1, 4_711),
        (refused["errors"][0]["row"], 5, 500),
    ]
    grid.shows(FIRST_MONTH + 1, 3, before)

    accepted = {"cycle_id": _open_cycle(installation), "fingerprint": seen["fingerprint"]}
    rep.post(f"{FORECASTS}/upload/{seen['file_id']}/accept", data=accepted)
    rep.go("/forecast", "Forecast entry")
    grid = open_grid(page)
    grid.shows(FIRST_MONTH + 1, 3, "4,711")
    grid.select(FIRST_MONTH + 1, 3)
    grid.press("Control+i")
    expect(page.get_by_text("upload of template")).to_be_visible()
    grid.press("Control+z")
    grid.shows(FIRST_MONTH + 1, 3, before)


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


def _upload(rep, installation, path) -> dict:
    file = {"name": path.name, "mimeType": "application/zip", "buffer": path.read_bytes()}
    body = {"cycle_id": str(_open_cycle(installation)), "file": file}
    return rep.post(f"{FORECASTS}/upload", multipart=body)


def _open_cycle(installation) -> int:
    return installation.value("SELECT id FROM cycle WHERE status = 'open'")
