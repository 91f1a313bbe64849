"""The look as data: every status has its badge, every place its permission, every route one entry."""

import re
from pathlib import Path

import pytest

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.badges import BADGES
from sop_app.ui.components.charts import LOOKS
from sop_app.ui.components.kpis import sparkline_points
from sop_app.ui.shell.navigation import (
    COMPANY_SIDEBAR,
    CUSTOMERS,
    ENTRIES,
    HOME,
    OWN_SIDEBAR,
    TEAM_SIDEBAR,
    is_active,
)

ASSETS = Path(__file__).parents[2] / "assets"
STYLES = (ASSETS / "look.css").read_text()

STATUSES = {
    "cycle": "Draft Open Closed",
    "step": "Pending Active Done Overdue",
    "forecast": "Not_started Draft Submitted Approved Returned Locked",
    "row": "Complete Missing Error",
    "plan": "Draft In_review Approved Rejected Published Superseded",
    "stock": "Critical Low Normal Excess",
    "alert": "Critical Warning Info",
    "cell": "New Changed Unchanged Wrong",
    "job": "Queued Running Done Failed Cancelled",
    "order": "Ordered Delivered Overdue Paid Cancelled",
    "record": "Active Inactive",
    "mail": "Queued Sent Failed Kept",
}


@pytest.mark.parametrize(("kind", "words"), STATUSES.items())
def test_every_status_has_a_badge_with_icon_and_word(kind, words):
    assert [look.word.replace(" ", "_") for look in BADGES[kind].values()] == words.split()
    assert all(look.icon and look.color for look in BADGES[kind].values())


def test_nothing_has_happened_yet_is_outlined():
    outlined = {
        (kind, status)
        for kind, looks in BADGES.items()
        for status, look in looks.items()
        if look.is_outlined
    }
    assert outlined == {
        ("step", "pending"),
        ("forecast", "not_started"),
        ("plan", "superseded"),
        ("job", "queued"),
        ("job", "cancelled"),
        ("mail", "queued"),
        ("order", "cancelled"),
        ("price", "past"),
        ("product", "discontinued"),
        ("finding", "open"),
    }


def test_sidebars_lead_only_to_known_places():
    for sidebar in (COMPANY_SIDEBAR, TEAM_SIDEBAR, OWN_SIDEBAR):
        entries = [entry for group in sidebar for entry in group.entries]
        assert len(entries) == len(set(entries))
        assert set(entries) <= set(ENTRIES)


def test_every_entry_has_a_permission_and_a_route_of_its_own():
    assert len({entry.route for entry in ENTRIES}) == len(ENTRIES)
    assert all(entry.permission is not Permission.PUBLIC for entry in ENTRIES)
    keys = [entry.hotkey for entry in ENTRIES if entry.hotkey]
    assert sorted(keys) == ["g f", "g h", "g r"]


def test_an_entry_stays_active_below_its_route():
    assert is_active(CUSTOMERS, "/customers/[customer_id]")
    assert not is_active(CUSTOMERS, "/customers-archive")
    assert not is_active(HOME, "/customers")


def test_sparkline_skips_gaps_and_needs_two_figures():
    assert sparkline_points([0, None, 5]) == "3,33 81,3"
    assert sparkline_points([4, 4]) == "3,33 81,33"
    assert sparkline_points([None, 7]) == ""
    assert sparkline_points([]) == ""


def test_stylesheet_has_every_series_in_both_modes():
    for look in LOOKS.values():
        name = look.color.removeprefix("var(").removesuffix(")")
        assert f"{name}:" in STYLES


def test_fonts_of_the_stylesheet_come_with_their_licence():
    files = set(re.findall(r"/fonts/([\w.-]+)", STYLES))
    assert files == {path.name for path in (ASSETS / "fonts").glob("*.woff2")}
    assert "SIL Open Font License" in (ASSETS / "fonts" / "OFL.txt").read_text()


def test_nothing_comes_from_another_host():
    assert not re.findall(r"https?://", STYLES)
