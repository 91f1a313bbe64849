"""Spread a typed total over the cells below it, and hold cells that shall keep their figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from sop_app.kernel.cell_input import MAX_QUANTITY, CellRefusal, parse_cell_input
from sop_app.kernel.errors import InvalidInputError
from sop_app.system.audit.service import record
from sop_app.system.database import UnitOfWork

from .context_rows import read_context
from .edit_schemas import CellEdit, EditResult, EditSource
from .editing import apply_edits, hold_open_cycle
from .entry_grid import read_rows
from .rules import EntryAct, spread, statuses_before
from .schemas import ContextKind, ContextRow, GridRow

_TOGGLE = """
    WITH chosen AS (
        SELECT e.id, e.held FROM forecast_entry e
        WHERE e.id = ANY (:ids) AND e.cycle_id = :cycle_id AND e.sales_rep_id = :user_id
          AND e.status = ANY (:statuses)
        ORDER BY e.id FOR UPDATE
    ), wish AS (
        SELECT NOT bool_and(held @> CAST(:months AS integer[])) AS is_held FROM chosen
    )
    UPDATE forecast_entry e SET held = ARRAY(
        SELECT DISTINCT month FROM unnest(CASE WHEN wish.is_held
            THEN chosen.held || CAST(:months AS integer[]) ELSE chosen.held END) AS month
        WHERE wish.is_held OR month <> ALL (CAST(:months AS integer[])) ORDER BY month
    )
    FROM chosen, wish WHERE e.id = chosen.id
    RETURNING e.id, e.held, wish.is_held
"""


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """A row whose figures a spread would change, and their sum before and after."""

    entry_id: int
    customer_name: str
    product_name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class SpreadPlan:
    """What spreading a total would do.

    Attributes:
        total: The sum to reach.
        before: The sum now.
        rows: The rows that change, the largest change first.
        kept: What the cells that are held, locked or in error keep of the total.
        kept_count: How many they are.
        edits: The new figure of every cell.
    """

    total: int
    before: int
    rows: tuple[SpreadRow, ...]
    kept: int
    kept_count: int
    edits: tuple[CellEdit, ...]


async def plan_spread(
    uow: UnitOfWork, cycle_id: int, entry_ids: Sequence[int], months: Sequence[int], typed: str
) -> SpreadPlan:
    """Work out how a typed total spreads over the cells of some rows and months, exact to the unit.

    A row total is one entry over all months, a column total all entries over one month. The
    proportions are those of the present figures, else of last year's, else equal. Cells that are
    held, locked or in error stay as they are, and the others share what is left of the total; an
    empty cell whose share is 0 stays empty.

    Args:
        uow: The transaction.
        cycle_id: The cycle.
        entry_ids: The rows.
        months: Their month indexes.
        typed: The total as it was typed; operators change the present one.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
        InvalidInputError: The total is none, is less than the cells hold that stay as they are, or
            no other cell is left.
    """
    await hold_open_cycle(uow, cycle_id)
    rows = await read_rows(uow, cycle_id, entry_ids)
    cells = [
        (row, index) for key in entry_ids if (row := rows.get(key)) is not None for index in months
    ]
    before = sum(_figure(cell) for cell in cells)
    total = _read_total(typed, before)
    free = [cell for cell in cells if not _is_kept(cell)]
    kept = before - sum(_figure(cell) for cell in free)
    if not free or total < kept:
        raise InvalidInputError(
            {"total": f"Cells that are held or locked keep {kept:,} of this total already."}
        )
    context = await read_context(uow, cycle_id, entry_ids, [ContextKind.LAST_YEAR])
    quantities = spread(
        total - kept,
        [row.figures.quantities[index] for row, index in free],
        _last_year(context, free),
    )
    edits = tuple(
        CellEdit(row.entry_id, index, value=quantity, seen_version=row.figures.version)
        for (row, index), quantity in zip(free, quantities, strict=True)
        if quantity or row.figures.quantities[index] is not None
    )
    return SpreadPlan(
        total, before, _changed_rows(rows, edits), kept, len(cells) - len(free), edits
    )


async def spread_total(
    uow: UnitOfWork, cycle_id: int, entry_ids: Sequence[int], months: Sequence[int], typed: str
) -> EditResult:
    """Spread a typed total as ``plan_spread`` says; one step of undo.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
        InvalidInputError: As in ``plan_spread``.
    """
    plan = await plan_spread(uow, cycle_id, entry_ids, months, typed)
    return await apply_edits(uow, cycle_id, plan.edits, EditSource.SPREAD, all_or_nothing=True)


async def toggle_holds(
    uow: UnitOfWork, cycle_id: int, entry_ids: Sequence[int], months: Sequence[int]
) -> dict[int, list[int]]:
    """Hold cells in spreads, or let them go when all of them are held already.

    Only own rows that can be edited take part.

    Returns:
        The held month indexes of the rows that took part, by entry.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
    """
    cycle = await hold_open_cycle(uow, cycle_id)
    found = await uow.session.execute(
        text(_TOGGLE),
        {
            "ids": list(entry_ids),
            "months": [index for index in months if 0 <= index < cycle.horizon_months],
            "cycle_id": cycle_id,
            "user_id": uow.actor.user_id,
            "statuses": statuses_before(EntryAct.EDIT),
        },
    )
    held = {entry_id: months_held for entry_id, months_held, _ in found}
    record(uow, "forecast_cells_held", ("cycle", cycle_id), after={"rows": len(held)})
    return held


def _read_total(typed: str, before: int) -> int:
    total = parse_cell_input(typed, before)
    if isinstance(total, CellRefusal):
        raise InvalidInputError({"total": total.message})
    if total is None or not 0 <= total <= MAX_QUANTITY:
        raise InvalidInputError({"total": f"A total is a whole number from 0 to {MAX_QUANTITY:,}."})
    return total


def _figure(cell: tuple[GridRow, int]) -> int:
    row, index = cell
    return row.figures.quantities[index] or 0


def _is_kept(cell: tuple[GridRow, int]) -> bool:
    row, index = cell
    return bool(row.figures.lock) or index in row.held or index in row.figures.rejected


def _last_year(
    context: Mapping[int, Sequence[ContextRow]], cells: Sequence[tuple[GridRow, int]]
) -> list[int | None]:
    return [context[row.entry_id][0].quantities[index] for row, index in cells]


def _changed_rows(rows: Mapping[int, GridRow], edits: Sequence[CellEdit]) -> tuple[SpreadRow, ...]:
    """Sum the edits by row; rows that keep all their figures are left out."""
    sums: dict[int, list[int]] = {}
    changed: set[int] = set()
    for edit in edits:
        old = rows[edit.entry_id].figures.quantities[edit.month_index or 0]
        new = int(edit.value or 0)
        before_after = sums.setdefault(edit.entry_id, [0, 0])
        before_after[0] += old or 0
        before_after[1] += new
        if old != new:
            changed.add(edit.entry_id)
    moved = [
        SpreadRow(key, rows[key].customer_name, rows[key].product_name, *sums[key])
        for key in changed
    ]
    return tuple(sorted(moved, key=lambda row: (-abs(row.after - row.before), row.entry_id)))
