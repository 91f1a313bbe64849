"""Customers, products, prices and assignments are kept in the browser, also by two at a time."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.processes import wait_until

pytestmark = pytest.mark.browser

COORDINATOR, ADMIN = "ingrid.solberg", "peter.novak"


def test_two_people_change_one_customer_and_it_goes_and_comes_back(sign_in, installation):
    first, second = sign_in(COORDINATOR), sign_in(ADMIN)
    page = first.go("/customers/new", "New customer")
    page.get_by_role("button", name="Save customer").click()
    expect(page.get_by_text("Code is missing.")).to_be_visible()
    page.get_by_label("Code").fill("C-1077")
    page.get_by_label("Name", exact=True).fill("Quay Bakery")
    page.get_by_role("button", name="Save customer").click()
    expect(page.get_by_text("The code C-1077 belongs to")).to_be_visible()
    page.get_by_label("Code").fill("Q-1")
    page.get_by_role("button", name="Save customer").click()
    expect(page).to_have_url(re.compile(r"/customers/\d+$"))
    path = page.url.removeprefix(installation.url)

    first.go(f"{path}/edit", "Edit Quay Bakery")
    other = second.go(f"{path}/edit", "Edit Quay Bakery")
    _rename(page, "Quay Bakery One", "Save customer")
    _told(page, "Quay Bakery One saved")
    _rename(other, "Quay Bakery Two", "Save customer")
    conflict = other.get_by_role("alertdialog")
    expect(conflict).to_contain_text("Somebody was faster")
    conflict.get_by_role("button", name="Save mine over theirs").click()
    _told(other, "Quay Bakery Two saved")
    log = first.go(f"{path}?tab=audit", "Quay Bakery Two")
    for name in ("Quay Bakery One", "Quay Bakery Two"):
        expect(log.get_by_role("tabpanel").get_by_text(name).first).to_be_visible()

    page = first.go("/customers?find=Q-1", "Customers")
    _act(page, "Quay Bakery Two", "Delete")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete customer").click()
    expect(page.get_by_text("No rows match")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Quay Bakery Two")).to_be_visible()


def test_what_is_in_use_stays_and_says_why(sign_in):
    page = sign_in(COORDINATOR).go("/customers?find=C-1077", "Customers")
    _act(page, "Abbey Road Schools", "Delete")
    refusal = page.get_by_role("alertdialog")
    expect(refusal).to_contain_text("10 assigned products")
    expect(refusal.get_by_role("button", name="Set inactive")).to_be_visible()
    refusal.get_by_role("button", name="Leave as it is").click()
    expect(refusal).to_have_count(0)


def test_an_own_price_holds_from_its_day_and_is_withdrawn(sign_in, installation):
    prices = "SELECT count(*) FROM price"
    before = installation.value(prices)
    page = sign_in(COORDINATOR).go("/prices", "Prices")
    expect(page.get_by_text(f"1 to 15 of {before:,}")).to_be_visible()
    page.get_by_role("button", name="New price").click()
    form = page.get_by_role("dialog")
    form.get_by_role("button", name="Save price").click()
    expect(form.get_by_text("There is no customer with this code.")).to_be_visible()
    form.get_by_label("Customer code").fill("C-1017")
    form.get_by_label("SKU").fill("FRZ-7112")
    form.get_by_label("Effective").fill("2031-04-15")
    form.get_by_label("Price").fill("51.20")
    form.get_by_role("button", name="Save price").click()
    _told(page, "51.20 EUR from 15 Apr 2031")
    assert installation.value(prices) == before + 1
    page.goto(f"{installation.url}/prices?find=Hillcrest&sort=effective_date&is_descending=true")
    row = page.get_by_role("row").filter(has_text="15 Apr 2031")
    expect(row).to_contain_text("May 2031")
    expect(row).to_contain_text("Upcoming")
    row.get_by_role("button").last.click()
    page.get_by_role("menuitem", name="Withdraw").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Withdraw price").click()
    _told(page, "Price withdrawn")
    assert installation.value(prices) == before


def test_the_matrix_switches_what_may_be_planned(sign_in, installation):
    active = "SELECT count(*) FROM assignment WHERE is_active"
    page = sign_in(COORDINATOR).go("/assignments?view=matrix&family=Beverages", "Assignments")
    before = installation.value(active)
    row = page.get_by_role("row").filter(has_text="Airfield Lounges")
    cell = row.get_by_role("checkbox").or_(row.get_by_role("switch")).first
    for count in (before + 1, before):
        cell.click()
        wait_until(lambda count=count: installation.value(active) == count, seconds=10)


def _rename(page: Page, name: str, save: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name=save).click()


def _act(page: Page, name: str, act: str) -> None:
    page.get_by_role("button", name=f"Actions for {name}").click()
    page.get_by_role("menuitem", name=act, exact=True).click()


def _told(page: Page, words: str) -> None:
    expect(page.get_by_role("region", name="Notices")).to_contain_text(words)
