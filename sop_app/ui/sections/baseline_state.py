"""Which run of the baseline forecast the pages show, and how another one is started."""

from typing import Any

import reflex as rx

from sop_app.kernel.errors import InvalidInputError
from sop_app.kernel.fields import parse_count, parse_key
from sop_app.master_data.products import categories
from sop_app.planning.baseline import service
from sop_app.planning.baseline.rules import BACKTEST_WINDOWS, HORIZON_MONTHS
from sop_app.planning.baseline.schemas import RunRequest, RunRow
from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.job_state import JobState

VIEW, RUN = Permission.STATISTICS_VIEW, Permission.STATISTICS_RUN
NO_ERRORS = {"method": "", "horizon": "", "windows": "", "history": ""}
EVERYTHING = "all"
METHODS = [(method.name, method.title) for method in service.describe_methods()]
TITLES = dict(METHODS)


class BaselineState(rx.State):
    """The newest complete run in a few words, and the form that starts another."""

    run_id: int = 0
    line: str = ""
    is_form_open: bool = False
    errors: dict[str, str] = NO_ERRORS
    scopes: list[dict[str, str]] = []
    awaited_job: int = 0
    reading: int = 0

    @requires(RUN)
    async def show_form(self, is_open: bool) -> None:
        """Open or close the form."""
        if is_open:
            async with unit_of_work() as uow:
                tree = await categories.list_categories(uow)
            everything = {"value": EVERYTHING, "label": "All products"}
            found = [{"value": str(node.id), "label": node.label} for node in tree]
            self.scopes = [everything, *found]
        self.is_form_open, self.errors = is_open, NO_ERRORS

    @requires(RUN)
    async def start_run(self, form: dict[str, Any]) -> Any:
        """Order a run as the form says, and follow it."""
        try:
            request = RunRequest(
                method=str(form.get("method", "")),
                horizon=_count(form, "horizon"),
                windows=_count(form, "windows"),
                category_id=parse_key(str(form.get("scope", EVERYTHING))) or None,
            )
            async with unit_of_work() as uow:
                _, self.awaited_job = await service.order_run(uow, request)
        except InvalidInputError as refusal:
            self.errors = NO_ERRORS | refusal.fields
            return None
        self.is_form_open, self.errors = False, NO_ERRORS
        return JobState.watch(self.awaited_job)

    async def _read(self, uow: UnitOfWork) -> RunRow | None:
        """Take over the newest complete run; nothing is awaited once the newest of all has ended."""
        self.reading += 1
        run = await service.find_latest_run(uow)
        newest = await service.list_runs(uow, 1)
        if not newest or newest[0].status not in ("queued", "running"):
            self.awaited_job = 0
        self.run_id = run.id if run else 0
        self.line = run_line(run) if run else ""
        return run


def run_line(run: RunRow) -> str:
    """Write what a run is: "Run 7, automatic, sales to Oct 2026, today 05:04 by Hannah Weiss"."""
    when = formats.moment(run.finished_at or run.created_at, clock.here())
    title = TITLES.get(run.method, run.method).lower()
    return (
        f"Run {run.id}, {title}, sales to {formats.month(run.last_month)}, "
        f"{when[:1].lower()}{when[1:]} by {run.created_by_name}"
    )


def _count(form: dict[str, Any], name: str) -> int:
    text = str(form.get(name, ""))
    count = parse_count(text)
    if count is None:
        raise InvalidInputError({name: f"'{text[:40]}' is no whole number. An example is 12."})
    return count


FIRST_VALUES = {"method": "auto", "horizon": str(HORIZON_MONTHS), "windows": str(BACKTEST_WINDOWS)}
