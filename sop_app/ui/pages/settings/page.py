"""The settings page."""

from dataclasses import fields

import reflex as rx

from sop_app.system.settings.schemas import Settings
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import secondary_button
from sop_app.ui.components.cards import titled_card
from sop_app.ui.components.dialogs import Act, form_buttons
from sop_app.ui.components.forms import (
    Field,
    checkbox_field,
    form_columns,
    number_field,
    text_field,
)
from sop_app.ui.components.messages import skeleton_table
from sop_app.ui.components.page_header import page_header
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.session_state import SessionState
from sop_app.ui.shell.template import page_template

from .state import DEFAULTS, SettingsState

S: Bound = SettingsState

GROUPS = (
    ("Company", ("currency",)),
    (
        "Planning cycle",
        ("horizon_months", "mandatory_months", "auto_close_cycles", "forecast_automatically"),
    ),
    (
        "Mails",
        ("reminder_days_before_close", "reminder_time", "notification_email_enabled"),
    ),
    ("Files", ("max_file_upload_size_mb", "import_file_size_mb", "report_expiry_days")),
)
HINTS = {
    "currency": "A code of three letters, for example EUR. Customers follow; amounts are not converted.",
    "horizon_months": "Cycles that exist keep their months.",
}


def settings_page() -> rx.Component:
    """Show every setting of the installation in one form."""
    form = rx.form(
        rx.flex(*[_group(title, keys) for title, keys in GROUPS], direction="column", gap="16px"),
        form_buttons(
            Act("Save settings", None, "check"),
            secondary_button("Undo changes", type="button", on_click=S.load),
        ),
        key=S.reading.to_string(),
        on_submit=[S.save, SessionState.enter],
        no_validate=True,
        max_width="760px",
    )
    return page_template(
        page_header("Settings", line="They hold for everybody, from the next page on."),
        rx.cond(
            S.reading > 0, form, skeleton_table()
        ),  # nothing is typed into what is not read yet
        route="/settings",
        crumbs=[Crumb("Administration"), Crumb("Settings")],
    )


def _group(title: str, keys: tuple[str, ...]) -> rx.Component:
    figures = [_field(key) for key in keys if not isinstance(DEFAULTS[key], bool)]
    switches = [_switch(key) for key in keys if isinstance(DEFAULTS[key], bool)]
    return titled_card(
        title,
        rx.flex(form_columns(*figures), *switches, direction="column", gap="16px"),
    )


def _field(key: str) -> rx.Component:
    facts = {setting.name: setting.metadata for setting in fields(Settings)}[key]
    label, unit = facts["label"], facts["unit"]
    title = label if unit in label else f"{label}, {unit}"
    field = Field(key, title, S.errors[key], HINTS.get(key, ""), True)
    value = S.values[key]
    if isinstance(DEFAULTS[key], int):
        return number_field(field, default_value=value)
    kind = "text" if isinstance(DEFAULTS[key], str) else "time"
    return text_field(field, type=kind, default_value=value)


def _switch(key: str) -> rx.Component:
    label = {setting.name: setting.metadata["label"] for setting in fields(Settings)}[key]
    return checkbox_field(key, label, default_checked=S.values[key] == "true")
