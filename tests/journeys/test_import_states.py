"""The import pages when there is nothing, something wrong, or no mouse."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.installation import Installation

pytestmark = pytest.mark.browser

NARROW = {"viewport": {"width": 1024, "height": 768}, "color_scheme": "dark"}


@pytest.fixture(scope="module")
def installation(install) -> Iterator[Installation]:
    """A program of its own: what is imported here changes the master data."""
    with install() as running:
        yield running


@pytest.mark.parametrize("look", [{}, NARROW], ids=["light", "dark and narrow"])
def test_a_rep_who_imports_nothing_is_led_to_the_own_upload(sign_in, look):
    rep = sign_in("elena.marsh", **look)
    page = rep.go("/imports", "Imports")
    expect(page.get_by_text("Your forecast is uploaded elsewhere")).to_be_visible()
    assert rep.faults_of_access() == []
    page.get_by_role("link", name="Upload my forecast").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import forecast")
    expect(page.get_by_text("Drop the filled template here")).to_be_visible()


@pytest.mark.parametrize("look", [{}, NARROW], ids=["light", "dark and narrow"])
def test_what_cannot_be_imported_is_refused_with_its_reason(sign_in, look):
    coordinator = sign_in("ingrid.solberg", **look)
    page = coordinator.go("/imports?kind=customers", "Imports")
    _choose(page, "empty.csv", b"")
    expect(page.get_by_role("alert")).to_contain_text("empty.csv is empty")
    assert coordinator.faults_of_access() == []
    coordinator.problems = [each for each in coordinator.problems if "400" not in each]
    _choose(page, "letter.pdf", b"%PDF-1.7 no table")
    expect(page.get_by_text("letter.pdf is a PDF document")).to_be_visible()
    assert coordinator.faults_of_access() == []
    coordinator.go("/imports/999999")
    expect(page.get_by_text("No such import")).to_be_visible()
    assert coordinator.faults_of_access() == []


@pytest.mark.parametrize("look", [{}, NARROW], ids=["light", "dark and narrow"])
def test_a_question_of_the_file_is_asked_and_its_answer_checks_the_rows(sign_in, look):
    coordinator = sign_in("ingrid.solberg", **look)
    page = coordinator.go("/imports?kind=prices", "Imports")
    lines = b"Customer;SKU;Valid from;Price\nC-1004;PAS-3101;03/04/2027;11,50\nC-9;PAS-3101;05/06/2027;9\n"
    _choose(page, "prices.csv", lines)
    expect(page.get_by_text("Say how Valid from is read.")).to_be_visible()
    assert coordinator.faults_of_access() == []
    page.get_by_text("month first: 03/04/2027 is 4 March 2027").click()
    expect(page.get_by_text("1 wrong row blocks the import.")).to_be_visible()
    assert coordinator.faults_of_access() == []
    page.get_by_role("button", name="Leave 1 row out").click()
    expect(page.get_by_text("1 wrong row will be left out.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imports")
    expect(page.get_by_role("row").filter(has_text="prices.csv").first).to_contain_text("Cancelled")


def test_a_file_is_imported_with_the_keyboard_alone(sign_in, installation):
    coordinator = sign_in("ingrid.solberg")
    page = coordinator.go("/imports?kind=customers", "Imports")
    expect(page.get_by_label("What the file holds")).to_contain_text("Customers")
    _tab_to(page, "Choose a file")
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Enter")
    content = b"Customer code;Customer name\nN-KEY;Keyboard Foods\n"
    asked.value.set_files({"name": "keys.csv", "mimeType": "text/csv", "buffer": content})
    expect(page.get_by_role("button", name="Accept 1 change")).to_be_enabled()
    _tab_to(page, "Accept 1 change")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Open customers")).to_be_visible()
    _tab_to(page, "Open customers")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    assert installation.value("SELECT name FROM customer WHERE code = 'N-KEY'") == "Keyboard Foods"


def _choose(page: Page, name: str, content: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    page.locator("input[type=file]").set_input_files(file)


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of a name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        said = "e => e.getAttribute('aria-label') || e.innerText || ''"
        if page.locator(":focus").evaluate(said).strip() == name:
            return
    raise AssertionError(f"{name} is out of the keyboard's reach")
