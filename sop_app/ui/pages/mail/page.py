"""The mail page."""

from typing import Any

import reflex as rx

from sop_app.system.notifications.schemas import MailStatus
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.badges import status_badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import menu_item, primary_button, secondary_button
from sop_app.ui.components.cards import flush_card
from sop_app.ui.components.column_chooser import column_chooser
from sop_app.ui.components.data_table import Paging, Sorting, TableOptions, TableState, data_table
from sop_app.ui.components.details import detail_list, tabs
from sop_app.ui.components.filter_bar import (
    ANY,
    clear_filters,
    filter_bar,
    filter_chip,
    filter_select,
    find_box,
)
from sop_app.ui.components.messages import empty_state, no_match_state, page_message
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.typography import secondary_text
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .rows import COLUMNS, KIND_OPTIONS
from .state import MailState

S: Bound = MailState


def mail_page() -> rx.Component:
    """Show every mail of the program with what became of it."""
    return page_template(
        page_header("Mail", line=S.line),
        _chips(),
        address_bar(S.address),
        filter_bar(
            find_box(S.find, S.find_rows, "Find by recipient or subject", "260px"),
            filter_select("Kind", S.kind, KIND_OPTIONS, lambda kind: S.choose_filter("kind", kind)),
            clear_filters(S.is_filtered, S.clear_filters),
            views=(column_chooser("Mail", COLUMNS),),
        ),
        flush_card(data_table("Mail", list(COLUMNS), S.rows, _options())),
        _preview(),
        message=_no_server(),
        route="/mail",
        crumbs=[Crumb("Administration"), Crumb("Mail")],
    )


def _no_server() -> rx.Component:
    message = page_message(
        "closed",
        "No mail server is set up, so mails are kept here.",
        "Open one to read it and hand it over. SMTP_HOST in the environment sets a server up.",
    )
    return rx.cond(S.has_server, rx.fragment(), message)


def _chips() -> rx.Component:
    counts: Bound = S.counts
    chips = [("All", ANY, "all")]
    chips += [(status.capitalize(), status.value, status.value) for status in MailStatus]
    return rx.flex(
        *(
            filter_chip(label, counts[key], S.status == value, S.choose_filter("status", value))
            for label, value, key in chips
        ),
        gap="8px",
        wrap="wrap",
    )


def _options() -> TableOptions:
    return TableOptions(
        sorting=Sorting(S.sort_key, S.is_descending, S.sort),
        paging=Paging(S.page, S.page_size, S.total_count, S.turn_page, S.change_page_size),
        state=TableState(
            empty=empty_state(
                "mail",
                "No mail yet",
                "Invitations, reminders and decisions appear here as soon as they are written.",
            ),
            no_match=no_match_state("No mail fits these filters.", S.clear_filters),
            is_filtered=S.is_filtered,
        ),
        on_open=S.open_mail,
        row_menu=_acts,
        is_tall=True,
    )


def _acts(row: Any) -> list[rx.Component]:
    mail_id = row["id"].to(int)
    return [
        menu_item("Read", "eye", on_select=S.open_mail(mail_id)),
        rx.cond(S.has_server, menu_item("Send now", "send", on_select=S.resend(mail_id))),
    ]


def _preview() -> rx.Component:
    preview: Bound = S.preview
    body = rx.dialog.content(
        rx.dialog.title(preview["subject"], size="4", margin_bottom="12px"),
        rx.dialog.description(
            detail_list(
                ("To", preview["to"]),
                ("Status", status_badge("mail", preview["status"].to(str))),
                ("Outcome", preview["outcome"]),
            ),
            as_child=True,
        ),
        rx.box(
            tabs(
                ("html", "As shown", _frame(preview["html"], "The mail as it is shown")),
                ("text", "Text", _frame(preview["text"], "The mail as text")),
                value="html",
            ),
            margin_top="16px",
        ),
        rx.cond(
            preview["is_shortened"].to(bool),
            secondary_text("The link that opens the account is left out; only its reader has it."),
        ),
        rx.flex(
            rx.dialog.close(secondary_button("Close")),
            rx.cond(
                S.has_server & preview["may_resend"].to(bool),
                primary_button("Send now", "send", on_click=S.resend(preview["id"].to(int))),
            ),
            justify="end",
            gap="8px",
            margin_top="20px",
        ),
        max_width="720px",
        size="3",
    )
    return rx.dialog.root(body, open=S.is_preview_open, on_open_change=S.show_preview)


def _frame(document: Bound, title: str) -> rx.Component:
    """Show a document of unknown content: no script, no form, no link, no name of ours in it."""
    return rx.el.iframe(
        src_doc=document,
        sandbox="",
        title=title,
        class_name="mail-frame",
    )
