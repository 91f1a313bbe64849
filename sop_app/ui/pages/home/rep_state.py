"""A sales rep's own forecast: how far it is, what is missing, which customers."""

from typing import Any

import reflex as rx

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.review.home import service
from sop_app.review.home.schemas import OpenRow, OwnCustomer
from sop_app.review.submissions.schemas import Progress
from sop_app.review.submissions.service import describe_span, list_progress_of_cycle
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.service import get_currency
from sop_app.ui.components import formats
from sop_app.ui.sections.completeness_state import local, months_title, percent_of
from sop_app.ui.shell.gate import requires


class RepHomeState(rx.State):
    """The figures of the acting rep's home page."""

    has_rows: bool = False
    status: str = "draft"
    months: str = ""
    complete: str = ""
    row_count: str = ""
    percent: int = 0
    missing: str = ""
    errors: str = ""
    time_left: str = ""
    deadline: str = ""
    is_open: bool = False
    act: str = "Open forecast"
    returned: str = ""
    returned_detail: str = ""
    open_rows: list[dict[str, Any]] = []
    open_count: str = ""
    more: str = ""
    planned_label: str = "Forecast, EUR"
    customers: list[dict[str, Any]] = []
    find: str = ""
    _cycle_id: int = 0

    @requires(Permission.FORECAST_EDIT)
    async def find_customer(self, value: str) -> None:
        """Show the customers whose name or code contains a text."""
        self.find = value
        if self._cycle_id:
            async with unit_of_work() as uow:
                await self._list_customers(uow)

    @requires(Permission.FORECAST_EDIT)
    async def clear(self) -> None:
        """Show every customer again."""
        self.find = ""
        async with unit_of_work() as uow:
            await self._list_customers(uow)

    async def _load(self, uow: UnitOfWork, cycle: CycleRow | None) -> None:
        if cycle is None:
            self.has_rows = False
            return
        self._cycle_id, self.find = cycle.id, ""
        _, found = await list_progress_of_cycle(uow, cycle.id)
        own = next((row for row in found if row.key == uow.actor.user_id), None)
        self.has_rows = own is not None
        if own is None:
            return
        self._show_status(uow, cycle, own)
        await self._show_open_rows(uow, cycle)
        await self._show_returned(uow, cycle)
        span = await describe_span(uow, cycle.id)
        self.planned_label = f"Forecast {months_title(span)}, {await get_currency()}"
        await self._list_customers(uow)

    def _show_status(self, uow: UnitOfWork, cycle: CycleRow, own: Progress) -> None:
        self.status = own.status if cycle.is_input_open or own.is_handed_in else "locked"
        self.months = (
            f"{formats.month_range(cycle.months)}. "
            f"First {cycle.mandatory_months} months are mandatory."
        )
        self.complete = formats.number(own.complete_count)
        self.row_count = f" of {formats.count(own.row_count, 'row')} complete"
        self.percent = percent_of(own.complete_count, own.row_count)
        self.is_open = cycle.is_input_open
        closes_at = local(cycle.closes_at, cycle)
        self.time_left = formats.time_left(cycle.closes_at - uow.now)
        self.deadline = f"Closes {formats.deadline(closes_at)}"
        if not cycle.is_input_open:
            self.time_left = "None"
            ended_at = local(cycle.closed_at or cycle.closes_at, cycle)
            self.deadline = f"Closed {formats.deadline(ended_at)}"
        words = {"not_started": "Start forecast", "draft": "Continue forecast"}
        words["returned"] = "Change forecast"
        self.act = words.get(self.status, "Open forecast")

    async def _show_open_rows(self, uow: UnitOfWork, cycle: CycleRow) -> None:
        found = await service.list_open_rows(uow, cycle.id)
        total = found.missing_count + found.error_count
        self.open_rows = [_open_row(row, cycle) for row in found.rows]
        self.open_count = formats.count(total, "row")
        left = total - len(found.rows)
        self.more = f"Show {left} more in the grid" if left else "Show in the grid"
        rows = formats.count(found.missing_count, "row")
        self.missing = f"{rows} with missing months" if found.missing_count else ""
        rows = formats.count(found.error_count, "row")
        self.errors = f"{rows} with an error" if found.error_count else ""

    async def _show_returned(self, uow: UnitOfWork, cycle: CycleRow) -> None:
        found = await service.find_returned(uow, cycle.id)
        if found is None or not cycle.is_input_open:
            self.returned = self.returned_detail = ""
            return
        rows = formats.count(found.row_count, "row")
        self.returned = f"{rows} returned by {found.manager or 'your manager'}."
        until = f"You can edit until {formats.deadline(local(cycle.closes_at, cycle))}."
        self.returned_detail = f"“{found.comment}” {until}" if found.comment else until

    async def _list_customers(self, uow: UnitOfWork) -> None:
        found = await service.list_own_customers(uow, self._cycle_id)
        words = self.find.strip().lower()
        self.customers = [
            _customer(row, self._cycle_id)
            for row in found
            if words in f"{row.name} {row.code}".lower()
        ]


def _open_row(row: OpenRow, cycle: CycleRow) -> dict[str, Any]:
    if row.is_error:
        trail = f"{formats.month_range(row.months)}, not a number"
    elif row.is_untouched:
        trail = f"All {len(row.months)} months"
    else:
        trail = formats.month_range(row.months)
        if len(row.months) > 1 and not _is_run(row):
            trail = formats.count(len(row.months), "month")
    return {
        "product": row.product,
        "sku": row.sku,
        "customer": row.customer,
        "trail": trail,
        "is_error": row.is_error,
        "href": f"/forecast?cycle={cycle.id}&find={row.sku}",
    }


def _is_run(row: OpenRow) -> bool:
    first, last = row.months[0], row.months[-1]
    span = (last.year - first.year) * 12 + last.month - first.month
    return span == len(row.months) - 1


def _customer(row: OwnCustomer, cycle_id: int) -> dict[str, Any]:
    open_count = row.row_count - row.complete_count - row.error_count
    if row.error_count:
        state, word = "error", f"{formats.count(row.error_count, 'row')} with error"
    elif open_count:
        state, word = "missing", f"{formats.count(open_count, 'row')} missing"
    else:
        state, word = "complete", "Complete"
    is_mine = row.status in ("draft", "not_started")
    return {
        "id": row.id,
        "href": f"/forecast?cycle={cycle_id}&customer={row.id}",
        "name": row.name,
        "code": row.code,
        "sold": formats.number(row.sold),
        "sold_change": formats.percent_change(row.sold_change),
        "planned": formats.number(row.planned),
        "planned_change": formats.percent_change(row.planned_change),
        "complete": f"{row.complete_count} / {row.row_count}",
        "complete_percent": percent_of(row.complete_count, row.row_count),
        "state": state if is_mine else "",
        "word": word,
        "status": row.status,
    }
