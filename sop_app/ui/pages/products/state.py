"""What the product list shows and does."""

from datetime import date
from typing import Any

import reflex as rx

from sop_app.actuals.sales_history import totals
from sop_app.actuals.sales_history.totals import SalesTotals
from sop_app.kernel.errors import InUseError
from sop_app.kernel.fields import parse_key
from sop_app.master_data.products import categories, service
from sop_app.master_data.products.rules import ProductStatus
from sop_app.master_data.products.schemas import ProductFilter
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.list_state import ListPlace, list_events
from sop_app.ui.shell.notices import NoticeState

from .columns import product_cells

View, Edit = Permission.PRODUCTS_VIEW, Permission.PRODUCTS_EDIT
PLACE = ListPlace("/products", "name", ("category_id", "family", "location", "status"))


class ProductsState(list_events(View), rx.State):
    """The rows of one page, what filters offer, and the product about to be deleted."""

    filters: dict[str, list[str]] = PLACE.no_filters
    rows: list[dict[str, Any]] = []
    summary: str = ""
    categories: list[dict[str, str]] = []
    families: list[dict[str, str]] = []
    locations: list[dict[str, str]] = []
    is_asking: bool = False
    doomed_name: str = ""
    hindrance: str = ""
    _doomed_id: int = 0
    _deleted_id: int = 0

    @rx.var
    def category(self) -> str:
        """The branch of the tree looked at, as the filter shows it."""
        return next(iter(self.filters.get("category_id", [])), "any")

    @requires(View)
    async def load(self) -> None:
        """Show what the address asks for."""
        self._open()
        await self._load_choices()
        await self._reload()

    @requires(Edit)
    async def ask_delete(self, product_id: str) -> None:
        """Ask whether a product shall go, naming what keeps it."""
        async with unit_of_work() as uow:
            product = await service.get_product(uow, parse_key(product_id))
            dependents = await service.count_product_dependents(uow, product.id)
        self._doomed_id, self.doomed_name = product.id, product.name
        self.hindrance = InUseError(product.name, dependents).message if dependents else ""
        self.is_asking = True

    @requires(Edit)
    async def open_question(self, is_open: bool) -> None:
        """Close the question without an answer."""
        self.is_asking = is_open and self._doomed_id > 0

    @requires(Edit)
    async def delete(self) -> None:
        """Delete the product asked about, and offer to undo it."""
        async with unit_of_work() as uow:
            await service.delete_product(uow, self._doomed_id)
        self.is_asking, self._deleted_id = False, self._doomed_id
        notices = await self.get_state(NoticeState)
        notices._push("success", f"{self.doomed_name} deleted", action="Undo", presses="restore")
        await self._reload()

    @requires(Edit)
    async def discontinue(self) -> None:
        """Discontinue the product asked about instead of deleting it."""
        async with unit_of_work() as uow:
            product = await service.discontinue_product(uow, self._doomed_id)
        self.is_asking = False
        (await self.get_state(NoticeState))._push("success", f"{product.name} discontinued")
        await self._reload()

    @requires(Edit)
    async def restore(self) -> None:
        """Bring the product deleted last back."""
        async with unit_of_work() as uow:
            product = await service.restore_product(uow, self._deleted_id)
        (await self.get_state(NoticeState))._push("success", f"{product.name} restored")
        await self._reload()

    def _place(self) -> ListPlace:
        return PLACE

    async def _load_choices(self) -> None:
        async with unit_of_work() as uow:
            choices = await service.list_product_choices(uow)
            tree = await categories.list_categories(uow)
        self.families = [{"value": each, "label": each} for each in choices.families]
        self.locations = [{"value": each, "label": each} for each in choices.locations]
        self.categories = [{"value": str(node.id), "label": node.label} for node in tree]

    async def _show(self, uow: UnitOfWork) -> None:
        until, ranking = None, None
        if uow.actor.may(Permission.SALES_HISTORY_VIEW):
            until = await totals.find_last_sales_month(uow)
            ranking = totals.rank_by_sales(uow, self.sort_key, "product_id", until)
        page = await service.list_products(uow, self._wanted(), self._page_request(), ranking)
        sales: dict[int, SalesTotals] = {}
        if until:
            sales = await totals.total_by_product(uow, [row.id for row in page.rows], until)
        self.rows = [product_cells(row, sales.get(row.id, SalesTotals())) for row in page.rows]
        self.total_count = page.total
        self.summary = await _summary(uow, until)

    def _wanted(self) -> ProductFilter:
        known = {status.value for status in ProductStatus}
        category = self.category
        return ProductFilter(
            search=self.find,
            category_id=parse_key(category) or None,
            families=tuple(self.filters["family"]),
            locations=tuple(self.filters["location"]),
            statuses=tuple(
                ProductStatus(value) for value in self.filters["status"] if value in known
            ),
        )


async def _summary(uow: UnitOfWork, until: date | None) -> str:
    counts = await service.count_products(uow)
    sold = f" Sales to {formats.month(until)}." if until else ""
    return (
        f"{formats.count(counts.all, 'product')}: {formats.number(counts.active)} active, "
        f"{formats.number(counts.new)} new, {formats.number(counts.discontinued)} discontinued."
        f"{sold}"
    )
