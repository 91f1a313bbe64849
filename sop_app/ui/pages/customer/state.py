"""What a customer's page shows and does."""

from typing import Any

import reflex as rx

from sop_app.actuals.sales_history import totals
from sop_app.actuals.sales_history.totals import SalesTotals
from sop_app.kernel.errors import NotFoundError
from sop_app.kernel.fields import parse_key
from sop_app.kernel.paging import LARGEST_PAGE_SIZE, PageRequest
from sop_app.master_data.assignments import service as assignments
from sop_app.master_data.customers import service
from sop_app.master_data.pricing import service as prices
from sop_app.master_data.pricing.schemas import PriceFilter
from sop_app.planning.forecast_entry.outlook import find_open_outlook
from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.components.change_log import change_rows, with_names
from sop_app.ui.shell.gate import requires

from . import rows

View = Permission.CUSTOMERS_VIEW
TABS = ("overview", "products", "prices", "sales", "forecast", "audit")
CHART_MONTHS = 24
SALES_MONTHS = 36
SHOWN_ON_OVERVIEW = 8


class CustomerState(rx.State):
    """One customer as its tabs show it; each tab is read when it is opened."""

    customer: dict[str, str] = {}
    is_loading: bool = True
    is_missing: bool = False
    has_error: bool = False
    tab: str = "overview"
    address: str = ""
    tiles: dict[str, str] = {}
    chart: list[dict[str, Any]] = []
    chart_summary: str = ""
    last_month: str = ""
    products: list[dict[str, Any]] = []
    product_count: int = 0
    sold_count: int = 0
    price_rows: list[dict[str, Any]] = []
    price_count: int = 0
    month_rows: list[dict[str, Any]] = []
    forecast_rows: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []

    @rx.var
    def top_products(self) -> list[dict[str, Any]]:
        """The products sold most, for the overview."""
        return self.products[:SHOWN_ON_OVERVIEW]

    @requires(View)
    async def load(self) -> None:
        """Show the customer and the tab that the address names."""
        tab = self.router.url.query_parameters.get("tab", TABS[0])
        self.tab = tab if tab in TABS else TABS[0]
        self.is_missing, self.is_loading, self.has_error = False, False, True
        async with unit_of_work() as uow:
            try:
                customer = await service.get_customer(uow, self._id())
            except NotFoundError:
                self.customer, self.is_missing, self.has_error = {}, True, False
                return
            self.customer = rows.details_of(customer)
            await self._show_figures(uow, customer.id, customer.currency)
            await self._show_tab(uow)
        self.has_error = False

    @requires(View)
    async def open_tab(self, tab: str) -> None:
        """Show another part of the customer."""
        if tab in TABS and self.customer:
            self.tab = tab
            async with unit_of_work() as uow:
                await self._show_tab(uow)

    async def _show_figures(self, uow: UnitOfWork, customer_id: int, currency: str) -> None:
        until = await totals.find_last_sales_month(uow)
        months = await totals.list_monthly_sales(
            uow, "customer_id", customer_id, until, SALES_MONTHS
        )
        outlook = await find_open_outlook(uow, "customer_id", customer_id)
        self.tiles = rows.sales_tiles(months, outlook, currency)
        self.chart = rows.chart_rows(months[-CHART_MONTHS:], outlook)
        self.last_month = formats.month(until)
        self.chart_summary = (
            f"Sales of {self.customer['name']} over {CHART_MONTHS} months to {self.last_month}: "
            f"{self.tiles['year']} in the last 12, {self.tiles['year_change']} against last year."
        )
        self.month_rows = rows.month_cells(months)
        self.forecast_rows = rows.forecast_cells(outlook, months) if outlook else []
        await self._show_products(uow, customer_id)

    async def _show_products(self, uow: UnitOfWork, customer_id: int) -> None:
        until = await totals.find_last_sales_month(uow)
        choices = await assignments.list_products_for_customer(uow, customer_id)
        assigned = [choice for choice in choices if choice.is_assigned]
        sales = await totals.total_products_of_customer(uow, customer_id, until)
        courses = await totals.list_courses(uow, "product_id", ("customer_id", customer_id), until)
        pairs = [(customer_id, product.id) for product in assigned]
        current = await prices.find_current_prices(uow, pairs)
        nothing = SalesTotals()
        assigned.sort(key=lambda product: -sales.get(product.id, nothing).amount)
        self.products = [
            rows.product_cells(
                product,
                current.get((customer_id, product.id)),
                sales.get(product.id, nothing),
                courses.get(product.id, []),
            )
            for product in assigned[:LARGEST_PAGE_SIZE]
        ]
        self.product_count = len(assigned)
        self.sold_count = sum(product.id in sales for product in assigned)

    async def _show_tab(self, uow: UnitOfWork) -> None:
        customer_id = int(self.customer["id"])
        here = f"/customers/{customer_id}"
        self.address = here if self.tab == TABS[0] else f"{here}?tab={self.tab}"
        if self.tab == "prices":
            newest = PageRequest("effective_date", is_descending=True, size=LARGEST_PAGE_SIZE)
            page = await prices.list_prices(uow, PriceFilter(customer_id=customer_id), newest)
            self.price_rows = [rows.price_cells(price) for price in page.rows]
            self.price_count = page.total
        elif self.tab == "audit":
            entries = await service.list_customer_history(uow, customer_id)
            reps = {rep.id: rep.name for rep in (await service.list_sales_reps(uow))}
            named = with_names(entries, "sales_rep_id", reps)
            self.changes = change_rows(named, rows.ACTIONS, rows.FIELD_NAMES, clock.here())

    def _id(self) -> int:
        text = self.router.url.path.rstrip("/").rsplit("/", 1)[-1]
        return parse_key(text)
