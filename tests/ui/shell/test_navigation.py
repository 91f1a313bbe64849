"""What the sidebar and the search lead to exists, and every page has its picture."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from sop_app.ui.shell.navigation import COMPANY_SIDEBAR, ENTRIES, OWN_SIDEBAR, TEAM_SIDEBAR
from tests.journeys.routes import list_routes

TAKE = Path(__file__).parents[3] / "docs" / "pictures" / "take.py"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.label)
def test_each_entry_leads_to_a_page(entry):
    assert entry.route in list_routes()


@pytest.mark.parametrize("sidebar", [COMPANY_SIDEBAR, TEAM_SIDEBAR, OWN_SIDEBAR])
def test_a_sidebar_shows_what_the_search_finds(sidebar):
    assert {entry for group in sidebar for entry in group.entries} <= set(ENTRIES)


def test_every_page_has_its_picture():
    spec = spec_from_file_location("take", TAKE)
    assert spec
    assert spec.loader
    take = module_from_spec(spec)
    spec.loader.exec_module(take)
    taken = {shape_of(route) for routes in take.PAGES.values() for route in routes}
    assert taken >= {shape_of(f"/{route.strip('/')}") for route in list_routes()}


def shape_of(route: str) -> str:
    """Write a route with a star for each parameter."""
    parts = route.split("/")
    return "/".join("*" if part.isdigit() or part.startswith("[") else part for part in parts)
