"""The few kinds of text there are, by use and not by size."""

from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Content, Text
from sop_app.ui.components.buttons import router_link


def secondary_text(*content: Content, **props: Any) -> rx.Component:
    """Write what explains or dates the main thing: 12 px, gray 11."""
    return rx.text(*content, **{"size": "1", "color": rx.color("gray", 11), **props})


def body_text(*content: Content, **props: Any) -> rx.Component:
    """Write a sentence: 13 px, gray 11."""
    return rx.text(*content, **{"size": "2", "color": rx.color("gray", 11), **props})


def label_text(*content: Content, **props: Any) -> rx.Component:
    """Write the name of a field, a figure or a column: 12 px, medium, gray 11."""
    return rx.text(
        *content, **{"size": "1", "weight": "medium", "color": rx.color("gray", 11), **props}
    )


def strong_text(*content: Content, **props: Any) -> rx.Component:
    """Write the name of a row or the fact of a message: 13 px, medium."""
    return rx.text(*content, **{"size": "2", "weight": "medium", **props})


def hero_figure(value: Text) -> rx.Component:
    """Write the one figure a card is about: 30 px."""
    return rx.text(value, size="8", weight="bold")


def text_link(content: Content, href: Text, **props: Any) -> rx.Component:
    """Lead to another page from within a text."""
    return rx.link(
        router_link(content, to=href), as_child=True, **{"size": "2", "underline": "hover", **props}
    )


def avatar(initials: Text, size: str = "2", **props: Any) -> rx.Component:
    """Show a person by initials; the name stands beside it."""
    return rx.avatar(
        fallback=initials, **{"size": size, "radius": "full", "variant": "soft", **props}
    )
