"""Home of a sales rep: status and deadline, what is missing, sales, customers."""

import reflex as rx

from sop_app.ui.components.badges import status_badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import icon, primary_button, router_link, secondary_button
from sop_app.ui.components.cards import card, columns, flush_card, row_list, titled_card
from sop_app.ui.components.charts import ChartOptions, Series, chart, chart_card
from sop_app.ui.components.data_table import TableOptions, TableState, data_table
from sop_app.ui.components.filter_bar import find_box
from sop_app.ui.components.kpis import change_line
from sop_app.ui.components.messages import empty_state, no_match_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.progress import progress_with_text
from sop_app.ui.components.table_columns import Column
from sop_app.ui.components.typography import (
    body_text,
    hero_figure,
    label_text,
    secondary_text,
    strong_text,
    text_link,
)
from sop_app.ui.shell.session_state import SessionState

from .rep_state import RepHomeState
from .state import HomeState

S: Bound = RepHomeState
Home: Bound = HomeState

SALES = (
    Series("sold", "Sales", "actual", mark="bar", color="forecast"),
    Series("last_year", "Last year", "last_year", mark="tick"),
)


def rep_home(message: rx.Component) -> rx.Component:
    """Show a sales rep what is left to do, and how the own customers do."""
    file = "/api/v1/forecasts/template?cycle_id=" + Home.cycle_id.to_string()
    template = secondary_button("Download template", "download", href=file, download=True)
    return rx.fragment(
        page_header(
            "Home",
            line=Home.today,
            secondary=(rx.cond(S.has_rows & S.is_open, template),),
        ),
        message,
        rx.cond(
            S.has_rows,
            rx.fragment(_status(), columns((5, _missing()), (7, _sales())), _customers()),
            rx.fragment(flush_card(_nothing()), _sales()),
        ),
    )


def _nothing() -> rx.Component:
    open_customers = secondary_button("Open my customers", "building-2", href="/customers")
    return empty_state(
        "table-2",
        "No forecast for you yet",
        "You have no active customer and product pairs in a cycle. Ask the coordinator to assign them.",
        open_customers,
    )


def _status() -> rx.Component:
    what = rx.box(
        rx.flex(
            rx.heading(Home.cycle_name, " forecast", as_="h2", size="3"),
            status_badge("forecast", S.status),
            align="center",
            gap="8px",
            wrap="wrap",
        ),
        body_text(S.months, margin_top="4px"),
    )
    left_over = rx.flex(
        rx.cond(S.missing != "", _note("circle-dashed", "amber", S.missing)),
        rx.cond(S.errors != "", _note("circle-alert", "red", S.errors)),
        gap="16px",
        wrap="wrap",
        margin_top="6px",
        min_height="16px",
    )
    done = rx.el.span(rx.el.strong(S.complete, class_name="status-figure"), S.row_count)
    progress = rx.box(progress_with_text(S.percent, done, "Rows complete"), left_over)
    time = rx.box(
        label_text("Time left"),
        rx.text(S.time_left, size="6", weight="bold"),
        secondary_text(S.deadline),
        class_name="status-time",
    )
    acts = rx.flex(
        primary_button(S.act, "arrow-right", href="/forecast", width="100%"),
        secondary_button("Use Excel", "file-spreadsheet", href="/forecast/upload", width="100%"),
        direction="column",
        gap="8px",
    )
    return card(rx.el.div(what, progress, time, acts, class_name="status-card"))


def _note(icon_name: str, color: Bound, text: Bound) -> rx.Component:
    return rx.text(
        rx.flex(icon(icon_name, 14), text, align="center", gap="4px"),
        size="1",
        color=rx.color(color, 11),
    )


def _missing() -> rx.Component:
    done = empty_state("check-check", "Nothing is missing", "Every row is complete.")
    rows = row_list(rx.foreach(S.open_rows, _open_row))
    footer = rx.cond(S.open_rows.length() > 0, text_link(S.more, "/forecast"))
    return titled_card(
        "What is missing",
        rx.cond(S.open_rows.length() > 0, rows, done),
        actions=rx.cond(S.open_rows.length() > 0, secondary_text(S.open_count)),
        footer=footer,
        is_flush=True,
    )


def _open_row(row: Bound) -> rx.Component:
    is_error = row["is_error"].to(bool)
    lead = rx.cond(
        is_error,
        icon("circle-alert", 16, color=rx.color("red", 11)),
        icon("circle-dashed", 16, color=rx.color("amber", 11)),
    )
    words = rx.box(
        strong_text(
            row["product"].to(str), " ", rx.el.span(row["sku"].to(str), class_name="cell-code")
        ),
        secondary_text(row["customer"].to(str)),
        flex="1",
        min_width="0",
    )
    trail = rx.text(
        row["trail"].to(str),
        size="1",
        color=rx.cond(is_error, rx.color("red", 11), rx.color("gray", 11)),
        white_space="nowrap",
    )
    return router_link(
        lead,
        words,
        trail,
        icon("chevron-right", 16, color=rx.color("gray", 9)),
        to=row["href"].to(str),
        class_name="list-row link-row",
    )


def _sales() -> rx.Component:
    figure = rx.flex(
        hero_figure(Home.sold),
        rx.box(
            change_line(Home.sold_change, "", Home.sold_tone),
            secondary_text(Home.sold_before),
        ),
        align="end",
        gap="12px",
        margin_bottom="12px",
    )
    drawing = chart(Home.own_course, SALES, Home.summary, ChartOptions(height=220, decimals=1))
    nothing = empty_state("chart-column", "No sales yet", "Sales appear once they are imported.")
    return rx.cond(
        Home.own_course.length() > 0,
        chart_card(
            f"My sales, last 12 months, {SessionState.currency} thousand",
            drawing,
            SALES,
            figures=figure,
        ),
        flush_card(nothing),
    )


def _state_badge(row: Bound) -> rx.Component:
    state = row["state"].to(str)
    return rx.cond(
        state != "",
        status_badge("row", state, row["word"].to(str)),
        status_badge("forecast", row["status"].to(str)),
    )


CUSTOMER_COLUMNS = (
    Column("name", "Customer", "name"),
    Column("code", "Code", "code"),
    Column("sold", f"Sales 12 months, {SessionState.currency}", "number"),
    Column("sold_change", "Against last year", "number"),
    Column("planned", S.planned_label, "number"),
    Column("planned_change", "Against sales", "number"),
    Column("complete", "Rows complete", "progress"),
    Column("status", "Status", "badge", cell=_state_badge),
)


def _customers() -> rx.Component:
    none = rx.Var.create("No customer matches “") + S.find + "”."
    table = data_table(
        "My customers",
        CUSTOMER_COLUMNS,
        S.customers,
        TableOptions(
            state=TableState(no_match=no_match_state(none, S.clear), is_filtered=S.find != "")
        ),
    )
    find = find_box(S.find, S.find_customer, "Find a customer", "180px")
    return titled_card("My customers", table, actions=find, is_flush=True)
