"""The drawer beside the grid: one cell's price and amount, comparison, comments and history."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import reflex as rx

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry import cell_details
from sop_app.planning.forecast_entry.cell_schemas import CellDetail, CommentRow, HistoryLine
from sop_app.planning.forecast_entry.edit_schemas import CellField
from sop_app.system import clock
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.sections.completeness_state import local
from sop_app.ui.shell.gate import requires

from .grid_view import figure_text
from .view_state import ForecastViewState

SOURCE_WORDS = {
    "typed": "typed in the grid",
    "pasted": "pasted",
    "filled": "filled",
    "cleared": "cleared",
    "changed": "changed with a selection",
    "spread": "spread from a total",
    "last_year": "copied from last year",
    "last_cycle": "copied from last cycle",
    "uploaded": "upload of template",
    "api": "sent by a program",
    "undo": "taken back",
    "redo": "repeated",
}


class ForecastDrawerState(rx.State):
    """What the drawer shows of the active cell."""

    is_open: bool = False
    has_cell: bool = False
    title: str = ""
    line: str = ""
    quantity: str = ""
    unit: str = ""
    equation: str = ""
    error: str = ""
    compared: list[dict[str, str]] = []
    comments: list[dict[str, Any]] = []
    history: list[dict[str, str]] = []
    _cell: tuple[int, int] | None = None

    @requires(Permission.FORECAST_VIEW)
    async def toggle(self) -> None:
        """Open the drawer for the active cell, or close it."""
        self.is_open = not self.is_open
        await self._reload()

    @requires(Permission.FORECAST_VIEW)
    async def close(self) -> None:
        """Close the drawer."""
        self.is_open = False

    async def _choose(self, cell: tuple[int, int] | None) -> None:
        """Follow the active cell; nothing is read while the drawer is closed."""
        if cell != self._cell:
            self._cell = cell
            await self._reload()

    async def _reload(self) -> None:
        if self.is_open:
            async with unit_of_work() as uow:
                await self._load(uow)

    async def _load(self, uow: UnitOfWork) -> None:
        self.has_cell = self._cell is not None
        if self._cell is None:
            return
        cycle = (await self.get_state(ForecastViewState))._cycle
        if cycle is None:
            return
        detail = await cell_details.read_cell(uow, *self._cell)
        self.title = formats.month(detail.month)
        self.line = f"{detail.product_name}, {detail.customer_name}"
        self.quantity = detail.rejected_text or formats.number(detail.quantity)
        self.unit, self.error = detail.unit, detail.rejected_note
        self.equation = _equation(detail)
        self.compared = _compared(detail)
        self.comments = [_comment(row, cycle) for row in detail.comments]
        lines = await cell_details.list_cell_history(uow, *self._cell)
        self.history = [_history(row, cycle) for row in lines]


def _equation(detail: CellDetail) -> str:
    price = formats.price(detail.price)
    own = " own price" if detail.is_price_overridden else ""
    amount = formats.money(detail.amount, detail.currency)
    return f"× {price}{own} = {amount}"


def _compared(detail: CellDetail) -> list[dict[str, str]]:
    figures = (
        ("Last year", detail.last_year),
        ("Two years ago", detail.two_years_ago),
        ("Last cycle", detail.last_cycle),
    )
    return [
        {
            "label": label,
            "value": formats.number(figure),
            "change": formats.percent_change(_change(detail.quantity, figure)),
        }
        for label, figure in figures
    ]


def _change(now: int | None, then: int | None) -> Decimal | None:
    return Decimal(now) / then - 1 if now is not None and then else None


def _comment(row: CommentRow, cycle: CycleRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "author": row.author_name,
        "at": _moment(row.created_at, cycle),
        "text": row.text,
        "is_open": row.resolved_at is None,
    }


def _history(row: HistoryLine, cycle: CycleRow) -> dict[str, str]:
    what = "Price " if row.field is CellField.PRICE else ""
    return {
        "fact": f"{what}{figure_text(row.old)} → {figure_text(row.new)}",
        "detail": f"{row.user_name}, {SOURCE_WORDS.get(row.source, row.source)}",
        "at": _moment(row.at, cycle),
    }


def _moment(at: datetime, cycle: CycleRow) -> str:
    return formats.moment(at, local(clock.now(), cycle))
