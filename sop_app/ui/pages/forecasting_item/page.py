"""The page of one item's baseline forecast."""

import reflex as rx

from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import secondary_button, soft_button
from sop_app.ui.components.cards import columns, flush_card, titled_card
from sop_app.ui.components.charts import ChartOptions, Series, chart, chart_card
from sop_app.ui.components.data_table import TableOptions, TableState, data_table
from sop_app.ui.components.details import detail_list
from sop_app.ui.components.filter_bar import filter_select
from sop_app.ui.components.kpis import change_line, kpi_tile
from sop_app.ui.components.messages import empty_state, error_state, page_message, skeleton_table
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.typography import body_text
from sop_app.ui.sections.baseline_state import BaselineState
from sop_app.ui.shell.job_state import JobState
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.template import page_template

from .rows import DRIVER_COLUMNS, MONTH_COLUMNS, SCORE_COLUMNS, SHOWN_ORIGINS
from .state import ForecastingItemState

S: Bound = ForecastingItemState

SERIES = (
    Series("band_95", "95% interval", "band_95"),
    Series("band_80", "80% interval", "band_80"),
    Series("sales", "Sales", "actual"),
    Series("corrected", "Corrected", "up", mark="tick"),
    Series("rival", "Compared with", "last_year"),
    Series("forecast", "Baseline forecast", "statistical"),
)
BACKTEST_SERIES = (
    Series("sales", "Sales", "actual"),
    *(
        Series(f"origin_{place}", f"Forecast {place + 1}", "statistical")
        for place in range(SHOWN_ORIGINS)
    ),
)


PART_SERIES = (
    Series("trend", "Trend", "actual"),
    Series("season", "Season", "statistical"),
    Series("remainder", "Remainder", "last_year"),
)


def forecasting_item_page() -> rx.Component:
    """Show what a run expects of an item, how sure it is, and how good it was."""
    content = rx.fragment(
        _tiles(),
        _chart(),
        columns((8, _months()), (4, _why())),
        _parts(),
        _comparison(),
        _backtest(),
    )
    shown = rx.cond(S.is_loading, flush_card(skeleton_table()), content)
    return page_template(
        page_header(
            rx.cond(S.is_missing, "Item", S.facts["name"]),
            line=rx.cond(S.is_missing, "", _line()),
            secondary=(secondary_button("All items", "trending-up", href="/forecasting"),),
        ),
        rx.cond(S.has_error, _failed(), rx.cond(S.is_missing, _missing(), shown)),
        address_bar(S.address),
        message=rx.cond(
            S.facts["note"] != "",
            page_message("note", "Another method stands in for this item.", S.facts["note"]),
            rx.fragment(),
        ),
        route="/forecasting/item",
        crumbs=[
            Crumb("Demand"),
            Crumb("Forecasting", "/forecasting"),
            Crumb(rx.cond(S.is_missing, "Item", S.facts["name"])),
        ],
    )


def _line() -> Bound:
    level: Bound = S.facts["level"]
    code: Bound = S.facts["code"]
    return level + rx.cond(code != "", " " + code, "") + ". " + BaselineState.line


def _tiles() -> rx.Component:
    facts: Bound = S.facts
    return rx.grid(
        kpi_tile("Error (WAPE), 1 to 6 months ahead", facts["wape"], facts["naive"]),
        kpi_tile("Bias", facts["bias"], "above 0 the forecast was too high"),
        kpi_tile("MASE", facts["mase"], "below 1 it beat last year repeated"),
        kpi_tile(
            "Next 12 months, " + facts["unit"],
            facts["next_year"],
            change_line(facts["change"], "against the last 12"),
        ),
        columns=rx.breakpoints(initial="1", sm="2", md="4"),
        gap="16px",
    )


def _chart() -> rx.Component:
    options = ChartOptions(height=300, forecast_from=S.last_month, starts_at_zero=True)
    drawing = chart(S.chart, SERIES, S.chart_summary, options)
    compare = filter_select("Compare with", S.rival, S.rivals, S.compare, has_any=False)
    return chart_card(
        "Sales and baseline forecast, " + S.facts["unit"],
        drawing,
        SERIES,
        figures=rx.flex(compare, justify="end", padding_bottom="8px"),
    )


def _months() -> rx.Component:
    table = data_table(
        "Forecast by month", list(MONTH_COLUMNS), S.months, TableOptions(opens=False)
    )
    return titled_card("Forecast by month, " + S.facts["unit"], table, is_flush=True)


def _why() -> rx.Component:
    facts: Bound = S.facts
    return titled_card(
        "Why this figure",
        detail_list(
            ("Demand", facts["demand_class"]),
            ("History", facts["history"]),
            ("Reason", facts["reason"]),
            ("Median of", facts["methods"]),
            ("80% interval", facts["width"] + " of the forecast wide"),
        ),
        _explanation(),
    )


def _explanation() -> rx.Component:
    """Show the figure in words, or the way to them."""
    words = rx.flex(
        rx.foreach(S.sentences, lambda sentence: body_text(sentence)),
        rx.cond(
            S.drivers.length() > 0,
            data_table("Drivers", list(DRIVER_COLUMNS), S.drivers, TableOptions(opens=False)),
        ),
        direction="column",
        gap="8px",
    )
    asking = soft_button(
        "Explain this figure", "sparkles", on_click=S.ask_why, loading=S.awaited_job > 0
    )
    is_ended = (JobState.job_id == S.awaited_job) & ~JobState.is_running
    ended = rx.cond((S.awaited_job > 0) & is_ended, rx.box(on_mount=S.show_why, display="none"))
    return rx.box(rx.cond(S.sentences.length() > 0, words, asking), ended, margin_top="16px")


def _parts() -> rx.Component:
    drawing = chart(
        S.parts,
        PART_SERIES,
        "Trend, season and remainder of the history, which add up to the sales.",
        ChartOptions(height=220),
    )
    return rx.cond(
        S.parts.length() > 0,
        chart_card("Parts of the history, " + S.facts["unit"], drawing, PART_SERIES),
    )


def _comparison() -> rx.Component:
    nothing = empty_state(
        "scale", "No comparison", "The history is too short to look back, or nothing was asked for."
    )
    table = data_table(
        "Methods compared",
        list(SCORE_COLUMNS),
        S.scores,
        TableOptions(opens=False, state=TableState(empty=nothing)),
    )
    return titled_card("Methods compared in the back-test", table, is_flush=True)


def _backtest() -> rx.Component:
    drawing = chart(
        S.backtest, BACKTEST_SERIES, S.backtest_line, ChartOptions(height=220, starts_at_zero=True)
    )
    return rx.cond(
        S.backtest.length() > 0,
        chart_card(
            "Back-test, " + S.facts["unit"], drawing, BACKTEST_SERIES, remark=S.backtest_line
        ),
    )


def _missing() -> rx.Component:
    return flush_card(
        empty_state(
            "search-x",
            "The newest run has no such item",
            "It is not sold any more, or nothing of it was sold yet.",
            secondary_button("All items", "trending-up", href="/forecasting"),
        )
    )


def _failed() -> rx.Component:
    return flush_card(
        error_state("The forecast could not be loaded", "Nothing was changed.", on_retry=S.load)
    )
