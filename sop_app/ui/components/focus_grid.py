"""A grid of small controls that the keyboard crosses with arrows, with one Tab stop for all."""

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import icon


class FocusGrid(rx.Component):
    """Moves the focus among the controls that carry ``data-cell="row:column"``."""

    library = rx.asset("focus_grid.js", shared=True).importable_path
    tag = "FocusGrid"

    label: rx.Var[str]


def focus_grid(*children: rx.Component, label: str) -> rx.Component:
    """Wrap a table whose ticks are made by ``grid_tick``."""
    return FocusGrid.create(*children, label=label)


def grid_tick(
    is_on: Bound, label: rx.Var | str, place: rx.Var | str, *, on_click: Bound, is_off: Bound
) -> rx.Component:
    """Show a tick of a grid: a check box drawn as a button, light enough for hundreds of them.

    Args:
        is_on: Whether it is ticked.
        label: What it says, read aloud.
        place: "row:column", counted from 0.
        on_click: Event that switches it.
        is_off: Whether it can only be read.
    """
    return rx.el.button(
        rx.cond(is_on, icon("check", 14)),
        type="button",
        role="checkbox",
        aria_checked=rx.cond(is_on, "true", "false"),
        aria_label=label,
        on_click=on_click,
        disabled=is_off,
        tab_index=-1,
        class_name="grid-tick",
        custom_attrs={"data-cell": place},
    )
