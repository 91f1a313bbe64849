"""The coordinator keeps the cycles: drafts, the window, the deadline, the reminders, the steps."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from sop_app.system import clock
from tests.processes import wait_until

pytestmark = pytest.mark.browser

OPEN = "SELECT name FROM cycle WHERE status = 'open'"
REASON = "A promotion was forgotten."


@pytest.fixture(scope="module")
def installation(install):
    """An installation of its own: here the window closes."""
    with install() as running:
        yield running


@pytest.fixture
def coordinator(sign_in):
    return sign_in("ingrid.solberg")


def test_a_draft_is_created_changed_refused_to_open_and_deleted(coordinator, installation):
    page = coordinator.go("/cycles", "Cycles")
    page.get_by_role("button", name="New cycle").click()
    form = page.get_by_role("dialog")
    name = form.get_by_label("Name").input_value()
    form.get_by_label("Planned months").fill("99")
    form.get_by_label("Name").fill("")
    form.get_by_role("button", name="Save cycle").click()
    expect(form.get_by_text("The horizon has 1 to 36 months")).to_be_visible()
    expect(form.get_by_text("Give the cycle a name")).to_be_visible()
    form.get_by_label("Name").fill(name)
    form.get_by_label("Planned months").fill("16")
    form.get_by_role("button", name="Save cycle").click()
    _told(page, f"{name} created")

    _act(page, name, "Edit")
    form.get_by_label("Of these mandatory").fill("9")
    form.get_by_role("button", name="Save cycle").click()
    _told(page, f"{name} saved")
    expect(page.get_by_text("9 of 16")).to_be_visible()

    _act(page, name, "Open window")
    _confirm(page, "Open window")
    _told(page, "one cycle is open at a time")

    page.get_by_role("link", name=name).click()
    expect(page.get_by_text("Not open yet")).to_be_visible()
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("menuitem", name="Delete cycle").click()
    _confirm(page, "Delete cycle")
    _told(page, f"{name} deleted")
    expect(page).to_have_url(f"{installation.url}/cycles")
    assert installation.rows("SELECT id FROM cycle WHERE status = 'draft'") == []


def test_two_coordinators_change_a_draft_and_the_second_chooses(coordinator, sign_in, installation):
    page = coordinator.go("/cycles", "Cycles")
    page.get_by_role("button", name="New cycle").click()
    form = page.get_by_role("dialog")
    name = form.get_by_label("Name").input_value()
    form.get_by_role("button", name="Save cycle").click()
    _told(page, f"{name} created")

    mandatory = "SELECT mandatory_months FROM cycle WHERE name = %s"
    for act, typed, expected in (("Save mine over theirs", "7", 7), ("Load theirs", "5", 6)):
        _act(page, name, "Edit")
        expect(form.get_by_label("Name")).to_have_value(name)
        colleague = sign_in("robert.hale").go("/cycles", "Cycles")
        _act(colleague, name, "Edit")
        colleague.get_by_role("dialog").get_by_label("Of these mandatory").fill("6")
        colleague.get_by_role("button", name="Save cycle").click()
        _told(colleague, f"{name} saved")

        form.get_by_label("Of these mandatory").fill(typed)
        form.get_by_role("button", name="Save cycle").click()
        question = page.get_by_role("alertdialog")
        expect(question.get_by_role("row").filter(has_text="Of these mandatory")).to_contain_text(
            f"{typed}6"
        )
        expect(question.get_by_role("row")).to_have_count(2)
        assert coordinator.faults_of_access() == []
        question.get_by_role("button", name=act).click()
        expect(question).to_have_count(0)
        if act == "Load theirs":
            expect(form.get_by_label("Of these mandatory")).to_have_value("6")
            form.get_by_role("button", name="Save cycle").click()
        expect(form).to_have_count(0)
        assert installation.value(mandatory, name) == expected

    _act(page, name, "Delete")
    _confirm(page, "Delete cycle")
    _told(page, f"{name} deleted")


def test_who_is_late_is_reminded_once_a_day_and_the_steps_move(coordinator, installation):
    page = coordinator.go("/cycle")
    page.get_by_role("button", name="Actions for Tom Whitaker").click()
    page.get_by_role("menuitem", name="Remind").click()
    _told(page, "1 reminder sent")
    page.get_by_role("button", name="Send reminders").click()
    _told(page, "3 reminders sent")
    _told(page, "1 person got one today already.")
    for login in ("tom.whitaker", "sofia.brandt", "elena.marsh", "luca.ferrari"):
        installation.wait_for_mail(f"{login}@", "are not submitted")
    with page.expect_download() as arriving:
        page.get_by_role("link", name="Export status").click()
    assert "Tom Whitaker" in arriving.value.path().read_text("utf-8-sig")

    for act, status in (("Finish Data gathering", "done"), ("Take up Data gathering", "active")):
        page.get_by_role("button", name="More").first.click()
        page.get_by_role("menuitem", name=act).click()
        expect(page.get_by_role("menu")).to_have_count(0)
        step = (
            "SELECT s.status FROM cycle_step s JOIN cycle c ON c.id = s.cycle_id"
            " AND c.status = 'open' WHERE s.position = 1"
        )
        wait_until(lambda step=step, status=status: installation.value(step) == status, seconds=10)


def test_the_window_closes_at_its_deadline_and_is_reopened_for_a_reason(coordinator, installation):
    name = installation.value(OPEN)
    installation.change("UPDATE cycle SET closes_at = now() WHERE status = 'open'")
    wait_until(lambda: installation.rows(OPEN) == [], seconds=60)
    page = coordinator.go("/cycles", "Cycles")
    _act(page, name, "Reopen window")
    form = page.get_by_role("dialog")
    form.get_by_label("Reason").fill(REASON)
    form.get_by_label("New deadline").fill(f"{clock.today() - timedelta(days=1)}T17:00")
    form.get_by_role("button", name="Reopen window").click()
    expect(form.get_by_text("The deadline has passed. Set a later one.")).to_be_visible()
    form.get_by_label("New deadline").fill(f"{clock.today() + timedelta(days=3)}T17:00")
    form.get_by_role("button", name="Reopen window").click()
    _told(page, f"{name} reopened")
    assert installation.value(OPEN) == name
    notices = installation.rows("SELECT DISTINCT title FROM notice WHERE detail = %s", REASON)
    assert [title.split(" until ")[0] for (title,) in notices] == [f"{name} is open again"]


def _act(page: Page, cycle: str, act: str) -> None:
    page.get_by_role("button", name=f"Actions for {cycle}").click()
    page.get_by_role("menuitem", name=act).click()


def _confirm(page: Page, act: str) -> None:
    page.get_by_role("alertdialog").get_by_role("button", name=act).click()


def _told(page: Page, words: str) -> None:
    expect(page.get_by_role("region", name="Notices")).to_contain_text(words)
