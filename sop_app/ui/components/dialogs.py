"""Dialogs: to confirm an act with its figures, and to fill in a short form."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Text
from sop_app.ui.components.buttons import destructive_button, primary_button, secondary_button


@dataclass(frozen=True)
class Act:
    """What a dialog is asked for: its verb on the button, its icon and its event."""

    label: Text
    on_click: Any
    icon: str | None = None
    is_destructive: bool = False
    is_running: rx.Var | bool = False


@dataclass(frozen=True)
class Opening:
    """How a dialog opens: by its trigger, or by a state's variable and its handler."""

    trigger: rx.Component | None = None
    is_open: rx.Var | None = None
    on_change: Any = None


def confirm_dialog(
    question: Text,
    consequence: Text,
    act: Act,
    *content: rx.Component,
    keep: Text,
    opening: Opening,
) -> rx.Component:
    """Ask before an act that is hard to take back; the focus starts on the safe button.

    Args:
        question: The title ("Close the input window?").
        consequence: What will happen, with figures.
        act: The button that does it; its verb repeats the question's.
        *content: ``figures(...)``, a checkbox, a comment field.
        keep: The safe answer ("Keep open").
        opening: How it opens.
    """
    cancel = rx.alert_dialog.cancel(secondary_button(keep))
    button = destructive_button if act.is_destructive else primary_button
    action = rx.alert_dialog.action(
        button(act.label, act.icon, on_click=act.on_click, loading=act.is_running)
    )
    body = rx.alert_dialog.content(
        rx.alert_dialog.title(question, size="4", margin_bottom="4px"),
        rx.alert_dialog.description(consequence, size="2", color=rx.color("gray", 11)),
        *[rx.box(part, margin_top="16px") for part in content],
        rx.flex(cancel, action, justify="end", gap="8px", margin_top="20px"),
        max_width="440px",
        size="3",
    )
    return rx.alert_dialog.root(*_trigger(rx.alert_dialog.trigger, opening), body, **_open(opening))


def form_dialog(title: Text, form: rx.Component, opening: Opening, line: Text = "") -> rx.Component:
    """Show a short form over the page. ``form`` brings its own buttons, see ``form_buttons``."""
    body = rx.dialog.content(
        rx.dialog.title(title, size="4", margin_bottom="4px"),
        rx.dialog.description(line, size="2", color=rx.color("gray", 11)),
        rx.box(form, margin_top="16px"),
        max_width="520px",
        size="3",
    )
    return rx.dialog.root(*_trigger(rx.dialog.trigger, opening), body, **_open(opening))


def form_buttons(act: Act, cancel: rx.Component) -> rx.Component:
    """Show the buttons at the end of a form: the safe one first, the act last."""
    button = primary_button(
        act.label, act.icon, type="submit", loading=act.is_running, on_click=act.on_click
    )
    return rx.flex(cancel, button, justify="end", gap="8px", margin_top="20px")


def _trigger(make: Any, opening: Opening) -> list[rx.Component]:
    return [] if opening.trigger is None else [make(opening.trigger)]


def _open(opening: Opening) -> dict[str, Any]:
    if opening.is_open is None:
        return {}
    return {"open": opening.is_open, "on_open_change": opening.on_change}
