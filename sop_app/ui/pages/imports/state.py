"""What the page of imports shows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import reflex as rx

from sop_app.kernel.errors import InvalidInputError
from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.spreadsheets import saved_mappings
from sop_app.system.spreadsheets.batches import list_batches, open_kinds
from sop_app.system.spreadsheets.schemas import BatchFilter, BatchRow, BatchStatus, SavedMapping
from sop_app.ui.components import formats
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.list_state import ListPlace, list_events
from sop_app.ui.shell.notices import NoticeState

Use = Permission.IMPORTS_USE
PLACE = ListPlace("/imports", "", ("content", "status"))
WORDS = {
    BatchStatus.UPLOADED: ("running", "Reading"),
    BatchStatus.READ: ("queued", "Match columns"),
    BatchStatus.PREVIEWED: ("queued", "Check changes"),
    BatchStatus.ACCEPTED: ("done", "Accepted"),
    BatchStatus.CANCELLED: ("cancelled", "Cancelled"),
    BatchStatus.REFUSED: ("failed", "Refused"),
}
NO_MATCHING = {"id": "0", "name": "", "content": ""}


class ImportsState(list_events(Use), rx.State):
    """One page of one's own imports, what a new one may hold, and the matchings kept by name."""

    filters: dict[str, list[str]] = PLACE.no_filters
    rows: list[dict[str, Any]] = []
    kinds: list[dict[str, str]] = []
    kind: str = ""
    fields: dict[str, str] = {"kind": ""}
    may_upload_forecast: bool = False
    matchings: list[dict[str, str]] = []
    matching: dict[str, str] = NO_MATCHING
    name_error: str = ""
    is_renaming: bool = False
    is_deleting: bool = False

    @requires(Use)
    async def load(self) -> None:
        """Show what the address asks for; it may also name what a new file holds."""
        self._open()
        async with unit_of_work() as uow:
            self.kinds = [{"value": kind.name, "label": kind.title} for kind in open_kinds(uow)]
            self.may_upload_forecast = uow.actor.may(Permission.FORECAST_EDIT)
            await self._show_matchings(uow)
        names = [kind["value"] for kind in self.kinds]
        wanted = self.router.url.query_parameters.get("kind", "")
        self._choose(wanted if wanted in names else next(iter(names), ""))
        await self._reload()

    @requires(Use)
    async def choose_kind(self, kind: str) -> None:
        """Say what the next file holds."""
        if kind in [item["value"] for item in self.kinds]:
            self._choose(kind)

    @requires(Use)
    async def ask_rename(self, matching_id: str) -> None:
        """Ask for another name of a saved matching."""
        self.is_renaming = self._take(matching_id)

    @requires(Use)
    async def rename(self, form: dict[str, Any]) -> None:
        """Give the saved matching asked about the name that was typed."""
        try:
            async with unit_of_work() as uow:
                name = str(form.get("name", ""))[:200]
                await saved_mappings.rename_mapping(uow, int(self.matching["id"]), name)
                await self._show_matchings(uow)
        except InvalidInputError as refusal:
            self.name_error = " ".join(refusal.fields.values())
            return
        self.is_renaming = False

    @requires(Use)
    async def ask_delete(self, matching_id: str) -> None:
        """Ask whether a saved matching shall be deleted."""
        self.is_deleting = self._take(matching_id)

    @requires(Use)
    async def delete(self) -> None:
        """Delete the saved matching asked about."""
        async with unit_of_work() as uow:
            await saved_mappings.delete_mapping(uow, int(self.matching["id"]))
            await self._show_matchings(uow)
        self.is_deleting = False
        notices = await self.get_state(NoticeState)
        notices._push("success", f"Matching {self.matching['name']} deleted")

    @requires(Use)
    async def open_question(self, is_open: bool) -> None:
        """Close what is asked about a matching."""
        self.is_renaming = is_open and self.is_renaming
        self.is_deleting = is_open and self.is_deleting

    def _place(self) -> ListPlace:
        return PLACE

    async def _show(self, uow: UnitOfWork) -> None:
        wanted = BatchFilter(
            self.find, _single(self.filters["content"]), _single(self.filters["status"])
        )
        found = await list_batches(uow, self._page_request(), wanted)
        self.rows = [_row(row, clock.here()) for row in found.rows]
        self.total_count = found.total

    async def _show_matchings(self, uow: UnitOfWork) -> None:
        titles = {kind.name: kind.title for kind in open_kinds(uow)}
        found = await saved_mappings.list_mappings(uow)
        self.matchings = [
            _matching(each, titles[each.kind], clock.here()) for each in _known(found, titles)
        ]

    def _choose(self, kind: str) -> None:
        self.kind, self.fields = kind, {"kind": kind}

    def _take(self, matching_id: str) -> bool:
        """Remember which matching is asked about; return whether there is one."""
        self.name_error = ""
        self.matching = next(
            (each for each in self.matchings if each["id"] == matching_id), NO_MATCHING
        )
        return self.matching["id"] != NO_MATCHING["id"]


def _known(found: Iterable[SavedMapping], titles: dict[str, str]) -> list[SavedMapping]:
    return [each for each in found if each.kind in titles]


def _matching(saved: SavedMapping, title: str, now: datetime) -> dict[str, str]:
    return {
        "id": str(saved.id),
        "name": saved.name,
        "content": title,
        "saved": formats.moment(saved.updated_at, now),
    }


def _single(chosen: list[str]) -> str:
    return chosen[-1] if chosen else ""


def _row(row: BatchRow, now: datetime) -> dict[str, Any]:
    status, word = WORDS[row.status]
    is_counted = row.status in (BatchStatus.PREVIEWED, BatchStatus.ACCEPTED)
    counts = row.counts
    figures = {"new": counts.new, "changed": counts.changed, "wrong": counts.wrong}
    return {
        "id": str(row.id),
        "href": f"/imports/{row.id}",
        "file": row.file_name,
        "kind": row.kind_title,
        "status": status,
        "status_word": word,
        **{name: formats.number(value if is_counted else None) for name, value in figures.items()},
        "uploaded": formats.moment(row.created_at, now),
        "accepted": formats.moment(row.accepted_at, now),
    }
