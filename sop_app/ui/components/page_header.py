"""The top of every page: title with badge, one line below it, actions at the right."""

import reflex as rx

from sop_app.ui.components.bound import Content, Text
from sop_app.ui.components.typography import body_text


def page_header(
    title: Text,
    *,
    badge: rx.Component | None = None,
    line: Content | None = None,
    secondary: tuple[rx.Component, ...] = (),
    menu: rx.Component | None = None,
    primary: rx.Component | None = None,
) -> rx.Component:
    """Show the header row of a page.

    Args:
        title: The page's title, its only first-level heading.
        badge: Status of the thing the page is about.
        line: One line below the title: cycle, owner, due date, counts.
        secondary: At most two actions; below 1024 px they hide, so repeat them in ``menu``. A
            ``header_facts`` before them stays.
        menu: A ``more_menu`` that repeats ``secondary`` on narrow screens, or a ``full_menu``.
        primary: The one primary action, last.
    """
    heading = rx.heading(title, as_="h1", size="6")
    name = rx.flex(heading, *([badge] if badge is not None else []), align="center", gap="8px")
    below = body_text(line) if isinstance(line, str | rx.Var) else line
    left = rx.box(name, *([below] if below is not None else []), min_width="0")
    menu_place = "narrow-only" if secondary else ""
    right = [
        rx.el.div(*secondary, class_name="actions secondary-actions") if secondary else None,
        rx.el.div(menu, class_name=menu_place) if menu is not None else None,
        primary,
    ]
    actions = rx.el.div(*[part for part in right if part is not None], class_name="actions")
    return rx.el.header(left, actions, class_name="page-header")


def header_facts(*facts: rx.Component) -> rx.Component:
    """Show how far the thing is and until when, left of the actions and at every width."""
    return rx.el.div(*facts, class_name="header-facts")
