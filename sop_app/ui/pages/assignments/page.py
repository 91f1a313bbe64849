"""The assignments page."""

from typing import Any

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import menu_item, more_menu, secondary_button
from sop_app.ui.components.cards import flush_card, titled_card
from sop_app.ui.components.data_table import TableOptions, TableState, data_table
from sop_app.ui.components.dialogs import Act, Opening, confirm_dialog
from sop_app.ui.components.export_menu import export_items, export_menu
from sop_app.ui.components.filter_bar import filter_bar, find_box, view_switch
from sop_app.ui.components.messages import empty_state, skeleton_table
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.pager import PageTurn, pager
from sop_app.ui.components.table_columns import Column
from sop_app.ui.components.typography import secondary_text
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .matrix import matrix_view
from .matrix_state import MatrixState
from .state import BY_CUSTOMER, BY_PRODUCT, MATRIX, SUBJECTS_PER_PAGE, AssignmentsState

S: Bound = AssignmentsState

EXPORT = "/api/v1/assignments/export"
IMPORT = "/imports?kind=assignments"
VIEWS = [(BY_CUSTOMER, "By customer"), (BY_PRODUCT, "By product"), (MATRIX, "Matrix")]


def assignments_page() -> rx.Component:
    """Show what may be planned for whom."""
    return page_template(
        _header(),
        filter_bar(view_switch("View", VIEWS, S.view, S.show_view)),
        rx.cond(S.view == MATRIX, matrix_view(), _chooser()),
        rx.cond(S.view == MATRIX, address_bar(MatrixState.address), address_bar(S.address)),
        route="/assignments",
        crumbs=[Crumb("Data"), Crumb("Assignments")],
    )


def _header() -> rx.Component:
    may_edit = may(Permission.ASSIGNMENTS_EDIT)
    query = rx.Var.create("is_active=true")
    imports = secondary_button("Import", "upload", href=IMPORT)
    planned = "What may be planned: a cycle opens one row for each customer and assigned product."
    return page_header(
        "Assignments",
        line=rx.cond(may_edit, planned, f"{planned} Planners decide it; you can only look."),
        secondary=(export_menu(EXPORT, query), rx.cond(may_edit, imports)),
        menu=more_menu(
            *export_items(EXPORT, query),
            rx.cond(may_edit, menu_item("Import", "upload", href=IMPORT)),
        ),
    )


def _chooser() -> rx.Component:
    sides = rx.breakpoints(initial="1", md="300px minmax(0, 1fr)")
    has_none = ~S.is_loading & (S.find == "") & (S.subjects.length() == 0)
    none_yet = empty_state(
        "grid-2x-2-check",
        "Nothing to assign yet",
        "Assignments join customers and products; enter or import these first.",
    )
    both = rx.grid(_subjects(), _choices(), columns=sides, gap="16px", align="start")
    return rx.cond(has_none, flush_card(none_yet), both)


def _subjects() -> rx.Component:
    """List the customers (or products) to choose from."""
    nothing = empty_state("search-x", "Nothing found", "Nothing active fits what is looked for.")
    listed = rx.el.div(rx.foreach(S.subjects, _subject), class_name="choice-list")
    find = rx.cond(
        S.view == BY_CUSTOMER,
        find_box(S.find, S.find_subjects, "Find customers", "100%"),
        find_box(S.find, S.find_subjects, "Find products", "100%"),
    )
    shown = rx.cond(S.subjects.length() > 0, rx.fragment(listed, _subject_pages()), nothing)
    return flush_card(rx.box(find, padding="12px"), rx.cond(S.is_loading, skeleton_table(), shown))


def _subject(subject: Any) -> rx.Component:
    is_chosen = S.subject_id == subject["id"].to(str)
    words = rx.el.span(
        rx.el.span(subject["name"].to(str), class_name="choice-name"),
        rx.el.span(subject["code"].to(str), class_name="cell-code"),
    )
    return rx.el.button(
        words,
        rx.el.span(subject["count"].to(str), class_name="choice-count"),
        type="button",
        aria_pressed=rx.cond(is_chosen, "true", "false"),
        on_click=S.choose(subject["id"].to(str)),
        class_name="choice",
    )


def _subject_pages() -> rx.Component:
    turn = PageTurn(S.page, SUBJECTS_PER_PAGE, S.subject_count, S.turn_page)
    shown = rx.cond(
        S.view == BY_CUSTOMER,
        pager(turn, "Customers", width="100%"),
        pager(turn, "Products", width="100%"),
    )
    return rx.el.div(shown, class_name="table-footer")


def _choices() -> rx.Component:
    """Show what is assigned to the chosen one, and what else could be."""
    what = rx.cond(S.view == BY_CUSTOMER, "products planned", "customers planned")
    count = secondary_text(S.assigned_count, " ", what)
    saved = secondary_text(S.saved_line, role="status")
    bar = rx.flex(
        find_box(S.find_choice, S.find_choices, "Find by name or code"),
        rx.spacer(),
        rx.cond(may(Permission.ASSIGNMENTS_EDIT), _bulk()),
        align="center",
        gap="8px",
        wrap="wrap",
        padding="12px 16px",
    )
    by_region = rx.box(bar, _choice_table("Customer", "Region"), _rest(), min_width="0")
    table = rx.box(bar, _choice_table("Product", "Family"), _rest(), min_width="0")
    by_family = rx.grid(
        _families(), table, columns=rx.breakpoints(initial="1", sm="208px minmax(0, 1fr)")
    )
    return titled_card(
        S.subject_name,
        rx.cond(S.view == BY_CUSTOMER, by_family, by_region),
        header=count,
        actions=saved,
        is_flush=True,
    )


def _families() -> rx.Component:
    def entry(family: Any) -> rx.Component:
        is_chosen = S.family == family["value"].to(str)
        return rx.el.button(
            rx.el.span(family["label"].to(str), class_name="choice-name"),
            rx.el.span(family["count"].to(str), class_name="choice-count"),
            type="button",
            aria_pressed=rx.cond(is_chosen, "true", "false"),
            on_click=S.choose_family(family["value"].to(str)),
            class_name="choice",
        )

    return rx.el.div(rx.foreach(S.families, entry), class_name="choice-list choice-side")


def _choice_table(name: str, group: str) -> rx.Component:
    columns = (
        Column("is_on", "Planned", width="72px", cell=_switch),
        Column("name", name, cell=lambda row: rx.el.span(row["name"], class_name="cell-strong")),
        Column("code", "Code", "code"),
        Column("group", group, "muted"),
        Column("remark", "", "muted"),
    )
    nothing = empty_state(
        "search-x", "Nothing to assign here", "Nothing sold fits what is looked for."
    )
    return data_table(
        "Assignments", columns, S.choices, TableOptions(state=TableState(empty=nothing))
    )


def _switch(row: Any) -> rx.Component:
    switch = rx.switch(
        checked=row["is_on"].to(bool),
        on_change=lambda is_on: S.switch(row["id"].to(str), is_on),
        aria_label=rx.Var.create("Planned: ").to(str) + row["name"].to(str),
        size="1",
    )
    told = rx.cond(row["is_on"].to(bool), "Yes", "No")
    shown = rx.cond(may(Permission.ASSIGNMENTS_EDIT), switch, told)
    return rx.el.span(shown, class_name="choice-switch")


def _bulk() -> rx.Component:
    assign = confirm_dialog(
        f"Assign {S.shown_off} more to {S.subject_name}?",
        "Each of them becomes a row of the next cycle that opens.",
        Act("Assign them", S.assign_shown, "check"),
        keep="Leave as it is",
        opening=Opening(trigger=secondary_button("Assign all shown", "check")),
    )
    end = confirm_dialog(
        f"End {S.shown_on} assignments of {S.subject_name}?",
        "The next cycle opens no row for them. Sales history and prices stay.",
        Act("End them", S.end_shown, "x", is_destructive=True),
        keep="Leave as it is",
        opening=Opening(trigger=secondary_button("End all shown", "x")),
    )
    return rx.fragment(rx.cond(S.shown_off > 0, assign), rx.cond(S.shown_on > 0, end))


def _rest() -> rx.Component:
    """Say that more fits than is shown."""
    line = rx.el.div(
        f"The first {S.choices.length()} of {S.choice_count}. Find by name to see others.",
        class_name="table-footer",
    )
    return rx.cond(S.choice_count > S.choices.length(), line)
