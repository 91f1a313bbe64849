"""The top bar: where one is, search, notices, colour mode, and the person signed in."""

from collections.abc import Sequence
from typing import Literal

import reflex as rx
from reflex_base.style import set_color_mode

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    icon,
    icon_button,
    key_cap,
    menu,
    menu_item,
    router_link,
)
from sop_app.ui.components.plain_form import plain_form
from sop_app.ui.components.typography import avatar, body_text, secondary_text, strong_text

from .hotkeys import hotkey
from .navigation import (
    ACCOUNT,
    CUSTOMERS,
    ENTRIES,
    PRODUCTS,
    SIGN_OUT_ACTION,
    SIGN_OUT_EVERYWHERE_ACTION,
    Crumb,
    NavEntry,
)
from .search_state import SearchState
from .session_state import SessionState
from .sidebar import may


def top_bar(crumbs: Sequence[Crumb]) -> rx.Component:
    """Show the top bar above a page."""
    opener = rx.el.div(
        icon_button("menu", "Menu", custom_attrs={"data-shell": "menu"}), class_name="menu-button"
    )
    return rx.el.header(
        opener,
        _breadcrumb(crumbs),
        rx.box(flex="1"),
        _search(),
        _bell(),
        _color_mode(),
        _user(),
        class_name="top-bar",
    )


def _breadcrumb(crumbs: Sequence[Crumb]) -> rx.Component:
    *before, last = crumbs
    chevron = icon("chevron-right", 12, color=rx.color("gray", 8))
    steps = [
        rx.el.li(
            router_link(crumb.label, to=crumb.href) if crumb.href else rx.el.span(crumb.label),
            chevron,
        )
        for crumb in before
    ]
    here = rx.el.li(rx.el.span(last.label, aria_current="page"))
    return rx.el.nav(
        rx.el.ol(*steps, here, class_name="breadcrumb"), aria_label="Breadcrumb", min_width="0"
    )


def _search() -> rx.Component:
    field = rx.input(
        rx.input.slot(icon("search")),
        rx.input.slot(key_cap("Ctrl K"), side="right"),
        placeholder="Search",
        aria_label="Search",
        variant="soft",
        color_scheme="gray",
        size="2",
        auto_complete="off",
        on_change=SearchState.find.debounce(200),
        custom_attrs=hotkey("ctrl+k"),
    )
    nothing = body_text(
        "Nothing has this name.", padding="4px 8px", custom_attrs={"data-nothing": ""}, hidden=True
    )
    found: Bound = SearchState.found
    panel = rx.el.div(
        rx.foreach(found, _found_link),
        *[rx.cond(may(entry.permission), _page_link(entry)) for entry in ENTRIES],
        *[rx.cond(may(entry.permission), _find_link(entry)) for entry in ENTRIES if entry.finds],
        nothing,
        class_name="search-panel",
        role="group",
        aria_label="Go to",
    )
    return rx.el.div(
        field,
        panel,
        class_name="search",
        role="search",
        aria_label="Search",
        custom_attrs={"data-search": "true"},
    )


def _found_link(row: Bound) -> rx.Component:
    kind = rx.cond(row["kind"] == "customer", icon(CUSTOMERS.icon), icon(PRODUCTS.icon))
    return router_link(
        kind,
        rx.el.span(row["name"].to(str), class_name="found-name"),
        secondary_text(row["code"].to(str), as_="span", margin_left="auto"),
        to=row["href"].to(str),
        class_name="nav-item",
        custom_attrs={"data-found": ""},
    )


def _page_link(entry: NavEntry) -> rx.Component:
    return router_link(icon(entry.icon), entry.label, to=entry.route, class_name="nav-item")


def _find_link(entry: NavEntry) -> rx.Component:
    words = rx.el.span("", custom_attrs={"data-words": ""})
    return rx.el.button(
        icon("search"),
        rx.el.span(f"Find {entry.finds} with “", words, "”"),
        type="button",
        class_name="nav-item",
        hidden=True,
        custom_attrs={"data-finds": entry.route},
    )


def _bell() -> rx.Component:
    unread = SessionState.notices_unread
    bell = rx.icon_button(
        icon("bell"),
        rx.cond(unread > 0, rx.el.span(class_name="bell-dot")),
        class_name="bell",
        variant="ghost",
        color_scheme="gray",
        size="2",
        aria_label=rx.cond(unread > 0, f"Notices, {unread} unread", "Notices"),
    )
    notices: Bound = SessionState.notices
    listed = rx.el.div(rx.foreach(notices, _notice), class_name="notice-panel")
    nothing = body_text("No notices.", padding="0 16px 12px")
    panel = rx.popover.content(
        rx.heading("Notices", as_="h2", size="3", padding="12px 16px"),
        rx.cond(notices.length() > 0, listed, nothing),
        align="end",
        width="360px",
        padding="0",
        custom_attrs={"aria-label": "Notices"},
    )
    return rx.popover.root(
        rx.popover.trigger(bell), panel, on_open_change=SessionState.read_notices
    )


def _notice(notice: Bound) -> rx.Component:
    first = rx.flex(
        strong_text(notice["title"].to(str)),
        secondary_text(notice["at"].to(str), white_space="nowrap"),
        justify="between",
        gap="12px",
    )
    return router_link(first, body_text(notice["detail"].to(str)), to=notice["href"].to(str))


def _color_mode() -> rx.Component:
    def choice(
        label: str, mode: Literal["light", "dark", "system"], icon_name: str
    ) -> rx.Component:
        return menu_item(label, icon_name, on_select=set_color_mode(mode))

    trigger = rx.icon_button(
        icon("sun-moon"),
        aria_label="Colour mode",
        variant="ghost",
        color_scheme="gray",
        size="2",
    )
    return menu(
        trigger,
        choice("Light", "light", "sun"),
        choice("Dark", "dark", "moon"),
        choice("System theme", "system", "monitor"),
    )


def _user() -> rx.Component:
    name = SessionState.user_name
    trigger = rx.el.button(
        avatar(SessionState.user_initials),
        rx.el.span(name, class_name="user-name"),
        class_name="user-button",
        type="button",
        aria_label=rx.Var.create("Account of ") + name,
    )
    who = rx.box(strong_text(name), secondary_text(SessionState.user_email), padding="4px 8px 8px")
    everywhere = {"data-submits": "sign-out-everywhere"}
    items = (
        who,
        rx.dropdown_menu.separator(),
        menu_item(ACCOUNT.label, ACCOUNT.icon, href=ACCOUNT.route),
        menu_item("All keys", "keyboard", custom_attrs={"data-presses": "?"}),
        rx.dropdown_menu.separator(),
        menu_item("Sign out", "log-out", custom_attrs={"data-submits": "sign-out"}),
        menu_item("Sign out everywhere", "monitor-off", custom_attrs=everywhere),
    )
    forms = [
        plain_form(action=action, id=form_id, hidden=True)
        for form_id, action in (
            ("sign-out", SIGN_OUT_ACTION),
            ("sign-out-everywhere", SIGN_OUT_EVERYWHERE_ACTION),
        )
    ]
    return rx.fragment(menu(trigger, *items, min_width="220px"), *forms)
