"""What the drawer shows of one cell: its figures, what they compare with, comments, history."""

from decimal import Decimal
from typing import Any

from sqlalchemy import text

from sop_app.kernel.errors import InvalidInputError, NotFoundError
from sop_app.planning.cycles.queries import find_cycle_head
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork

from .cell_schemas import CellDetail, HistoryLine
from .comments import list_comments
from .context_rows import read_context
from .editing import explain_rejected
from .entry_rows import CellChange
from .queries import ENTRIES, FIGURES, NAMES, figures_of
from .schemas import ContextKind

HISTORY_LIMIT = 100

_ENTRY = f"""
    SELECT {FIGURES}, {NAMES}, e.cycle_id, c.currency FROM {ENTRIES}
    WHERE e.id = :entry_id AND {customer_is_visible("c")}
"""
_HISTORY = text("""
    SELECT s.at, u.full_name, s.source, cell FROM entry_change ec
    JOIN change_set s ON s.id = ec.change_set_id
    JOIN app_user u ON u.id = s.user_id
    CROSS JOIN LATERAL jsonb_array_elements(ec.cells) AS cell
    WHERE ec.entry_id = :entry_id AND (cell ->> 0)::integer = :month_index
    ORDER BY ec.version DESC LIMIT :row_limit
""")


async def read_cell(uow: UnitOfWork, entry_id: int, month_index: int) -> CellDetail:
    """Read everything there is to know about one month of an entry.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such entry, or the person may not see it.
        InvalidInputError: The month lies outside the horizon.
    """
    uow.require(Permission.FORECAST_VIEW)
    row, cycle = await _find_entry(uow, entry_id, month_index)
    list_price: Decimal = row.prices[month_index]
    figures = figures_of(uow, cycle, row)
    kinds = (ContextKind.LAST_YEAR, ContextKind.TWO_YEARS_AGO, ContextKind.LAST_CYCLE)
    context = (await read_context(uow, cycle.id, [entry_id], kinds))[entry_id]
    last_year, two_years_ago, last_cycle = (line.quantities[month_index] for line in context)
    rejected = figures.rejected.get(month_index, "")
    return CellDetail(
        entry_id=entry_id,
        month_index=month_index,
        month=cycle.months[month_index],
        customer_name=row.customer_name,
        product_name=row.product_name,
        sku=row.sku,
        unit=row.unit,
        currency=row.currency,
        figures=figures,
        quantity=figures.quantities[month_index],
        rejected_text=rejected,
        rejected_note=explain_rejected(rejected) if rejected else "",
        price=figures.prices[month_index],
        list_price=list_price,
        is_price_overridden=month_index in figures.overridden,
        amount=figures.amounts[month_index],
        last_year=last_year,
        two_years_ago=two_years_ago,
        last_cycle=last_cycle,
        comments=tuple(await list_comments(uow, entry_id, month_index=month_index)),
        history=tuple(await _read_history(uow, entry_id, month_index)),
    )


async def list_cell_history(uow: UnitOfWork, entry_id: int, month_index: int) -> list[HistoryLine]:
    """List the changes of one cell, newest first.

    Raises:
        PermissionDeniedError: The person may not see forecasts.
        NotFoundError: There is no such entry, or the person may not see it.
        InvalidInputError: The month lies outside the horizon.
    """
    uow.require(Permission.FORECAST_VIEW)
    await _find_entry(uow, entry_id, month_index)
    return await _read_history(uow, entry_id, month_index)


async def _find_entry(uow: UnitOfWork, entry_id: int, month_index: int) -> tuple[Any, CycleRow]:
    found = await uow.session.execute(
        text(_ENTRY), {"entry_id": entry_id, **visibility_parameters(uow.actor)}
    )
    row = found.one_or_none()
    if row is None:
        raise NotFoundError("forecast row", entry_id)
    cycle = await find_cycle_head(uow, row.cycle_id)
    if not 0 <= month_index < cycle.horizon_months:
        raise InvalidInputError({"month_index": "The month lies outside the horizon."})
    return row, cycle


async def _read_history(uow: UnitOfWork, entry_id: int, month_index: int) -> list[HistoryLine]:
    rows = await uow.session.execute(
        _HISTORY, {"entry_id": entry_id, "month_index": month_index, "row_limit": HISTORY_LIMIT}
    )
    lines = []
    for at, user_name, source, packed in rows:
        change = CellChange.unpack(packed)
        lines.append(HistoryLine(at, user_name, source, change.field, change.old, change.new))
    return lines
