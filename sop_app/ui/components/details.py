"""Label and value lists, tabs and the drawer beside the grid."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound, Content, Text
from sop_app.ui.components.buttons import icon_button, router_link
from sop_app.ui.components.typography import body_text, label_text, secondary_text


def detail_list(*pairs: tuple[str, Content]) -> rx.Component:
    """Show the fields of a record: label left in gray, value right."""
    lines = [part for label, value in pairs for part in (rx.el.dt(label), rx.el.dd(value))]
    return rx.el.dl(*lines, class_name="details")


def tabs(
    *panels: tuple[str, Text, rx.Component],
    value: Text,
    on_change: Any = None,
) -> rx.Component:
    """Show the parts of a record as tabs.

    Args:
        *panels: For each tab its key, its label (a count as a plain figure, "Products 11") and content.
        value: Key of the open tab; a Var together with ``on_change``, else the first one open.
        on_change: Event that receives the key of the chosen tab.
    """
    triggers = [rx.tabs.trigger(label, value=key) for key, label, _ in panels]
    contents = [
        rx.tabs.content(content, value=key, padding_top="16px") for key, _, content in panels
    ]
    chosen: dict[str, Any] = (
        {"value": value} if isinstance(value, rx.Var) else {"default_value": value}
    )
    if on_change is not None:
        chosen["on_change"] = on_change
    return rx.tabs.root(rx.tabs.list(*triggers, size="2"), *contents, **chosen)


def link_tabs(items: Sequence[tuple[Text, str]], active: str) -> rx.Component:
    """Show pages of one subject as tabs, each a link: label and route."""
    links = [
        router_link(
            label,
            to=route,
            class_name="tab-link",
            aria_current="page" if route == active else "false",
        )
        for label, route in items
    ]
    return rx.el.nav(*links, class_name="tab-links")


def drawer(
    kicker: Text,
    title: Text,
    line: Text,
    *sections: rx.Component,
    on_close: Any,
) -> rx.Component:
    """Show a panel of 344 px beside the grid; Esc closes it.

    Args:
        kicker: What kind of thing it shows ("Cell").
        title: Which one ("June 2027").
        line: Where it belongs ("Penne rigate 5 kg, Brennan Foodservice").
        *sections: Content, divided by hairlines.
        on_close: Event of the close button, which Esc presses.
    """
    close = icon_button(
        "x", "Close", "Esc", on_click=on_close, custom_attrs={"data-hotkey": "escape"}
    )
    head = rx.flex(
        rx.box(
            secondary_text(kicker),
            rx.heading(title, as_="h2", size="4"),
            body_text(line),
            min_width="0",
        ),
        close,
        justify="between",
        align="start",
        padding="16px",
    )
    return rx.el.aside(
        head, *[rx.el.section(part) for part in sections], class_name="drawer", aria_label=title
    )


def timeline(*entries: tuple[Text, Text, Text]) -> rx.Component:
    """Show what happened, newest first: fact, detail, when."""
    lines = [_timeline_entry(fact, detail, at) for fact, detail, at in entries]
    return rx.el.ol(*lines, class_name="timeline")


def timeline_of(entries: Bound) -> rx.Component:
    """Show what happened from rows with ``fact``, ``detail`` and ``at``, newest first."""
    return rx.el.ol(
        rx.foreach(entries, lambda row: _timeline_entry(row["fact"], row["detail"], row["at"])),
        class_name="timeline",
    )


def _timeline_entry(fact: Any, detail: Any, at: Any) -> rx.Component:
    first = rx.flex(
        rx.text(fact, size="2", weight="medium"), label_text(at), justify="between", gap="12px"
    )
    return rx.el.li(first, secondary_text(detail))
