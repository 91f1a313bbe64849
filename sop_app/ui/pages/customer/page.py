"""The page of one customer."""

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.badges import status_badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import (
    ghost_button,
    menu_item,
    more_menu,
    secondary_button,
)
from sop_app.ui.components.cards import flush_card, titled_card
from sop_app.ui.components.change_log import change_log
from sop_app.ui.components.charts import ChartOptions, Series, chart, chart_card
from sop_app.ui.components.data_table import TableOptions, TableState, data_table
from sop_app.ui.components.details import detail_list, tabs
from sop_app.ui.components.kpis import change_line, kpi_tile
from sop_app.ui.components.messages import empty_state, error_state, skeleton_table
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.typography import secondary_text
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .rows import FORECAST_COLUMNS, MONTH_COLUMNS, PRICE_COLUMNS, PRODUCT_COLUMNS
from .state import CustomerState

SERIES = (
    Series("sales", "Sales", "actual"),
    Series("forecast", "Forecast", "forecast"),
)

S: Bound = CustomerState


def customer_page() -> rx.Component:
    """Show one customer."""
    return page_template(
        rx.cond(S.is_missing, page_header("Customer"), _header()),
        rx.cond(S.has_error, _failed(), rx.cond(S.is_missing, _missing(), _content())),
        address_bar(S.address),
        route="/customers/[customer_id]",
        crumbs=[
            Crumb("Data"),
            Crumb("Customers", "/customers"),
            Crumb(rx.cond(S.is_missing, "Customer", S.customer["name"].to(str))),
        ],
    )


def _header() -> rx.Component:
    page = f"/customers/{S.customer['id']}"
    forecast = f"/forecast?customer_id={S.customer['id']}"
    may_edit = may(Permission.CUSTOMERS_EDIT)
    edit = secondary_button("Edit", "pencil", href=f"{page}/edit")
    return page_header(
        S.customer["name"].to(str),
        badge=rx.cond(S.is_loading, rx.fragment(), status_badge("record", S.customer["status"])),
        line=S.customer["line"].to(str),
        secondary=(
            secondary_button("Forecast", "table-2", href=forecast),
            rx.cond(may_edit, edit),
        ),
        menu=more_menu(
            menu_item("Forecast", "table-2", href=forecast),
            rx.cond(may_edit, menu_item("Edit", "pencil", href=f"{page}/edit")),
        ),
    )


def _content() -> rx.Component:
    shown = tabs(
        ("overview", "Overview", _overview()),
        ("products", f"Products {S.product_count}", _products()),
        ("prices", "Prices", _prices()),
        ("sales", "Sales history", _sales()),
        ("forecast", "Forecast", _forecast()),
        ("audit", "Audit", flush_card(change_log(S.changes))),
        value=S.tab,
        on_change=S.open_tab,
    )
    return rx.cond(S.is_loading, flush_card(skeleton_table()), shown)


def _overview() -> rx.Component:
    main = rx.flex(_tiles(), _chart(), _top_products(), direction="column", gap="16px")
    sides = rx.breakpoints(initial="1", md="308px minmax(0, 1fr)")
    return rx.grid(
        _details(), rx.box(main, min_width="0"), columns=sides, gap="16px", align="start"
    )


def _details() -> rx.Component:
    edit = ghost_button("Edit", "pencil", href=f"/customers/{S.customer['id']}/edit")
    shown = (
        ("Code", "code"),
        ("Channel", "channel"),
        ("Region", "region"),
        ("Territory", "territory"),
        ("Sales rep", "sales_rep"),
        ("Manager", "manager"),
        ("Currency", "currency"),
        ("Payment terms", "payment_terms"),
        ("In S&OP since", "created"),
    )
    return titled_card(
        "Details",
        rx.box(
            detail_list(*[(label, S.customer[key].to(str)) for label, key in shown]),
            padding="16px",
        ),
        actions=rx.cond(may(Permission.CUSTOMERS_EDIT), edit),
        is_flush=True,
    )


def _tiles() -> rx.Component:
    against = "against last year"
    year = kpi_tile(
        "Sales 12 months",
        S.tiles["year"],
        change_line(S.tiles["year_change"], against, S.tiles["year_tone"]),
    )
    quarter = kpi_tile(
        S.tiles["quarter_label"],
        S.tiles["quarter"],
        change_line(S.tiles["quarter_change"], against, S.tiles["quarter_tone"]),
    )
    forecast = kpi_tile(
        S.tiles["forecast_label"],
        S.tiles["forecast"],
        rx.cond(
            S.forecast_rows.length() > 0,
            change_line(S.tiles["forecast_change"], "against sales"),
            secondary_text("No open cycle plans this customer"),
        ),
    )
    planned = kpi_tile(
        "Products planned", S.product_count.to_string(), f"{S.sold_count} sold in 12 months"
    )
    in_row = rx.breakpoints(initial="1", xs="2", lg="4")
    return rx.grid(year, quarter, forecast, planned, columns=in_row, gap="16px")


def _chart() -> rx.Component:
    options = ChartOptions(decimals=1, forecast_from=S.last_month, height=230)
    return chart_card(
        f"Sales and forecast, {S.customer['currency']} thousand",
        chart(S.chart, SERIES, S.chart_summary, options),
        SERIES,
    )


def _top_products() -> rx.Component:
    assign = ghost_button(
        "Assign products", "plus", href=f"/assignments?customer_id={S.customer['id']}"
    )
    return titled_card(
        "Products",
        _product_table("Products sold most", S.top_products),
        header=secondary_text(S.product_count),
        actions=rx.cond(may(Permission.ASSIGNMENTS_EDIT), assign),
        is_flush=True,
    )


def _products() -> rx.Component:
    assign = ghost_button(
        "Assign products", "plus", href=f"/assignments?customer_id={S.customer['id']}"
    )
    return titled_card(
        "Products that may be planned",
        _product_table("Products", S.products),
        header=secondary_text(S.product_count),
        actions=rx.cond(may(Permission.ASSIGNMENTS_EDIT), assign),
        is_flush=True,
    )


def _product_table(name: str, rows: rx.Var) -> rx.Component:
    nothing = empty_state(
        "package", "No products assigned", "Only assigned products are planned for a customer."
    )
    return data_table(name, PRODUCT_COLUMNS, rows, TableOptions(state=TableState(empty=nothing)))


def _prices() -> rx.Component:
    nothing = empty_state(
        "tag", "No own prices", "The list price of each product holds for this customer."
    )
    link = ghost_button(
        "Open in the price list", "tag", href=f"/prices?customer_id={S.customer['id']}"
    )
    return titled_card(
        f"Prices, {S.customer['currency']}",
        data_table(
            "Prices", PRICE_COLUMNS, S.price_rows, TableOptions(state=TableState(empty=nothing))
        ),
        header=secondary_text(S.price_count),
        actions=link,
        is_flush=True,
    )


def _sales() -> rx.Component:
    return titled_card(
        f"Sales by month, {S.customer['currency']}",
        data_table("Sales by month", MONTH_COLUMNS, S.month_rows, TableOptions(opens=False)),
        actions=ghost_button(
            "Open sales history", "history", href=f"/sales-history?customer_id={S.customer['id']}"
        ),
        is_flush=True,
    )


def _forecast() -> rx.Component:
    nothing = empty_state(
        "table-2",
        "No forecast now",
        "No cycle is open, or it has no row of this customer.",
    )
    return titled_card(
        f"{S.tiles['forecast_label']}, {S.customer['currency']}",
        data_table(
            "Forecast",
            FORECAST_COLUMNS,
            S.forecast_rows,
            TableOptions(opens=False, state=TableState(empty=nothing)),
        ),
        actions=ghost_button(
            "Open in forecast entry", "table-2", href=f"/forecast?customer_id={S.customer['id']}"
        ),
        is_flush=True,
    )


def _missing() -> rx.Component:
    return flush_card(
        empty_state(
            "search-x",
            "There is no such customer",
            "It was deleted, or it belongs to somebody else.",
            secondary_button("All customers", "building-2", href="/customers"),
        )
    )


def _failed() -> rx.Component:
    return flush_card(
        error_state("The customer could not be loaded", "Nothing was changed.", on_retry=S.load)
    )
