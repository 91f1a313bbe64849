"""A sales rep who uses no mouse: from the address bar to a saved figure and the question to submit."""

import pytest
from playwright.sync_api import expect

from tests.journeys.grid import FIRST_MONTH, open_grid

pytestmark = pytest.mark.browser

IN_GRID = "document.getElementById('forecast-grid').contains(document.activeElement)"


def test_the_forecast_is_entered_with_the_keyboard_alone(sign_in, installation):
    rep = sign_in("tom.whitaker")
    page = rep.go("/forecast", "Forecast entry")
    grid = open_grid(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(IN_GRID):
            break
    assert page.evaluate(IN_GRID)

    grid.press("ArrowDown")
    column, row = grid.active_cell()
    grid.press(*["ArrowUp"] * row, *["ArrowRight"] * (FIRST_MONTH - column))
    grid.is_selected(FIRST_MONTH, 0)

    grid.page.keyboard.type("31")
    grid.press("Tab")
    grid.page.keyboard.type("32")
    grid.press("Tab")
    grid.enter("33")
    for offset, text in enumerate(("31", "32", "33")):
        grid.shows(FIRST_MONTH + offset, 0, text)
    grid.is_selected(FIRST_MONTH, 1)
    grid.press("Shift+ArrowUp", "Control+d")
    grid.shows(FIRST_MONTH, 1, "31")
    grid.press("Control+z")
    expect(page.get_by_role("region", name="Notices")).to_contain_text("Taken back")
    grid.is_saved()
    stored = "SELECT count(*) FROM forecast_entry WHERE quantities[1:3] = '{31,32,33}'"
    assert installation.value(stored) == 1

    grid.press("Control+Enter")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
