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
    second_row = page.locator('[data-testid$="-1"][aria-selected=true]')
    expect(second_row).to_have_count(1)
    column, _ = grid.active_cell()
    grid.press("ArrowUp", *["ArrowRight"] * (FIRST_MONTH - column))
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


REGION = """() => {
    const node = document.activeElement;
    const regions = [".skip-link", ".sidebar", ".top-bar", "main"];
    return regions.find((region) => node.closest(region)) ?? "";
}"""
RING = "getComputedStyle(document.activeElement).outlineStyle"


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_tab_goes_through_sidebar_top_bar_and_page_and_shows_where_it_is(sign_in, mode):
    page = sign_in("ingrid.solberg", color_scheme=mode).go("/customers", "Customers")
    expect(page.locator(".rt-Skeleton")).to_have_count(0)
    met, unseen = [], []
    for _ in range(40):
        page.keyboard.press("Tab")
        region = page.evaluate(REGION)
        if not met or met[-1] != region:
            met.append(region)
        if page.evaluate(RING) == "none" and not page.evaluate(
            "document.activeElement.matches('input')"
        ):
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 120)"))
    assert met == [".skip-link", ".sidebar", ".top-bar", "main"]
    assert unseen == []


def test_keys_lead_to_pages_search_and_help(sign_in):
    page = sign_in("tomas.rivera").go("/customers", "Customers")
    for keys, heading in (("gf", "Forecast entry"), ("gr", "Review"), ("gh", "Home")):
        for key in keys:
            page.keyboard.press(key)
        title = page.get_by_role("heading", level=1)
        expect(title).to_contain_text("" if heading == "Home" else heading)
        expect(page.locator(".nav-item[aria-current=page]")).to_have_attribute(
            "aria-label", heading
        )
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="All keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("textbox", name="Search")).to_be_focused()
    page.keyboard.type("prices")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Prices")


@pytest.mark.parametrize(
    ("path", "opener", "role"),
    [
        ("/cycles", "New cycle", "dialog"),
        ("/customers", "Columns", "menu"),
        ("/customers", "Notices", "dialog"),
        ("/prices", "New price", "dialog"),
    ],
)
def test_what_was_opened_gives_the_focus_back(sign_in, path, opener, role):
    page = sign_in("ingrid.solberg").go(path)
    button = page.get_by_role("button", name=opener).first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role(role).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role(role)).to_have_count(0)
    expect(button).to_be_focused()
