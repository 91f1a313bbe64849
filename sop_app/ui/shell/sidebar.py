"""The sidebar: wordmark, cycle, and the places a person may go; a rail where room is short."""

import functools
import operator

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import icon, icon_button, router_link
from sop_app.ui.components.typography import secondary_text, strong_text

from .hotkeys import hotkey
from .navigation import (
    COMPANY_SIDEBAR,
    CYCLES,
    OWN_SIDEBAR,
    TEAM_SIDEBAR,
    NavEntry,
    NavGroup,
    is_active,
)
from .session_state import SessionState


def sidebar(route: str) -> rx.Component:
    """Show the sidebar with the entry of ``route`` active."""
    return rx.el.nav(
        _wordmark(),
        _cycle(),
        rx.cond(
            _sells(),
            rx.cond(
                may(Permission.FORECAST_REVIEW),
                _groups(TEAM_SIDEBAR, route),
                _groups(OWN_SIDEBAR, route),
            ),
            _groups(COMPANY_SIDEBAR, route),
        ),
        rx.el.div(
            icon_button("panel-left", "Show the sidebar", custom_attrs={"data-shell": "sidebar"}),
            class_name="rail-only sidebar-choice rail-toggle",
        ),
        class_name="sidebar",
        aria_label="Main",
    )


def may(permission: Permission) -> rx.Var:
    """Say whether the signed-in person holds a permission; the gate decides, this only shows."""
    held: Bound = SessionState.permissions
    return held[permission.value].to(bool)


def _sells() -> rx.Var:
    return may(Permission.FORECAST_EDIT) & ~may(Permission.CYCLES_MANAGE)


def _wordmark() -> rx.Component:
    mark = router_link("S&OP", to="/", class_name="wordmark", aria_label="S&OP, home")
    toggle = rx.el.div(
        icon_button("panel-left", "Collapse the sidebar", custom_attrs={"data-shell": "sidebar"}),
        class_name="wide-only sidebar-choice",
    )
    return rx.el.div(mark, toggle, class_name="wordmark-row")


def _cycle() -> rx.Component:
    words = rx.box(
        strong_text(SessionState.cycle_name, line_height="18px"),
        secondary_text(SessionState.cycle_status_line),
        min_width="0",
    )
    switcher = router_link(
        words,
        icon("chevrons-up-down", 14),
        to=CYCLES.route,
        class_name="cycle-switcher wide-only",
    )
    return rx.cond(SessionState.cycle_name != "", switcher)


def _groups(groups: tuple[NavGroup, ...], route: str) -> rx.Component:
    return rx.fragment(*[_group(group, route) for group in groups])


def _group(group: NavGroup, route: str) -> rx.Component:
    entries = [rx.cond(may(entry.permission), _entry(entry, route)) for entry in group.entries]
    if not group.label:
        return rx.fragment(*entries)
    heading = rx.el.div(group.label, class_name="nav-group")
    has_any = functools.reduce(operator.or_, (may(entry.permission) for entry in group.entries))
    return rx.fragment(rx.cond(has_any, heading), *entries)


def _entry(entry: NavEntry, route: str) -> rx.Component:
    parts = [icon(entry.icon), rx.el.span(entry.label, class_name="wide-only")]
    if entry.count_key:
        work: Bound = SessionState.counts
        count = work[entry.count_key].to(int)
        parts.append(rx.cond(count > 0, rx.el.span(count, class_name="nav-count wide-only")))
    link = router_link(
        *parts,
        to=entry.route,
        class_name="nav-item",
        aria_label=entry.label,
        aria_current="page" if is_active(entry, route) else "false",
        custom_attrs=hotkey(entry.hotkey) if entry.hotkey else {},
    )
    return rx.tooltip(link, content=entry.label, side="right", class_name="rail-tip")
