"""The drawer beside the grid, picture 04b."""

from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import ghost_button, soft_button
from sop_app.ui.components.details import drawer, timeline_of
from sop_app.ui.components.typography import body_text, secondary_text, strong_text

from .comment_state import ForecastCommentState
from .drawer_state import ForecastDrawerState

Comments: Bound = ForecastCommentState
S: Bound = ForecastDrawerState


def cell_drawer() -> rx.Component:
    """Show the active cell's figures, comments and history while the drawer is open."""
    return rx.cond(
        S.is_open,
        rx.cond(
            S.has_cell,
            drawer("Cell", S.title, S.line, _figures(), _comments(), _history(), on_close=S.close),
            drawer(
                "Cell",
                "No cell selected",
                "Select a month of a row to see its price, comparison, comments and history.",
                on_close=S.close,
            ),
        ),
    )


def _figures() -> rx.Component:
    hero = rx.flex(
        rx.text(S.quantity, size="7", weight="bold", as_="span"),
        secondary_text(S.unit),
        rx.spacer(),
        body_text(S.equation),
        align="baseline",
        gap="6px",
    )
    error = rx.cond(S.error != "", rx.el.p(S.error, class_name="field-error"))
    return rx.box(hero, error, rx.box(rx.foreach(S.compared, _compared), margin_top="12px"))


def _compared(row: Any) -> rx.Component:
    return rx.flex(
        body_text(row["label"]),
        rx.spacer(),
        strong_text(row["value"]),
        rx.text(row["change"], size="2", color=rx.color("gray", 11), width="64px", align="right"),
        align="center",
        min_height="28px",
    )


def _comments() -> rx.Component:
    write = rx.form(
        rx.flex(
            rx.input(
                name="comment",
                placeholder="Write a comment",
                aria_label="Comment",
                size="2",
                flex="1",
            ),
            soft_button("Send", type="submit"),
            gap="8px",
            align="center",
        ),
        on_submit=Comments.send,
        reset_on_submit=True,
    )
    return rx.flex(
        rx.flex(
            strong_text("Comments"),
            secondary_text(S.comments.length()),
            gap="6px",
            align="baseline",
        ),
        rx.foreach(S.comments, _comment),
        write,
        direction="column",
        gap="8px",
    )


def _comment(row: Any) -> rx.Component:
    resolve = rx.cond(
        row["is_open"],
        ghost_button("Resolve", on_click=Comments.resolve(row["id"].to(int))),
        secondary_text("Resolved"),
    )
    head = rx.flex(
        strong_text(row["author"]), rx.spacer(), secondary_text(row["at"]), align="center"
    )
    return rx.box(
        head,
        rx.text(row["text"], size="2", margin_top="4px"),
        rx.flex(resolve, justify="end"),
        class_name="comment",
    )


def _history() -> rx.Component:
    return rx.box(
        rx.flex(
            strong_text("History"),
            secondary_text(S.history.length()),
            gap="6px",
            align="baseline",
            margin_bottom="8px",
        ),
        rx.cond(
            S.history.length() > 0,
            timeline_of(S.history),
            secondary_text("Not changed since the opening"),
        ),
    )
