"""Turning pages of a fixed size: "1 to 12 of 56", previous, next."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound, grouped
from sop_app.ui.components.buttons import icon_button


@dataclass(frozen=True)
class PageTurn:
    """Which page is shown, and the event that receives the page to show, counted from 1."""

    page: Bound
    size: int
    total: Bound
    on_page: Any


def pager(turn: PageTurn, noun: str, **props: Any) -> rx.Component:
    """Show which rows are seen and the buttons to see others.

    Args:
        turn: Page, size, total, event.
        noun: What is paged ("Customers"), for the line and the names of the buttons.
        **props: Passed to the row (width).
    """
    last = turn.page * turn.size
    is_end = last >= turn.total
    shown = rx.cond(is_end, turn.total, last)
    look = {"variant": "surface", "size": "1", "high_contrast": True}
    buttons = rx.flex(
        icon_button(
            "chevron-left",
            f"{noun} before",
            on_click=turn.on_page(turn.page - 1),
            disabled=turn.page <= 1,
            **look,
        ),
        icon_button(
            "chevron-right",
            f"{noun} after",
            on_click=turn.on_page(turn.page + 1),
            disabled=is_end,
            **look,
        ),
        gap="8px",
    )
    first = (turn.page - 1) * turn.size + 1
    line = rx.el.span(
        *(f"{noun} ", grouped(first), " to ", grouped(shown), " of ", grouped(turn.total)),
        role="status",
    )
    return rx.flex(line, buttons, align="center", justify="between", gap="12px", **props)
