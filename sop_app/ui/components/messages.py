"""What a screen says instead of, above or before its content."""

from typing import Any, Literal

import reflex as rx

from sop_app.ui.components.bound import Content, Text
from sop_app.ui.components.buttons import ghost_button, icon, primary_button, secondary_button
from sop_app.ui.components.typography import body_text

MessageColor = Literal["orange", "gray", "amber", "red"]
MessageKind = Literal["returned", "closed", "note", "connection", "deadline", "blocked"]

_MESSAGES: dict[MessageKind, tuple[MessageColor, str]] = {
    "returned": ("orange", "undo-2"),
    "closed": ("gray", "lock"),
    "note": ("gray", "info"),
    "connection": ("amber", "wifi-off"),
    "deadline": ("amber", "clock-alert"),
    "blocked": ("red", "circle-alert"),
}


def page_message(
    kind: MessageKind,
    fact: Text,
    detail: Content,
    action: rx.Component | None = None,
) -> rx.Component:
    """Show the one message of a page below its header; of several, the gravest.

    Args:
        kind: returned (orange), closed or note (gray), connection or deadline (amber), blocked (red).
        fact: A sentence in bold.
        detail: What follows from it and how to go on.
        action: A ``small_button``, at the right.
    """
    color, icon_name = _MESSAGES[kind]
    text = rx.callout.text(rx.el.strong(fact), " ", detail)
    parts = [rx.callout.icon(icon(icon_name)), text]
    if action is not None:
        parts.append(rx.box(action, class_name="message-action"))
    return rx.callout.root(
        *parts,
        color_scheme=color,
        variant="surface",
        size="1",
        role="alert" if kind in ("blocked", "connection") else "status",
        class_name="page-message",
    )


def empty_state(
    icon_name: str,
    fact: Text,
    reason: Text,
    action: rx.Component | None = None,
    *,
    is_title: bool = False,
) -> rx.Component:
    """Say what is empty, why, and offer one action; ``is_title`` where it is the whole page."""
    return _centred(_tile(icon_name), fact, reason, action, is_title=is_title)


def no_match_state(filters: Text, on_clear: Any) -> rx.Component:
    """Say which filters leave nothing ("Status is Missing and family is Dairy.")."""
    clear = secondary_button("Clear filters", "x", on_click=on_clear)
    return _centred(_tile("search-x"), "No rows match", filters, clear)


def error_state(fact: Text, detail: Text, on_retry: Any, reference: Text = "") -> rx.Component:
    """Say what failed and what is safe, and offer to try again.

    Args:
        fact: "Sales history could not be loaded".
        detail: The cause and what is safe, in sentences.
        on_retry: Event of the button "Try again".
        reference: Reference of the error, to copy into a message to the administrator.
    """
    copy = rx.cond(
        rx.Var.create(reference).to(str) != "",
        ghost_button(
            rx.el.span("Copy reference ", reference),
            "copy",
            size="2",
            custom_attrs={"data-copy": reference},
        ),
    )
    retry = primary_button("Try again", "refresh-cw", on_click=on_retry)
    actions = rx.flex(retry, copy, align="center", gap="16px", justify="center", wrap="wrap")
    return _centred(_tile("server-off", tone="bad"), fact, detail, actions, role="alert")


def broken_state(fact: str, detail: str, action: rx.Component) -> rx.Component:
    """Say that a screen failed, what is safe, and offer one way on."""
    return _centred(_tile("server-off", tone="bad"), fact, detail, action, role="alert")


def skeleton_table(rows: int = 8) -> rx.Component:
    """Show the shape of a table while it loads, after 200 ms."""
    widths = ((104, 36, 30, 40), (86, 40, 28, 44), (98, 34, 30, 46), (82, 38, 28, 42))
    lines = [_skeleton_line(widths[row % len(widths)]) for row in range(rows)]
    return rx.el.div(
        *lines, class_name="skeleton-rows skeleton-late", role="status", aria_label="Loading"
    )


def skeleton_tile() -> rx.Component:
    """Show the shape of a KPI tile while it loads."""
    bars = [
        rx.skeleton(width=width, height=height)
        for width, height in (("96px", "12px"), ("72px", "24px"), ("120px", "12px"))
    ]
    return rx.el.section(
        rx.flex(*bars, direction="column", gap="8px", padding="16px"),
        class_name="card skeleton-late",
    )


def _skeleton_line(widths: tuple[int, ...]) -> rx.Component:
    bars = [rx.skeleton(width=f"{width}px", height="12px") for width in widths]
    last = rx.skeleton(width="56px", height="18px", margin_left="auto")
    return rx.flex(*bars, last, align="center", gap="28px", min_height="20px")


def _tile(icon_name: str, tone: str = "neutral") -> rx.Component:
    return rx.el.div(icon(icon_name, 20), class_name="icon-tile", custom_attrs={"data-tone": tone})


def _centred(
    tile: rx.Component,
    fact: Text,
    detail: Text,
    action: rx.Component | None,
    role: Literal["status", "alert"] = "status",
    *,
    is_title: bool = False,
) -> rx.Component:
    line = (
        rx.heading(fact, as_="h1", size="3") if is_title else rx.text(fact, size="3", weight="bold")
    )
    words = [
        rx.box(line, margin_top="4px"),
        body_text(detail, max_width="300px", text_align="center"),
    ]
    parts = [tile, *words] + ([rx.box(action, margin_top="8px")] if action is not None else [])
    return rx.flex(
        *parts, direction="column", align="center", gap="4px", padding="44px 24px", role=role
    )
