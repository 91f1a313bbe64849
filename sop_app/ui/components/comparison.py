"""Old against new: the cells of an import preview, and the bar of a change."""

from typing import Any

import reflex as rx


def comparison_cell(
    text: Any,
    state: Any,
    old: Any = "",
    remark: Any = "",
    align: Any = "align-right",
    **props: Any,
) -> rx.Component:
    """Show one cell of a preview: the new value over what becomes of the old one.

    Args:
        text: The value as it will be, or as it stands in the file if it is wrong.
        state: "new", "changed", "wrong"; anything else is unchanged.
        old: The value replaced, struck through.
        remark: The difference, "new", or why the cell is wrong.
        align: "align-right" for figures, "align-left" for texts.
        **props: Passed to the table cell.
    """
    below = rx.el.span(
        rx.cond(old, rx.el.del_(old)), " ", rx.el.span(remark), class_name="comparison-below"
    )
    return rx.el.td(
        rx.el.span(text, class_name="comparison-value"),
        rx.cond(state, below),
        class_name=rx.Var.create("rt-TableCell comparison ").to(str) + rx.Var.create(align).to(str),
        custom_attrs={"data-state": state},
        **props,
    )


def change_bar(text: Any, share: Any) -> rx.Component:
    """Show a signed change as a bar from a middle line, with its figure.

    Args:
        text: The change with its sign.
        share: From −100 to 100, in percent of the largest change shown.
    """
    amount = rx.Var.create(share).to(int)
    length = rx.cond(amount < 0, -amount, amount)
    bar = rx.el.span(
        class_name="change-bar",
        custom_attrs={"data-sign": rx.cond(amount < 0, "down", "up")},
        style={"--length": length.to_string() + "%"},
        aria_hidden="true",
    )
    return rx.el.span(bar, rx.el.span(text), class_name="change-cell")
