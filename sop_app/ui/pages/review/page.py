"""The review page."""

import reflex as rx

from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    ghost_button,
    icon,
    menu_item,
    more_menu,
    secondary_button,
    soft_button,
)
from sop_app.ui.components.cards import columns, flush_card, titled_card
from sop_app.ui.components.data_table import Selection, TableOptions, TableState, data_table
from sop_app.ui.components.filter_bar import filter_chip
from sop_app.ui.components.messages import empty_state, no_match_state, page_message
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.table_columns import Column
from sop_app.ui.components.typography import secondary_text
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .decision_state import APPROVE, RETURN, DecisionState
from .dialogs import decision_dialogs
from .panel import changes_card, rep_panel
from .panel_state import ReviewPanelState
from .submissions_state import ALL, WAITING, SubmissionsState

Decision: Bound = DecisionState
Panel: Bound = ReviewPanelState
S: Bound = SubmissionsState


def review_page() -> rx.Component:
    """Show what the team handed in, and one submission in detail."""
    closed = page_message("closed", "The window is closed.", S.closed_line)
    pair = columns((9, changes_card()), (3, rep_panel()))
    return page_template(
        _header(),
        _submissions(),
        rx.cond(Panel.name != "", rx.el.div(pair, class_name="wide-pair")),
        address_bar(Panel.address),
        decision_dialogs(),
        route="/review",
        crumbs=[Crumb("Review"), Crumb(S.cycle_name)],
        message=rx.cond(S.closed_line != "", closed),
    )


def _header() -> rx.Component:
    href = f"/api/v1/sop-cycles/{S.cycle_id}/status.csv"
    export = secondary_button("Export", "download", href=href, download=True)
    small = secondary_button(
        "Approve all within 10%", "check-check", on_click=Decision.ask_about_small_changes
    )
    can_decide = (S.waiting_count > 0) & (S.closed_line == "")
    return page_header(
        "Review",
        line=S.line,
        secondary=(rx.cond(S.cycle_id > 0, export), rx.cond(can_decide, small)),
        menu=more_menu(
            menu_item("Export", "download", href=href, download=True),
            menu_item(
                "Approve all within 10%", "check-check", on_select=Decision.ask_about_small_changes
            ),
        ),
    )


def _comments(row: Bound) -> rx.Component:
    has_any = row["comments"].to(str) != "–"
    return rx.flex(
        rx.cond(has_any, icon("message-square", 14, color=rx.color("gray", 10))),
        row["comments"].to(str),
        align="center",
        justify="end",
        gap="4px",
    )


COLUMNS = (
    Column("name", "Sales rep", "name"),
    Column("row_count", "Rows", "number"),
    Column("amount", S.amount_label, "number"),
    Column("last_year", "Last year", "number"),
    Column("last_cycle", "Last cycle", "number"),
    Column("comments", "Comments", "number", cell=_comments),
    Column("submitted", "Submitted", "muted"),
    Column("status", "Status", "badge", badge="forecast"),
)


def _submissions() -> rx.Component:
    chips = rx.flex(
        filter_chip("To review", S.waiting_count, S.chip == WAITING, S.choose_chip(WAITING)),
        filter_chip("All", S.all_count, S.chip == ALL, S.choose_chip(ALL)),
        gap="4px",
    )
    several = rx.flex(
        secondary_text(S.ticked_line),
        ghost_button("Return", "undo-2", on_click=Decision.ask_about_ticked(RETURN)),
        soft_button("Approve", "check", on_click=Decision.ask_about_ticked(APPROVE)),
        align="center",
        gap="12px",
    )
    empty = empty_state(
        "clipboard-check",
        "Nothing to review",
        "Forecasts of your team appear here once a cycle is open.",
    )
    table = data_table(
        "Submissions",
        COLUMNS,
        S.rows,
        TableOptions(
            selection=Selection(S.ticked, S.toggle_rep, S.toggle_all),
            state=TableState(
                is_loading=S.is_loading,
                empty=empty,
                no_match=no_match_state("No forecast waits for you.", S.choose_chip(ALL)),
                is_filtered=S.chip == WAITING,
            ),
            on_open=S.open_rep,
        ),
    )
    shown = titled_card(
        "Submissions",
        table,
        header=chips,
        actions=rx.cond(S.ticked.length() > 0, several),
        footer=rx.cond(S.remark != "", secondary_text(S.remark)),
        is_flush=True,
    )
    return rx.cond((S.cycle_id > 0) | S.is_loading, shown, flush_card(empty))
