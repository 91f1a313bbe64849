"""The dialogs of the forecast entry page: submit, and somebody else was first."""

from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import primary_button, secondary_button, small_button
from sop_app.ui.components.cards import figures
from sop_app.ui.components.typography import secondary_text

from .act_state import ForecastActState
from .edit_state import ForecastEditState
from .spread_state import ForecastSpreadState
from .view_state import ForecastViewState

Acts: Bound = ForecastActState
Edits: Bound = ForecastEditState
Spread: Bound = ForecastSpreadState
View: Bound = ForecastViewState


def submit_dialog() -> rx.Component:
    """Ask before submitting; while rows are unfinished, list them instead."""
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.cond(Acts.unfinished.length() > 0, _unfinished(), _ready()),
            max_width="480px",
            size="3",
        ),
        open=Acts.is_asking,
        on_open_change=Acts.change_asking,
    )


def _ready() -> rx.Component:
    return rx.fragment(
        rx.alert_dialog.title("Submit the forecast?", size="4", margin_bottom="4px"),
        rx.alert_dialog.description(
            "Submitted rows are locked until your manager approves or returns them.",
            size="2",
            color=rx.color("gray", 11),
        ),
        _buttons(primary_button("Submit all rows", "send", on_click=Acts.submit(False))),
    )


def _unfinished() -> rx.Component:
    return rx.fragment(
        rx.alert_dialog.title(
            "Submit is off until all rows are complete", size="4", margin_bottom="4px"
        ),
        rx.alert_dialog.description(
            "These rows miss mandatory months or hold text where a number belongs.",
            size="2",
            color=rx.color("gray", 11),
        ),
        rx.el.ul(
            rx.foreach(Acts.unfinished, lambda row: rx.el.li(row["text"])),
            class_name="unfinished-rows",
            tab_index=0,
        ),
        _buttons(primary_button("Show them", "list-filter", on_click=Acts.show_unfinished)),
    )


def _buttons(primary: rx.Component) -> rx.Component:
    selected = rx.cond(
        Acts.selected_count > 0,
        small_button(
            rx.cond(
                Acts.selected_count == 1,
                "Submit 1 selected row",
                f"Submit {Acts.selected_count} selected rows",
            ),
            on_click=Acts.submit(True),
            size="2",
        ),
    )
    keep = rx.alert_dialog.cancel(secondary_button("Keep editing"))
    return rx.flex(
        keep, selected, primary, justify="end", gap="8px", margin_top="20px", wrap="wrap"
    )


def conflict_dialog() -> rx.Component:
    """Show whose figure stands in the cell and offer to write one's own over it."""
    shown: Any = Edits.conflict
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.alert_dialog.title("Somebody else changed this cell", size="4", margin_bottom="4px"),
            rx.alert_dialog.description(shown["month"], size="2", color=rx.color("gray", 11)),
            rx.box(
                figures(
                    (f"{shown['name']} at {shown['at']}", shown["theirs"]),
                    ("You, not saved", shown["mine"]),
                ),
                margin_top="16px",
            ),
            rx.flex(
                rx.alert_dialog.cancel(
                    secondary_button(f"Keep {shown['theirs']}", on_click=Edits.keep_theirs)
                ),
                primary_button(f"Use {shown['mine']}", on_click=Edits.use_mine),
                justify="end",
                gap="8px",
                margin_top="20px",
            ),
            max_width="440px",
            size="3",
        ),
        open=Edits.conflict.contains("month"),
    )


def spread_dialog() -> rx.Component:
    """Show who will change before a typed total is spread."""
    rows = rx.el.table(
        rx.el.caption("Rows that change", class_name="visually-hidden"),
        rx.el.thead(
            rx.el.tr(
                *(
                    rx.el.th(title, scope="col")
                    for title in ("Product and customer", "Now", "New", "Change")
                )
            )
        ),
        rx.el.tbody(rx.foreach(Spread.rows, _spread_row)),
        class_name="spread-rows",
    )
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.alert_dialog.title(Spread.title, size="4", margin_bottom="4px"),
            rx.alert_dialog.description(
                Spread.line, " ", Spread.kept, size="2", color=rx.color("gray", 11)
            ),
            rx.box(rows, margin_top="16px"),
            rx.cond(Spread.more != "", secondary_text(Spread.more, margin_top="8px")),
            rx.flex(
                rx.alert_dialog.cancel(secondary_button(Spread.keep)),
                primary_button("Spread", "split", on_click=Spread.spread),
                justify="end",
                gap="8px",
                margin_top="20px",
            ),
            max_width="520px",
            size="3",
        ),
        open=Spread.is_asking,
        on_open_change=Spread.change_asking,
    )


def _spread_row(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            row["product"], rx.el.br(), secondary_text(row["customer"], as_="span"), scope="row"
        ),
        rx.el.td(row["before"]),
        rx.el.td(row["after"]),
        rx.el.td(row["change"]),
    )


def may_submit() -> rx.Var[bool]:
    """Whether the page offers acts on figures: the person enters and the window is open."""
    return View.may_enter & View.is_open
