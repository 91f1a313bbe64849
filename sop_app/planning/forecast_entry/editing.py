"""Change figures: one act of a person is one change set, one undo step, one transaction.

Whatever the grid, a template, a copy or the API wants to change goes through ``apply_edits``. It
answers for every cell: saved, kept as an error, in conflict with somebody else's change, or
locked. Nothing is skipped without a word and nothing is overwritten unseen.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sop_app.kernel.cell_input import MAX_QUANTITY, CellRefusal, parse_cell_input
from sop_app.kernel.errors import InvalidInputError, LimitExceededError
from sop_app.planning.cycles.queries import find_held_cycle
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from .conflicts import find_conflicts
from .edit_schemas import (
    CellEdit,
    CellField,
    CellOutcome,
    CellResult,
    EditResult,
    EditSource,
    TheirChange,
)
from .entry_rows import Content, LockedEntry, lock_entries, write_entries
from .errors import CycleClosedError
from .rules import MAX_PRICE, parse_price
from .schemas import RowFigures

MAX_CELLS = 200_000
LONGEST_TEXT = 200
NOT_THERE = "This row is not in the cycle any more"


async def apply_edits(
    uow: UnitOfWork,
    cycle_id: int,
    edits: Sequence[CellEdit],
    source: EditSource = EditSource.TYPED,
    *,
    all_or_nothing: bool = False,
) -> EditResult:
    """Apply one act of the acting person to the figures of a cycle.

    Args:
        uow: The transaction.
        cycle_id: The cycle.
        edits: The cells, in the order of typing; a later edit of a cell builds on an earlier one.
        source: How the act came about.
        all_or_nothing: Store nothing when one cell is in conflict, locked or refused.

    Returns:
        What became of the cells and how the rows stand now.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
        InvalidInputError: An edit names a month outside the horizon or an impossible figure.
        LimitExceededError: More cells than one act may hold.
    """
    cycle = await hold_open_cycle(uow, cycle_id)
    edits = _single_months(cycle, edits)
    entries = await lock_entries(uow, cycle, (edit.entry_id for edit in edits))
    before = {entry.id: entry.figures(cycle.mandatory_months) for entry in entries.values()}
    conflicts = await find_conflicts(uow, entries, edits)
    results = [_apply(entries.get(edit.entry_id), edit, conflicts) for edit in edits]
    failed = tuple(result for result in results if result is not None)
    if all_or_nothing and any(cell.outcome is not CellOutcome.REJECTED for cell in failed):
        return summarize(uow, cycle, before, {}, failed, None)
    change_set_id = await write_entries(uow, cycle, entries.values(), source=source)
    if change_set_id is not None:
        record_act(uow, cycle, change_set_id, source, entries.values())
    return summarize(uow, cycle, before, entries, failed, change_set_id)


async def hold_open_cycle(uow: UnitOfWork, cycle_id: int) -> CycleRow:
    """Read a cycle for an act on its figures, and keep it from being closed meanwhile.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        CycleClosedError: The input window is closed.
    """
    uow.require(Permission.FORECAST_EDIT)
    cycle = await find_held_cycle(uow, cycle_id)
    if not cycle.is_input_open:
        raise CycleClosedError(cycle)
    return cycle


def record_act(
    uow: UnitOfWork,
    cycle: CycleRow,
    change_set_id: int,
    source: str,
    entries: Iterable[LockedEntry],
) -> None:
    """Note an act in the audit log; the cells themselves are in its change set."""
    changed = [entry for entry in entries if entry.changes]
    record(
        uow,
        "forecast_edited",
        ("cycle", cycle.id),
        after={
            "change_set": change_set_id,
            "source": source,
            "rows": len(changed),
            "cells": sum(entry.count_changed_cells() for entry in changed),
        },
    )


def summarize(
    uow: UnitOfWork,
    cycle: CycleRow,
    before: Mapping[int, RowFigures],
    entries: Mapping[int, LockedEntry],
    failed: tuple[CellResult, ...],
    change_set_id: int | None,
) -> EditResult:
    """Tell what became of an act: the cells that failed, the rows, and how the totals moved."""
    rows = [entry.figures(cycle.mandatory_months) for entry in entries.values()]
    quantities, amounts = [0] * cycle.horizon_months, [Decimal(0)] * cycle.horizon_months
    for row in rows:
        if not entries[row.entry_id].changes:
            continue
        earlier = before[row.entry_id]
        for index in range(cycle.horizon_months):
            quantities[index] += (row.quantities[index] or 0) - (earlier.quantities[index] or 0)
        for index, (new, old) in enumerate(zip(row.amounts, earlier.amounts, strict=True)):
            amounts[index] += (new or 0) - (old or 0)
    return EditResult(
        change_set_id=change_set_id,
        cells=failed,
        rows=tuple(rows) or tuple(before.values()),
        saved_count=sum(entry.count_changed_cells() for entry in entries.values()),
        quantity_changes=tuple(quantities),
        amount_changes=tuple(amounts),
        complete_change=sum(row.is_complete - before[row.entry_id].is_complete for row in rows),
        saved_at=uow.now,
    )


def _single_months(cycle: CycleRow, edits: Sequence[CellEdit]) -> list[CellEdit]:
    """Unfold edits of a whole row, and refuse what cannot be meant."""
    single: list[CellEdit] = []
    for edit in edits:
        if edit.month_index is None and edit.field is CellField.PRICE:
            single += [
                CellEdit(edit.entry_id, index, edit.text, edit.value, edit.seen_version, edit.field)
                for index in range(cycle.horizon_months)
            ]
        elif edit.month_index is None or not 0 <= edit.month_index < cycle.horizon_months:
            raise InvalidInputError({"month_index": f"A month is 0 to {cycle.horizon_months - 1}."})
        else:
            single.append(edit)
    if len(single) > MAX_CELLS:
        raise LimitExceededError(f"One act changes at most {MAX_CELLS:,} cells.")
    return single


def _apply(
    entry: LockedEntry | None,
    edit: CellEdit,
    conflicts: Mapping[tuple[int, int], TheirChange],
) -> CellResult | None:
    """Apply one edit in memory; None when there is nothing to report."""
    index = edit.month_index or 0
    if entry is None or entry.lock:
        note = entry.lock if entry else NOT_THERE
        return CellResult(edit.entry_id, index, edit.field, CellOutcome.LOCKED, note)
    if theirs := conflicts.get((entry.id, index)):
        return CellResult(entry.id, index, edit.field, CellOutcome.CONFLICT, "", theirs)
    if edit.field is CellField.PRICE:
        return _apply_price(entry, index, edit)
    quantity, note = _read_quantity(entry, index, edit)
    entry.put(index, CellField.QUANTITY, quantity)
    if note:
        return CellResult(entry.id, index, edit.field, CellOutcome.REJECTED, note)
    return None


def _read_quantity(entry: LockedEntry, index: int, edit: CellEdit) -> tuple[Content, str]:
    """Turn an edit into what the cell shall hold, and the sentence if that is an error."""
    if edit.text is None:
        return _checked_quantity(edit.value), ""
    quantity = parse_cell_input(edit.text, entry.quantities[index])
    if isinstance(quantity, CellRefusal):
        return _storable(edit.text), quantity.message
    if quantity is None and edit.text.strip() and index in entry.rejected:
        return entry.rejected[index], explain_rejected(entry.rejected[index])
    return quantity, ""


def _apply_price(entry: LockedEntry, index: int, edit: CellEdit) -> CellResult | None:
    if edit.text is None:
        price = _checked_price(edit.value)
    else:
        price = parse_price(edit.text, entry.price(index))
    if isinstance(price, str):
        return CellResult(entry.id, index, edit.field, CellOutcome.REFUSED, price)
    entry.put(index, CellField.PRICE, price)
    return None


def _checked_quantity(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_QUANTITY:
        return value
    raise InvalidInputError({"value": f"A quantity is a whole number from 0 to {MAX_QUANTITY:,}."})


def _checked_price(value: int | Decimal | None) -> Decimal | str | None:
    if value is None:
        return None
    if not Decimal(value).is_finite() or not 0 <= value <= MAX_PRICE:
        return f"A price is 0 to {MAX_PRICE:,}"
    return parse_price(f"{value:f}", Decimal(0))


def explain_rejected(text: str) -> str:
    """Say why a text that stands where a number belongs is none.

    Example:
        >>> explain_rejected("tbc")
        "'tbc' is not a number. Example: 1,200"
    """
    refusal = parse_cell_input(text, None)
    if isinstance(refusal, CellRefusal):
        return refusal.message
    return f"'{text}' cannot be used here"


def _storable(text: str) -> str:
    """Keep what was typed, without what no database column can hold."""
    return text.replace("\0", "").encode(errors="replace").decode()[:LONGEST_TEXT]
