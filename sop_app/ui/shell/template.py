"""The frame of every page: sidebar, top bar, page message, content, notices."""

from collections.abc import Sequence

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.buttons import secondary_button
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.messages import empty_state, page_message, skeleton_table
from sop_app.ui.components.page_header import page_header

from .hotkeys import Hotkeys, key_sheet
from .navigation import Crumb, permission_of_route
from .session_state import SessionState
from .sidebar import may, sidebar
from .toasts import announcer, toasts
from .top_bar import top_bar


def page_template(
    *content: rx.Component,
    route: str,
    crumbs: Sequence[Crumb],
    message: rx.Component | None = None,
    is_grid: bool = False,
    permission: Permission | None = None,
) -> rx.Component:
    """Frame a page.

    Nothing of the content is drawn before the session is known; figures come with state only.

    Args:
        *content: ``page_header(...)`` first, then status, KPI tiles, charts, table.
        route: The page's route; its sidebar entry is active.
        crumbs: The breadcrumb, ending with this page.
        message: The one ``page_message`` of the page; the first content stands above it.
        is_grid: True for the planning grid: rail, full width, full height, no padding.
        permission: What opens the page; without it that of its sidebar entry.
    """
    first, *others = content
    shown = [first, *([message] if message is not None else []), *others]
    opened_by = permission or permission_of_route(route)
    if opened_by is not None:
        shown = [rx.cond(may(opened_by), rx.fragment(*shown), _closed())]
    main = rx.el.main(*shown, id="page", class_name="page", tab_index=-1)
    shell = rx.el.div(
        rx.el.a(
            "Skip to the page",
            href="#page",
            class_name="skip-link",
            custom_attrs={"data-shell": "skip"},
        ),
        sidebar(route),
        rx.el.div(top_bar(crumbs), _connection_lost(), main, class_name="main-column"),
        toasts(),
        announcer(),
        key_sheet(),
        Hotkeys.create(),
        class_name="shell",
        custom_attrs={"data-page": "grid" if is_grid else "plain"},
    )
    return rx.cond(SessionState.is_signed_in, shell, _waiting())


def _closed() -> rx.Component:
    """Say that the page is not open to the person, instead of a page that never fills."""
    return rx.fragment(
        page_header("Not open to you"),
        flush_card(
            empty_state(
                "lock",
                "Your roles do not open this page",
                "An administrator can change your roles.",
                secondary_button("Home", "house", href="/"),
            )
        ),
    )


def _waiting() -> rx.Component:
    """Show the frame without a name or a figure until the session is known."""
    bars = [rx.skeleton(width="220px", height="24px"), flush_card(skeleton_table())]
    return rx.el.div(
        rx.el.div(rx.el.div("S&OP", class_name="wordmark-row wordmark"), class_name="sidebar"),
        rx.el.div(
            rx.el.div(class_name="top-bar"),
            rx.el.div(*bars, class_name="page skeleton-late"),
            class_name="main-column",
        ),
        class_name="shell",
        aria_hidden="true",
    )


def _connection_lost() -> rx.Component:
    lost = page_message(
        "connection",
        "Connection lost.",
        "Changes wait on this page and are saved when it is back.",
    )
    return rx.cond(has_connection_errors, rx.el.div(lost, class_name="connection-lost"))
