"""Which cycle and which rows the forecast entry page shows, and how far they are."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import reflex as rx

from sop_app.kernel.fields import parse_key
from sop_app.planning.cycles import service as cycles
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry import entry_grid
from sop_app.planning.forecast_entry.schemas import (
    Chip,
    ContextKind,
    GridCounts,
    GridFilter,
    GridSort,
)
from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.remembered_views import recall_view, remember_view
from sop_app.ui.components import formats
from sop_app.ui.components.address_bar import write_address
from sop_app.ui.components.filter_bar import ANY
from sop_app.ui.sections.completeness_state import local
from sop_app.ui.shell.gate import requires

PAGE = "/forecast"
PAUSE = timedelta(seconds=0.8)
LONGEST_WAIT = timedelta(seconds=10)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
REST = timedelta(seconds=0.02)
ONE_RECOUNT = asyncio.Semaphore(1)
"""Held by the tab that counts, and a rest longer: whoever types in another tab comes first."""
CONTEXTS = ("last_year", "two_years_ago", "last_cycle", "average_6", "average_12")


class ForecastViewState(rx.State):
    """The filters over the grid, the counts on its chips, and the cycle's deadline."""

    cycle_id: int = 0
    cycle_name: str = ""
    status: str = "draft"
    deadline: str = ""
    time_left: str = ""
    is_open: bool = False
    may_enter: bool = False
    find: str = ""
    customer: str = ANY
    customers: list[dict[str, str]] = []
    family: str = ANY
    families: list[dict[str, str]] = []
    sales_rep: str = ANY
    sales_reps: list[dict[str, str]] = []
    chip: str = Chip.ALL.value
    counts: dict[str, int] = {"all": 0, "missing": 0, "errors": 0, "changed": 0, "comments": 0}
    complete: int = 0
    row_count: int = 0
    sort: str = GridSort.CUSTOMER.value
    is_descending: bool = False
    shows_value: bool = False
    compares: list[str] = ["last_year", "last_cycle"]
    returned_note: str = ""
    address: str = ""
    _cycle: CycleRow | None = None
    _asked_cycle: int = 0
    _edited_at: datetime = LONG_AGO
    _counts_due_at: datetime = LONG_AGO

    @rx.var
    def percent(self) -> int:
        """How many of the rows are complete, in percent."""
        return 100 * self.complete // self.row_count if self.row_count else 0

    @rx.var
    def is_filtered(self) -> bool:
        """Whether rows may be hidden by a filter."""
        chosen = (self.customer, self.family, self.sales_rep)
        return bool(self.find) or self.chip != "all" or any(one != ANY for one in chosen)

    async def _enter(self, uow: UnitOfWork) -> CycleRow | None:
        """Read the address, choose the cycle and load what the header shows."""
        asked = dict(self.router.url.query_parameters)
        asked = asked or dict(parse_qsl(await recall_view(uow, PAGE)))
        self._cycle = await _choose_cycle(uow, asked.get("cycle", ""))
        self.may_enter = uow.actor.may(Permission.FORECAST_EDIT)
        if self._cycle is None:
            return None
        self.sales_rep = _number_or_any(asked.get("rep", ""))
        self.customer = _number_or_any(asked.get("customer", ""))
        self.family = asked.get("family", ANY)[:100]
        chip = asked.get("chip", "all")
        self.chip = chip if chip in set(Chip) else "all"
        self.find = asked.get("find", "")[:100]
        self.shows_value = asked.get("unit") == "value"
        self.sort = _known_sort(asked.get("sort", ""), self._cycle)
        self.is_descending = asked.get("order") == "down"
        if compared := asked.get("compare"):
            self.compares = [kind.value for kind in ContextKind if kind in compared.split()]
        self._asked_cycle = self._cycle.id if asked.get("cycle") == str(self._cycle.id) else 0
        self._describe_cycle(self._cycle)
        self._write_address()
        await self._load_options(uow, self._cycle)
        await self._count(uow, self._cycle)
        return self._cycle

    def _clear(self, chip: str) -> None:
        """Take every filter away but a chip."""
        self.find, self.chip = "", chip
        self.customer = self.family = self.sales_rep = ANY

    def _write_address(self) -> None:
        """Say in the address which rows are shown, and how; alone it would ask for the remembered ones."""
        chip = self.chip if self.chip != Chip.ALL else ""
        shown = {"cycle": self._asked_cycle, **self._lasting_choices(), "chip": chip}
        written = write_address(PAGE, **shown, find=self.find)
        self.address = written if written != PAGE else write_address(PAGE, chip=self.chip)

    async def _remember(self, uow: UnitOfWork) -> None:
        """Keep the choices for the next visit; what was searched for and the work left are not kept."""
        choices = self._lasting_choices() | {"compare": " ".join(self.compares)}
        await remember_view(uow, PAGE, write_address("", **choices).removeprefix("?"))

    def _lasting_choices(self) -> dict[str, str]:
        return {
            "rep": self.sales_rep,
            "customer": self.customer,
            "family": self.family,
            "unit": "value" if self.shows_value else "",
            "sort": self.sort if self.sort != GridSort.CUSTOMER else "",
            "order": "down" if self.is_descending else "",
        }

    def _describe_cycle(self, cycle: CycleRow) -> None:
        self.cycle_id, self.cycle_name = cycle.id, cycle.name
        self.is_open = cycle.is_input_open
        self.deadline = formats.deadline(local(cycle.closes_at, cycle))
        left = cycle.closes_at - clock.now()
        self.time_left = f"{formats.time_left(left)} left" if cycle.is_input_open else "Closed"

    async def _load_options(self, uow: UnitOfWork, cycle: CycleRow) -> None:
        rep_id = None if self.sales_rep == ANY else int(self.sales_rep)
        options = await entry_grid.read_options(uow, cycle.id, rep_id=rep_id)
        self.customers = [{"value": str(key), "label": name} for key, name in options.customers]
        self.families = [{"value": name, "label": name} for name in options.families]
        self.sales_reps = [{"value": str(key), "label": name} for key, name in options.reps]

    async def _count(self, uow: UnitOfWork, cycle: CycleRow) -> None:
        """Count the rows the chips leave, and how far the whole forecast is."""
        shown = self._grid_filter()
        counts = await entry_grid.read_counts(uow, cycle.id, shown)
        self.counts = {
            "all": counts.all,
            "missing": counts.missing,
            "errors": counts.errors,
            "changed": counts.changed,
            "comments": counts.comments,
        }
        if shown.find or shown.customer_id or shown.family:
            counts = await entry_grid.read_counts(uow, cycle.id, GridFilter(rep_id=shown.rep_id))
        self._describe_progress(counts, is_open=cycle.is_input_open)

    def _describe_progress(self, counts: GridCounts, *, is_open: bool) -> None:
        """Say how far the forecast is, whatever part of it is shown; a sales rep's is one's own."""
        self.complete, self.row_count = counts.complete, counts.all
        self.returned_note = formats.count(counts.returned, "row") if counts.returned else ""
        self.status = _overall_status(counts, is_open=is_open)

    def _grid_filter(self) -> GridFilter:
        return GridFilter(
            find=self.find,
            customer_id=None if self.customer == ANY else int(self.customer),
            family="" if self.family == ANY else self.family,
            rep_id=None if self.sales_rep == ANY else int(self.sales_rep),
            chip=Chip(self.chip),
            sort=_order_shown(self.sort) if self.shows_value else self.sort,
            descending=self.is_descending,
        )

    def _recount_later(self) -> Any:
        """Have the counts refreshed once the person pauses; one wait serves all edits till then."""
        self._edited_at = clock.now()
        if self._edited_at < self._counts_due_at:
            return None
        self._counts_due_at = self._edited_at + LONGEST_WAIT
        return ForecastViewState.recount

    @requires(Permission.FORECAST_VIEW, background=True)
    async def recount(self) -> None:
        """Refresh counts and progress once the person pauses; typing is never held up by it."""
        left = PAUSE
        while left > timedelta():
            await asyncio.sleep(left.total_seconds())
            async with self:
                left = min(self._edited_at + PAUSE, self._counts_due_at) - clock.now()
        async with ONE_RECOUNT:
            async with self:
                self._counts_due_at = LONG_AGO
                if self._cycle is not None:
                    async with unit_of_work() as uow:
                        await self._count(uow, self._cycle)
            await asyncio.sleep(REST.total_seconds())


async def _choose_cycle(uow: UnitOfWork, asked: str) -> CycleRow | None:
    known = [cycle for cycle in await cycles.list_cycles(uow) if cycle.status != "draft"]
    chosen = next((cycle for cycle in known if str(cycle.id) == asked), None)
    return chosen or await cycles.find_current_cycle(uow) or next(iter(known), None)


def _number_or_any(text: str) -> str:
    return text if parse_key(text) else ANY


def _known_sort(text: str, cycle: CycleRow) -> str:
    months = {f"month:{index}" for index in range(len(cycle.months))}
    return text if text in months | set(GridSort) else GridSort.CUSTOMER.value


def _order_shown(sort: str) -> str:
    """Order by what a column shows when amounts stand in place of quantities."""
    if sort == GridSort.TOTAL:
        return GridSort.AMOUNT.value
    return sort.replace("month:", "amount:")


def _overall_status(counts: GridCounts, *, is_open: bool) -> str:
    """Say in one word where the rows stand together: the least advanced one decides."""
    if not is_open:
        return "locked"
    if counts.returned:
        return "returned"
    if counts.draft or not counts.all:
        return "draft" if counts.changed or counts.complete else "not_started"
    return "submitted" if counts.submitted else "approved"
