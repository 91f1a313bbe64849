"""The form of a price: a new one, or the correction of one that was typed wrong."""

from datetime import date
from typing import Any

import reflex as rx

from sop_app.kernel.errors import ConflictError, InvalidInputError
from sop_app.kernel.fields import parse_amount, parse_key
from sop_app.kernel.paging import PageRequest
from sop_app.master_data.customers import service as customers
from sop_app.master_data.customers.schemas import CustomerFilter
from sop_app.master_data.pricing import service
from sop_app.master_data.pricing.rules import PriceDraft
from sop_app.master_data.pricing.schemas import PriceRow
from sop_app.master_data.products import service as products
from sop_app.master_data.products.schemas import ProductFilter
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

from .columns import describe_price
from .state import PricesState

Edit = Permission.PRICES_EDIT
SUGGESTIONS = PageRequest("name", size=20)
NO_ERRORS: dict[str, str] = dict.fromkeys(
    ("customer", "product", "effective_date", "unit_price"), ""
)


class PriceFormState(rx.State):
    """The price being edited, and the customers and products suggested for a new one."""

    is_editing: bool = False
    title: str = ""
    line: str = ""
    fields: dict[str, str] = NO_ERRORS
    errors: dict[str, str] = NO_ERRORS
    is_new: bool = True
    customers: list[dict[str, str]] = []
    products: list[dict[str, str]] = []
    _edited_id: int = 0
    _version: int = 0

    @requires(Edit)
    async def open_new(self) -> None:
        """Open the form of a new price, for the customer or product looked at."""
        prices = await self.get_state(PricesState)
        async with unit_of_work() as uow:
            fields = {**NO_ERRORS, **await prices._looked_at(uow)}
            fields["effective_date"] = uow.now.date().replace(day=1).isoformat()
        self._open_form("New price", fields)
        self.line = "It values months from the first whole month on."
        self._edited_id, self._version, self.is_new = 0, 0, True
        await self._suggest_customers("")
        await self._suggest_products("")

    @requires(Edit)
    async def open_edit(self, price_id: str) -> None:
        """Open the form to correct a price."""
        async with unit_of_work() as uow:
            price = await service.get_price(uow, parse_key(price_id))
        self._edit(price)

    @requires(Edit)
    async def show_form(self, is_open: bool) -> None:
        """Close the form without saving."""
        self.is_editing = is_open and bool(self.title)

    @requires(Edit)
    async def suggest_customers(self, text: str) -> None:
        """Suggest customers whose name or code contains what is typed."""
        await self._suggest_customers(text)

    @requires(Edit)
    async def suggest_products(self, text: str) -> None:
        """Suggest products whose name or SKU contains what is typed."""
        await self._suggest_products(text)

    @requires(Edit)
    async def save(self, form: dict[str, Any]) -> None:
        """Store the price; errors appear beside their fields."""
        typed = {name: str(form.get(name, ""))[:200].strip() for name in NO_ERRORS}
        self.errors = NO_ERRORS
        try:
            async with unit_of_work() as uow:
                price = await self._store(uow, typed)
        except InvalidInputError as refusal:
            self.errors = NO_ERRORS | refusal.fields
            return
        except ConflictError as conflict:
            self._tell_conflict(conflict)
            return
        self.is_editing = False
        (await self.get_state(NoticeState))._push("success", "Price saved", describe_price(price))
        await (await self.get_state(PricesState))._reload()

    def _open_form(self, title: str, fields: dict[str, str]) -> None:
        self.title, self.fields, self.errors, self.is_editing = title, fields, NO_ERRORS, True

    def _edit(self, price: PriceRow) -> None:
        self._edited_id, self._version, self.is_new = price.id, price.version, False
        self.line = f"{price.customer_name}, {price.product_name}, {price.currency}."
        self._open_form(
            "Correct price",
            {
                "customer": price.customer_code,
                "product": price.sku,
                "effective_date": price.effective_date.isoformat(),
                "unit_price": f"{price.unit_price:.4f}".removesuffix("00"),
            },
        )

    def _tell_conflict(self, conflict: ConflictError) -> None:
        theirs: Any = conflict.theirs
        self._version = theirs.version
        stored = f"{formats.price(theirs.unit_price)} from {formats.day(theirs.effective_date)}"
        message = f"{conflict.message} Stored now: {stored}. Save again to replace it."
        self.errors = {**NO_ERRORS, "unit_price": message}

    async def _suggest_customers(self, text: str) -> None:
        wanted = CustomerFilter(search=text[:100])
        async with unit_of_work() as uow:
            page = await customers.list_customers(uow, wanted, SUGGESTIONS)
        self.customers = [{"value": row.code, "label": row.name} for row in page.rows]

    async def _suggest_products(self, text: str) -> None:
        wanted = ProductFilter(search=text[:100])
        async with unit_of_work() as uow:
            page = await products.list_products(uow, wanted, SUGGESTIONS)
        self.products = [{"value": row.sku, "label": row.name} for row in page.rows]

    async def _store(self, uow: UnitOfWork, typed: dict[str, str]) -> PriceRow:
        day, amount = _read_day(typed["effective_date"]), parse_amount(typed["unit_price"])
        problems = {
            "effective_date": "" if day else "Choose a date.",
            "unit_price": "" if amount is not None else "Price is not a number. Example: 46.20",
        }
        customer_id = product_id = 0
        if self.is_new:
            customer_id, product_id = await _find_pair(uow, typed, problems)
        wrong = {name: text for name, text in problems.items() if text}
        if wrong or day is None or amount is None:
            raise InvalidInputError(wrong)
        if not self.is_new:
            return await service.update_price(uow, self._edited_id, day, amount, self._version)
        draft = PriceDraft(
            customer_id=customer_id,
            product_id=product_id,
            effective_date=day,
            unit_price=amount,
        )
        return await service.create_price(uow, draft)


async def _find_pair(
    uow: UnitOfWork, typed: dict[str, str], problems: dict[str, str]
) -> tuple[int, int]:
    """Find the customer and the product by what was typed, adding what is wrong with it."""
    buyers = await customers.list_customers(
        uow, CustomerFilter(search=typed["customer"]), PageRequest(size=200)
    )
    items = await products.list_products(
        uow, ProductFilter(search=typed["product"]), PageRequest(size=200)
    )
    customer_ids = [row.id for row in buyers.rows if row.code.lower() == typed["customer"].lower()]
    product_ids = [row.id for row in items.rows if row.sku.lower() == typed["product"].lower()]
    if not customer_ids:
        problems["customer"] = "There is no customer with this code."
    if not product_ids:
        problems["product"] = "There is no product with this SKU."
    return (customer_ids or [0])[0], (product_ids or [0])[0]


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
