"""One rep's submission: the rows that changed most, the course, the comment, the decision."""

import reflex as rx

from sop_app.review.submissions.rules import Basis
from sop_app.ui.components.badges import status_badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    ghost_button,
    icon,
    off_with_reason,
    primary_button,
    return_button,
    router_link,
)
from sop_app.ui.components.cards import titled_card
from sop_app.ui.components.charts import ChartOptions, Series, chart, legend
from sop_app.ui.components.comparison import change_bar
from sop_app.ui.components.data_table import (
    Selection,
    Sorting,
    TableOptions,
    TableState,
    data_table,
)
from sop_app.ui.components.filter_bar import filter_select, view_switch
from sop_app.ui.components.forms import Field, text_area
from sop_app.ui.components.messages import empty_state
from sop_app.ui.components.table_columns import Column
from sop_app.ui.components.typography import secondary_text, strong_text
from sop_app.ui.shell.session_state import SessionState

from .decision_state import COMMENT_REQUIRED, DecisionState
from .panel_state import ReviewPanelState

Decision: Bound = DecisionState
S: Bound = ReviewPanelState

SERIES = (
    Series("planned", "New", "forecast"),
    Series("last_cycle", "Last cycle", "last_cycle"),
    Series("last_year", "Last year", "last_year"),
)


def _bar(row: Bound) -> rx.Component:
    return change_bar(row["quantity"], row["share"])


COLUMNS = (
    Column("product", "Product and customer", "name", detail_key="detail", code_key="sku"),
    Column("before", S.before_label, "number"),
    Column("now", "New", "number", cell=lambda row: strong_text(row["now"].to(str))),
    Column("quantity", "Change, units", "number", is_sortable=True, cell=_bar),
    Column("ratio", "Percent", "number", is_sortable=True),
    Column("amount", SessionState.currency, "number", is_sortable=True),
    Column("reason", "Comment", "muted", width="130px"),
)


def changes_card() -> rx.Component:
    """Show the rows that changed most against last cycle or last year."""
    bases = [(basis.value, basis.label) for basis in (Basis.LAST_CYCLE, Basis.LAST_YEAR)]
    actions = rx.flex(
        filter_select("Customer", S.customer, S.customers, S.choose_customer),
        secondary_text("Compare with", class_name="wide-only"),
        view_switch("Compare with", bases, S.basis, S.choose_basis, size="1"),
        rx.link(
            router_link(icon("table-2", 14), "Open in grid", to=S.grid_href),
            as_child=True,
            size="2",
            class_name="icon-link",
        ),
        align="center",
        gap="12px",
        wrap="wrap",
    )
    empty = empty_state("equal", "No change", "Every row is as it was.")
    return titled_card(
        rx.Var.create("Largest changes, ") + S.name,
        data_table(
            "Largest changes",
            COLUMNS,
            S.changes,
            TableOptions(
                sorting=Sorting(S.sort_key, True, S.sort),
                selection=Selection(S.picked, S.toggle_row, S.toggle_rows),
                state=TableState(empty=empty),
                opens=False,
                is_tall=True,
            ),
        ),
        actions=actions,
        footer=rx.cond(S.more != "", ghost_button(S.more, "chevron-down", on_click=S.show_more)),
        is_flush=True,
    )


def rep_panel() -> rx.Component:
    """Show the course of a rep's forecast and take the decision."""
    drawing = chart(S.course, SERIES, S.summary, ChartOptions(height=170, decimals=2))
    return titled_card(
        S.name,
        secondary_text(S.line, padding_bottom="8px"),
        drawing,
        rx.box(legend(SERIES), padding_top="8px"),
        rx.el.hr(class_name="card-rule"),
        rx.cond(S.reason_off != "", secondary_text(S.reason_off), _decision()),
        actions=status_badge("forecast", S.status),
    )


def _decision() -> rx.Component:
    field = Field(
        "comment",
        rx.Var.create("Comment to ") + S.first_name,
        Decision.comment_error,
        COMMENT_REQUIRED,
    )
    chosen = rx.cond(S.picked.length() > 0, S.picked.length(), S.waiting_count)
    nothing = chosen == 0
    buttons = rx.grid(
        return_button("Return", on_click=Decision.return_rows, disabled=nothing),
        off_with_reason(
            primary_button(
                "Approve", "check", on_click=Decision.approve, disabled=nothing, width="100%"
            ),
            "Decides about the rows named above",
        ),
        columns="2",
        gap="8px",
    )
    what = rx.cond(
        nothing,
        "No row of this customer waits for you.",
        rx.Var.create("About ") + chosen.to_string() + rx.cond(chosen == 1, " row", " rows"),
    )
    return rx.flex(
        text_area(field, value=Decision.comment, on_change=Decision.write_comment),
        secondary_text(what),
        buttons,
        direction="column",
        gap="12px",
    )
