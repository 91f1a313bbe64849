"""Every page, its dialogs and menus, in both colour modes: nothing hinders people with disabilities."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.grid import FIRST_MONTH, open_grid
from tests.journeys.routes import address_of, list_routes
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

# A page is visited by the first of these to whom it is open: a new page is not named here.
VISITORS = ("ingrid.solberg", "tomas.rivera", "peter.novak")
ALSO_SEEN = {"elena.marsh": ("/", "/forecast"), "tomas.rivera": ("/",)}
CLOSED = "Not open to you"


def reaches_sideways(page: Page) -> bool:
    """Say whether a page is wider than a small telephone, which is also what 400 % zoom leaves."""
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 720})
    is_wider = page.evaluate("document.documentElement.scrollWidth > 321")
    page.set_viewport_size(size)
    return is_wider


def faults_in_both_modes(visitor: Visitor) -> list[str]:
    faults = []
    for mode in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=mode)
        expect(visitor.page.locator(f"html.{mode}")).to_have_count(1)
        faults += [f"{visitor.page.url} {mode} {fault}" for fault in visitor.faults_of_access()]
    return faults


def faults_of(visitor: Visitor) -> list[str]:
    faults = faults_in_both_modes(visitor)
    if reaches_sideways(visitor.page):
        faults.append(f"{visitor.page.url} scrolls sideways at 320 px")
    return faults


def test_no_page_has_a_serious_fault(sign_in, installation):
    left, faults = list_routes(), []
    for login in VISITORS:
        visitor, closed = sign_in(login, reduced_motion="reduce"), []
        for route in left:
            page = visitor.look_at(address_of(route, installation))
            if page.get_by_role("heading", name=CLOSED).count():
                closed.append(route)
            else:
                faults += faults_of(visitor)
        left = closed
    assert left == []
    assert faults == []


@pytest.mark.parametrize(("login", "paths"), ALSO_SEEN.items())
def test_what_others_see_on_a_page_has_none_either(login, paths, sign_in):
    visitor = sign_in(login, reduced_motion="reduce")
    for path in paths:
        visitor.look_at(path)
        assert faults_of(visitor) == []


def press(name: str, role: str = "button"):
    """Open something with the first button of a name."""
    return lambda page: page.get_by_role(role, name=name).first.click()


def press_key(key: str):
    return lambda page: page.keyboard.press(key)


def open_drawer(page: Page) -> None:
    open_grid(page).select(FIRST_MONTH, 0)
    page.keyboard.press("Control+i")


def select_cells(page: Page) -> None:
    open_grid(page).select(FIRST_MONTH, 0)
    page.keyboard.press("Shift+ArrowRight")


OPENED = {
    "ingrid.solberg": [
        ("/customers", press("Columns"), "menu"),
        ("/customers", press("Account of"), "menu"),
        ("/customers", press("Colour mode"), "menu"),
        ("/customers", press("Notices"), "dialog"),
        ("/customers", press_key("Control+k"), "group"),
        ("/customers", press_key("?"), "dialog"),
        ("/cycles", press("New cycle"), "dialog"),
        ("/prices", press("New price"), "dialog"),
        ("/categories", press("New category"), "dialog"),
    ],
    "peter.novak": [("/users", press("Invite person"), "dialog")],
    "elena.marsh": [
        ("/forecast", open_drawer, "complementary"),
        ("/forecast", select_cells, "toolbar"),
        ("/forecast", press("Submit"), "alertdialog"),
    ],
}


@pytest.mark.parametrize(("login", "acts"), OPENED.items())
def test_nothing_that_opens_has_a_serious_fault(login, acts, sign_in):
    visitor = sign_in(login, reduced_motion="reduce")
    faults = []
    for path, open_it, role in acts:
        visitor.look_at(path)
        open_it(visitor.page)
        expect(visitor.page.get_by_role(role).filter(visible=True).last).to_be_visible()
        faults += faults_in_both_modes(visitor)
    assert faults == []
