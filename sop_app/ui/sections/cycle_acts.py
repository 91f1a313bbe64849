"""The questions before a cycle is opened, closed, reopened or deleted."""

from typing import Any

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import secondary_button
from sop_app.ui.components.dialogs import Act, Opening, confirm_dialog, form_buttons, form_dialog
from sop_app.ui.components.forms import Field, date_field, text_area
from sop_app.ui.components.typography import strong_text
from sop_app.ui.shell.session_state import SessionState

from .cycle_acts_state import CLOSE, DELETE, OPEN, REOPEN, CycleActsState

S: Bound = CycleActsState


def cycle_dialogs(reload: Any, after_delete: Any = None) -> rx.Component:
    """Hold the dialogs of a page from which cycles are opened, closed, reopened or deleted.

    Args:
        reload: The page's event that shows what became of the cycle.
        after_delete: The event after a deletion, where it is another one.
    """
    return rx.fragment(
        confirm_dialog(
            rx.Var.create("Open ") + S.name + "?",
            S.consequence,
            Act("Open window", _then(S.open_window, reload), "lock-open"),
            keep="Keep as draft",
            opening=_opening(OPEN),
        ),
        confirm_dialog(
            "Close the input window?",
            S.consequence,
            Act("Close window", _then(S.close_window, reload), "lock", is_destructive=True),
            _figures(),
            keep="Keep open",
            opening=_opening(CLOSE),
        ),
        confirm_dialog(
            rx.Var.create("Delete ") + S.name + "?",
            S.consequence,
            Act(
                "Delete cycle",
                _then(S.delete_draft, after_delete or reload),
                "trash-2",
                is_destructive=True,
            ),
            keep="Keep cycle",
            opening=_opening(DELETE),
        ),
        form_dialog(
            rx.Var.create("Reopen ") + S.name,
            _reopen_form(reload),
            _opening(REOPEN),
            line=S.consequence,
        ),
    )


def _then(act: Any, reload: Any) -> list[Any]:
    return [act, SessionState.enter, reload]


def _opening(act: str) -> Opening:
    return Opening(is_open=S.asked == act, on_change=S.answer)


def _figures() -> rx.Component:
    def line(row: Bound) -> rx.Component:
        return rx.el.div(rx.text(row["label"], size="2"), strong_text(row["value"]))

    return rx.cond(
        S.figures.length() > 0, rx.el.div(rx.foreach(S.figures, line), class_name="figures")
    )


def _reopen_form(reload: Any) -> rx.Component:
    reason = Field("reopen_reason", "Reason", S.errors["reason"], "Kept in the audit log.", True)
    until = Field("reopen_until", "New deadline", S.errors["closes_at"], is_required=True)
    return rx.form(
        rx.flex(
            text_area(reason, max_length=500),
            date_field(until, has_time=True, default_value=S.deadline),
            direction="column",
            gap="16px",
        ),
        form_buttons(
            Act("Reopen window", [], "lock-open"),
            rx.dialog.close(secondary_button("Keep closed", type="button")),
        ),
        on_submit=[S.reopen_window, SessionState.enter, reload],
    )
