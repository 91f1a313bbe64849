"""The forecasting page: items with their forecast, the costliest errors first."""

import reflex as rx

from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.cards import columns, flush_card, titled_card
from sop_app.ui.components.column_chooser import column_chooser
from sop_app.ui.components.data_table import Paging, Sorting, TableOptions, TableState, data_table
from sop_app.ui.components.filter_bar import clear_filters, filter_bar, filter_select, find_box
from sop_app.ui.components.kpis import change_line, kpi_tile
from sop_app.ui.components.messages import empty_state, error_state, no_match_state
from sop_app.ui.sections.baseline_head import baseline_page
from sop_app.ui.sections.baseline_links import LEVEL_OPTIONS

from .rows import CLASS_COLUMNS, CLASS_OPTIONS, COLUMNS, METHOD_COLUMNS
from .state import ForecastingState

S: Bound = ForecastingState


def forecasting_page() -> rx.Component:
    """Show what the newest run expects of every item."""
    return baseline_page(
        _tiles(),
        filter_bar(
            find_box(S.find, S.find_rows, "Find an item", "220px"),
            filter_select(
                "Level",
                S.level,
                LEVEL_OPTIONS,
                lambda value: S.choose_filter("level", value),
                has_any=False,
            ),
            filter_select(
                "Demand",
                S.demand_class,
                CLASS_OPTIONS,
                lambda value: S.choose_filter("demand_class", value),
            ),
            clear_filters(S.is_filtered, S.clear_filters),
            views=(column_chooser("Forecast items", COLUMNS),),
        ),
        flush_card(data_table("Forecast items", list(COLUMNS), S.rows, _options())),
        columns((12, _groups("Demand", CLASS_COLUMNS, S.classes)), (12, _methods())),
        address_bar(S.address),
        route="/forecasting",
        reload=S.load,
    )


def _tiles() -> rx.Component:
    kpis: Bound = S.kpis
    return rx.grid(
        kpi_tile("Error (WAPE), 1 to 6 months ahead", kpis["wape"], kpis["naive"]),
        kpi_tile("Bias", kpis["bias"], "above 0 the forecast was too high"),
        kpi_tile("Items", kpis["items"], kpis["fallbacks"]),
        kpi_tile(
            "Next 12 months, units",
            kpis["volume"],
            change_line(kpis["volume_change"], "against the last 12"),
        ),
        columns=rx.breakpoints(initial="1", sm="2", md="4"),
        gap="16px",
    )


def _methods() -> rx.Component:
    return _groups("Methods", METHOD_COLUMNS, S.methods)


def _groups(title: str, shown: tuple, rows: Bound) -> rx.Component:
    table = data_table(title, list(shown), rows, TableOptions(opens=False))
    return titled_card(title, table, is_flush=True)


def _options() -> TableOptions:
    return TableOptions(
        sorting=Sorting(S.sort_key, S.is_descending, S.sort),
        paging=Paging(S.page, S.page_size, S.total_count, S.turn_page, S.change_page_size),
        state=TableState(
            is_loading=S.is_loading,
            has_error=S.has_error,
            error=error_state(
                "The forecast could not be loaded", "Nothing was changed.", on_retry=S.load
            ),
            empty=empty_state("trending-up", "No items", "The level has no members."),
            no_match=no_match_state("No item fits the search and the filters.", S.clear_filters),
            is_filtered=S.is_filtered,
        ),
    )
