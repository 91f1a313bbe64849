"""An administrator changes a setting, and every screen follows."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def installation(install):
    """An installation of its own: the others read figures in euros."""
    with install() as running:
        yield running


def test_the_currency_is_changed_for_everybody(sign_in, installation):
    admin = sign_in("peter.novak")
    page = admin.go("/settings", "Settings")
    page.get_by_label("Currency of plans and reports").fill("euro")
    page.get_by_label("Mandatory months of a new cycle").fill("a few")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Not a whole number. Example: 12")).to_be_visible()
    page.get_by_label("Mandatory months of a new cycle").fill("10")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_text("Currency is a code of three letters")).to_be_visible()
    assert installation.rows("SELECT * FROM setting") == []

    page.get_by_label("Currency of plans and reports").fill("SEK")
    page.get_by_role("button", name="Save settings").click()
    expect(page.get_by_role("region", name="Notices")).to_contain_text("2 settings changed")
    report = admin.go("/reports", "Consolidated report")
    expect(report.get_by_role("radio", name="SEK")).to_be_visible()

    assert installation.rows("SELECT DISTINCT currency FROM customer") == [("SEK",)]
    form = admin.go("/customers/new", "New customer")
    expect(form.get_by_label("Currency")).to_have_value("SEK")

    coordinator = sign_in("ingrid.solberg")
    home = coordinator.go("/")
    expect(home.get_by_role("heading", name="Sales and forecast, SEK M")).to_be_visible()
    cycles = coordinator.go("/cycles", "Cycles")
    cycles.get_by_role("button", name="New cycle").click()
    expect(cycles.get_by_label("Of these mandatory")).to_have_value("10")
