"""The top of every page about the baseline forecast: which run, the tabs, how to start another."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import primary_button, secondary_button
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.details import link_tabs
from sop_app.ui.components.dialogs import Act, Opening, form_buttons, form_dialog
from sop_app.ui.components.forms import Field, form_columns, number_field, select_field
from sop_app.ui.components.messages import empty_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.progress import running_job
from sop_app.ui.shell.job_state import JobState
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .baseline_state import EVERYTHING, FIRST_VALUES, METHODS, BaselineState

S: Bound = BaselineState
TABS = (
    ("Items", "/forecasting"),
    ("Accuracy", "/forecasting/accuracy"),
    ("Unusual months", "/forecasting/anomalies"),
    ("Runs", "/forecasting/runs"),
)


def baseline_page(*content: rx.Component, route: str, reload: Any) -> rx.Component:
    """Show a page about the newest complete run, or how to make the first one.

    Args:
        *content: The page; shown once there is a run.
        route: Its address, one of the tabs.
        reload: Event that reads the page again, once a run has ended.
    """
    nothing = flush_card(
        empty_state(
            "trending-up",
            "No baseline forecast yet",
            "It is made from the sales history, by itself after each import, or now.",
            rx.cond(may(Permission.STATISTICS_RUN), _run_button()),
        )
    )
    return page_template(
        page_header(
            "Forecasting",
            line=rx.cond(S.run_id > 0, S.line, "What the statistics expect of every item"),
            primary=rx.cond(may(Permission.STATISTICS_RUN), _run_button()),
        ),
        link_tabs(TABS, route),
        _progress(reload),
        rx.cond(S.run_id > 0, rx.fragment(*content), rx.cond(S.reading > 0, nothing)),
        _form(),
        route=route,
        crumbs=[Crumb("Demand"), Crumb("Forecasting")],
    )


def _run_button() -> rx.Component:
    return primary_button("Run forecast", "play", on_click=S.show_form(True))


def _progress(reload: Any) -> rx.Component:
    """Show the run this tab waits for; when it has ended, the page is read again."""
    is_ours = (S.awaited_job > 0) & (JobState.job_id == S.awaited_job)
    job = running_job(JobState.title, JobState.detail, JobState.percent, JobState.cancel)
    ended = rx.box(on_mount=reload, display="none")
    return rx.cond(is_ours, rx.cond(JobState.is_running, job, ended))


def _form() -> rx.Component:
    form = rx.form(
        rx.flex(
            select_field(
                Field("method", "Method", S.errors["method"]),
                METHODS,
                default_value=FIRST_VALUES["method"],
            ),
            select_field(
                Field("scope", "Products", hint="A run of one category is no cycle's baseline"),
                S.scopes,
                default_value=EVERYTHING,
            ),
            form_columns(
                number_field(
                    Field("horizon", "Months ahead", S.errors["horizon"], "1 to 36"),
                    default_value=FIRST_VALUES["horizon"],
                ),
                number_field(
                    Field(
                        "windows",
                        "Windows of the back-test",
                        S.errors["windows"],
                        "0 to 12; each looks back three months further",
                    ),
                    default_value=FIRST_VALUES["windows"],
                ),
            ),
            rx.cond(
                S.errors["history"] != "",
                rx.callout(S.errors["history"], color_scheme="red", size="1", role="alert"),
            ),
            direction="column",
            gap="16px",
        ),
        form_buttons(
            Act("Run forecast", [], "play"),
            rx.dialog.close(secondary_button("Cancel", type="button")),
        ),
        on_submit=S.start_run,
        no_validate=True,
    )
    return form_dialog(
        "Run the baseline forecast",
        form,
        Opening(is_open=S.is_form_open, on_change=S.show_form),
        line="Products that are still sold, from all sales there are; of all products also the levels above.",
    )
