"""How far something is: bars with their figures, the steps of a process, running jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from sop_app.ui.components.badges import status_badge
from sop_app.ui.components.bound import Content, Text
from sop_app.ui.components.buttons import ghost_button, icon
from sop_app.ui.components.cards import card
from sop_app.ui.components.typography import secondary_text, strong_text


@dataclass(frozen=True)
class Step:
    """One step of a process, with who owns it and until when, or what it found."""

    title: Text
    detail: Text
    status: Text = "pending"


def progress_bar(percent: rx.Var | int, label: Text, **props: Any) -> rx.Component:
    """Show a bar from 0 to 100; jade when done. The figures stand beside it.

    Args:
        percent: Whole percent done.
        label: What the bar measures, read aloud ("Rows complete").
        **props: Passed to the frame, usually ``width``.
    """
    is_done = rx.cond(rx.Var.create(percent).to(int) >= 100, "true", "false")
    bar = rx.progress(value=percent, size="1", aria_label=label)
    return rx.box(
        bar,
        class_name="progress",
        custom_attrs={"data-done": is_done},
        **{"width": "100%", **props},
    )


def progress_with_text(percent: rx.Var | int, text: Content, label: str) -> rx.Component:
    """Show "41 of 48 rows complete", the percent and the bar below them."""
    line = rx.flex(
        rx.text(text, size="2", color=rx.color("gray", 11)),
        secondary_text(rx.Var.create(percent).to_string(), "%"),
        justify="between",
        align="baseline",
    )
    return rx.flex(line, progress_bar(percent, label), direction="column", gap="6px", width="100%")


def process_steps(steps: Sequence[Step]) -> rx.Component:
    """Show the steps of a long process as equal parts of one card: owner and due date below."""
    parts = [_step(position, step, has_badge=True) for position, step in enumerate(steps, 1)]
    return rx.el.section(rx.el.ol(*parts, class_name="steps"), class_name="card")


def flow_steps(steps: Sequence[Step]) -> rx.Component:
    """Show the steps of a short flow, such as an import, joined by a line."""
    parts = [_step(position, step, has_badge=False) for position, step in enumerate(steps, 1)]
    flow = rx.el.ol(*parts, class_name="steps", custom_attrs={"data-flow": "true"})
    return rx.el.section(flow, class_name="card")


def running_job(
    title: Text, detail: Text, percent: rx.Var | int, on_cancel: Any = None
) -> rx.Component:
    """Show a job that runs: what, done of total and time left, a bar, and Cancel if it may stop."""
    lines = rx.box(strong_text(title), secondary_text(detail), flex="1", min_width="0")
    parts = [icon("loader-circle", class_name="spin", color=rx.color("accent", 9)), lines]
    if on_cancel is not None:
        parts.append(ghost_button("Cancel", on_click=on_cancel))
    return card(
        rx.flex(*parts, align="center", gap="12px"),
        progress_bar(percent, title, margin_top="12px"),
        role="status",
    )


def _step(position: int, step: Step, *, has_badge: bool) -> rx.Component:
    status = rx.Var.create(step.status).to(str).lower()
    disc = rx.el.span(
        rx.cond(status == "done", icon("check", 14), rx.text(position, as_="span")),
        class_name="step-disc",
    )
    title: list[rx.Component] = [
        rx.text(step.title, size="2", weight="medium", as_="span", class_name="step-title")
    ]
    if has_badge:
        badges = status_badge("step", step.status)
        title.append(rx.cond(status == "pending", rx.fragment(), badges))
    words = rx.box(
        rx.flex(*title, align="center", gap="6px", wrap="wrap"),
        secondary_text(step.detail),
        min_width="0",
    )
    current = rx.cond(status == "active", "step", "false")
    return rx.el.li(
        disc,
        words,
        class_name="step",
        aria_current=current,
        custom_attrs={"data-status": status},
    )
