"""The search of the top bar: customers and products by name or code, as far as the person sees them."""

import reflex as rx

from sop_app.kernel.paging import PageRequest
from sop_app.master_data.customers.schemas import CustomerFilter
from sop_app.master_data.customers.service import list_customers
from sop_app.master_data.products.schemas import ProductFilter
from sop_app.master_data.products.service import list_products
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work

from .gate import requires

FOUND_OF_EACH = PageRequest(page=1, size=5)
LONGEST_SEARCH = 100
SHORTEST_SEARCH = 2


class SearchState(rx.State):
    """What was found for the words in the search box; pages are found by the browser."""

    found: list[dict[str, str]] = []

    @requires(Permission.ACCOUNT_USE)
    async def find(self, words: str) -> None:
        """Find the customers and products whose name or code contains all words."""
        words = words.strip()[:LONGEST_SEARCH]
        self.found = []
        if len(words) >= SHORTEST_SEARCH:
            async with unit_of_work() as uow:
                self.found = [*await _customers(uow, words), *await _products(uow, words)]


async def _customers(uow: UnitOfWork, words: str) -> list[dict[str, str]]:
    if not uow.actor.may(Permission.CUSTOMERS_VIEW):
        return []
    page = await list_customers(uow, CustomerFilter(search=words), FOUND_OF_EACH)
    return [_found("customer", f"/customers/{row.id}", row.name, row.code) for row in page.rows]


async def _products(uow: UnitOfWork, words: str) -> list[dict[str, str]]:
    if not uow.actor.may(Permission.PRODUCTS_VIEW):
        return []
    page = await list_products(uow, ProductFilter(search=words), FOUND_OF_EACH)
    return [_found("product", f"/products/{row.id}", row.name, row.sku) for row in page.rows]


def _found(kind: str, href: str, name: str, code: str) -> dict[str, str]:
    return {"kind": kind, "href": href, "name": name, "code": code}
