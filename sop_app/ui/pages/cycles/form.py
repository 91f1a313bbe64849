"""The dialog in which a cycle is created or changed."""

from typing import Any
from zoneinfo import available_timezones

import reflex as rx

from sop_app.planning.cycles.rules import STEP_NAMES
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import secondary_button
from sop_app.ui.components.conflict_dialog import ConflictActs, conflict_dialog
from sop_app.ui.components.dialogs import Act, Opening, form_buttons, form_dialog
from sop_app.ui.components.forms import (
    Field,
    date_field,
    form_columns,
    number_field,
    select_field,
    select_items,
    text_field,
)
from sop_app.ui.components.suggestions import known_values, suggesting_field
from sop_app.ui.components.typography import label_text, strong_text
from sop_app.ui.shell.session_state import SessionState

from .form_state import PREFILLS, CycleFormState

CONTINENTS = (
    "Africa/",
    "America/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Pacific/",
    "UTC",
)

S: Bound = CycleFormState
TIME_ZONES = known_values(
    sorted(name for name in available_timezones() if name.startswith(CONTINENTS))
)


def cycle_form(reload: Any) -> rx.Component:
    """Show the form of a cycle over the page; ``reload`` shows the list again."""
    afterwards = [SessionState.enter, reload]
    form = rx.form(
        rx.flex(_months(), _window(), _steps(), direction="column", gap="16px"),
        form_buttons(
            Act("Save cycle", [], "check"),
            rx.dialog.close(secondary_button("Cancel", type="button")),
        ),
        on_submit=[S.save, *afterwards],
        key=S.form_key,
    )
    acts = ConflictActs(S.take_theirs, [S.keep_mine, *afterwards], S.show_conflict)
    return rx.fragment(
        form_dialog(S.title, form, Opening(is_open=S.is_open, on_change=S.answer), line=S.line),
        conflict_dialog(S.conflict, S.conflict_fact, S.has_conflict, acts),
    )


def _field(name: str, label: str, hint: str = "") -> Field:
    return Field(name, label, S.errors[name], hint)


def _months() -> rx.Component:
    frozen = {"disabled": S.is_frozen}
    return form_columns(
        text_field(_field("name", "Name"), default_value=S.values["name"], max_length=80),
        text_field(
            _field("start_month", "First planned month"),
            type="month",
            default_value=S.values["start_month"],
            **frozen,
        ),
        number_field(
            _field("horizon_months", "Planned months"),
            default_value=S.values["horizon_months"],
            **frozen,
        ),
        number_field(
            _field("mandatory_months", "Of these mandatory"),
            default_value=S.values["mandatory_months"],
            **frozen,
        ),
        select_field(
            _field("prefill", "Rows begin with"),
            PREFILLS,
            default_value=S.values["prefill"],
            **frozen,
        ),
        suggesting_field(
            _field("time_zone", "Time zone", "For example Europe/Berlin"),
            rx.Var.create(TIME_ZONES),
            default_value=S.values["time_zone"],
        ),
    )


def _window() -> rx.Component:
    return form_columns(
        date_field(
            _field("opens_at", "Input opens"), has_time=True, default_value=S.values["opens_at"]
        ),
        date_field(
            _field("closes_at", "Input closes"), has_time=True, default_value=S.values["closes_at"]
        ),
    )


def _steps() -> rx.Component:
    heads = [label_text(word, as_="div") for word in ("Step", "Owner", "Due")]
    lines = [part for place, name in enumerate(STEP_NAMES, 1) for part in _step(place, name)]
    error = rx.cond(S.errors["steps"], rx.el.div(S.errors["steps"], class_name="field-error"))
    grid = rx.grid(
        *heads, *lines, columns="minmax(0, 1fr) minmax(0, 1.3fr) 150px", gap="8px", align="center"
    )
    return rx.box(grid, error)


def _step(place: int, name: str) -> tuple[rx.Component, ...]:
    owner = rx.select.root(
        rx.select.trigger(width="100%", aria_label=f"Owner of {name}"),
        rx.select.content(select_items(S.people), position="popper"),
        name=f"owner_{place}",
        default_value=S.values[f"owner_{place}"],
        size="2",
    )
    due = rx.input(
        name=f"due_{place}",
        type="date",
        default_value=S.values[f"due_{place}"],
        aria_label=f"Due date of {name}",
        size="2",
    )
    return strong_text(name), owner, due
