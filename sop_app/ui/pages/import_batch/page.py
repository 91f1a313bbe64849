"""The page of one import: four steps, its columns beside its changes."""

import reflex as rx

from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import ghost_button, primary_button, secondary_button
from sop_app.ui.components.cards import card, flush_card
from sop_app.ui.components.messages import empty_state, page_message, skeleton_table
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.pager import PageTurn
from sop_app.ui.components.progress import Step, flow_steps, running_job
from sop_app.ui.components.typography import text_link
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

from .lines_state import ImportLinesState
from .matching import choices_card, columns_card, shares_card
from .state import ImportBatchState

Lines: Bound = ImportLinesState
S: Bound = ImportBatchState


def import_batch_page() -> rx.Component:
    """Show one import from its upload to what it changed."""
    return page_template(
        _header(),
        rx.cond(
            S.is_missing,
            _missing(),
            rx.cond(S.is_loading, flush_card(skeleton_table()), _body()),
        ),
        route="/imports/[batch_id]",
        crumbs=[Crumb("Data"), Crumb("Imports", "/imports"), Crumb("Import")],
    )


def _header() -> rx.Component:
    is_open = (S.status == "read") | (S.status == "previewed") | (S.status == "uploaded")
    is_previewed = S.status == "previewed"
    cancel = ghost_button("Cancel", on_click=S.give_up, size="2")
    leave_out = secondary_button(
        S.tiles["leave_out"], "circle-minus", on_click=S.leave_out, disabled=S.is_running
    )
    accept = primary_button(
        S.tiles["accept"],
        "check",
        on_click=S.accept,
        disabled=~S.is_acceptable | S.is_running,
        loading=S.is_running & is_previewed,
    )
    check = primary_button("Check changes", "list-checks", on_click=S.check, disabled=S.is_running)
    target = primary_button(S.target, "arrow-right", href=S.target_href)
    return page_header(
        S.title,
        line=S.line,
        primary=rx.flex(
            rx.cond(is_open & ~S.is_running, cancel),
            rx.cond(S.is_blocked, leave_out),
            rx.cond(S.is_ready, check),
            rx.cond(is_previewed, accept),
            rx.cond((S.status == "accepted") & (S.target != ""), target),
            gap="16px",
            align="center",
            wrap="wrap",
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
    return rx.flex(
        flow_steps(steps),
        rx.cond(S.is_running, job),
        rx.cond(JobState.is_running, errors),
        rx.cond(S.columns.length() > 0, _halves(), _without_columns()),
        direction="column",
        gap="16px",
    )


def _halves() -> rx.Component:
    """Show columns and choices left; at the right what accepting would do, once it is known."""
    choices = choices_card()
    left = rx.flex(columns_card(), rx.cond(S.is_compared, choices), direction="column", gap="16px")
    right = rx.flex(
        rx.cond(S.is_compared, preview_tiles(S.tiles)),
        _message(),
        rx.cond(S.is_compared, shares_card(), choices),
        rx.cond(S.is_compared, _changes()),
        direction="column",
        gap="16px",
        min_width="0",
    )
    widths = rx.breakpoints(initial="minmax(0, 1fr)", md="336px minmax(0, 1fr)")
    return rx.grid(left, right, columns=widths, gap="16px", align_items="start")


def _message() -> rx.Component:
    way_out = rx.el.span("Correct the file, or ", S.tiles["leave_out"].to(str).lower(), ".")
    show = text_link("Show it", S.earlier_href, underline="always", color="inherit")
    removal = "Accepting takes them away; Choices say which months are replaced."
    earlier = page_message("note", S.earlier, rx.cond(S.earlier_href != "", show))
    return rx.fragment(
        rx.cond(
            S.is_blocked,
            blocked_message(S.tiles["blocked"], way_out, on_click=S.mark_errors),
            rx.cond(
                S.to_do != "",
                page_message("deadline", S.to_do, S.to_do_how),
                rx.cond(S.remark != "", page_message("note", S.remark, "")),
            ),
        ),
        rx.cond(S.removal != "", page_message("deadline", S.removal, removal)),
        rx.cond(S.earlier != "", earlier),
    )


def _without_columns() -> rx.Component:
    """Say why there are no columns: the file is being read, or it was refused."""
    another = secondary_button("Upload another file", "upload", href=S.again_href)
    refused = flush_card(empty_state("file-x", "The file cannot be imported", S.refusal, another))
    return rx.cond(S.refusal != "", refused, rx.cond(S.is_running, flush_card(skeleton_table())))


def _changes() -> rx.Component:
    table = PreviewTable(
        first=S.first_header,
        note="",
        headers=S.headers,
        lines=S.lines,
        tiles=S.tiles,
        shown=S.shown,
        has_net=S.has_net,
        turn=PageTurn(S.page, PAGE_SIZE, S.line_count, Lines.turn_page),
        on_choose=Lines.choose_lines,
    )
    return changes_card(table)
