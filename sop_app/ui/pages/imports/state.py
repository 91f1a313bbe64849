"""What the page of imports shows."""

from datetime import datetime
from typing import Any

import reflex as rx

from sop_app.kernel.paging import PageRequest
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.system.spreadsheets.batches import list_batches, open_kinds
from sop_app.system.spreadsheets.schemas import BatchRow
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires

REFUSALS = {
    "empty": "Choose a file that holds something.",
    "large": "The file is too large. Split it, or save it as CSV.",
    "kind": "Choose what the file holds; it must be something you may import.",
}
WORDS = {
    "uploaded": ("running", "Reading"),
    "read": ("queued", "Match columns"),
    "previewed": ("queued", "Check changes"),
    "accepted": ("done", "Accepted"),
    "cancelled": ("cancelled", "Cancelled"),
    "refused": ("failed", "Refused"),
}


class ImportsState(rx.State):
    """One page of one's own imports, and what a new one may hold."""

    kinds: list[dict[str, str]] = []
    kind: str = ""
    refusal: str = ""
    rows: list[dict[str, Any]] = []
    total_count: int = 0
    page: int = 1
    page_size: int = 15
    is_loading: bool = True

    @requires(Permission.IMPORTS_USE)
    async def load(self) -> None:
        """Show the first page; the address may name what a new file holds."""
        asked = self.router.url.query_parameters
        self.refusal = REFUSALS.get(asked.get("refused", ""), "")
        async with unit_of_work() as uow:
            self.kinds = [{"value": kind.name, "label": kind.title} for kind in open_kinds(uow)]
        names = [kind["value"] for kind in self.kinds]
        wanted = asked.get("kind", "")
        self.kind = wanted if wanted in names else next(iter(names), "")
        self.page = 1
        await self._show()

    @requires(Permission.IMPORTS_USE)
    async def choose_kind(self, kind: str) -> None:
        """Say what the next file holds."""
        if kind in [item["value"] for item in self.kinds]:
            self.kind = kind

    @requires(Permission.IMPORTS_USE)
    async def turn_page(self, page: int) -> None:
        """Show another page."""
        self.page = max(1, page)
        await self._show()

    @requires(Permission.IMPORTS_USE)
    async def change_page_size(self, size: str) -> None:
        """Show more or fewer rows on a page."""
        if size.isdigit() and 0 < int(size) <= 200:
            self.page_size, self.page = int(size), 1
            await self._show()

    async def _show(self) -> None:
        async with unit_of_work() as uow:
            found = await list_batches(uow, PageRequest(page=self.page, size=self.page_size))
            self.rows = [_row(row, uow.now) for row in found.rows]
        self.total_count, self.is_loading = found.total, False


def _row(row: BatchRow, now: datetime) -> dict[str, Any]:
    status, word = WORDS[row.status.value]
    counts = row.counts
    return {
        "id": str(row.id),
        "href": f"/imports/{row.id}",
        "file": row.file_name,
        "kind": row.kind_title,
        "status": status,
        "status_word": word,
        "new": formats.number(counts.new),
        "changed": formats.number(counts.changed),
        "wrong": formats.number(counts.wrong),
        "uploaded": formats.moment(row.created_at, now),
        "accepted": formats.moment(row.accepted_at, now),
    }
