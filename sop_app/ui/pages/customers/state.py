"""What the customer list shows and does."""

from typing import Any

import reflex as rx

from sop_app.actuals.sales_history import totals
from sop_app.actuals.sales_history.totals import SalesTotals
from sop_app.kernel.errors import InUseError
from sop_app.kernel.fields import parse_key
from sop_app.master_data.customers import bulk, service
from sop_app.master_data.customers.rules import CustomerStatus
from sop_app.master_data.customers.schemas import CustomerFilter
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.service import get_currency
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.list_state import ListPlace, list_events
from sop_app.ui.shell.notices import NoticeState

from .columns import customer_cells

View, Edit = Permission.CUSTOMERS_VIEW, Permission.CUSTOMERS_EDIT
PLACE = ListPlace("/customers", "name", ("channel", "region", "sales_rep_id", "status"))


class CustomersState(list_events(View), rx.State):
    """The rows of one page, what filters offer, and the customer about to be deleted."""

    filters: dict[str, list[str]] = PLACE.no_filters
    rows: list[dict[str, Any]] = []
    summary: str = ""
    channels: list[dict[str, str]] = []
    regions: list[dict[str, str]] = []
    sales_reps: list[dict[str, str]] = []
    sales_until: str = ""
    selected: list[str] = []
    is_asking: bool = False
    doomed_name: str = ""
    hindrance: str = ""
    _doomed_id: int = 0
    _deleted_id: int = 0

    @rx.var
    def status(self) -> str:
        """The status looked for, as the filter shows it."""
        return next(iter(self.filters.get("status", [])), "any")

    @requires(View)
    async def load(self) -> None:
        """Show what the address asks for."""
        self._open()
        self.selected = []
        await self._load_choices()
        await self._reload()

    @requires(Edit)
    async def select_row(self, customer_id: str) -> None:
        """Tick a customer, or take its tick away."""
        others = [key for key in self.selected if key != customer_id]
        self.selected = others if customer_id in self.selected else [*others, customer_id]

    @requires(Edit)
    async def select_page(self, is_on: bool) -> None:
        """Tick the customers of this page, or none."""
        self.selected = [row["id"] for row in self.rows] if is_on else []

    @requires(Edit)
    async def hand_over(self, rep_id: str) -> None:
        """Hand the ticked customers to another rep."""
        rep = parse_key(rep_id) or None
        async with unit_of_work() as uow:
            changed = await bulk.reassign_customers(uow, self._selected_ids(), rep)
        names = {each["value"]: each["label"] for each in self.sales_reps}
        await self._tell(changed, f"with {names[rep_id] if rep else 'nobody'}")

    @requires(Edit)
    async def change_status(self, status: str) -> None:
        """Set the ticked customers active or inactive."""
        if status not in {each.value for each in CustomerStatus}:
            return
        async with unit_of_work() as uow:
            changed = await bulk.change_status_of_customers(
                uow, self._selected_ids(), CustomerStatus(status)
            )
        await self._tell(changed, status)

    @requires(Edit)
    async def ask_delete(self, customer_id: str) -> None:
        """Ask whether a customer shall go, naming what keeps it."""
        async with unit_of_work() as uow:
            customer = await service.get_customer(uow, parse_key(customer_id))
            dependents = await service.count_customer_dependents(uow, customer.id)
        self._doomed_id, self.doomed_name = customer.id, customer.name
        self.hindrance = InUseError(customer.name, dependents).message if dependents else ""
        self.is_asking = True

    @requires(Edit)
    async def open_question(self, is_open: bool) -> None:
        """Close the question without an answer."""
        self.is_asking = is_open and self._doomed_id > 0

    @requires(Edit)
    async def delete(self) -> None:
        """Delete the customer asked about, and offer to undo it."""
        async with unit_of_work() as uow:
            await service.delete_customer(uow, self._doomed_id)
        self.is_asking, self._deleted_id = False, self._doomed_id
        notices = await self.get_state(NoticeState)
        notices._push("success", f"{self.doomed_name} deleted", action="Undo", presses="restore")
        await self._reload()

    @requires(Edit)
    async def deactivate(self) -> None:
        """Set the customer asked about inactive instead of deleting it."""
        async with unit_of_work() as uow:
            customer = await service.deactivate_customer(uow, self._doomed_id)
        self.is_asking = False
        (await self.get_state(NoticeState))._push("success", f"{customer.name} set inactive")
        await self._reload()

    @requires(Edit)
    async def restore(self) -> None:
        """Bring the customer deleted last back."""
        async with unit_of_work() as uow:
            customer = await service.restore_customer(uow, self._deleted_id)
        (await self.get_state(NoticeState))._push("success", f"{customer.name} restored")
        await self._reload()

    def _selected_ids(self) -> list[int]:
        return [parse_key(key) for key in self.selected]

    async def _tell(self, changed: int, now: str) -> None:
        self.selected = []
        said = f"{formats.count(changed, 'customer')} now {now}"
        (await self.get_state(NoticeState))._push("success", said)
        await self._reload()

    def _place(self) -> ListPlace:
        return PLACE

    async def _load_choices(self) -> None:
        async with unit_of_work() as uow:
            choices = await service.list_customer_choices(uow)
        self.channels = [{"value": each, "label": each} for each in choices.channels]
        self.regions = [{"value": each, "label": each} for each in choices.regions]
        reps = [{"value": str(rep.id), "label": rep.name} for rep in choices.sales_reps]
        self.sales_reps = [*reps, {"value": "0", "label": "Nobody"}]

    async def _show(self, uow: UnitOfWork) -> None:
        until = await totals.find_last_sales_month(uow)
        ranking = totals.rank_by_sales(uow, self.sort_key, "customer_id", until)
        page = await service.list_customers(uow, self._wanted(), self._page_request(), ranking)
        sales = await totals.total_by_customer(uow, [row.id for row in page.rows], until)
        counts = await service.count_customers(uow)
        self.rows = [customer_cells(row, sales.get(row.id, SalesTotals())) for row in page.rows]
        self.total_count = page.total
        self.sales_until = formats.month(until)
        self.summary = (
            f"{formats.count(counts.all, 'customer')}, {formats.number(counts.active)} active. "
            f"Sales to {formats.month(until)}, in {await get_currency()}."
        )

    def _wanted(self) -> CustomerFilter:
        known = {status.value for status in CustomerStatus}
        return CustomerFilter(
            search=self.find,
            regions=tuple(self.filters["region"]),
            channels=tuple(self.filters["channel"]),
            sales_rep_ids=tuple(
                key for value in self.filters["sales_rep_id"] if (key := parse_key(value))
            ),
            statuses=tuple(
                CustomerStatus(value) for value in self.filters["status"] if value in known
            ),
        )
