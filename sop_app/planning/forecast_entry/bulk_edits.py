"""Acts on many cells at once: copy earlier figures, change a selection.

Each computes the new figure of every cell and hands them to ``apply_edits`` as one act.
"""

from collections.abc import Collection, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from sop_app.kernel.cell_input import MAX_QUANTITY
from sop_app.kernel.errors import InvalidInputError
from sop_app.system.database import UnitOfWork

from .context_rows import read_context
from .edit_schemas import CellEdit, EditResult, EditSource
from .editing import apply_edits, hold_open_cycle
from .schemas import ContextKind

_COPIED = {
    ContextKind.LAST_YEAR: EditSource.COPIED_LAST_YEAR,
    ContextKind.LAST_CYCLE: EditSource.COPIED_LAST_CYCLE,
}


class SelectionChange(StrEnum):
    """What is done to every cell of a selection."""

    SET = "set"
    ADD = "add"
    PERCENT = "percent"


async def copy_figures(
    uow: UnitOfWork,
    cycle_id: int,
    entry_ids: Collection[int],
    kind: ContextKind,
    months: Collection[int] | None = None,
) -> EditResult:
    """Copy last year's sales or last cycle's figures into entries, where there are any.

    A month without an earlier figure keeps what it holds; a net return counts as 0.

    Args:
        uow: The transaction.
        cycle_id: The cycle.
        entry_ids: The entries.
        kind: ``LAST_YEAR`` or ``LAST_CYCLE``.
        months: Month indexes; all by default.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
        InvalidInputError: The kind is none that can be copied.
    """
    if kind not in _COPIED:
        raise InvalidInputError({"kind": "Last year and last cycle can be copied."})
    cycle = await hold_open_cycle(uow, cycle_id)
    wanted = set(range(cycle.horizon_months) if months is None else months)
    context = await read_context(uow, cycle_id, entry_ids, [kind])
    edits = [
        CellEdit(entry_id, index, value=max(0, quantity))
        for entry_id, (line,) in context.items()
        for index, quantity in enumerate(line.quantities)
        if quantity is not None and index in wanted
    ]
    return await apply_edits(uow, cycle_id, edits, _COPIED[kind])


async def change_selection(
    uow: UnitOfWork,
    cycle_id: int,
    entry_ids: Sequence[int],
    months: Sequence[int],
    change: SelectionChange,
    amount: Decimal,
) -> EditResult:
    """Set every cell of a selection, add to it, or change it by a percentage.

    Empty cells count from zero when something is added, and stay empty under a percentage.

    Args:
        uow: The transaction.
        cycle_id: The cycle.
        entry_ids: The rows of the selection.
        months: Its month indexes.
        change: What to do.
        amount: Units, or percent (5 is +5%).

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
        InvalidInputError: The amount cannot be used.
    """
    typed = _as_typed(change, amount)
    edits = [CellEdit(entry_id, index, typed) for entry_id in entry_ids for index in months]
    return await apply_edits(uow, cycle_id, edits, EditSource.CHANGED)


def _as_typed(change: SelectionChange, amount: Decimal) -> str:
    """Write a change of a selection the way it would be typed into a cell."""
    if not amount.is_finite() or abs(amount) > MAX_QUANTITY:
        raise InvalidInputError({"amount": "This is not an amount."})
    if change is SelectionChange.PERCENT:
        return f"{amount:+f}%"
    whole = amount.to_integral_value(ROUND_HALF_UP)
    if whole != amount or (change is SelectionChange.SET and amount < 0):
        raise InvalidInputError({"amount": "Quantities are whole units from 0 on."})
    return f"{whole:f}" if change is SelectionChange.SET else f"{whole:+f}"
