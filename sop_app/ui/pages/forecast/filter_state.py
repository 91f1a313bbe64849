"""Narrow, order and switch what the grid shows; each act shows the rows from the first one on."""

from typing import Any

import reflex as rx

from sop_app.kernel.fields import parse_key
from sop_app.planning.forecast_entry.schemas import Chip, ContextKind, GridSort
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.components.filter_bar import ANY
from sop_app.ui.shell.gate import requires

from .state import ForecastGridState
from .view_state import ForecastViewState

SORTED_COLUMNS = {
    "customer": GridSort.CUSTOMER,
    "product": GridSort.PRODUCT,
    "code": GridSort.CODE,
    "status": GridSort.STATUS,
    "total": GridSort.TOTAL,
    "price": GridSort.PRICE,
}


PASSING = {"find", "chip"}


class ForecastFilterState(rx.State):
    """The acts of the filter bar; what they choose is kept in ``ForecastViewState``."""

    @requires(Permission.FORECAST_VIEW)
    async def find_rows(self, value: str) -> Any:
        """Show rows whose customer or product contains a text."""
        return await self._choose(find=value[:100])

    @requires(Permission.FORECAST_VIEW)
    async def choose_customer(self, value: str) -> Any:
        """Show one customer's rows."""
        return await self._choose(customer=_key(value))

    @requires(Permission.FORECAST_VIEW)
    async def choose_family(self, value: str) -> Any:
        """Show one product family."""
        return await self._choose(family=value)

    @requires(Permission.FORECAST_VIEW)
    async def choose_sales_rep(self, value: str) -> Any:
        """Show one sales rep's rows."""
        return await self._choose(sales_rep=_key(value), customer=ANY)

    @requires(Permission.FORECAST_VIEW)
    async def choose_chip(self, value: str) -> Any:
        """Show the work that is left of one kind."""
        return await self._choose(chip=value) if value in set(Chip) else None

    @requires(Permission.FORECAST_VIEW)
    async def show_unit(self, value: str) -> Any:
        """Switch between units and money."""
        return await self._choose(shows_value=value == "value")

    @requires(Permission.FORECAST_VIEW)
    async def toggle_compare(self, kind: str) -> Any:
        """Add or remove a context row below unfolded entries."""
        if kind not in set(ContextKind):
            return None
        chosen = (await self.get_state(ForecastViewState)).compares
        kept = {*chosen} ^ {kind}
        return await self._choose(compares=[one.value for one in ContextKind if one in kept])

    @requires(Permission.FORECAST_VIEW)
    async def sort_by(self, column: str) -> Any:
        """Order the rows by a column: upwards, then downwards, then by customer as at first."""
        view = await self.get_state(ForecastViewState)
        key = _sort_key(column, view)
        if key is None:
            return None
        if key != view.sort:
            return await self._choose(sort=key, is_descending=False)
        if not view.is_descending:
            return await self._choose(is_descending=True)
        return await self._choose(sort=GridSort.CUSTOMER.value, is_descending=False)

    @requires(Permission.FORECAST_VIEW)
    async def clear(self) -> Any:
        """Take every filter away."""
        return await self._choose(find="", customer=ANY, family=ANY, sales_rep=ANY, chip="all")

    async def _choose(self, **choices: Any) -> Any:
        view = await self.get_state(ForecastViewState)
        for name, choice in choices.items():
            setattr(view, name, choice)
        view._write_address()
        if choices.keys() - PASSING:
            async with unit_of_work() as uow:
                await view._remember(uow)
        return [ForecastGridState.restart, ForecastViewState.recount]


def _key(value: str) -> str:
    return value if parse_key(value) else ANY


def _sort_key(column: str, view: ForecastViewState) -> str | None:
    if column in SORTED_COLUMNS:
        return SORTED_COLUMNS[column].value
    months = [f"{month:%Y-%m}" for month in view._cycle.months] if view._cycle else []
    return f"month:{months.index(column)}" if column in months else None
