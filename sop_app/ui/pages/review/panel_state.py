"""One sales rep's submission: its largest changes and its course over the months."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from sop_app.review.submissions import service
from sop_app.review.submissions.rules import Basis, is_large
from sop_app.review.submissions.schemas import ChangeQuery, CourseMonth, Progress, RowChange, Scope
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.service import get_currency
from sop_app.ui.components import formats
from sop_app.ui.components.address_bar import write_address
from sop_app.ui.components.filter_bar import ANY
from sop_app.ui.sections.completeness_state import MILLION, months_title
from sop_app.ui.shell.gate import requires

SORTS = ("quantity", "ratio", "amount")
FEW_ROWS, MANY_ROWS = 10, 200


class ReviewPanelState(rx.State):
    """The rep that is looked at, and the rows that changed most."""

    name: str = ""
    first_name: str = ""
    status: str = "draft"
    line: str = ""
    grid_href: str = "/forecast"
    basis: str = Basis.LAST_CYCLE.value
    customer: str = ANY
    customers: list[dict[str, str]] = []
    sort_key: str = "quantity"
    changes: list[dict[str, Any]] = []
    more: str = ""
    picked: list[int] = []
    course: list[dict[str, Any]] = []
    chart_title: str = ""
    summary: str = ""
    reason_off: str = ""
    waiting_count: int = 0
    address: str = ""
    _chip: str = ""
    _wanted_customer: str = ""
    _cycle_id: int = 0
    _rep_id: int = 0
    _currency: str = ""
    _limit: int = FEW_ROWS

    @rx.var
    def before_label(self) -> str:
        """What stands over the figures compared with."""
        return Basis(self.basis).label

    @requires(Permission.FORECAST_REVIEW)
    async def choose_basis(self, value: str) -> None:
        """Compare with last cycle or last year."""
        if value in set(Basis):
            self.basis = value
            await self._reload()

    @requires(Permission.FORECAST_REVIEW)
    async def choose_customer(self, value: str) -> None:
        """Narrow the rows to one customer, or widen them to all."""
        if value in (ANY, *[option["value"] for option in self.customers]):
            self.customer, self.picked = value, []
            await self._reload()

    @requires(Permission.FORECAST_REVIEW)
    async def sort(self, key: str) -> None:
        """Put the largest change of a kind first: units, percent, or money."""
        if key in SORTS:
            self.sort_key = key
            await self._reload()

    @requires(Permission.FORECAST_REVIEW)
    async def show_more(self) -> None:
        """Show the smaller changes too."""
        self._limit = MANY_ROWS
        await self._reload()

    @requires(Permission.FORECAST_REVIEW)
    async def toggle_row(self, entry_id: int) -> None:
        """Tick one row for a decision about it alone, or take the tick away."""
        others = [picked for picked in self.picked if picked != entry_id]
        self.picked = others if entry_id in self.picked else [*others, entry_id]

    @requires(Permission.FORECAST_REVIEW)
    async def toggle_rows(self, is_ticked: bool) -> None:
        """Tick every row shown that waits, or none."""
        waiting = [row["id"] for row in self.changes if row["status"] == "submitted"]
        self.picked = waiting if is_ticked else []

    def _scope(self) -> Scope:
        customer_id = None if self.customer == ANY else int(self.customer)
        return Scope(self._cycle_id, self._rep_id, customer_id)

    def _enter(self, asked: Mapping[str, str]) -> None:
        """Take over what the address says about the submission that is looked at."""
        basis, sort = asked.get("basis", ""), asked.get("sort", "")
        self.basis = basis if basis in set(Basis) else Basis.LAST_CYCLE.value
        self.sort_key = sort if sort in SORTS else SORTS[0]
        self.customer, self._wanted_customer = ANY, asked.get("customer", "")

    def _write_address(self) -> None:
        """Say in the address whose submission is shown, and how."""
        self.address = write_address(
            "/review",
            rep=self._rep_id,
            customer=self.customer,
            chip=self._chip,
            basis=self.basis if self.basis != Basis.LAST_CYCLE else "",
            sort=self.sort_key if self.sort_key != SORTS[0] else "",
        )

    async def _open(self, uow: UnitOfWork, cycle_id: int, rep: Progress | None) -> None:
        """Show a rep's submission; an empty one when there is none."""
        if rep is None:
            self.name, self.changes, self.course = "", [], []
            return
        if (cycle_id, rep.key) != (self._cycle_id, self._rep_id):
            self.customer, self.picked, self._limit = ANY, [], FEW_ROWS
        self._cycle_id, self._rep_id = cycle_id, rep.key
        self._currency = await get_currency()
        self.name, self.status = rep.name, rep.status
        self.first_name = rep.name.split()[0]
        self.grid_href = f"/forecast?cycle={cycle_id}&rep={rep.key}"
        found = await service.list_submitted_customers(uow, Scope(cycle_id, rep.key))
        self.customers = [{"value": str(key), "label": name} for key, name in found]
        if self._wanted_customer in [option["value"] for option in self.customers]:
            self.customer = self._wanted_customer
        self._wanted_customer = ""
        span = await service.describe_span(uow, cycle_id)
        self.line = (
            f"{formats.count(rep.row_count, 'row')}, {months_title(span)} in {self._currency} M"
        )
        self.reason_off = _reason_off(rep, is_own=rep.key == uow.actor.user_id)
        if not span.last_cycle_months and self.basis == Basis.LAST_CYCLE:
            self.basis = Basis.LAST_YEAR.value
        await self._show(uow)

    async def _reload(self) -> None:
        if self._rep_id:
            async with unit_of_work() as uow:
                await self._show(uow)

    async def _show(self, uow: UnitOfWork) -> None:
        self._write_address()
        query = ChangeQuery(self._scope(), Basis(self.basis), self.sort_key, MANY_ROWS)
        found = [row for row in await service.list_changes(uow, query) if row.months]
        changes = found[: self._limit]
        left = len(found) - len(changes)
        self.more = f"Show {formats.count(left, 'smaller change')}" if left else ""
        largest = max((abs(row.change) for row in changes), default=0) or 1
        self.changes = [_change(row, largest) for row in changes]
        shown = {row.entry_id for row in changes}
        self.picked = [entry_id for entry_id in self.picked if entry_id in shown]
        self.waiting_count = len(await service.find_entries_to_decide(uow, self._scope()))
        course = await service.show_course(uow, self._scope())
        self.course = [_point(month) for month in course]
        total = sum(month.planned for month in course)
        planned = formats.money_short(total, self._currency)
        self.summary = f"{self.name} plans {planned} over {len(course)} months."


def _reason_off(rep: Progress, *, is_own: bool) -> str:
    if is_own:
        return "Nobody decides on their own forecast."
    if not rep.submitted:
        word = {"approved": "Everything is approved."}
        return word.get(rep.status, "Nothing is submitted yet.")
    return ""


def _change(row: RowChange, largest: int) -> dict[str, Any]:
    first, last = (formats.month_in_header(month) for month in (row.months[0], row.months[-1]))
    months = "all months" if row.is_whole_span else first if first == last else f"{first} to {last}"
    return {
        "id": row.entry_id,
        "product": row.product,
        "sku": row.sku,
        "detail": f"{row.customer}, {months}",
        "before": formats.number(row.before),
        "now": formats.number(row.now),
        "quantity": formats.change(row.change),
        "share": round(100 * row.change / largest),
        "ratio": formats.percent_change(row.ratio),
        "ratio_tone": "warn" if is_large(row.ratio) else "",
        "amount": formats.number(row.amount_change),
        "reason": row.reason or formats.MISSING,
        "status": row.status,
    }


def _point(month: CourseMonth) -> dict[str, Any]:
    def millions(amount: Any) -> float | None:
        return None if amount is None else round(float(amount) / MILLION, 4)

    return {
        "month": formats.month(month.month),
        "planned": millions(month.planned),
        "last_cycle": millions(month.last_cycle),
        "last_year": millions(month.last_year),
    }
