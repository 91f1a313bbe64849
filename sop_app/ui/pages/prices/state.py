"""What the price list shows, and withdrawing a price."""

from typing import Any

import reflex as rx

from sop_app.kernel.fields import parse_key
from sop_app.master_data.customers import service as customers
from sop_app.master_data.pricing import service
from sop_app.master_data.pricing.rules import PriceTiming
from sop_app.master_data.pricing.schemas import PriceFilter
from sop_app.master_data.products import service as products
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.list_state import ListPlace, list_events
from sop_app.ui.shell.notices import NoticeState

from .columns import describe_price, price_cells

View, Edit = Permission.PRICES_VIEW, Permission.PRICES_EDIT
PLACE = ListPlace("/prices", "customer", ("customer_id", "product_id", "family", "timing"))


class PricesState(list_events(View), rx.State):
    """The rows of one page, and the price about to be withdrawn."""

    filters: dict[str, list[str]] = PLACE.no_filters
    rows: list[dict[str, Any]] = []
    summary: str = ""
    scope: str = ""
    families: list[dict[str, str]] = []
    is_asking: bool = False
    doomed_line: str = ""
    _doomed_id: int = 0

    @requires(View)
    async def load(self) -> None:
        """Show what the address asks for."""
        self._open()
        async with unit_of_work() as uow:
            choices = await products.list_product_choices(uow)
        self.families = [{"value": each, "label": each} for each in choices.families]
        await self._reload()

    @requires(View)
    async def widen(self) -> None:
        """Show the prices of all customers and products again."""
        self.filters = {**self.filters, "customer_id": [], "product_id": []}
        self.page = 1
        await self._reload()

    @requires(Edit)
    async def ask_delete(self, price_id: str) -> None:
        """Ask whether a price shall be withdrawn."""
        async with unit_of_work() as uow:
            price = await service.get_price(uow, parse_key(price_id))
        self._doomed_id, self.doomed_line, self.is_asking = price.id, describe_price(price), True

    @requires(Edit)
    async def open_question(self, is_open: bool) -> None:
        """Close the question without an answer."""
        self.is_asking = is_open and self._doomed_id > 0

    @requires(Edit)
    async def delete(self) -> None:
        """Withdraw the price asked about."""
        async with unit_of_work() as uow:
            await service.delete_price(uow, self._doomed_id)
        self.is_asking = False
        (await self.get_state(NoticeState))._push("success", "Price withdrawn", self.doomed_line)
        await self._reload()

    def _place(self) -> ListPlace:
        return PLACE

    async def _looked_at(self, uow: UnitOfWork) -> dict[str, str]:
        """Give the codes of the customer and the product that the list is narrowed to."""
        found: dict[str, str] = {}
        customer_id, product_id = self._only("customer_id"), self._only("product_id")
        if customer_id:
            found["customer"] = (await customers.get_customer(uow, customer_id)).code
        if product_id:
            found["product"] = (await products.get_product(uow, product_id)).sku
        return found

    async def _show(self, uow: UnitOfWork) -> None:
        page = await service.list_prices(uow, self._wanted(), self._page_request())
        counts = await service.count_prices(uow)
        self.rows = [price_cells(row) for row in page.rows]
        self.total_count = page.total
        self.scope = await self._describe_scope(uow)
        self.summary = (
            f"{formats.count(counts.all, 'price')}, {formats.number(counts.current)} current, "
            f"{formats.number(counts.upcoming)} upcoming. Without an own price the list price holds."
        )

    async def _describe_scope(self, uow: UnitOfWork) -> str:
        names = []
        customer_id, product_id = self._only("customer_id"), self._only("product_id")
        if customer_id:
            names.append((await customers.get_customer(uow, customer_id)).name)
        if product_id:
            names.append((await products.get_product(uow, product_id)).name)
        return ", ".join(names)

    def _wanted(self) -> PriceFilter:
        known = {timing.value for timing in PriceTiming}
        return PriceFilter(
            search=self.find,
            customer_id=self._only("customer_id"),
            product_id=self._only("product_id"),
            families=tuple(self.filters["family"]),
            timings=tuple(PriceTiming(each) for each in self.filters["timing"] if each in known),
        )

    def _only(self, name: str) -> int | None:
        return parse_key(next(iter(self.filters[name]), "")) or None
