"""What a page shows stands in its address: reloaded, kept, or come back to, it is the same page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.grid import open_grid

pytestmark = pytest.mark.browser


def _choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("combobox", name=field, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def test_a_report_opened_line_by_line_is_found_again(sign_in):
    visitor = sign_in("ingrid.solberg")
    page = visitor.go("/reports", "Consolidated report")
    _choose(page, "Rows", "Region")
    page.get_by_role("rowheader").get_by_role("button", name="North").click()
    expect(page.get_by_role("button", name="Show all regions again")).to_be_visible()
    page.get_by_role("radio", name="Units").click()
    expect(page).to_have_url(re.compile(r"by=customer&measure=units&region=North$"))
    total = page.get_by_role("row", name=re.compile("^All 1[0-9] lines")).inner_text()

    page.reload()
    expect(page.get_by_role("row", name=re.compile("^All "))).to_have_text(
        re.compile(r"\s*".join(map(re.escape, total.split())))
    )
    page.get_by_role("link", name="Cycles").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cycles")
    page.go_back()
    expect(page.get_by_role("button", name="Show all regions again")).to_be_visible()
    page.get_by_role("button", name="Show all regions again").click()
    expect(page).to_have_url(re.compile(r"by=customer&measure=units$"))


def test_the_rows_of_the_grid_are_found_again(sign_in):
    visitor = sign_in("daniel.okafor")
    page = visitor.go("/forecast", "Forecast entry")
    open_grid(page)
    page.get_by_role("button", name="Changed").click()
    _choose(page, "Customer", "Dunmore Retail Group")
    expect(page).to_have_url(re.compile(r"/forecast\?customer=\d+&chip=changed$"))
    page.reload()
    expect(page.get_by_role("combobox", name="Customer")).to_contain_text("Dunmore Retail Group")
    expect(page.get_by_role("button", name="Changed")).to_have_attribute("aria-pressed", "true")


def test_back_takes_back_one_choice_at_a_time_and_then_leaves(sign_in):
    visitor = sign_in("ingrid.solberg")
    page = visitor.go("/cycles", "Cycles")
    page.get_by_role("link", name="Customers").first.click()
    expect(page.get_by_text("60 customers")).to_be_visible()
    status = page.get_by_role("combobox", name="Status", exact=True)
    _choose(page, "Status", "Active")
    expect(page).to_have_url(re.compile(r"/customers\?status=active$"))
    find = page.get_by_placeholder("Find").first
    for words in ("a", "al", "ald"):
        find.fill(words)
        expect(page).to_have_url(re.compile(f"find={words}&status=active$"))
    page.go_back()
    expect(find).to_have_value("")
    expect(status).to_contain_text("Active")
    expect(page).to_have_url(re.compile(r"/customers\?status=active$"))
    page.go_back()
    expect(status).to_contain_text("Any")
    expect(page.get_by_text("60 customers")).to_be_visible()
    page.go_forward()
    expect(status).to_contain_text("Active")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cycles")


def test_back_in_the_grid_takes_back_a_filter_that_is_remembered(sign_in):
    visitor = sign_in("jonas.lindqvist")
    page = visitor.go("/forecast", "Forecast entry")
    open_grid(page)
    rows = page.get_by_role("button", name=re.compile(r"^All\s*\d"))
    expect(rows).to_have_text("All78")
    customer = page.get_by_role("combobox", name="Customer", exact=True)
    customer.click()
    page.get_by_role("option").nth(1).click()
    expect(page).to_have_url(re.compile(r"/forecast\?customer=\d+$"))
    expect(rows).not_to_have_text("All78")
    page.get_by_role("button", name="Changed").click()
    expect(page).to_have_url(re.compile(r"chip=changed$"))
    page.go_back()
    expect(page.get_by_role("button", name="Changed")).to_have_attribute("aria-pressed", "false")
    expect(customer).not_to_contain_text("Any")
    page.go_back()
    expect(customer).to_contain_text("Any")
    expect(rows).to_have_text("All78")


def test_the_submission_looked_at_is_found_again(sign_in):
    visitor = sign_in("tomas.rivera")
    page = visitor.go("/review", "Review")
    page.get_by_label("Submissions", exact=True).get_by_text("Nadia Haddad").click()
    expect(page.get_by_text("Largest changes, Nadia Haddad")).to_be_visible()
    page.get_by_role("radio", name="Last year").click()
    expect(page).to_have_url(re.compile(r"/review\?rep=\d+&basis=last_year$"))
    page.reload()
    expect(page.get_by_text("Largest changes, Nadia Haddad")).to_be_visible()
    expect(page.get_by_role("radio", name="Last year")).to_be_checked()


def test_people_and_mails_are_found_again(sign_in):
    visitor = sign_in("peter.novak")
    page = visitor.go("/users", "Users")
    _choose(page, "Role", "Sales manager")
    expect(page).to_have_url(re.compile(r"/users\?role=sales_manager$"))
    page.reload()
    expect(page.get_by_text("2 people")).to_be_visible()
    page = visitor.go("/mail?status=failed", "Mail")
    _choose(page, "Kind", "Reminder")
    expect(page).to_have_url(re.compile(r"/mail\?status=failed&kind=reminder$"))


def test_the_account_page_says_what_its_form_was_answered(sign_in):
    visitor = sign_in("aisha.karim")
    page = visitor.go("/account", "Account")
    page.get_by_label("Present password").fill("not the present password")
    page.get_by_label("New password").fill("seven purple boats sail")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("The present password is wrong.")
