"""What the page of one import shows and does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import reflex as rx

from sop_app.actuals.sales_history.service import find_end_of_import
from sop_app.kernel.errors import NotFoundError
from sop_app.kernel.fields import parse_key
from sop_app.kernel.paging import PageRequest
from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.jobs import service as jobs
from sop_app.system.jobs.schemas import JobStatus, JobView
from sop_app.system.spreadsheets import saved_mappings, staging
from sop_app.system.spreadsheets.changes import ALL_OUTCOMES, WITH_CHANGES, list_changes
from sop_app.system.spreadsheets.difference import RowOutcome
from sop_app.system.spreadsheets.schemas import BatchStatus, BatchView
from sop_app.ui.components import formats
from sop_app.ui.sections.import_preview import NO_TILES, PAGE_SIZE
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.job_state import JobState
from sop_app.ui.shell.notices import NoticeState

from . import rows

Use = Permission.IMPORTS_USE
POLL_SECONDS = 0.6
OUTCOMES = {
    "changes": WITH_CHANGES,
    "wrong": frozenset({RowOutcome.WRONG}),
    "all": ALL_OUTCOMES,
}
# Where a line sums up a month, single wrong rows have a table of their own.
SUMMED_OUTCOMES = {key: found - {RowOutcome.WRONG} for key, found in OUTCOMES.items()} | {
    "wrong": OUTCOMES["wrong"]
}


class ImportBatchState(rx.State):
    """One import: its columns, its questions, and the part of its changes that is shown."""

    batch_id: int = 0
    version: int = 0
    status: str = ""
    has_ended: bool = False
    again_href: str = "/imports"
    is_missing: bool = False
    is_loading: bool = True
    title: str = "Import"
    line: str = ""
    refusal: str = ""
    earlier: str = ""
    earlier_href: str = ""
    to_do: str = ""
    to_do_how: str = ""
    remark: str = ""
    removal: str = ""
    target: str = ""
    target_href: str = ""
    header: str = "0"
    header_rows: list[dict[str, str]] = []
    saved: list[dict[str, str]] = []
    shares: list[dict[str, str]] = []
    share_total: dict[str, str] = dict.fromkeys(("title", "rows", "quantity", "amount"), "")
    steps: list[dict[str, str]] = [{"detail": "", "status": "pending"}] * 4
    columns: list[dict[str, str]] = []
    fields: list[dict[str, str]] = []
    series: list[dict[str, str]] = []
    choices: list[dict[str, Any]] = []
    sheets: list[dict[str, str]] = []
    sheet: str = ""
    matched: str = ""
    mapping_name: str = ""
    tiles: dict[str, str] = NO_TILES
    is_blocked: bool = False
    is_acceptable: bool = False
    is_ready: bool = False
    is_compared: bool = False
    first_header: str = "Row"
    has_net: bool = False
    headers: list[dict[str, str]] = []
    lines: list[dict[str, Any]] = []
    shown: str = "changes"
    page: int = 1
    line_count: int = 0
    is_running: bool = False
    job_detail: str = ""
    percent: int = 0

    @requires(Use)
    async def load(self) -> Any:
        """Show the import that the address names, and follow what the worker does for it."""
        text = self.router.url.path.rstrip("/").rsplit("/", 1)[-1]
        self.reset()
        self.batch_id = parse_key(text)
        async with unit_of_work() as uow:
            try:
                await self._show(uow)
            except NotFoundError:
                self.is_missing, self.is_loading = True, False
                return None
        return ImportBatchState.watch(self.batch_id) if self.is_running else None

    @requires(Use, background=True)
    async def watch(self, batch_id: int) -> None:
        """Follow the worker to the end of a step and show what it found."""
        while True:
            async with unit_of_work() as uow:
                view = await staging.get_batch(uow, batch_id)
                job = await jobs.get_job(uow, view.job_id) if view.job_id else None
            async with self:
                if self.batch_id != batch_id:
                    return
                if job is None or job.status.has_ended:
                    await self._end(job)
                    return
                self._show_job(job)
            await asyncio.sleep(POLL_SECONDS)

    @requires(Use)
    async def stop(self) -> None:
        """Stop what the worker does."""
        async with unit_of_work() as uow:
            await staging.stop_work(uow, self.batch_id)

    @requires(Use)
    async def check(self) -> Any:
        """Check all rows and compare them with what is stored."""
        return await self._start(lambda uow: staging.start_preview(uow, self.batch_id))

    @requires(Use)
    async def leave_out(self) -> Any:
        """Leave the wrong rows out on accepting."""
        return await self._start(lambda uow: staging.leave_wrong_rows_out(uow, self.batch_id))

    @requires(Use)
    async def accept(self) -> Any:
        """Store what is shown, all or nothing."""
        return await self._start(lambda uow: staging.start_accept(uow, self.batch_id, self.version))

    @requires(Use)
    async def give_up(self) -> Any:
        """Cancel the import; nothing of it is stored."""
        async with unit_of_work() as uow:
            await staging.cancel_import(uow, self.batch_id)
        return rx.redirect("/imports")

    @requires(Use)
    async def mark_errors(self) -> Any:
        """Let the worker write the file with its errors marked, and download it."""
        async with unit_of_work() as uow:
            job_id = await staging.order_error_workbook(uow, self.batch_id)
        return JobState.watch(job_id)

    async def _start(self, act: Callable[[UnitOfWork], Awaitable[Any]]) -> Any:
        """Do one act, show what it left, and follow the worker if it has to do something."""
        async with unit_of_work() as uow:
            await act(uow)
            await self._show(uow)
        return ImportBatchState.watch(self.batch_id) if self.is_running else None

    async def _end(self, job: JobView | None) -> None:
        notices = await self.get_state(NoticeState)
        async with unit_of_work() as uow:
            await self._show(uow)
        if job is None or self.refusal:
            return
        if job.status is JobStatus.FAILED:
            notices._push_error(job.error)
        elif job.status is JobStatus.CANCELLED:
            notices._push("info", "Stopped", "Nothing was stored.")
        elif self.status == BatchStatus.ACCEPTED:
            notices._push("success", "Import accepted", self.steps[3]["detail"])

    async def _show(self, uow: UnitOfWork) -> None:
        view = await staging.get_batch(uow, self.batch_id)
        job = await jobs.get_job(uow, view.job_id) if view.job_id else None
        self.is_loading, self.is_running = False, False
        if job is not None:
            self._show_job(job)
        self._show_view(view)
        self.target_href += await _months_to_show(uow, view)
        saved = await saved_mappings.list_mappings(uow, view.kind)
        self.saved = rows.mapping_options(view, saved)
        if view.status in (BatchStatus.PREVIEWED, BatchStatus.ACCEPTED):
            await self._show_lines(uow)
        else:
            self.lines, self.headers, self.line_count, self.is_compared = [], [], 0, False

    def _show_job(self, job: JobView) -> None:
        self.is_running = not job.status.has_ended
        self.percent = job.percent
        counts = f"{job.done_count:,} of {job.total_count:,} rows" if job.total_count else ""
        self.job_detail = ", ".join(part for part in (job.stage or "Waiting", counts) if part)

    def _show_view(self, view: BatchView) -> None:
        self.version, self.status = view.version, view.status.value
        self.title = f"Import {view.kind_title[:1].lower()}{view.kind_title[1:]}"
        self.line = f"{view.file_name}. {_line(view, clock.here())}"
        self.has_ended, self.again_href = view.status.has_ended, f"/imports?kind={view.kind}"
        self.refusal = view.refusal
        self.earlier = _earlier(view)
        is_own = view.earlier is not None and view.earlier.is_own
        self.earlier_href = f"/imports/{view.earlier.batch_id}" if view.earlier and is_own else ""
        self.to_do, self.to_do_how = rows.to_do(view) if view.columns else ("", "")
        self.target, self.target_href = rows.TARGETS.get(view.kind, ("", ""))
        self.header, self.header_rows = str(view.header_row), rows.header_options(view)
        self.shares, self.share_total = rows.share_rows(view), rows.share_total(view)
        self.steps = rows.step_rows(view, is_running=self.is_running)
        self.columns = rows.column_rows(view)
        self.fields = rows.field_options(view, is_month_series=False)
        self.series = rows.field_options(view, is_month_series=True)
        self.choices = rows.choice_rows(view)
        self.sheets = rows.sheet_options(view)
        self.sheet = view.sheet
        matched = sum(row["field"] != rows.NOT_IMPORTED for row in self.columns)
        self.matched = f"{matched} matched"
        self.mapping_name = view.mapping_name
        self.tiles = NO_TILES | rows.tile_texts(view)
        self.is_ready = view.status is BatchStatus.READ and view.is_ready
        is_previewed = view.status is BatchStatus.PREVIEWED
        self.is_blocked = is_previewed and view.blocks
        self.is_acceptable = is_previewed and not view.blocks and view.counts.effect > 0
        self.remark = _remark(view) if is_previewed else ""
        self.removal = _removal(view) if is_previewed else ""

    async def _show_lines(self, uow: UnitOfWork) -> None:
        request = PageRequest(page=self.page, size=PAGE_SIZE)
        chips = SUMMED_OUTCOMES if self.shares else OUTCOMES
        found = await list_changes(uow, self.batch_id, chips[self.shown], request)
        self.headers, self.lines = rows.change_rows(found)
        self.has_net = any(line["net"] for line in self.lines)
        self.tiles = {**self.tiles, **rows.chip_texts(found, chips)}
        self.line_count, self.is_compared = found.total, True
        sums_up = bool(self.shares) and self.shown != "wrong"
        self.first_header = "Month" if sums_up else "Row"


def _line(view: BatchView, now: datetime) -> str:
    match view.status:
        case BatchStatus.ACCEPTED:
            moment = formats.moment(view.accepted_at, now)
            return f"Accepted {moment[:1].lower()}{moment[1:]}."
        case BatchStatus.CANCELLED:
            return "Cancelled; nothing of it was saved."
        case BatchStatus.REFUSED:
            return "Nothing was saved."
        case _:
            return "Nothing is saved until you accept."


def _remark(view: BatchView) -> str:
    """Say what else there is to know before accepting."""
    counts = view.counts
    if counts.wrong and view.leaves_wrong_out:
        return f"{formats.count(counts.wrong, 'wrong row')} will be left out."
    if not counts.effect and not counts.wrong:
        return "The file holds what is stored already; there is nothing to accept."
    return ""


def _removal(view: BatchView) -> str:
    """Warn that accepting takes away what is stored and the file lacks."""
    count = view.counts.missing
    if not count:
        return ""
    figures = "1 stored figure is" if count == 1 else f"{count:,} stored figures are"
    return f"{figures} not in the file."


def _earlier(view: BatchView) -> str:
    if view.earlier is None:
        return ""
    act = "accepted" if view.earlier.status is BatchStatus.ACCEPTED else "uploaded"
    return f"The same file was {act} on {formats.weekday(view.earlier.at.date())} already."


async def _months_to_show(uow: UnitOfWork, view: BatchView) -> str:
    """Let sales lead to the months that came with them, also where later ones are known."""
    is_stored = view.status is BatchStatus.ACCEPTED and view.kind in rows.FIGURE_KINDS
    if not is_stored or not uow.actor.may(Permission.SALES_HISTORY_VIEW):
        return ""
    until = await find_end_of_import(uow, view.id)
    return f"?until={until}" if until else ""
