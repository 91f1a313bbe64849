"""A demand planner reads the baseline forecast, runs another, and makes it a cycle's baseline."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PLANNER = "hannah.weiss"
RUNS = "SELECT count(*) FROM forecast_run WHERE finished_at IS NOT NULL"


def test_the_costliest_errors_come_first_and_lead_to_the_item(sign_in, installation):
    page = sign_in(PLANNER).go("/forecasting", "Forecasting")
    [(sku, name, wape)] = installation.rows(
        """SELECT p.sku, p.name, round((100 * i.wape)::numeric, 1) FROM forecast_item i
           JOIN product p ON p.id::text = i.key
           WHERE i.level = 'product' AND i.run_id = (SELECT max(id) FROM forecast_run)
           ORDER BY i.mae * i.unit_value DESC NULLS LAST LIMIT 1"""
    )
    table = page.get_by_label("Forecast items", exact=True)
    first = table.get_by_role("row").nth(1)
    expect(first).to_contain_text(sku)
    expect(first).to_contain_text(f"{wape}%")
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.get_by_text("Why this figure")).to_be_visible()
    scores = page.get_by_label("Methods compared", exact=True)
    expect(scores.get_by_text("Automatic, used")).to_be_visible()
    expect(scores.get_by_text("Last year again")).to_be_visible()
    page.get_by_role("button", name="Explain this figure").click()
    expect(page.get_by_text("The history shows", exact=False).first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Parts of the history")).to_be_visible()
    page.get_by_label("Compare with").click()
    page.get_by_role("option", name="Last year again").click()
    expect(page).to_have_url(re.compile("rival=seasonal_naive"))


def test_families_have_their_forecast_too(sign_in, installation):
    family = installation.value("SELECT min(family) FROM product WHERE family <> ''")
    page = sign_in(PLANNER).go("/forecasting?level=family", "Forecasting")
    table = page.get_by_label("Forecast items", exact=True)
    page.get_by_placeholder("Find an item").fill("no such family")
    expect(page.get_by_text("No rows match")).to_be_visible()
    page.get_by_placeholder("Find an item").fill(family)
    table.get_by_role("link", name=family, exact=True).click()
    expect(page.get_by_role("heading", name=family, level=1)).to_be_visible()
    page.goto(page.url.partition("/forecasting")[0] + "/forecasting/accuracy")
    expect(page.get_by_role("region", name="Error by months ahead")).to_be_visible()
    expect(page.get_by_role("region", name="Error by month", exact=True)).to_be_visible()


def test_a_planner_runs_a_forecast_and_pins_it(sign_in, installation):
    before = installation.value(RUNS)
    page = sign_in(PLANNER).go("/forecasting/runs", "Forecasting")
    page.get_by_role("button", name="Run forecast").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Months ahead").fill("forty")
    dialog.get_by_role("button", name="Run forecast").click()
    expect(dialog.get_by_text("'forty' is no whole number.")).to_be_visible()
    dialog.get_by_label("Months ahead").fill("40")
    dialog.get_by_role("button", name="Run forecast").click()
    expect(dialog.get_by_text("The horizon is 1 to 36 months, not 40.")).to_be_visible()
    assert installation.value(RUNS) == before
    dialog.get_by_label("Months ahead").fill("6")
    dialog.get_by_label("Windows of the back-test").fill("1")
    dialog.get_by_role("button", name="Run forecast").click()
    expect(dialog).to_have_count(0)
    number = installation.value("SELECT max(id) FROM forecast_run")
    table = page.get_by_label("Forecast runs", exact=True)
    row = table.get_by_role("row").filter(has_text=f"Run {number}")
    expect(row.get_by_text("Done")).to_be_visible(timeout=90_000)
    assert installation.value(RUNS) == before + 1
    expect(page.get_by_text(f"Run {number}, automatic, sales to").first).to_be_visible()
    row.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Baseline of").first.click()
    notices = page.get_by_role("region", name="Notices")
    expect(notices).to_contain_text(f"Run {number} is the baseline of")
    assert installation.rows("SELECT run_id FROM cycle_baseline") == [(number,)]

    page.get_by_role("button", name="Run forecast").first.click()
    dialog.get_by_label("Products", exact=True).click()
    page.get_by_role("option", name="Frozen", exact=True).first.click()
    dialog.get_by_label("Windows of the back-test").fill("0")
    dialog.get_by_role("button", name="Run forecast").click()
    row = table.get_by_role("row").filter(has_text=f"Run {number + 1}, selection")
    expect(row.get_by_text("Done")).to_be_visible(timeout=90_000)
    row.get_by_role("button", name="Actions for").click()
    expect(page.get_by_role("menuitem", name="Only a complete run")).to_be_visible()


def test_an_unusual_month_is_corrected_and_the_decision_taken_back(sign_in, installation):
    page = sign_in(PLANNER).go("/forecasting/anomalies", "Forecasting")
    table = page.get_by_label("Unusual months", exact=True)
    first = table.get_by_role("row").nth(1)
    name = first.get_by_role("link").inner_text()
    first.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Accept the correction").click()
    notices = page.get_by_role("region", name="Notices")
    expect(notices).to_contain_text("1 finding accepted")
    accepted = "SELECT p.name || ' ' || p.sku FROM history_finding f JOIN product p ON p.id = f.product_id WHERE f.status = 'accepted'"
    assert installation.rows(accepted) == [(name,)]
    table.get_by_role("checkbox").nth(1).click()
    table.get_by_role("checkbox").nth(2).click()
    expect(page.get_by_text("2 selected")).to_be_visible()
    page.get_by_role("button", name="Ignore", exact=True).click()
    expect(notices).to_contain_text("2 findings ignored")
    page.get_by_role("button", name="Accepted").click()
    expect(table.get_by_role("row")).to_have_count(2)
    table.get_by_role("button", name="Actions for").click()
    page.get_by_role("menuitem", name="Open again").click()
    expect(notices).to_contain_text("1 finding open again")
    assert installation.rows(accepted) == []


def test_a_sales_rep_is_told_nothing_of_other_customers_totals(sign_in):
    visitor = sign_in("elena.marsh")
    page = visitor.look_at("/forecasting")
    expect(page.get_by_role("heading", name="Not open to you")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main").get_by_text("Forecasting")).to_have_count(0)
