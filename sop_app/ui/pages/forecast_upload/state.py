"""What the page for uploading a filled forecast template shows and does."""

from typing import Any

import reflex as rx

from sop_app.kernel.errors import AppError, ConflictError
from sop_app.kernel.fields import parse_key
from sop_app.planning.cycles import service as cycles
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry import importer
from sop_app.planning.forecast_entry.upload_schemas import UploadView
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.sections.import_preview import NO_TILES, PAGE_SIZE
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

from . import rows

Edit = Permission.FORECAST_EDIT
ROUTE = "/forecast/upload"
TEMPLATE = "/api/v1/forecasts/template"
UPLOADS = "/api/v1/forecasts/upload"
_STEPS = ["pending"] * 3


class ForecastUploadState(rx.State):
    """One filled template: the part of its difference that is shown, and what became of it."""

    cycle_id: int = 0
    file_id: int = 0
    line: str = ""
    is_loading: bool = True
    is_open: bool = False
    refusal: str = ""
    remark: str = ""
    steps: list[dict[str, str]] = [{"detail": "", "status": status} for status in _STEPS]
    tiles: dict[str, str] = NO_TILES
    headers: list[dict[str, str]] = []
    lines: list[dict[str, Any]] = []
    note: str = ""
    shown: str = rows.WITH_CHANGES
    page: int = 1
    line_count: int = 0
    is_blocked: bool = False
    is_acceptable: bool = False
    is_done: bool = False
    done_text: str = ""
    address: str = ""
    fields: dict[str, str] = {"cycle_id": "0"}
    destination: str = ""
    template_href: str = ""
    again_href: str = ""
    errors_href: str = ""
    grid_href: str = "/forecast"
    _leaves_out: bool = False
    _view: UploadView | None = None

    @requires(Edit)
    async def load(self) -> None:
        """Show the place for a file, or the difference of the one the address names."""
        asked = self.router.url.query_parameters
        self.reset()
        async with unit_of_work() as uow:
            cycle = await _choose_cycle(uow, asked.get("cycle", ""))
            self._describe(uow, cycle)
            file_id = parse_key(asked.get("file", ""))
            if cycle is not None and file_id:
                await self._compare(uow, file_id)
        self.is_loading = False

    @requires(Edit)
    async def leave_out(self) -> None:
        """Leave rows with wrong cells as they are stored."""
        if self._view is not None:
            self._leaves_out = True
            self._show(self._view)

    @requires(Edit)
    async def accept(self) -> None:
        """Store every figure that is shown as changed, or nothing."""
        if self._view is None:
            return
        try:
            async with unit_of_work() as uow:
                result = await importer.accept_upload(
                    uow,
                    self.cycle_id,
                    self.file_id,
                    self._view.preview.fingerprint,
                    leaves_wrong_out=self._leaves_out,
                )
        except ConflictError:
            async with unit_of_work() as uow:
                await self._compare(uow, self.file_id)
            raise
        self._finish(result.saved_count)
        (await self.get_state(NoticeState))._push("success", "Upload accepted", self.done_text)

    @requires(Edit)
    async def give_up(self) -> Any:
        """Forget the file; nothing of it is stored."""
        if self._view is not None and not self.is_done:
            async with unit_of_work() as uow:
                await importer.cancel_upload(uow, self.file_id)
        return rx.redirect(self.grid_href)

    @requires(Edit)
    async def choose_lines(self, shown: str) -> None:
        """Show rows with changes, wrong ones, or all."""
        if shown in (rows.WITH_CHANGES, rows.WRONG, rows.ALL):
            self.shown, self.page = shown, 1
            self._show_lines()

    @requires(Edit)
    async def turn_page(self, page: int) -> None:
        """Show other rows."""
        self.page = max(1, page)
        self._show_lines()

    def _describe(self, uow: UnitOfWork, cycle: CycleRow | None) -> None:
        if cycle is None:
            self.line = "There is no cycle to enter a forecast for."
            return
        self.cycle_id, self.is_open = cycle.id, cycle.is_input_open
        window = "Nothing is saved until you accept." if self.is_open else "The window is closed."
        self.line = f"{cycle.name} cycle, {uow.actor.name}. {window}"
        self.fields = {"cycle_id": str(cycle.id)}
        self.again_href = f"{ROUTE}?cycle={cycle.id}"
        self.destination = f"{self.again_href}&file={{id}}"
        self.template_href = f"{TEMPLATE}?cycle_id={cycle.id}"
        self.grid_href = f"/forecast?cycle={cycle.id}"
        self.steps = rows.step_rows(0, ["Your filled template", "", ""])

    async def _compare(self, uow: UnitOfWork, file_id: int) -> None:
        """Read the file again and show its difference, or why it is refused."""
        self._leaves_out, self._view = False, None
        try:
            view = await importer.show_upload(uow, self.cycle_id, file_id)
        except AppError as refusal:
            self.refusal = refusal.message
            return
        self.file_id, self._view = file_id, view
        self.errors_href = f"{UPLOADS}/{file_id}/errors?cycle_id={self.cycle_id}"
        self.headers, self.note = rows.month_headers(view), rows.month_note(view)
        self.shown = rows.WITH_CHANGES if rows.rows_of(view, rows.WITH_CHANGES) else rows.ALL
        self._show(view)

    def _show(self, view: UploadView) -> None:
        preview = view.preview
        self.is_blocked = bool(preview.errors) and not self._leaves_out
        self.is_acceptable = bool(preview.acceptable_cells) and not self.is_blocked
        self.tiles = rows.tile_texts(view, leaves_out=self._leaves_out)
        self.remark = rows.remark_of(view, leaves_out=self._leaves_out)
        cells = len(view.rows) * len(view.months)
        checked = f"{formats.count(len(view.rows), 'row')}, {formats.count(cells, 'cell')}"
        self.steps = rows.step_rows(rows.CHECKING, [preview.file_name, checked, ""])
        self._show_lines()

    def _show_lines(self) -> None:
        if self._view is None:
            return
        found = rows.rows_of(self._view, self.shown)
        first = (self.page - 1) * PAGE_SIZE
        self.line_count = len(found)
        self.lines = [rows.line_of(row) for row in found[first : first + PAGE_SIZE]]

    def _finish(self, saved: int) -> None:
        """Show that it is done; the address no longer names a file that is gone."""
        self.is_done, self.is_blocked, self.is_acceptable = True, False, False
        self.done_text = f"{formats.count(saved, 'cell')} stored."
        names = [step["detail"] for step in self.steps]
        self.steps = rows.step_rows(rows.DONE, [*names[:2], self.done_text])
        self.address = self.again_href
        self.remark, self._view = "", None


async def _choose_cycle(uow: UnitOfWork, asked: str) -> CycleRow | None:
    known = [cycle for cycle in await cycles.list_cycles(uow) if cycle.status != "draft"]
    chosen = next((cycle for cycle in known if str(cycle.id) == asked), None)
    return chosen or await cycles.find_current_cycle(uow)
