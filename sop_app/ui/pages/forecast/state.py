"""The planning grid of the forecast entry page: which rows are loaded and what they show."""

from collections.abc import Collection, Iterable
from inspect import unwrap
from typing import Any, TypeVar

import reflex as rx

from sop_app.kernel.errors import InvalidInputError, NotFoundError
from sop_app.planning.forecast_entry import entry_grid
from sop_app.planning.forecast_entry.context_rows import read_context
from sop_app.planning.forecast_entry.edit_schemas import EditResult
from sop_app.planning.forecast_entry.schemas import ContextKind, GridTotals
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.system.settings.service import get_currency
from sop_app.ui.components.plan_grid_protocol import (
    GridEdit,
    GridSelection,
    RowId,
    next_patch,
    read_selection,
    window_around,
)
from sop_app.ui.shell.gate import requires

from .drawer_state import ForecastDrawerState
from .grid_look import CellFlags, GridLook, Unfolded
from .grid_view import (
    answer_rows,
    flags_of,
    grid_columns,
    marks_of_all,
    moved_totals,
    totals_row,
    window_rows,
)
from .view_state import ForecastViewState

WINDOW_ROWS = 200
Frozen = TypeVar("Frozen", GridLook, GridTotals)


class ForecastGridState(rx.State):
    """The loaded window, its changes and the totals; figures live in the database."""

    columns: list[dict[str, Any]] = []
    base: dict[str, Any] = {"seq": 0, "start": 0, "order": 1, "rows": []}
    patch: dict[str, Any] = {}
    totals: dict[str, Any] = {"label": "", "cells": {}}
    summary: dict[str, Any] = {}
    row_count: int = 0
    is_loading: bool = True
    saved_line: str = ""
    _look: GridLook | None = None
    _unfolded: list[tuple[int, int]] = []
    _contexts: tuple[ContextKind, ...] = ()
    _sums: GridTotals = GridTotals(0, (), ())
    _flags: dict[int, CellFlags] = {}
    _selection: tuple[int, int] = (0, 0)
    _months: tuple[int, ...] = ()

    @requires(Permission.FORECAST_VIEW)
    async def load(self) -> None:
        """Show the rows the address asks for."""
        view = await self.get_state(ForecastViewState)
        async with unit_of_work() as uow:
            if await view._enter(uow) is not None:
                await self._restart(uow, view)
        self.is_loading = False

    @requires(Permission.FORECAST_VIEW)
    async def move_window(self, first_row: int, row_count: int) -> None:
        """Load the rows around those that came into view."""
        visible = min(max(1, row_count), WINDOW_ROWS)
        start, _ = window_around(max(0, first_row), visible, self.row_count, WINDOW_ROWS)
        async with unit_of_work() as uow:
            await self._load_rows(uow, await self.get_state(ForecastViewState), start)

    @requires(Permission.FORECAST_VIEW)
    async def unfold(self, row_id: str) -> None:
        """Show or hide the context rows of an entry."""
        place = self._place_of(row_id)
        if place is None:
            return
        pair = (place, int(row_id))
        self._unfolded = (
            [one for one in self._unfolded if one != pair]
            if pair in self._unfolded
            else sorted([*self._unfolded, pair])
        )
        async with unit_of_work() as uow:
            view = await self.get_state(ForecastViewState)
            await self._load_rows(uow, view, self.base["start"])

    @requires(Permission.FORECAST_VIEW)
    async def select(self, payload: dict[str, Any]) -> None:
        """Follow the active cell, and sum a selection the browser does not hold whole."""
        selection, look = read_selection(payload), self._shown()
        ids = look.month_ids
        cell = None
        if isinstance(selection.row_id, int) and selection.column_id in ids:
            cell = (selection.row_id, ids.index(selection.column_id))
        self._selection = (selection.start, selection.count) if cell else (0, 0)
        self._months = tuple(ids.index(column) for column in selection.columns if column in ids)
        await (await self.get_state(ForecastDrawerState))._choose(cell)
        if not selection.is_complete:
            await self._sum(selection)

    async def _sum(self, selection: GridSelection) -> None:
        look, shape = self._shown(), self._shape()
        first = shape.entry_place(selection.start)
        last = shape.entry_place(selection.start + selection.count - 1)
        rows = (first, last - first + 1)
        grid_filter = (await self.get_state(ForecastViewState))._grid_filter()
        async with unit_of_work() as uow:
            found = await entry_grid.sum_selection(
                uow, look.cycle.id, grid_filter, rows=rows, months=self._months
            )
        average = None if found.average is None else float(found.average)
        figures = {"sum": found.sum, "average": average, "count": found.count}
        self.summary = {"key": selection.key, **figures}

    @requires(Permission.FORECAST_VIEW)
    async def restart(self) -> None:
        """Show the rows from the first one on, after the filter or the order has changed."""
        view = await self.get_state(ForecastViewState)
        if view._cycle is not None:
            async with unit_of_work() as uow:
                await self._restart(uow, view)

    async def _selected_entries(self, uow: UnitOfWork) -> list[int]:
        """List the entries the selection touches, whether loaded or not."""
        start, count = self._selection
        if not count:
            return []
        shape, view = self._shape(), await self.get_state(ForecastViewState)
        first, last = shape.entry_place(start), shape.entry_place(start + count - 1)
        cycle_id, chosen = self._shown().cycle.id, view._grid_filter()
        return await entry_grid.list_entry_ids(
            uow, cycle_id, chosen, offset=first, limit=last - first + 1
        )

    async def _restart(self, uow: UnitOfWork, view: ForecastViewState) -> None:
        assert view._cycle is not None  # noqa: S101
        self._look = GridLook(view._cycle, "units", await get_currency(), view.shows_value)
        self.columns = grid_columns(self._look, view.sort, is_descending=view.is_descending)
        self._unfolded, self._contexts = [], tuple(map(ContextKind, view.compares))
        self._selection, self._months = (0, 0), ()  # the browser tells where its selection went
        self._sums = await entry_grid.read_totals(uow, view._cycle.id, view._grid_filter())
        self.base = {**self.base, "order": self.base["order"] + 1}
        await self._load_rows(uow, view, 0)

    async def _load_rows(self, uow: UnitOfWork, view: ForecastViewState, start: int) -> None:
        look, shape = self._shown(), self._shape()
        first = shape.entry_place(start)
        window = await entry_grid.read_window(
            uow, look.cycle.id, view._grid_filter(), offset=first, limit=WINDOW_ROWS
        )
        opened = {entry_id for _, entry_id in self._unfolded}
        shown = [row.entry_id for row in window.rows if row.entry_id in opened]
        context = await read_context(uow, look.cycle.id, shown, self._contexts) if shown else {}
        self.totals = totals_row(look, self._sums)
        self._flags = {row.entry_id: flags_of(row) for row in window.rows}
        self.row_count = (window.total or 0) + shape.extra()
        self.base = {
            "seq": self.patch.get("seq", 0),
            "start": shape.grid_place(first),
            "order": self.base["order"],
            "rows": window_rows(look, window.rows, opened, context),
        }

    async def _remark(self, uow: UnitOfWork, entry_ids: Collection[int]) -> None:
        """Show the comments and holds of some rows as they are now."""
        look = self._shown()
        rows = await entry_grid.read_rows(uow, look.cycle.id, entry_ids)
        self._flags |= {key: flags_of(row) for key, row in rows.items()}
        marked: dict[RowId, dict[str, Any]] = {
            key: {"v": row.figures.version, "marks": marks_of_all(look, row)}
            for key, row in rows.items()
        }
        self.patch = next_patch(self.patch, self.base["seq"], marked)

    async def _reread(self, uow: UnitOfWork) -> None:
        """Show the loaded rows and the totals as they are now, without moving anything."""
        view = await self.get_state(ForecastViewState)
        look = self._shown()
        self._sums = await entry_grid.read_totals(uow, look.cycle.id, view._grid_filter())
        self.saved_line = f"Saved {look.clock(uow.now)}"
        await self._load_rows(uow, view, self.base["start"])

    def _answer(
        self, result: EditResult, months: Iterable[int], act: GridEdit | None = None
    ) -> None:
        """Answer an act: its rows as a patch, the moved totals, the time it was saved."""
        look = self._shown()
        rows = answer_rows(look, result, months, self._flags)
        self._sums = moved_totals(look, _untracked(self._sums), result)
        moved = totals_row(look, self._sums)["cells"]
        named = [*(look.month_ids[index] for index in months), "total"]
        totals = {column: moved[column] for column in named}
        self.patch = next_patch(self.patch, self.base["seq"], rows, edit=act, totals=totals)
        self.saved_line = f"Saved {look.clock(result.saved_at)}"

    async def _entries_at(self, uow: UnitOfWork, act: GridEdit) -> dict[int, int]:
        """Find the entries at the positions an act names, for rows the browser has not loaded."""
        if not act.has_positions:
            return {}
        if act.order != self.base["order"]:
            raise InvalidInputError(
                {"edit": "The rows were sorted or filtered meanwhile. Try again."}
            )
        view, shape = await self.get_state(ForecastViewState), self._shape()
        ids = await entry_grid.list_entry_ids(uow, self._shown().cycle.id, view._grid_filter())
        places = {cell.position for cell in act.cells() if cell.position is not None}
        return {
            place: ids[entry]
            for place in places
            if (entry := shape.entry_place(place)) < len(ids) and shape.grid_place(entry) == place
        }

    def _name_of(self, row_id: object) -> str:
        """Name an entry of the loaded window as the grid shows it; empty when it is not there."""
        for row in self.base["rows"]:
            if row["id"] == row_id and row.get("kind") != "context":
                return f"{row['cells'][1]}, {row['cells'][0]}"
        return ""

    def _place_of(self, row_id: str) -> int | None:
        """Find the position among the entries of a row in the window."""
        for offset, row in enumerate(self.base["rows"]):
            if str(row["id"]) == row_id and row.get("kind") != "context":
                return self._shape().entry_place(self.base["start"] + offset)
        return None

    def _shape(self) -> Unfolded:
        return Unfolded(tuple(place for place, _ in self._unfolded), len(self._contexts))

    def _shown(self) -> GridLook:
        if self._look is None:
            raise NotFoundError("cycle", "in this tab; load the page again")
        return _untracked(self._look)


def _untracked(kept: Frozen) -> Frozen:
    """Take what a state keeps out of Reflex's watch over changes, which slows every read down.

    Only for what is frozen and cannot change anyway.
    """
    return unwrap(kept)  # pyright: ignore[reportArgumentType, reportReturnType]
