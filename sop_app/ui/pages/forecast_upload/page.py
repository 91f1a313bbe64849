"""The page for uploading a filled forecast template."""

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    ghost_button,
    primary_button,
    secondary_button,
)
from sop_app.ui.components.cards import card, flush_card, list_row, row_list, titled_card
from sop_app.ui.components.file_drop import Sending, file_drop
from sop_app.ui.components.messages import empty_state, page_message, skeleton_table
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.pager import PageTurn
from sop_app.ui.components.progress import Step, flow_steps
from sop_app.ui.components.typography import text_link
from sop_app.ui.sections.import_preview import (
    PAGE_SIZE,
    PreviewTable,
    blocked_message,
    changes_card,
    preview_tiles,
)
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .state import ROUTE, UPLOADS, ForecastUploadState

S: Bound = ForecastUploadState
STEPS = ("Upload", "Check changes", "Done")
ENDINGS = ".xlsx,.xlsm"
HINTS = (
    ("download", "Download the template", "It holds your rows of this cycle, prefilled."),
    ("pencil", "Fill the white and blue cells in Excel", "Rows you leave out stay as they are."),
    ("list-checks", "Upload it here", "You see every difference before anything is stored."),
)


def forecast_upload_page() -> rx.Component:
    """Let a sales rep bring a filled template back."""
    return page_template(
        _header(),
        rx.cond(
            S.is_loading,
            flush_card(skeleton_table()),
            rx.flex(_steps(), _body(), direction="column", gap="16px"),
        ),
        address_bar(S.address, keeps_steps=False),
        route=ROUTE,
        crumbs=[Crumb("Demand"), Crumb("Forecast entry", "/forecast"), Crumb("Upload")],
        permission=Permission.FORECAST_EDIT,
    )


def _header() -> rx.Component:
    has_preview = S.headers.length() > 0
    is_previewed = has_preview & ~S.is_done
    cancel = ghost_button("Cancel", on_click=S.give_up, size="2")
    leave_out = secondary_button(S.tiles["leave_out"], "circle-minus", on_click=S.leave_out)
    accept = primary_button(
        S.tiles["accept"], "check", on_click=S.accept, disabled=~S.is_acceptable
    )
    template = secondary_button("Template", "download", href=S.template_href, download=True)
    return page_header(
        "Import forecast",
        line=S.line,
        primary=rx.flex(
            rx.cond(is_previewed, cancel),
            rx.cond(S.is_blocked, leave_out),
            rx.cond(is_previewed, accept),
            rx.cond(~has_preview & S.is_open, template),
            rx.cond(S.is_done, primary_button("Open the grid", "table-2", href=S.grid_href)),
            gap="16px",
            align="center",
            wrap="wrap",
        ),
    )


def _steps() -> rx.Component:
    steps = [
        Step(title, S.steps[place]["detail"], S.steps[place]["status"])
        for place, title in enumerate(STEPS)
    ]
    return flow_steps(steps)


def _body() -> rx.Component:
    return rx.cond(
        S.is_done, _done(), rx.cond(S.headers.length() > 0, _preview(), _place_for_a_file())
    )


def _place_for_a_file() -> rx.Component:
    sending = Sending(
        UPLOADS, S.fields, S.destination, "file_id", ENDINGS, "Comparing with what is stored"
    )
    hint = "The workbook you downloaded for this cycle, .xlsx"
    drop = file_drop("Drop the filled template here", hint, sending)
    closed = empty_state(
        "lock",
        "The window is closed",
        "Forecasts can be uploaded while the input window of a cycle is open.",
        secondary_button("Open forecast entry", "table-2", href=S.grid_href),
    )
    steps = row_list(*[list_row(fact, detail) for _, fact, detail in HINTS])
    return rx.flex(
        rx.cond(S.refusal != "", page_message("blocked", "The file was not taken.", S.refusal)),
        rx.cond(
            S.is_open,
            rx.grid(
                card(drop),
                titled_card("How it works", steps, is_flush=True),
                columns=rx.breakpoints(initial="1", md="2fr 1fr"),
                gap="16px",
            ),
            flush_card(closed),
        ),
        direction="column",
        gap="16px",
    )


def _preview() -> rx.Component:
    table = PreviewTable(
        first="Product and customer",
        note=S.note,
        headers=S.headers,
        lines=S.lines,
        tiles=S.tiles,
        shown=S.shown,
        has_net=rx.Var.create(True),
        turn=PageTurn(S.page, PAGE_SIZE, S.line_count, S.turn_page),
        on_choose=S.choose_lines,
    )
    again = text_link("upload it again", S.again_href, underline="always", color="inherit")
    way_out = rx.el.span(
        "Correct the file and ", again, ", or ", S.tiles["leave_out"].to(str).lower(), "."
    )
    return rx.flex(
        preview_tiles(S.tiles),
        rx.cond(
            S.is_blocked,
            blocked_message(S.tiles["blocked"], way_out, href=S.errors_href, download=True),
        ),
        rx.cond(S.remark != "", page_message("note", S.remark, "")),
        changes_card(table),
        direction="column",
        gap="16px",
        min_width="0",
    )


def _done() -> rx.Component:
    undo = "The grid shows the new figures. One Undo there takes the whole upload back."
    return flush_card(empty_state("check", S.done_text, undo))
