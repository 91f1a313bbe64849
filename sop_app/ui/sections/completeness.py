"""The table of completeness by sales rep, on the home page and on a cycle's page."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import menu_item, soft_button
from sop_app.ui.components.cards import titled_card
from sop_app.ui.components.data_table import TableOptions, TableState, data_table
from sop_app.ui.components.filter_bar import filter_chip
from sop_app.ui.components.messages import empty_state, no_match_state
from sop_app.ui.components.table_columns import Column
from sop_app.ui.components.typography import secondary_text
from sop_app.ui.shell.sidebar import may

from .completeness_state import ALL, OPEN, RETURNED, CompletenessState

S: Bound = CompletenessState

_NAME = Column("name", "Sales rep", "name")
_COMPLETE = Column("complete", "Rows complete", "progress")
_AMOUNT = Column("amount", S.amount_label, "number")
_LAST_YEAR = Column("last_year", "Last year", "number")
_STATUS = Column("status", "Status", "badge", badge="forecast")
_CHANGED = Column("changed", "Last change", "muted")
SHORT = (_NAME, _COMPLETE, _AMOUNT, _LAST_YEAR, _STATUS, _CHANGED)
FULL = (
    _NAME,
    _STATUS,
    _COMPLETE,
    Column("cells", "Mandatory months", "number"),
    Column("draft", "Draft", "number"),
    Column("submitted", "Submitted", "number"),
    Column("approved", "Approved", "number"),
    Column("returned", "Returned", "number"),
    _AMOUNT,
    _LAST_YEAR,
    _CHANGED,
)


def completeness_card(columns: tuple[Column, ...] = SHORT) -> rx.Component:
    """Show who is how far, with chips for the work left and the reminders."""
    chips = rx.flex(
        filter_chip("All", S.all_count, S.chip == ALL, S.choose_chip(ALL)),
        filter_chip("Not submitted", S.open_count, S.chip == OPEN, S.choose_chip(OPEN)),
        filter_chip("Returned", S.returned_count, S.chip == RETURNED, S.choose_chip(RETURNED)),
        gap="4px",
        wrap="wrap",
    )
    remind = rx.cond(
        may(Permission.CYCLES_MANAGE) & S.is_open & (S.open_count > 0),
        soft_button(
            rx.Var.create("Remind ") + S.open_count.to_string(), "bell-ring", on_click=S.remind_all
        ),
    )
    return titled_card(
        "Completeness by sales rep",
        data_table(
            "Completeness by sales rep",
            columns,
            S.rows,
            TableOptions(
                state=TableState(
                    empty=empty_state(
                        "users",
                        "No forecast in this cycle yet",
                        "Rows appear when the cycle is opened, one per active assignment.",
                    ),
                    no_match=no_match_state("No sales rep has this status.", S.choose_chip(ALL)),
                    is_filtered=S.chip != ALL,
                ),
                row_menu=_row_menu,
                total=S.total,
            ),
        ),
        header=chips,
        actions=remind,
        footer=rx.cond(S.remark != "", secondary_text(S.remark)),
        is_flush=True,
    )


def _row_menu(row: Any) -> list[rx.Component]:
    remind = menu_item("Remind", "bell-ring", on_select=S.remind_one(row["id"].to(int)))
    allowed = may(Permission.CYCLES_MANAGE) & S.is_open & row["is_waiting"].to(bool)
    return [
        menu_item("Open in the grid", "table-2", href=row["href"].to(str)),
        rx.cond(allowed, remind),
    ]
