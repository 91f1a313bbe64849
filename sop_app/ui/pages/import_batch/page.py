"""The page of one import: four steps, its columns beside its changes."""

import reflex as rx

from sop_app.ui.components.badges import BadgeLook, badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    ghost_button,
    icon,
    primary_button,
    secondary_button,
    soft_button,
)
from sop_app.ui.components.cards import card, titled_card
from sop_app.ui.components.forms import select_items
from sop_app.ui.components.messages import empty_state, page_message
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.pager import PageTurn
from sop_app.ui.components.progress import Step, flow_steps, running_job
from sop_app.ui.components.typography import label_text, secondary_text, strong_text
from sop_app.ui.sections.import_preview import (
    PAGE_SIZE,
    PreviewTable,
    blocked_message,
    changes_card,
    preview_tiles,
)
from sop_app.ui.shell.job_state import JobState
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .state import ImportBatchState

S: Bound = ImportBatchState


def import_batch_page() -> rx.Component:
    """Show one import from its upload to what it changed."""
    return page_template(
        _header(),
        rx.cond(S.is_missing, _missing(), _body()),
        route="/imports/[batch_id]",
        crumbs=[Crumb("Imports", "/imports"), Crumb("Import")],
    )


def _header() -> rx.Component:
    is_open = (S.status == "read") | (S.status == "previewed") | (S.status == "uploaded")
    cancel = ghost_button("Cancel", on_click=S.give_up, size="2", disabled=S.is_running)
    leave_out = secondary_button(
        S.tiles["leave_out"], "circle-minus", on_click=S.leave_out, disabled=S.is_running
    )
    accept = primary_button(
        S.tiles["accept"],
        "check",
        on_click=S.accept,
        disabled=~S.is_acceptable | S.is_running,
        loading=S.is_running & (S.status == "previewed"),
    )
    check = primary_button("Check changes", "list-checks", on_click=S.check, disabled=S.is_running)
    return page_header(
        S.title,
        line=S.line,
        primary=rx.flex(
            rx.cond(is_open, cancel),
            rx.cond(S.is_blocked, leave_out),
            rx.cond(S.is_ready, check),
            rx.cond(S.status == "previewed", accept),
            gap="16px",
            align="center",
        ),
    )


def _message() -> rx.Component:
    way_out = rx.el.span("Correct the file, or ", S.tiles["leave_out"].to(str).lower(), ".")
    missing = page_message("deadline", S.missing_fact, rx.el.span("Choose ", S.missing, "."))
    return rx.cond(
        S.refusal != "",
        page_message("blocked", "The file cannot be imported.", S.refusal),
        rx.cond(
            S.is_blocked,
            blocked_message(S.tiles["blocked"], way_out, on_click=S.mark_errors),
            rx.cond(
                S.missing != "",
                missing,
                rx.cond(S.earlier != "", page_message("closed", S.earlier, "")),
            ),
        ),
    )


def _missing() -> rx.Component:
    back = secondary_button("All imports", "arrow-left", href="/imports")
    return card(empty_state("file-x", "No such import", "It is not yours, or it never was.", back))


def _body() -> rx.Component:
    titles = ("Upload", "Match columns", "Check changes", "Done")
    steps = [
        Step(title, S.steps[place]["detail"], S.steps[place]["status"])
        for place, title in enumerate(titles)
    ]
    job = running_job(S.title, S.job_detail, S.percent, S.stop)
    errors = running_job(JobState.title, JobState.detail, JobState.percent, JobState.cancel)
    left = rx.flex(_columns(), _choices(), direction="column", gap="16px")
    right = rx.flex(
        rx.cond(S.is_compared, preview_tiles(S.tiles)),
        _message(),
        _changes(),
        direction="column",
        gap="16px",
        min_width="0",
    )
    return rx.flex(
        flow_steps(steps),
        rx.cond(S.is_running, job),
        rx.cond(JobState.is_running, errors),
        rx.cond(
            S.columns.length() > 0,
            rx.grid(
                left,
                right,
                columns=rx.breakpoints(initial="1", md="336px minmax(0, 1fr)"),
                gap="16px",
            ),
            _message(),
        ),
        direction="column",
        gap="16px",
    )


def _columns() -> rx.Component:
    matched = badge(BadgeLook("jade", "check", ""), S.matched)
    name = rx.form(
        rx.flex(
            rx.input(
                name="name",
                default_value=S.mapping_name,
                placeholder="Name of this matching",
                aria_label="Name of this matching",
                max_length=80,
                size="1",
                flex="1",
            ),
            soft_button("Remember", "bookmark", type="submit"),
            gap="8px",
        ),
        on_submit=S.save_mapping,
    )
    sheet = rx.cond(
        S.sheets.length() > 1,
        rx.flex(
            label_text("Sheet"),
            _select("Sheet", S.sheet, S.sheets, S.choose_sheet),
            justify="between",
            align="center",
            margin_bottom="12px",
        ),
    )
    return titled_card(
        "Columns", sheet, rx.foreach(S.columns, _column), actions=matched, footer=name
    )


def _column(row: Bound) -> rx.Component:
    choose = S.choose_field(row["key"])
    select = rx.cond(
        row["is_months"] != "",
        _select(row["header"], row["field"], S.series, choose),
        _select(row["header"], row["field"], S.fields, choose),
    )
    return rx.flex(
        rx.box(strong_text(row["header"]), secondary_text(row["sample"]), flex="1", min_width="0"),
        icon("arrow-right", 14, color=rx.color("gray", 9)),
        select,
        align="center",
        gap="8px",
        margin_bottom="12px",
    )


def _choices() -> rx.Component:
    return rx.cond(S.choices.length() > 0, titled_card("Choices", rx.foreach(S.choices, _choice)))


def _choice(row: Bound) -> rx.Component:
    options = row["choices"].to(list[dict[str, str]])
    return rx.box(
        strong_text(row["title"]),
        secondary_text(row["detail"]),
        _select(row["title"], row["answer"], options, S.answer(row["key"]), width="100%"),
        margin_bottom="12px",
    )


def _select(
    label: Bound, value: Bound, options: Bound, on_change: Bound, width: str = "144px"
) -> rx.Component:
    is_ended = (S.status == "accepted") | (S.status == "cancelled")
    return rx.select.root(
        rx.select.trigger(aria_label=label, placeholder="Choose", width=width),
        rx.select.content(select_items(options), position="popper"),
        value=value.to(str),
        on_change=on_change,
        size="1",
        disabled=S.is_running | is_ended,
    )


def _changes() -> rx.Component:
    table = PreviewTable(
        first=S.first_header,
        note="",
        headers=S.headers,
        lines=S.lines,
        tiles=S.tiles,
        shown=S.shown,
        has_net=S.has_net,
        turn=PageTurn(S.page, PAGE_SIZE, S.line_count, S.turn_page),
        on_choose=S.choose_lines,
    )
    return rx.cond(S.is_compared, changes_card(table))
