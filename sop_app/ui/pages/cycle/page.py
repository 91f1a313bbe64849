"""The page of one cycle."""

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.badges import status_badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    full_menu,
    menu_item,
    primary_button,
    secondary_button,
)
from sop_app.ui.components.cards import columns, flush_card
from sop_app.ui.components.kpis import kpi_tile
from sop_app.ui.components.messages import empty_state, page_message
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.progress import progress_bar
from sop_app.ui.sections.completeness import FULL, completeness_card
from sop_app.ui.sections.completeness_state import CompletenessState
from sop_app.ui.sections.cycle_acts import cycle_dialogs
from sop_app.ui.sections.cycle_acts_state import CLOSE, DELETE, OPEN, REOPEN, CycleActsState
from sop_app.ui.sections.cycle_head import cycle_steps
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .state import CycleState

S: Bound = CycleState


def cycle_page() -> rx.Component:
    """Show how far a cycle is, and who is late."""
    late = rx.cond(S.late != "", page_message("deadline", S.late, S.late_detail))
    return page_template(
        _header(),
        rx.cond(
            S.cycle_id > 0,
            rx.fragment(cycle_steps(S.steps), _figures(), completeness_card(FULL)),
            flush_card(
                empty_state(
                    "calendar-check", "No cycle yet", "Nothing has been opened for input so far."
                )
            ),
        ),
        rx.cond(may(Permission.CYCLES_MANAGE), cycle_dialogs(S.load, rx.redirect("/cycles"))),
        route="/cycles/status",
        permission=Permission.FORECAST_VIEW,
        crumbs=[Crumb("Cycles", "/cycles"), Crumb(S.name)],
        message=late,
    )


def _header() -> rx.Component:
    manages = may(Permission.CYCLES_MANAGE)
    asks = CycleActsState.ask
    export = secondary_button("Export status", "download", href=_status_file(), download=True)
    opening = secondary_button("Open window", "lock-open", on_click=asks(OPEN, S.cycle_id))
    window = rx.match(
        S.status,
        ("draft", rx.cond(S.cycle_id > 0, opening)),
        ("open", secondary_button("Close window", "lock", on_click=asks(CLOSE, S.cycle_id))),
        ("closed", secondary_button("Reopen", "lock-open", on_click=asks(REOPEN, S.cycle_id))),
        rx.fragment(),
    )
    remind = primary_button("Send reminders", "bell-ring", on_click=CompletenessState.remind_all)
    can_remind = manages & CompletenessState.is_open & (CompletenessState.open_count > 0)
    return page_header(
        rx.cond(S.cycle_id > 0, S.name, "Cycle"),
        badge=rx.cond(S.cycle_id > 0, status_badge("cycle", S.status)),
        line=rx.text(S.line, " ", rx.el.strong(S.time), size="2", color=rx.color("gray", 11)),
        secondary=(rx.cond(S.cycle_id > 0, export), rx.cond(manages, rx.fragment(window))),
        menu=rx.cond(S.cycle_id > 0, _menu()),
        primary=rx.cond(can_remind, remind),
    )


def _status_file() -> str:
    return f"/api/v1/sop-cycles/{S.cycle_id}/status.csv"


def _menu() -> rx.Component:
    """Move the steps on; on narrow screens also what stands beside the menu elsewhere."""
    manages = may(Permission.CYCLES_MANAGE)
    asks = CycleActsState.ask
    opening = menu_item("Open window", "lock-open", on_select=asks(OPEN, S.cycle_id), **_narrow())
    delete = menu_item("Delete cycle", "trash-2", on_select=asks(DELETE, S.cycle_id))
    close = menu_item("Close window", "lock", on_select=asks(CLOSE, S.cycle_id), **_narrow())
    reopen = menu_item("Reopen", "lock-open", on_select=asks(REOPEN, S.cycle_id), **_narrow())
    finish = menu_item(rx.Var.create("Finish ") + S.active_step, "check", on_select=S.finish_step)
    resume = menu_item(
        rx.Var.create("Take up ") + S.finished_step, "undo-2", on_select=S.resume_step
    )
    return full_menu(
        menu_item("All cycles", "calendar-check", href="/cycles"),
        rx.cond(manages & (S.active_step != ""), finish),
        rx.cond(manages & (S.finished_step != ""), resume),
        menu_item("Export status", "download", href=_status_file(), download=True, **_narrow()),
        rx.cond(manages & (S.status == "draft"), rx.fragment(opening, delete)),
        rx.cond(manages & (S.status == "open"), close),
        rx.cond(manages & (S.status == "closed"), reopen),
    )


def _narrow() -> dict[str, str]:
    return {"class_name": "narrow-only"}


def _figures() -> rx.Component:
    tiles = (
        ("Forecasts submitted", S.handed_in, S.handed_in_percent),
        ("Rows complete", S.complete, S.complete_percent),
        ("Mandatory months filled", S.cells, S.cells_percent),
    )
    shown = [
        (
            3,
            kpi_tile(
                label,
                value,
                rx.Var.create(percent).to_string() + "%",
                progress_bar(percent, label),
            ),
        )
        for label, value, percent in tiles
    ]
    waiting = kpi_tile("Rows that wait for review", S.waiting, "submitted, not decided")
    return columns(*shown, (3, waiting))
