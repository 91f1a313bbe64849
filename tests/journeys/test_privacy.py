"""A second sales rep meets nothing of the first: no name, no code, on no way out of the program."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.journeys.routes import address_of, list_routes

pytestmark = pytest.mark.browser

REP = "daniel.okafor"
OWN = "sales_rep_id = (SELECT id FROM app_user WHERE email LIKE 'daniel.okafor@%')"


@pytest.fixture
def rep(sign_in):
    return sign_in(REP)


@pytest.fixture(scope="module")
def canaries(installation) -> list[str]:
    """Names and codes of all customers that are not the rep's."""
    own = " ".join(
        f"{code} {name}"
        for code, name in installation.rows(f"SELECT code, name FROM customer WHERE {OWN}")
    )
    others = installation.rows(
        f"SELECT code, name FROM customer WHERE NOT coalesce({OWN}, FALSE) ORDER BY id"
    )
    words = [word for pair in others for word in pair if word not in own]
    assert len(words) > 80
    return words


@pytest.fixture(scope="module")
def foreign_customer(installation) -> int:
    return installation.value(f"SELECT min(id) FROM customer WHERE NOT coalesce({OWN}, FALSE)")


def found_in(text: str, canaries: list[str]) -> list[str]:
    return [word for word in canaries if word in text]


def test_the_watch_would_notice_another_reps_customer(sign_in, canaries):
    coordinator = sign_in("ingrid.solberg")
    coordinator.go("/forecast", "Forecast entry")
    expect(coordinator.page.get_by_test_id("glide-cell-1-0")).not_to_be_empty()
    assert found_in(" ".join(coordinator.heard), canaries)


def test_no_page_and_no_frame_of_a_socket_names_them(rep, installation, canaries):
    for route in list_routes():
        for address in {address_of(route, installation, OWN), address_of(route, installation)}:
            page = rep.look_at(address)
            assert found_in(page.content(), canaries) == [], address
    assert found_in(" ".join(rep.heard), canaries) == []


def test_a_search_finds_none_of_them(rep, canaries):
    page = rep.go("/forecast", "Forecast entry")
    find = page.get_by_placeholder("Find").first
    for word in canaries[:6]:
        find.fill(word)
        expect(page.get_by_text("No rows match")).to_be_visible()
    heard = " ".join(rep.heard)
    assert found_in(heard, canaries[6:]) == []
    assert '"customer_name"' not in heard


def test_the_search_of_the_top_bar_finds_own_customers_only(rep, installation, canaries):
    page = rep.go("/", "Home")
    search = page.get_by_role("textbox", name="Search")
    panel = page.get_by_role("group", name="Go to")
    own = installation.value(f"SELECT min(name) FROM customer WHERE {OWN}")
    search.fill(own)
    expect(panel.get_by_role("link", name=own)).to_be_visible()
    for word in canaries[:6]:
        heard = len(rep.heard)
        search.fill(word)
        expect(panel.get_by_role("link", name=own)).to_have_count(0)
        search.fill(own)
        expect(panel.get_by_role("link", name=own)).to_be_visible()
        assert found_in(" ".join(rep.heard[heard:]), canaries) == []
    search.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(own)


def test_no_rest_route_answers_with_them(rep, installation, canaries, foreign_customer):
    routes = json.loads(rep.get("/api/openapi.json"))["paths"]
    asked = [path for path, verbs in routes.items() if "get" in verbs]
    assert len(asked) > 10
    queries = ("", f"?customer_id={foreign_customer}&cycle_id=2&limit=200")
    for path in asked:
        for key in ("2", str(foreign_customer)):
            address = re.sub(r"{\w+}", key, path)
            for query in queries:
                answer = rep.get(f"{address}{query}")
                assert found_in(answer, canaries) == [], f"{address}{query}"


def test_none_of_their_mails_or_notices_names_them(rep, installation, canaries):
    mails = installation.rows(
        "SELECT subject || text_body || html_body FROM mail WHERE to_email = %s", rep.email
    )
    notices = installation.rows(
        "SELECT title || detail FROM notice WHERE user_id ="
        " (SELECT id FROM app_user WHERE email = %s)",
        rep.email,
    )
    assert found_in(" ".join(text for (text,) in [*mails, *notices]), canaries) == []
