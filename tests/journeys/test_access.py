"""Every page, its dialogs and menus, in both colour modes: nothing hinders people with disabilities."""

from itertools import groupby

import pytest
from playwright.sync_api import Page, expect

from sop_app.demo_company.people import email_of, list_users
from sop_app.system.auth.permissions import Permission, Role, permissions_of
from sop_app.ui.shell.navigation import permission_of_route
from tests.journeys.grid import FIRST_MONTH, open_grid
from tests.journeys.routes import address_of, list_routes
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser

# The first whose roles open a page visits it: a new page is visited without being named here.
VISITORS = ("ingrid.solberg", "tomas.rivera", "peter.novak")
ALSO_SEEN = (("elena.marsh", "/"), ("elena.marsh", "/forecast"), ("tomas.rivera", "/"))
CLOSED = "Not open to you"


def visits() -> dict[str, list[str]]:
    """List the routes each person visits."""
    roles = {user.email: [Role(role) for role in user.roles] for user in list_users()}
    held = {login: permissions_of(roles[email_of(login)]) for login in VISITORS}
    chosen = [
        (next(one for one in VISITORS if opens(held[one], route)), route) for route in list_routes()
    ]
    by_person = groupby(sorted([*chosen, *ALSO_SEEN]), key=lambda visit: visit[0])
    return {login: [route for _, route in pairs] for login, pairs in by_person}


def reaches_sideways(page: Page) -> bool:
    """Say whether a page is wider than a small telephone, which is also what 400 % zoom leaves."""
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 720})
    is_wider = page.evaluate("document.documentElement.scrollWidth > 321")
    page.set_viewport_size(size)
    return is_wider


def opens(held: frozenset[Permission], route: str) -> bool:
    asked = permission_of_route(route)
    return asked is None or asked in held


def faults_in_both_modes(visitor: Visitor) -> list[str]:
    faults = []
    for mode in ("light", "dark"):
        visitor.page.emulate_media(color_scheme=mode)
        expect(visitor.page.locator(f"html.{mode}")).to_have_count(1)
        faults += [f"{visitor.page.url} {mode} {fault}" for fault in visitor.faults_of_access()]
    return faults


@pytest.mark.parametrize(("login", "routes"), visits().items())
def test_no_page_has_a_serious_fault(login, routes, sign_in, installation):
    visitor = sign_in(login, reduced_motion="reduce")
    faults = []
    for route in routes:
        visitor.look_at(address_of(route, installation))
        expect(visitor.page.get_by_role("heading", level=1).first).not_to_have_text(CLOSED)
        faults += faults_in_both_modes(visitor)
        if reaches_sideways(visitor.page):
            faults.append(f"{visitor.page.url} scrolls sideways at 320 px")
    assert faults == []


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
