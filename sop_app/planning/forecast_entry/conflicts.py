"""Find out whether somebody else changed a cell since its row was read."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Row, text

from sop_app.system.database import UnitOfWork

from .edit_schemas import CellEdit, TheirChange
from .entry_rows import LockedEntry

SeenCell = tuple[int, int, int]
"""Entry, month index and the version of the row at which somebody saw the cell."""

_LAST_CHANGES = text("""
    SELECT DISTINCT ON (seen.entry_id, seen.month_index)
           seen.entry_id, seen.month_index, u.full_name, s.at
    FROM unnest(
        CAST(:entry_ids AS integer[]), CAST(:indexes AS integer[]), CAST(:versions AS integer[])
    ) AS seen (entry_id, month_index, version)
    JOIN entry_change ec ON ec.entry_id = seen.entry_id AND ec.version > seen.version
    JOIN change_set s ON s.id = ec.change_set_id AND s.user_id <> :except_user_id
    JOIN app_user u ON u.id = s.user_id
    WHERE EXISTS (
        SELECT FROM jsonb_array_elements(ec.cells) AS cell
        WHERE (cell ->> 0)::integer = seen.month_index
    )
    ORDER BY seen.entry_id, seen.month_index, ec.version DESC
""")


async def find_last_changes(
    uow: UnitOfWork, cells: Iterable[SeenCell], *, except_user_id: int = -1
) -> dict[tuple[int, int], Row[tuple[int, int, str, object]]]:
    """Find who changed cells last after the versions at which they were seen."""
    seen = list(cells)
    if not seen:
        return {}
    rows = await uow.session.execute(
        _LAST_CHANGES,
        {
            "entry_ids": [entry_id for entry_id, _, _ in seen],
            "indexes": [month_index for _, month_index, _ in seen],
            "versions": [version for _, _, version in seen],
            "except_user_id": except_user_id,
        },
    )
    return {(row.entry_id, row.month_index): row for row in rows}


async def find_conflicts(
    uow: UnitOfWork, entries: Mapping[int, LockedEntry], edits: Sequence[CellEdit]
) -> dict[tuple[int, int], TheirChange]:
    """Find the edited cells that somebody else changed after the version the person saw.

    A cell that only the person changed in the meantime (two quick edits, the second sent before
    the answer to the first) is no conflict.

    Returns:
        By entry and month index: what the cell holds now, who changed it, when.
    """
    suspects: dict[SeenCell, CellEdit] = {}
    for edit in edits:
        entry, index, seen = entries.get(edit.entry_id), edit.month_index or 0, edit.seen_version
        if entry is not None and seen is not None and entry.cell_versions[index] > seen:
            suspects[entry.id, index, seen] = edit
    changes = await find_last_changes(uow, suspects, except_user_id=uow.actor.user_id)
    return {
        (entry_id, index): TheirChange(
            entries[entry_id].content(index, edit.field), row.full_name, row.at
        )
        for (entry_id, index, _), edit in suspects.items()
        if (row := changes.get((entry_id, index)))
    }
