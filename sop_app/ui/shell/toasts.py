"""How notices look: toasts at the bottom in the middle, and the region a screen reader listens to."""

import reflex as rx
from reflex_components_core.el.elements.typography import Div

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import icon, icon_button, small_button
from sop_app.ui.components.typography import body_text, strong_text

from .notices import NoticeState


class _Toast(Div):
    """A box that says when its leaving animation has ended, so that the notice can be forgotten."""

    on_animation_end: rx.EventHandler[rx.event.no_args_event_spec]


def toasts() -> rx.Component:
    """Show the notices of this tab. They leave after 4 s, with an action after 8 s; errors stay."""
    return rx.el.section(
        rx.foreach(NoticeState.items, _toast),
        class_name="toasts",
        aria_label="Notices",
        aria_live="polite",
    )


def announcer() -> rx.Component:
    """Hold the sentence a screen reader is told: saves, errors, the end of a job."""
    return rx.el.div(
        NoticeState.announcement, id="announcer", class_name="visually-hidden", aria_live="polite"
    )


def _toast(notice: Bound) -> rx.Component:
    dismiss = NoticeState.dismiss_notice(notice["id"].to(int))
    detail = rx.cond(notice["detail"], body_text(notice["detail"].to(str)))
    words = rx.box(strong_text(notice["title"].to(str)), detail, flex="1", min_width="0")
    close = icon_button("x", "Dismiss", on_click=dismiss, size="1", margin="2px 0 0")
    return _Toast.create(
        _kind_icon(notice["kind"].to(str)),
        words,
        _action(notice),
        close,
        key=notice["id"].to(str),
        on_animation_end=dismiss,
        class_name="toast",
        role=rx.cond(notice["kind"] == "error", "alert", "status"),
        style={"--stay": rx.cond(notice["action"], "8s", "4s")},
        custom_attrs={"data-stays": rx.cond(notice["kind"] == "error", "true", "false")},
    )


def _kind_icon(kind: Bound) -> rx.Component:
    shown = rx.match(
        kind,
        ("success", icon("circle-check", color=rx.color("jade", 11))),
        ("warning", icon("triangle-alert", color=rx.color("amber", 11))),
        ("error", icon("circle-x", color=rx.color("red", 11))),
        icon("info", color=rx.color("indigo", 11)),
    )
    return rx.fragment(shown)


def _action(notice: Bound) -> rx.Component:
    label = notice["action"].to(str)
    look = {"variant": "soft", "color_scheme": "gray", "high_contrast": True}
    link = small_button(label, href=notice["href"].to(str), **look)
    press = small_button(label, custom_attrs={"data-presses": notice["presses"]}, **look)
    return rx.cond(label != "", rx.cond(notice["href"], link, press))
