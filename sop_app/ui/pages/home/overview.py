"""Home of managers, coordinators and everybody who sees the plan as a whole."""

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.badges import status_badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    icon,
    menu_item,
    more_menu,
    primary_button,
    secondary_button,
)
from sop_app.ui.components.cards import columns, flush_card, list_row, row_list, titled_card
from sop_app.ui.components.charts import ChartOptions, Series, chart, chart_card
from sop_app.ui.components.kpis import change_line, kpi_tile, sparkline
from sop_app.ui.components.messages import empty_state
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.progress import progress_bar
from sop_app.ui.components.typography import secondary_text
from sop_app.ui.sections.completeness import completeness_card
from sop_app.ui.sections.completeness_state import CompletenessState
from sop_app.ui.sections.cycle_acts import cycle_dialogs
from sop_app.ui.sections.cycle_acts_state import CLOSE, CycleActsState
from sop_app.ui.sections.cycle_head import cycle_steps
from sop_app.ui.shell.navigation import CYCLES, REVIEW
from sop_app.ui.shell.session_state import SessionState
from sop_app.ui.shell.sidebar import may

from .overview_state import OverviewState
from .state import HomeState

S: Bound = OverviewState
Home: Bound = HomeState

COURSE = (
    Series("sold", "Sales", "actual"),
    Series("planned", "Forecast", "forecast"),
    Series("last_year", "Last year", "last_year"),
)


def overview() -> rx.Component:
    """Show the cycle people work in: steps, figures, completeness, course, alerts."""
    sees_forecasts = may(Permission.FORECAST_VIEW)
    shown = rx.cond(
        sees_forecasts,
        rx.fragment(
            _figures(),
            rx.el.div(columns((8, completeness_card()), (4, _side())), class_name="wide-pair"),
        ),
        rx.fragment(_totals(), _course(height=280)),
    )
    return rx.cond(
        Home.cycle_id > 0,
        rx.fragment(
            _header(),
            cycle_steps(Home.steps),
            shown,
            rx.cond(may(Permission.CYCLES_MANAGE), cycle_dialogs(Home.load)),
        ),
        rx.fragment(
            page_header("Home", line=Home.today), flush_card(_no_cycle()), _course(height=280)
        ),
    )


def _no_cycle() -> rx.Component:
    manages = may(Permission.CYCLES_MANAGE)
    return empty_state(
        "calendar-check",
        "No cycle has been opened yet",
        "A cycle names the months to plan and the window in which sales reps enter them.",
        rx.cond(manages, secondary_button("Open cycles", "calendar-check", href=CYCLES.route)),
    )


def _header() -> rx.Component:
    manages = may(Permission.CYCLES_MANAGE)
    is_open = Home.status == "open"
    href = f"/api/v1/sop-cycles/{Home.cycle_id}/status.csv"
    export = secondary_button("Export status", "download", href=href, download=True)
    close = secondary_button(
        "Close window", "lock", on_click=CycleActsState.ask(CLOSE, Home.cycle_id)
    )
    close_item = menu_item(
        "Close window", "lock", on_select=CycleActsState.ask(CLOSE, Home.cycle_id)
    )
    remind = primary_button("Send reminders", "bell-ring", on_click=CompletenessState.remind_all)
    review = primary_button("Open review", REVIEW.icon, href=REVIEW.route)
    can_remind = manages & CompletenessState.is_open & (CompletenessState.open_count > 0)
    primary = rx.cond(
        manages,
        rx.cond(can_remind, remind),
        rx.cond(may(Permission.FORECAST_REVIEW), review),
    )
    return page_header(
        Home.cycle_name + " cycle",
        badge=status_badge("cycle", Home.status),
        line=rx.text(
            Home.line,
            " ",
            rx.el.strong(Home.time, class_name="strong-line"),
            size="2",
            color=rx.color("gray", 11),
        ),
        secondary=(
            rx.cond(may(Permission.FORECAST_VIEW), export),
            rx.cond(manages & is_open, close),
        ),
        menu=more_menu(
            rx.cond(
                may(Permission.FORECAST_VIEW),
                menu_item("Export status", "download", href=href, download=True),
            ),
            rx.cond(manages & is_open, close_item),
            menu_item("All cycles", CYCLES.icon, href=CYCLES.route),
        ),
        primary=primary,
    )


def _figures() -> rx.Component:
    tiles = (
        kpi_tile(
            "Forecasts submitted",
            S.handed_in,
            S.still_open,
            progress_bar(S.handed_in_percent, "Forecasts submitted"),
        ),
        kpi_tile(
            "Rows complete",
            S.complete,
            S.complete_rows,
            progress_bar(S.complete_percent, "Rows complete"),
        ),
        kpi_tile(
            "Forecast value, 12 months",
            S.amount,
            change_line(S.amount_change, "against last year"),
            sparkline(S.trend, "Forecast by month"),
        ),
        kpi_tile("Against last cycle", S.cycle_change, S.cycle_before),
    )
    return columns(*[(3, tile) for tile in tiles])


def _totals() -> rx.Component:
    """Show company totals to those who see no single forecast."""
    sold = kpi_tile(
        "Sales, last 12 months",
        Home.sold,
        change_line(Home.sold_change, Home.sold_before, Home.sold_tone),
    )
    planned = kpi_tile("Forecast, next months", Home.planned, Home.planned_months)
    return columns((6, sold), (6, planned))


def _side() -> rx.Component:
    return rx.flex(_course(), _alerts(), direction="column", gap="16px")


def _course(height: int = 150) -> rx.Component:
    drawing = chart(
        Home.course,
        COURSE,
        Home.summary,
        ChartOptions(height=height, decimals=2, forecast_from=Home.last_sold),
    )
    return rx.cond(
        Home.last_sold != "",
        chart_card(
            f"Sales and forecast, {SessionState.currency} M", drawing, COURSE, legend_below=True
        ),
        flush_card(
            empty_state("chart-line", "No sales yet", "Sales appear once they are imported.")
        ),
    )


def _alerts() -> rx.Component:
    nothing = empty_state("check-check", "Nothing to look at", "Everybody is on the way.")
    return titled_card(
        "Alerts",
        rx.cond(S.alerts.length() > 0, row_list(rx.foreach(S.alerts, _alert)), nothing),
        actions=rx.cond(S.more_alerts != "", secondary_text(S.more_alerts)),
        is_flush=True,
    )


def _alert(alert: Bound) -> rx.Component:
    mark = rx.match(
        alert["severity"],
        ("critical", icon("circle-alert", 16, color=rx.color("red", 11))),
        ("warning", icon("triangle-alert", 16, color=rx.color("amber", 11))),
        icon("info", 16, color=rx.color("blue", 11)),
    )
    return list_row(alert["fact"], alert["detail"], lead=rx.fragment(mark))
