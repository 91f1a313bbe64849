"""The page of one product."""

import reflex as rx

from sop_app.system.auth.permissions import Permission
from sop_app.ui.components.address_bar import address_bar
from sop_app.ui.components.badges import status_badge
from sop_app.ui.components.bound import Bound
from sop_app.ui.components.buttons import ghost_button, secondary_button
from sop_app.ui.components.cards import flush_card, titled_card
from sop_app.ui.components.change_log import change_log
from sop_app.ui.components.charts import ChartOptions, Series, chart, chart_card
from sop_app.ui.components.data_table import TableOptions, TableState, data_table
from sop_app.ui.components.details import detail_list, tabs
from sop_app.ui.components.kpis import change_line, kpi_tile
from sop_app.ui.components.messages import empty_state, error_state, skeleton_table
from sop_app.ui.components.page_header import page_header
from sop_app.ui.components.typography import body_text, secondary_text
from sop_app.ui.shell.navigation import Crumb
from sop_app.ui.shell.sidebar import may
from sop_app.ui.shell.template import page_template

from .rows import CUSTOMER_COLUMNS, FORECAST_COLUMNS, MONTH_COLUMNS, PRICE_COLUMNS
from .state import ProductState

S: Bound = ProductState

SERIES = (
    Series("sales", "Sales", "actual"),
    Series("forecast", "Forecast", "forecast"),
)


def product_page() -> rx.Component:
    """Show one product; to people who see no sales, its description alone."""
    shown = rx.cond(may(Permission.SALES_HISTORY_VIEW), _tabs(), _description_only())
    content = rx.cond(S.is_loading, flush_card(skeleton_table()), shown)
    return page_template(
        rx.cond(S.is_missing, page_header("Product"), _header()),
        rx.cond(S.has_error, _failed(), rx.cond(S.is_missing, _missing(), content)),
        address_bar(S.address),
        route="/products/[product_id]",
        crumbs=[
            Crumb("Data"),
            Crumb("Products", "/products"),
            Crumb(rx.cond(S.is_missing, "Product", S.product["name"].to(str))),
        ],
    )


def _header() -> rx.Component:
    edit = secondary_button("Edit", "pencil", href=f"/products/{S.product['id']}/edit")
    return page_header(
        S.product["name"].to(str),
        badge=rx.cond(S.is_loading, rx.fragment(), status_badge("product", S.product["status"])),
        line=S.product["line"].to(str),
        primary=rx.cond(may(Permission.PRODUCTS_EDIT), edit),
    )


def _tabs() -> rx.Component:
    return tabs(
        ("overview", "Overview", _overview()),
        ("customers", f"Customers {S.customer_count}", _customers()),
        ("prices", "Prices", _prices()),
        ("sales", "Sales history", _sales()),
        ("forecast", "Forecast", _forecast()),
        ("audit", "Audit", flush_card(change_log(S.changes))),
        value=S.tab,
        on_change=S.open_tab,
    )


def _description_only() -> rx.Component:
    return rx.box(_details(), max_width="480px")


def _overview() -> rx.Component:
    main = rx.flex(_tiles(), _chart(), _top_customers(), direction="column", gap="16px")
    sides = rx.breakpoints(initial="1", md="308px minmax(0, 1fr)")
    return rx.grid(
        _details(), rx.box(main, min_width="0"), columns=sides, gap="16px", align="start"
    )


def _details() -> rx.Component:
    open_fields = [
        ("SKU", "sku"),
        ("Category", "category"),
        ("Family", "family"),
        ("Unit", "unit"),
    ]
    price_fields = [
        ("Unit cost", "unit_cost"),
        ("List price", "list_price"),
        ("Margin at list price", "margin"),
    ]
    supply_fields = [
        ("Lead time", "lead_time"),
        ("Minimum order", "minimum_order"),
        ("Made in", "location"),
        ("In S&OP since", "created"),
    ]

    def listed(*fields: tuple[str, str]) -> rx.Component:
        return detail_list(*[(label, S.product[key].to(str)) for label, key in fields])

    with_prices = listed(*open_fields, *price_fields, *supply_fields)
    without = listed(*open_fields, *supply_fields)
    edit = ghost_button("Edit", "pencil", href=f"/products/{S.product['id']}/edit")
    description = body_text(
        S.product["description"].to(str), white_space="pre-line", margin_top="12px"
    )
    return titled_card(
        "Details",
        rx.box(
            rx.cond(may(Permission.PRICES_VIEW), with_prices, without),
            rx.cond(S.product["description"].to(str) != "", description),
            padding="16px",
        ),
        actions=rx.cond(may(Permission.PRODUCTS_EDIT), edit),
        is_flush=True,
    )


def _tiles() -> rx.Component:
    against = "against last year"
    year = kpi_tile(
        "Units 12 months",
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
            secondary_text("No open cycle plans this product"),
        ),
    )
    customers = kpi_tile(
        "Customers", S.customer_count.to_string(), f"{S.buyer_count} bought in 12 months"
    )
    in_row = rx.breakpoints(initial="1", xs="2", lg="4")
    return rx.grid(year, quarter, forecast, customers, columns=in_row, gap="16px")


def _chart() -> rx.Component:
    options = ChartOptions(forecast_from=S.last_month, height=230)
    return chart_card(
        f"Sales and forecast, {S.product['unit']}",
        chart(S.chart, SERIES, S.chart_summary, options),
        SERIES,
    )


def _top_customers() -> rx.Component:
    return titled_card(
        "Customers",
        _customer_table("Customers that buy most", S.top_customers),
        header=secondary_text(S.customer_count),
        actions=_assign(),
        is_flush=True,
    )


def _customers() -> rx.Component:
    return titled_card(
        "Customers it may be planned for",
        _customer_table("Customers", S.customers),
        header=secondary_text(S.customer_count),
        actions=_assign(),
        is_flush=True,
    )


def _assign() -> rx.Component:
    button = ghost_button(
        "Assign customers", "plus", href=f"/assignments?product_id={S.product['id']}"
    )
    return rx.cond(may(Permission.ASSIGNMENTS_EDIT), button)


def _customer_table(name: str, rows: rx.Var) -> rx.Component:
    nothing = empty_state(
        "building-2", "No customers assigned", "The product is planned for nobody yet."
    )
    return data_table(name, CUSTOMER_COLUMNS, rows, TableOptions(state=TableState(empty=nothing)))


def _prices() -> rx.Component:
    nothing = empty_state(
        "tag", "No customer has an own price", "The list price holds for everybody."
    )
    return titled_card(
        f"Prices per {S.product['unit']}, list price {S.product['list_price']}",
        data_table(
            "Prices", PRICE_COLUMNS, S.price_rows, TableOptions(state=TableState(empty=nothing))
        ),
        header=secondary_text(S.price_count),
        actions=ghost_button(
            "Open in the price list", "tag", href=f"/prices?product_id={S.product['id']}"
        ),
        is_flush=True,
    )


def _sales() -> rx.Component:
    return titled_card(
        f"Sales by month, {S.product['unit']}",
        data_table("Sales by month", MONTH_COLUMNS, S.month_rows, TableOptions(opens=False)),
        actions=ghost_button(
            "Open sales history", "history", href=f"/sales-history?product_id={S.product['id']}"
        ),
        is_flush=True,
    )


def _forecast() -> rx.Component:
    nothing = empty_state(
        "table-2", "No forecast now", "No cycle is open, or it has no row of this product."
    )
    return titled_card(
        f"{S.tiles['forecast_label']}, {S.product['unit']}",
        data_table(
            "Forecast",
            FORECAST_COLUMNS,
            S.forecast_rows,
            TableOptions(opens=False, state=TableState(empty=nothing)),
        ),
        is_flush=True,
    )


def _missing() -> rx.Component:
    return flush_card(
        empty_state(
            "search-x",
            "There is no such product",
            "It was deleted, or it never existed.",
            secondary_button("All products", "package", href="/products"),
        )
    )


def _failed() -> rx.Component:
    return flush_card(
        error_state("The product could not be loaded", "Nothing was changed.", on_retry=S.load)
    )
