"""Take back one's own acts and repeat them, also after they were saved.

Undo restores a cell only where it still holds what the act wrote; a cell somebody else changed
since keeps its figure and is reported. Redo works the same way in the other direction. A new act
drops what was undone before it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.database import UnitOfWork

from .conflicts import find_last_changes
from .edit_schemas import CellOutcome, CellResult, EditResult, EditSource, TheirChange, UndoResult
from .editing import NOT_THERE, hold_open_cycle, record_act, summarize
from .entry_rows import CellChange, LockedEntry, lock_entries, write_entries
from .errors import NothingToUndoError

_NEXT_TO_UNDO = text("""
    SELECT id, source FROM change_set
    WHERE cycle_id = :cycle_id AND user_id = :user_id AND state = 'done'
    ORDER BY id DESC LIMIT 1 FOR UPDATE
""")
_NEXT_TO_REDO = text("""
    SELECT id, source FROM change_set
    WHERE cycle_id = :cycle_id AND user_id = :user_id AND state = 'undone'
    ORDER BY id LIMIT 1 FOR UPDATE
""")
_CHANGES = text("""
    SELECT entry_id, version, cells FROM entry_change WHERE change_set_id = :id ORDER BY entry_id
""")


async def undo_last(uow: UnitOfWork, cycle_id: int) -> UndoResult:
    """Take back the acting person's last act in a cycle.

    Returns:
        What was restored, and which cells could not be because somebody else changed them or
        their row was submitted since.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        NothingToUndoError: The person has changed nothing, or taken everything back.
        CycleClosedError: The input window is closed.
    """
    return await _repeat(uow, cycle_id, EditSource.UNDO)


async def redo(uow: UnitOfWork, cycle_id: int) -> UndoResult:
    """Repeat the act the acting person took back last.

    Raises:
        PermissionDeniedError: The person may not enter forecasts.
        NotFoundError: There is no such cycle.
        NothingToUndoError: Nothing was taken back since the person's last act.
        CycleClosedError: The input window is closed.
    """
    return await _repeat(uow, cycle_id, EditSource.REDO)


async def _repeat(uow: UnitOfWork, cycle_id: int, direction: EditSource) -> UndoResult:
    undoes = direction is EditSource.UNDO
    cycle = await hold_open_cycle(uow, cycle_id)
    found = await uow.session.execute(
        _NEXT_TO_UNDO if undoes else _NEXT_TO_REDO,
        {"cycle_id": cycle_id, "user_id": uow.actor.user_id},
    )
    act = found.one_or_none()
    if act is None:
        raise NothingToUndoError(direction)
    changes = list(await uow.session.execute(_CHANGES, {"id": act.id}))
    result = await _restore(uow, cycle, changes, direction)
    await uow.session.execute(
        text("UPDATE change_set SET state = :state WHERE id = :id"),
        {"state": "undone" if undoes else "done", "id": act.id},
    )
    return UndoResult(act.source, result)


async def _restore(
    uow: UnitOfWork, cycle: CycleRow, changes: Sequence[Row[Any]], direction: EditSource
) -> EditResult:
    """Write the other side of every change whose cell still holds this side."""
    entries = await lock_entries(uow, cycle, (change.entry_id for change in changes))
    before = {entry.id: entry.figures(cycle.mandatory_months) for entry in entries.values()}
    kept: list[tuple[int, int, CellChange]] = []
    failed: list[CellResult] = []
    for row in changes:
        entry = entries.get(row.entry_id)
        for packed in row.cells:
            change = CellChange.unpack(packed)
            if direction is EditSource.UNDO:
                change = CellChange(change.month_index, change.field, change.new, change.old)
            if entry is None or entry.lock:
                failed.append(_locked(row.entry_id, entry, change))
            elif entry.content(change.month_index, change.field) != change.old:
                kept.append((entry.id, row.version, change))
            else:
                entry.put(change.month_index, change.field, change.new)
    failed += await _explain_kept(uow, entries, kept)
    change_set_id = await write_entries(
        uow, cycle, entries.values(), source=direction, state=direction.value
    )
    if change_set_id is not None:
        record_act(uow, cycle, change_set_id, direction, entries.values())
    return summarize(uow, cycle, before, entries, tuple(failed), change_set_id)


def _locked(entry_id: int, entry: LockedEntry | None, change: CellChange) -> CellResult:
    note = entry.lock if entry else NOT_THERE
    return CellResult(entry_id, change.month_index, change.field, CellOutcome.LOCKED, note)


async def _explain_kept(
    uow: UnitOfWork,
    entries: dict[int, LockedEntry],
    kept: Sequence[tuple[int, int, CellChange]],
) -> list[CellResult]:
    """Name who changed the cells that keep their figure."""
    changes = await find_last_changes(
        uow, [(entry_id, change.month_index, version) for entry_id, version, change in kept]
    )
    results = []
    for entry_id, _, change in kept:
        row = changes.get((entry_id, change.month_index))
        content = entries[entry_id].content(change.month_index, change.field)
        theirs = TheirChange(content, row.full_name, row.at) if row else None
        results.append(
            CellResult(
                entry_id, change.month_index, change.field, CellOutcome.CONFLICT, theirs=theirs
            )
        )
    return results
