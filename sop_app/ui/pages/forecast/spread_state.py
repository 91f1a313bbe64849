"""Spread a total that was typed into the grid, once the person has seen who will change."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from sop_app.planning.forecast_entry import entry_grid, spreading
from sop_app.planning.forecast_entry.spreading import SpreadPlan
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components import formats
from sop_app.ui.components.plan_grid_protocol import GridSpread, read_spread
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

from .grid_view import TOTAL
from .state import ForecastGridState
from .view_state import ForecastViewState

ROWS_SHOWN = 8


class ForecastSpreadState(rx.State):
    """The question before a spread, and holding cells out of it."""

    is_asking: bool = False
    title: str = ""
    line: str = ""
    kept: str = ""
    more: str = ""
    keep: str = "Keep"
    rows: list[dict[str, str]] = []
    _asked: tuple[list[int], list[int], str] = ([], [], "")

    @requires(Permission.FORECAST_EDIT)
    async def ask(self, payload: dict[str, Any]) -> None:
        """Work out what a typed total would change, and show it."""
        typed = read_spread(payload)
        grid = await self.get_state(ForecastGridState)
        look = grid._shown()
        ids = look.month_ids
        months = [ids.index(typed.column_id)] if typed.column_id in ids else list(range(len(ids)))
        async with unit_of_work() as uow:
            entries = await self._entries(uow, look.cycle.id, typed)
            plan = await spreading.plan_spread(uow, look.cycle.id, entries, months, typed.text)
        self._asked = (entries, months, str(plan.total))
        self._show(plan, _name_months(look.cycle.months, typed, months))

    @requires(Permission.FORECAST_EDIT)
    async def change_asking(self, is_asking: bool) -> None:
        """Close the question; nothing is changed."""
        self.is_asking = is_asking

    @requires(Permission.FORECAST_EDIT)
    async def spread(self) -> Any:
        """Spread the total."""
        self.is_asking = False
        grid = await self.get_state(ForecastGridState)
        entries, months, total = self._asked
        async with unit_of_work() as uow:
            result = await spreading.spread_total(
                uow, grid._shown().cycle.id, entries, months, total
            )
            await grid._reread(uow)
        notices = await self.get_state(NoticeState)
        notices._push(
            "success",
            f"{formats.number(int(total))} spread over {formats.count(result.saved_count, 'cell')}",
            action="Undo",
            presses="ctrl+z",
        )
        return ForecastViewState.recount

    @requires(Permission.FORECAST_EDIT)
    async def toggle_holds(self) -> None:
        """Hold the selected cells in spreads, or let them go when all are held."""
        grid = await self.get_state(ForecastGridState)
        notices = await self.get_state(NoticeState)
        async with unit_of_work() as uow:
            entries = await grid._selected_entries(uow)
            cycle_id = grid._shown().cycle.id
            held = await spreading.toggle_holds(uow, cycle_id, entries, grid._months)
            await grid._remark(uow, held)
        if not held:
            notices._push("info", "Nothing to hold", "Select months of rows you can edit.")
            return
        is_held = any(set(months) & set(grid._months) for months in held.values())
        cells = formats.count(len(held) * len(grid._months), "cell")
        notices._announce(f"{cells} held in spreads" if is_held else f"{cells} let go")

    async def _entries(self, uow: UnitOfWork, cycle_id: int, typed: GridSpread) -> list[int]:
        if isinstance(typed.row_id, int):
            return [typed.row_id]
        view = await self.get_state(ForecastViewState)
        return await entry_grid.list_entry_ids(uow, cycle_id, view._grid_filter())

    def _show(self, plan: SpreadPlan, where: str) -> None:
        customers = {row.customer_name for row in plan.rows}
        self.title = f"Spread {formats.number(plan.total)} over {where}?"
        self.line = (
            f"{formats.count(len(plan.rows), 'row')} of {formats.count(len(customers), 'customer')}"
            f" {'changes' if len(plan.rows) == 1 else 'change'}, in proportion to the present figures. The sum is {formats.number(plan.before)} now."
        )
        cells = formats.count(plan.kept_count, "cell")
        keeps = "keeps" if plan.kept_count == 1 else "keep"
        kept = f"{cells} held, locked or in error {keeps} {formats.number(plan.kept)}."
        self.kept = kept if plan.kept_count else ""
        hidden = len(plan.rows) - ROWS_SHOWN
        self.more = f"And {formats.count(hidden, 'row')} more" if hidden > 0 else ""
        self.keep = f"Keep {formats.number(plan.before)}"
        self.rows = [
            {
                "id": str(row.entry_id),
                "product": row.product_name,
                "customer": row.customer_name,
                "before": formats.number(row.before),
                "after": formats.number(row.after),
                "change": formats.change(row.after - row.before),
            }
            for row in plan.rows[:ROWS_SHOWN]
        ]
        self.is_asking = True


def _name_months(all_months: Sequence[Any], typed: GridSpread, months: Sequence[int]) -> str:
    if typed.column_id == TOTAL:
        return formats.count(len(months), "month")
    return formats.month(all_months[months[0]])
