"""The filter bar of a list: find, selects, quick chips with counts, view controls.

Filters live in the URL, so that a filtered list can be sent to a colleague.
"""

from collections.abc import Sequence
from typing import Any, Literal

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import ghost_button, icon
from sop_app.ui.components.forms import Options, select_items

ANY = "any"


def filter_bar(
    *controls: rx.Component, views: Sequence[rx.Component] = (), is_dense: bool = False
) -> rx.Component:
    """Show filters in one row and the view controls at its right end.

    Args:
        controls: Find box and filters, from the left.
        views: What changes how the rows are shown.
        is_dense: Many filters: chosen values are cut short before the row wraps.
    """
    right = rx.flex(*views, align="center", gap="8px", margin_left="auto")
    return rx.el.div(
        *controls,
        *([right] if views else []),
        class_name="filter-bar dense" if is_dense else "filter-bar",
        role="group",
        aria_label="Filters",
    )


def find_box(
    value: Bound, on_change: Any, placeholder: str = "Find by name or code", width: str = "220px"
) -> rx.Component:
    """Let the user find rows by typing; the event comes 300 ms after the last key."""
    return rx.debounce_input(
        rx.input(
            rx.input.slot(icon("search")),
            value=value,
            on_change=on_change,
            placeholder=placeholder,
            aria_label=placeholder,
            type="search",
            size="2",
            width=width,
        ),
        debounce_timeout=300,
    )


def filter_select(
    field: str,
    value: Bound,
    options: Bound | Options,
    on_change: Any,
    *,
    has_any: bool = True,
) -> rx.Component:
    """Show a select that names its field inside: "Region  Any".

    Args:
        field: Name of the field.
        value: The chosen value; ``ANY`` when nothing is chosen.
        options: Pairs of value and label, or a Var of rows with both; "Any" comes first by itself.
        on_change: Event that receives the value.
        has_any: False where one value is always chosen; the control is then never marked active.
    """
    trigger = rx.select.trigger(
        class_name="filter-trigger",
        aria_label=field,
        custom_attrs={
            "data-field": field,
            "data-active": rx.cond(value == ANY, "false", "true") if has_any else "false",
        },
    )
    nothing_chosen = [rx.select.item("Any", value=ANY)] if has_any else []
    items = rx.select.content(*nothing_chosen, select_items(options), position="popper")
    return rx.select.root(trigger, items, value=value, on_change=on_change, size="2")


def filter_multiselect(
    field: str, chosen: Bound, options: Bound, on_toggle: Any, *, is_filter: bool = True
) -> rx.Component:
    """Show a filter that takes several values: "Sales rep  5 selected".

    Args:
        field: Name of the field.
        chosen: Var of the chosen values.
        options: Var of rows with ``value`` and ``label``.
        on_toggle: Event that receives the value to switch on or off.
        is_filter: False where choosing hides nothing; the control then counts and marks nothing.
    """
    count = chosen.length()
    said = rx.match(count, (0, "Any"), rx.Var.create(count).to_string() + " selected")
    trigger = rx.button(
        *([rx.el.span(field, class_name="filter-field"), said] if is_filter else [field]),
        icon("chevron-down", 14),
        variant="surface",
        color_scheme="gray",
        high_contrast=True,
        size="2",
        class_name="filter-trigger",
        custom_attrs={"data-active": rx.cond(count > 0, "true", "false") if is_filter else "false"},
    )

    def box(row: Bound) -> rx.Component:
        tick = rx.checkbox(
            checked=chosen.contains(row["value"]),
            on_change=lambda _: on_toggle(row["value"]),
            aria_label=row["label"].to(str),
        )
        line = rx.flex(tick, row["label"], align="center", gap="8px", min_height="28px")
        return rx.text(line, as_="label", size="2")

    boxes = rx.flex(rx.foreach(options, box), direction="column", max_height="320px")
    panel = rx.popover.content(rx.scroll_area(boxes), size="1", min_width="200px")
    return rx.popover.root(rx.popover.trigger(trigger), panel)


def filter_chip(label: str, count: Bound, is_active: Bound | bool, on_click: Any) -> rx.Component:
    """Show a quick filter with the number of rows behind it."""
    active = rx.Var.create(is_active).to(bool)
    return rx.button(
        label,
        rx.el.span(count, class_name="chip-count"),
        on_click=on_click,
        aria_pressed=rx.cond(active, "true", "false"),
        color_scheme=rx.cond(active, "indigo", "gray"),
        variant=rx.cond(active, "soft", "outline"),
        size="1",
        radius="full",
        class_name="chip",
    )


def clear_filters(is_filtered: Bound, on_clear: Any) -> rx.Component:
    """Offer to clear the filters, once there are any."""
    return rx.cond(
        is_filtered, ghost_button("Clear filters", "x", size="2", on_click=on_clear, margin="0 4px")
    )


def view_switch(
    label: str, options: Options, value: Bound, on_change: Any, size: Literal["1", "2"] = "2"
) -> rx.Component:
    """Switch between two or three views of the same data (Cases, EUR); size "1" in a card."""
    items = [rx.segmented_control.item(text, value=key) for key, text in options]
    return rx.segmented_control.root(
        *items,
        value=value,
        on_change=lambda chosen: on_change(chosen.to(str)),
        size=size,
        aria_label=label,
    )
