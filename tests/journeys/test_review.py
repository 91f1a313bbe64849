"""A sales manager looks at the team's submissions, approves a row and returns another."""

import pytest
from playwright.sync_api import expect

from tests.journeys.grid import STATUS, open_grid

pytestmark = pytest.mark.browser

MANAGER, REP = "tomas.rivera", "priya.raman"
OTHER_MANAGER, APPROVED_REP = "marta.kowalska", "jonas.lindqvist@orchardfoods.example"
COMMENT = "The promotion in spring is missing."
STATUSES = """
    SELECT e.status, count(*) FROM forecast_entry e
    JOIN cycle c ON c.id = e.cycle_id AND c.status = 'open'
    JOIN app_user u ON u.id = e.sales_rep_id AND u.email = %s GROUP BY 1 ORDER BY 1
"""


def test_one_row_is_approved_and_another_goes_back_with_a_comment(sign_in, installation):
    manager, rep = sign_in(MANAGER), sign_in(REP)
    [(status, rows)] = installation.rows(STATUSES, rep.email)
    assert status == "submitted"
    rep_id = installation.value("SELECT id FROM app_user WHERE email = %s", rep.email)
    page = manager.go(f"/review?rep={rep_id}", "Review")
    expect(page.get_by_text("Largest changes, Priya Raman")).to_be_visible()
    notices = page.get_by_role("region", name="Notices")
    ticks = page.get_by_label("Largest changes", exact=True).get_by_role("checkbox")

    ticks.nth(1).click()
    expect(page.get_by_text("About 1 row")).to_be_visible()
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(notices).to_contain_text("1 row approved")

    expect(page.get_by_text(f"About {rows - 1} rows")).to_be_visible()
    ticks.nth(2).click()
    expect(page.get_by_text("About 1 row")).to_be_visible()
    page.get_by_role("button", name="Return", exact=True).click()
    expect(page.get_by_text("A comment is required to return a forecast.")).to_be_visible()
    page.get_by_label("Comment to Priya").fill(COMMENT)
    page.get_by_role("button", name="Return", exact=True).click()
    expect(notices).to_contain_text("1 row returned")

    expected = [("approved", 1), ("returned", 1), ("submitted", rows - 2)]
    assert installation.rows(STATUSES, rep.email) == expected
    mail = installation.wait_for_mail(rep.email, "returned")
    assert COMMENT in mail.get_body(("plain",)).get_content()
    installation.wait_for_mail(rep.email, "approved")

    rep_page = rep.go("/forecast", "Forecast entry")
    expect(rep_page.get_by_text("1 row returned.")).to_be_visible()
    rep_page.get_by_role("button", name="Notices").click()
    expect(rep_page.get_by_text("returned 1 row").first).to_be_visible()
    rep_page.keyboard.press("Escape")
    grid = open_grid(rep_page)
    sku = installation.value(
        """SELECT p.sku FROM forecast_entry e JOIN product p ON p.id = e.product_id
           WHERE e.status = 'returned' AND e.sales_rep_id = %s""",
        rep_id,
    )
    rep_page.get_by_placeholder("Find").first.fill(sku)
    expect(rep_page.get_by_text("Returned", exact=True).first).to_be_attached()
    assert grid.cell(STATUS, 0).count() == 1


def test_nothing_is_asked_about_a_forecast_that_has_nothing_left_to_approve(sign_in, installation):
    assert dict(installation.rows(STATUSES, APPROVED_REP)).keys() == {"approved"}
    page = sign_in(OTHER_MANAGER).go("/review", "Review")
    submissions = page.get_by_label("Submissions", exact=True)
    submissions.get_by_role("checkbox", name="Select Jonas Lindqvist").click()
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.get_by_role("button", name="Approve", exact=True).first.click()
    notices = page.get_by_role("region", name="Notices")
    expect(notices).to_contain_text("No submitted row to approve")
    shown = notices.bounding_box()
    panel = page.locator(".wide-pair .columns > :last-child").bounding_box()
    assert shown
    assert panel
    assert shown["x"] + shown["width"] <= panel["x"]
    expect(page.get_by_role("alertdialog")).to_have_count(0)


def test_a_ticked_forecast_goes_back_after_one_question_with_a_comment(sign_in, installation):
    manager, other = sign_in(MANAGER), "nadia.haddad@orchardfoods.example"
    [(status, rows)] = installation.rows(STATUSES, other)
    assert status == "submitted"
    page = manager.go("/review", "Review")
    submissions = page.get_by_label("Submissions", exact=True)
    submissions.get_by_role("checkbox", name="Select Nadia Haddad").click()
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.get_by_role("button", name="Return", exact=True).first.click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text(f"{rows} submitted rows of 1 forecast.")
    question.get_by_role("button", name="Return").click()
    expect(question.get_by_text("A comment is required to return a forecast.")).to_be_visible()
    question.get_by_label("Comment").fill(COMMENT)
    question.get_by_role("button", name="Return").click()
    expect(page.get_by_role("region", name="Notices")).to_contain_text(f"{rows} rows returned")
    assert installation.rows(STATUSES, other) == [("returned", rows)]
    installation.wait_for_mail(other, "returned")
