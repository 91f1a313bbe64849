"""The page of all cycles."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import menu_item, primary_button
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.data_table import TableOptions, TableState, data_table
from sop_app.ui.components.messages import empty_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.table_columns import Column
from sop_app.ui.sections.cycle_acts import cycle_dialogs
from sop_app.ui.sections.cycle_acts_state import CLOSE, DELETE, OPEN, REOPEN, CycleActsState
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .form import cycle_form
from .form_state import CycleFormState
from .state import CyclesState

S: Bound = CyclesState

COLUMNS = (
    Column("name", "Cycle", "name"),
    Column("status", "Status", "badge", badge="cycle"),
    Column("months", "Months"),
    Column("mandatory", "Mandatory", "number"),
    Column("opens_at", "Input opens"),
    Column("closes_at", "Input closes"),
    Column("step", "Step", "muted"),
)


def cycles_page() -> rx.Component:
    """Show every cycle with what can be done to it."""
    manages = may(Permission.CYCLES_MANAGE)
    new = primary_button("New cycle", "plus", on_click=CycleFormState.create)
    return page_template(
        page_header("Cycles", line=S.summary, primary=rx.cond(manages, new)),
        rx.cond(manages, _table(row_menu=_row_menu), _table()),
        rx.cond(manages, rx.fragment(cycle_form(S.load), cycle_dialogs(S.load))),
        route="/cycles",
        crumbs=[Crumb("Cycles")],
    )


def _table(row_menu: Any = None) -> rx.Component:
    empty = empty_state(
        "calendar-check", "No cycle yet", "A cycle names the months to plan and the input window."
    )
    return flush_card(
        data_table(
            "Cycles",
            COLUMNS,
            S.rows,
            TableOptions(state=TableState(is_loading=S.is_loading, empty=empty), row_menu=row_menu),
        )
    )


def _row_menu(row: Any) -> list[rx.Component]:
    cycle_id, status = row["id"].to(int), row["status"].to(str)

    def asks(label: str, icon_name: str, act: str) -> rx.Component:
        return menu_item(label, icon_name, on_select=CycleActsState.ask(act, cycle_id))

    edit = menu_item("Edit", "pencil", on_select=CycleFormState.edit(cycle_id))
    acts = rx.match(
        status,
        (
            "draft",
            rx.fragment(
                asks("Open window", "lock-open", OPEN),
                edit,
                asks("Delete cycle", "trash-2", DELETE),
            ),
        ),
        ("open", rx.fragment(edit, asks("Close window", "lock", CLOSE))),
        asks("Reopen window", "lock-open", REOPEN),
    )
    return [rx.fragment(acts)]
