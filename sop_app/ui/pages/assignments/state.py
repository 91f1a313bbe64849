"""What the assignments page shows and does for one customer or one product."""

from typing import Any
from urllib.parse import urlencode

import reflex as rx

from sop_app.kernel.fields import parse_key
from sop_app.kernel.paging import LARGEST_PAGE_SIZE, PageRequest
from sop_app.master_data.assignments import service
from sop_app.master_data.assignments.schemas import AssignmentChange, AssignmentOutcome, Choice
from sop_app.master_data.customers import service as customers
from sop_app.master_data.customers.rules import CustomerStatus
from sop_app.master_data.customers.schemas import CustomerFilter
from sop_app.master_data.products import service as products
from sop_app.master_data.products.rules import ProductStatus
from sop_app.master_data.products.schemas import ProductFilter
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

from . import rows

View, Edit = Permission.ASSIGNMENTS_VIEW, Permission.ASSIGNMENTS_EDIT
BY_CUSTOMER, BY_PRODUCT, MATRIX = "customer", "product", "matrix"
VIEWS = (BY_CUSTOMER, BY_PRODUCT, MATRIX)
SUBJECTS_PER_PAGE = 12
ALL_FAMILIES = "*"


class AssignmentsState(rx.State):
    """The customers (or products) to choose from, and what may be planned for the chosen one."""

    view: str = BY_CUSTOMER
    address: str = ""
    is_loading: bool = True
    find: str = ""
    page: int = 1
    subjects: list[dict[str, Any]] = []
    subject_count: int = 0
    subject_id: str = ""
    subject_name: str = ""
    families: list[dict[str, str]] = []
    family: str = ALL_FAMILIES
    find_choice: str = ""
    choices: list[dict[str, Any]] = []
    choice_count: int = 0
    assigned_count: int = 0
    shown_on: int = 0
    shown_off: int = 0
    saved_line: str = ""

    @requires(View)
    async def load(self) -> None:
        """Show the customer or product that the address names, else the first one."""
        asked = self.router.url.query_parameters
        self.view = _view_of(asked.get("view", ""), is_product="product_id" in asked)
        self.find, self.page, self.find_choice, self.saved_line = "", 1, "", ""
        self.family = asked.get("family", ALL_FAMILIES) if self.view != MATRIX else ALL_FAMILIES
        self.subject_id = asked.get(f"{self.view}_id", "")
        await self._reload()

    @requires(View)
    async def show_view(self, view: str) -> None:
        """Switch between customers, products and the matrix."""
        if view in VIEWS:
            self.view, self.subject_id, self.family = view, "", ALL_FAMILIES
            self.find, self.page, self.find_choice, self.saved_line = "", 1, "", ""
            await self._reload()

    @requires(View)
    async def find_subjects(self, text: str) -> None:
        """Find customers (or products) to choose from."""
        self.find, self.page = text[:200], 1
        await self._reload()

    @requires(View)
    async def turn_page(self, page: int) -> None:
        """Show more customers (or products) to choose from."""
        self.page = max(1, page)
        await self._reload()

    @requires(View)
    async def choose(self, subject_id: str) -> None:
        """Choose a customer (or a product)."""
        self.subject_id, self.find_choice, self.saved_line = subject_id, "", ""
        await self._reload()

    @requires(View)
    async def choose_family(self, family: str) -> None:
        """Show the products of one family, or of all."""
        self.family = family
        await self._reload()

    @requires(View)
    async def find_choices(self, text: str) -> None:
        """Find what can be assigned to the chosen one."""
        self.find_choice = text[:200]
        await self._reload()

    @requires(Edit)
    async def switch(self, choice_id: str, is_on: bool) -> None:
        """Assign one product to the customer, or end it; saved at once."""
        await self._store([choice_id], is_on)

    @requires(Edit)
    async def assign_shown(self) -> None:
        """Assign everything shown."""
        await self._store([row["id"] for row in self.choices if not row["is_on"]], True)

    @requires(Edit)
    async def end_shown(self) -> None:
        """End every assignment shown."""
        await self._store([row["id"] for row in self.choices if row["is_on"]], False)

    async def _store(self, choice_ids: list[str], is_on: bool) -> None:
        subject = parse_key(self.subject_id)
        pairs = [
            (subject, parse_key(key)) if self.view == BY_CUSTOMER else (parse_key(key), subject)
            for key in choice_ids
        ]
        async with unit_of_work() as uow:
            outcome = await service.set_assignments(
                uow, [AssignmentChange(*pair, is_on) for pair in pairs]
            )
            self.saved_line = _saved(outcome, f"{uow.now:%H:%M}")
        (await self.get_state(NoticeState))._announce(self.saved_line)
        await self._reload()

    async def _reload(self) -> None:
        self.is_loading = False
        if self.view != MATRIX:
            async with unit_of_work() as uow:
                await self._show_subjects(uow)
                if self.subject_id:
                    await self._show_choices(uow)
        self._write_address()

    async def _show_subjects(self, uow: UnitOfWork) -> None:
        page = PageRequest("name", page=self.page, size=SUBJECTS_PER_PAGE)
        if self.view == BY_CUSTOMER:
            active = CustomerFilter(search=self.find, statuses=(CustomerStatus.ACTIVE,))
            buyers = await customers.list_customers(uow, active, page)
            self.subjects = [rows.customer_subject(row) for row in buyers.rows]
            self.subject_count = buyers.total
        else:
            sold = ProductFilter(
                search=self.find, statuses=(ProductStatus.NEW, ProductStatus.ACTIVE)
            )
            items = await products.list_products(uow, sold, page)
            self.subjects = [rows.product_subject(row) for row in items.rows]
            self.subject_count = items.total
        if not self.subject_id and self.subjects:
            self.subject_id = self.subjects[0]["id"]

    async def _show_choices(self, uow: UnitOfWork) -> None:
        subject = parse_key(self.subject_id)
        if self.view == BY_CUSTOMER:
            self.subject_name = (await customers.get_customer(uow, subject)).name
            await self._show_families(uow, subject)
            family = None if self.family == ALL_FAMILIES else self.family
            found = await service.list_products_for_customer(uow, subject, family, self.find_choice)
        else:
            product = await products.get_product(uow, subject)
            self.subject_name, self.assigned_count = product.name, product.customer_count
            found = await service.list_customers_for_product(uow, subject, self.find_choice)
        self._take(found)

    async def _show_families(self, uow: UnitOfWork, customer_id: int) -> None:
        counts = await service.list_families_of_customer(uow, customer_id)
        self.assigned_count = sum(count.assigned for count in counts)
        every = formats.number(sum(count.all for count in counts))
        self.families = [
            {
                "value": ALL_FAMILIES,
                "label": "All families",
                "count": f"{self.assigned_count} of {every}",
            },
            *(
                {
                    "value": count.family,
                    "label": rows.family_label(count.family),
                    "count": f"{count.assigned} of {count.all}",
                }
                for count in counts
            ),
        ]

    def _take(self, found: list[Choice]) -> None:
        shown = found[:LARGEST_PAGE_SIZE]
        self.choices = [rows.choice_cells(choice) for choice in shown]
        self.choice_count = len(found)
        self.shown_on = sum(choice.is_assigned for choice in shown)
        self.shown_off = len(shown) - self.shown_on

    def _write_address(self) -> None:
        query: dict[str, str] = {}
        if self.view == MATRIX:
            return
        if self.subject_id:
            query[f"{self.view}_id"] = self.subject_id
        if self.family != ALL_FAMILIES:
            query["family"] = self.family
        self.address = f"/assignments?{urlencode(query)}" if query else "/assignments"


def _view_of(asked: str, *, is_product: bool) -> str:
    if asked in VIEWS:
        return asked
    return BY_PRODUCT if is_product else BY_CUSTOMER


def _saved(outcome: AssignmentOutcome, at: str) -> str:
    parts = []
    if outcome.activated:
        parts.append(f"{formats.number(outcome.activated)} assigned")
    if outcome.ended:
        parts.append(f"{formats.number(outcome.ended)} ended")
    return f"Saved {at}: {', '.join(parts) or 'nothing had to change'}"
