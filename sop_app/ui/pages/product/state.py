"""What a product's page shows and does."""

from typing import Any

import reflex as rx

from sop_app.actuals.sales_history import totals
from sop_app.actuals.sales_history.totals import SalesTotals
from sop_app.kernel.errors import NotFoundError
from sop_app.kernel.fields import parse_key
from sop_app.kernel.paging import LARGEST_PAGE_SIZE, PageRequest
from sop_app.master_data.assignments import service as assignments
from sop_app.master_data.pricing import service as prices
from sop_app.master_data.pricing.schemas import PriceFilter
from sop_app.master_data.products import categories, service
from sop_app.planning.forecast_entry.outlook import find_open_outlook
from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.components.change_log import change_rows, with_names
from sop_app.ui.shell.gate import requires

from . import rows

View = Permission.PRODUCTS_VIEW
TABS = ("overview", "customers", "prices", "sales", "forecast", "audit")
CHART_MONTHS = 24
SALES_MONTHS = 36
SHOWN_ON_OVERVIEW = 8


class ProductState(rx.State):
    """One product as its tabs show it; each tab is read when it is opened."""

    product: dict[str, str] = {}
    is_loading: bool = True
    is_missing: bool = False
    has_error: bool = False
    tab: str = "overview"
    address: str = ""
    tiles: dict[str, str] = {}
    chart: list[dict[str, Any]] = []
    chart_summary: str = ""
    last_month: str = ""
    customers: list[dict[str, Any]] = []
    customer_count: int = 0
    buyer_count: int = 0
    price_rows: list[dict[str, Any]] = []
    price_count: int = 0
    month_rows: list[dict[str, Any]] = []
    forecast_rows: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []

    @rx.var
    def top_customers(self) -> list[dict[str, Any]]:
        """The customers that buy most, for the overview."""
        return self.customers[:SHOWN_ON_OVERVIEW]

    @requires(View)
    async def load(self) -> None:
        """Show the product and the tab that the address names."""
        tab = self.router.url.query_parameters.get("tab", TABS[0])
        self.tab = tab if tab in TABS else TABS[0]
        self.is_missing, self.is_loading, self.has_error = False, False, True
        async with unit_of_work() as uow:
            try:
                product = await service.get_product(uow, self._id())
            except NotFoundError:
                self.product, self.is_missing, self.has_error = {}, True, False
                return
            self.product = rows.details_of(product)
            if uow.actor.may(Permission.SALES_HISTORY_VIEW):
                await self._show_figures(uow, product.id)
                await self._show_customers(uow, product.id)
            await self._show_tab(uow)
        self.has_error = False

    @requires(Permission.SALES_HISTORY_VIEW)
    async def open_tab(self, tab: str) -> None:
        """Show another part of the product."""
        if tab in TABS and self.product:
            self.tab = tab
            async with unit_of_work() as uow:
                await self._show_tab(uow)

    async def _show_figures(self, uow: UnitOfWork, product_id: int) -> None:
        until = await totals.find_last_sales_month(uow)
        months = await totals.list_monthly_sales(uow, "product_id", product_id, until, SALES_MONTHS)
        outlook = await find_open_outlook(uow, "product_id", product_id)
        self.tiles = rows.sales_tiles(months, outlook)
        self.chart = rows.chart_rows(months[-CHART_MONTHS:], outlook)
        self.last_month = formats.month(until)
        self.chart_summary = (
            f"Units of {self.product['name']} sold over {CHART_MONTHS} months to "
            f"{self.last_month}: {self.tiles['year']} in the last 12, "
            f"{self.tiles['year_change']} against last year."
        )
        self.month_rows = rows.month_cells(months)
        self.forecast_rows = rows.forecast_cells(outlook, months) if outlook else []

    async def _show_customers(self, uow: UnitOfWork, product_id: int) -> None:
        until = await totals.find_last_sales_month(uow)
        choices = await assignments.list_customers_for_product(uow, product_id)
        assigned = [choice for choice in choices if choice.is_assigned]
        sales = await totals.total_customers_of_product(uow, product_id, until)
        courses = await totals.list_courses(uow, "customer_id", ("product_id", product_id), until)
        nothing = SalesTotals()
        assigned.sort(key=lambda customer: -sales.get(customer.id, nothing).quantity)
        shown = assigned[:LARGEST_PAGE_SIZE]
        pairs = [(customer.id, product_id) for customer in shown]
        current = await prices.find_current_prices(uow, pairs)
        self.customers = [
            rows.customer_cells(
                customer,
                current.get((customer.id, product_id)),
                sales.get(customer.id, nothing),
                courses.get(customer.id, []),
            )
            for customer in shown
        ]
        self.customer_count = len(assigned)
        self.buyer_count = sum(customer.id in sales for customer in assigned)

    async def _show_tab(self, uow: UnitOfWork) -> None:
        product_id = int(self.product["id"])
        here = f"/products/{product_id}"
        self.address = here if self.tab == TABS[0] else f"{here}?tab={self.tab}"
        if self.tab == "prices" and uow.actor.may(Permission.PRICES_VIEW):
            newest = PageRequest("effective_date", is_descending=True, size=LARGEST_PAGE_SIZE)
            page = await prices.list_prices(uow, PriceFilter(product_id=product_id), newest)
            self.price_rows = [rows.price_cells(price) for price in page.rows]
            self.price_count = page.total
        elif self.tab == "audit" and uow.actor.may(Permission.PRICES_VIEW):
            entries = await service.list_product_history(uow, product_id)
            tree = await categories.list_categories(uow)
            named = with_names(entries, "category_id", {node.id: node.label for node in tree})
            self.changes = change_rows(named, rows.ACTIONS, rows.FIELD_NAMES, clock.here())

    def _id(self) -> int:
        text = self.router.url.path.rstrip("/").rsplit("/", 1)[-1]
        return parse_key(text)
