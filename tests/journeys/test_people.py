"""An administrator invites a person, changes what the person may do, and shuts the door again."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.installation import Installation
from tests.processes import wait_until

pytestmark = pytest.mark.browser

EMAIL, NAME = "rita.novak@orchardfoods.example", "Rita Novak"
PASSWORD = "seven purple boats sail"


@pytest.fixture
def admin(sign_in) -> Page:
    return sign_in("peter.novak").go("/users", "Users")


def test_from_the_invitation_to_the_closed_door(admin, browser, installation):
    form = admin.get_by_role("dialog")
    admin.get_by_role("button", name="Invite person").click()
    form.get_by_label("Name").fill(NAME)
    form.get_by_label("E-mail").fill("elena.marsh@orchardfoods.example")
    form.get_by_role("button", name="Send invitation").click()
    expect(form.get_by_text("Choose at least one role.")).to_be_visible()
    form.get_by_label("Demand planner").click()
    form.get_by_role("button", name="Send invitation").click()
    expect(form.get_by_text("Another person has this e-mail address.")).to_be_visible()
    form.get_by_label("E-mail").fill(EMAIL)
    form.get_by_role("button", name="Send invitation").click()
    _told(admin, "Invitation sent")

    with browser.new_context() as context:
        page = context.new_page()
        _set_a_password(page, installation)
        _sign_in(page, installation)
        page.goto(f"{installation.url}/customers")
        find = page.get_by_placeholder("Find by name or code")
        expect(find).to_be_visible()

        _act(admin, "Edit")
        form.get_by_label("Demand planner").click()
        form.get_by_label("Viewer").click()
        form.get_by_role("button", name="Save changes").click()
        _told(admin, "Changes saved")
        find.fill("bakery")
        expect(page.get_by_text("Your roles do not allow this")).to_be_visible()

        _act(admin, "Sign out")
        _told(admin, "1 session ended")
        page.get_by_role("button", name="Notices").click()
        expect(page).to_have_url(re.compile(r"/sign-in\?ended=1"))

        _act(admin, "Disable")
        admin.get_by_role("alertdialog").get_by_role("button", name="Disable").click()
        _told(admin, f"{NAME} is disabled")
        _fill_sign_in(page, installation)
        expect(page).to_have_url(re.compile("error=wrong"))


def test_nobody_shuts_the_own_door(admin):
    admin.get_by_role("button", name="Actions for Peter Novak").click()
    admin.get_by_role("menuitem", name="Disable").click()
    admin.get_by_role("alertdialog").get_by_role("button", name="Disable").click()
    _told(admin, "You cannot disable your own account")


def test_a_mail_is_read_and_sent_once_more(sign_in, installation):
    reader = "tom.whitaker@orchardfoods.example"
    cycle = sign_in("ingrid.solberg").go("/cycle")
    cycle.get_by_role("button", name="Actions for Tom Whitaker").click()
    cycle.get_by_role("menuitem", name="Remind").click()
    installation.wait_for_mail(reader, "are not submitted")

    page = sign_in("peter.novak").go(f"/mail?find={reader}&kind=reminder", "Mail")
    expect(page.get_by_role("row").filter(has_text="Sent")).to_be_visible()
    page.get_by_role("row").nth(1).get_by_text("Tom Whitaker").click()
    mail = page.get_by_role("dialog")
    shown = mail.frame_locator("iframe").first.locator("body")
    expect(shown).to_contain_text("Hello Tom Whitaker")
    mail.get_by_role("button", name="Send now").click()
    _told(page, "Mail queued")
    wait_until(lambda: len(installation.mails_to(reader)) == 2, seconds=20)


def _set_a_password(page: Page, installation: Installation) -> None:
    text = installation.wait_for_mail(EMAIL, "invites you").get_body(("plain",)).get_content()
    link = re.search(r"http\S+token=\S+", text)
    assert link
    page.goto(link.group(0))
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("Your new password is set.")).to_be_visible()
    page.goto(link.group(0))
    expect(page.get_by_text("This link was used or is too old.")).to_be_visible()


def _sign_in(page: Page, installation: Installation) -> None:
    _fill_sign_in(page, installation)
    expect(page.get_by_role("button", name="Notices")).to_be_visible()


def _fill_sign_in(page: Page, installation: Installation) -> None:
    page.goto(f"{installation.url}/sign-in")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _act(page: Page, act: str) -> None:
    page.get_by_role("button", name=f"Actions for {NAME}").click()
    page.get_by_role("menuitem", name=act, exact=True).click()


def _told(page: Page, words: str) -> None:
    expect(page.get_by_role("region", name="Notices")).to_contain_text(words)
