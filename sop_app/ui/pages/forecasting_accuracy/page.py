"""The accuracy page: error over time, by months ahead, and by member and month."""

import reflex as rx

from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.cards import titled_card
from sop_app.ui.components.charts import ChartOptions, Series, chart, chart_card
from sop_app.ui.components.data_table import Paging, table_footer
from sop_app.ui.components.filter_bar import filter_bar, filter_select
from sop_app.ui.components.heat_map import heat_legend, heat_map
from sop_app.ui.components.messages import empty_state
from sop_app.ui.sections.baseline_head import baseline_page
from sop_app.ui.sections.baseline_links import LEVEL_OPTIONS

from .state import LAG_OPTIONS, ForecastingAccuracyState

S: Bound = ForecastingAccuracyState
SERIES = (
    Series("wape", "Baseline forecast", "statistical"),
    Series("naive", "Last year repeated", "last_year"),
    Series("bias", "Bias", "finance"),
)


def forecasting_accuracy_page() -> rx.Component:
    """Show how good the newest run's methods were in its back-test."""
    return baseline_page(
        filter_bar(
            filter_select(
                "Level",
                S.level,
                LEVEL_OPTIONS,
                lambda value: S.choose_filter("level", value),
                has_any=False,
            ),
            filter_select(
                "Months ahead", S.lag, LAG_OPTIONS, lambda value: S.choose_filter("lag", value)
            ),
        ),
        rx.cond(S.trend.length() > 0, _shown(), _nothing()),
        address_bar(S.address),
        route="/forecasting/accuracy",
        reload=S.load,
    )


def _shown() -> rx.Component:
    drawing = chart(S.trend, SERIES, S.trend_summary, ChartOptions(decimals=1, height=220))
    paging = Paging(S.page, S.page_size, S.total_count, S.turn_page, S.change_page_size)
    return rx.fragment(
        chart_card("Error (WAPE) and bias by month, %", drawing, SERIES),
        titled_card(
            "Error (WAPE) by months ahead",
            heat_map("Error by months ahead", "Group", S.lag_headers, S.lag_rows),
            actions=heat_legend(),
            is_flush=True,
        ),
        titled_card(
            "Error (WAPE) by month, the costliest items first",
            heat_map("Error by month", "Item", S.month_headers, S.month_rows),
            table_footer(paging),
            actions=heat_legend(),
            is_flush=True,
        ),
    )


def _nothing() -> rx.Component:
    return titled_card(
        "Accuracy",
        empty_state(
            "ruler",
            "No month was looked back at",
            "The run made no back-test, or the history is too short for one.",
        ),
        is_flush=True,
    )
