"""Lock entries, change them in memory, write them back in one statement.

The heart of every act on figures. ``lock_entries`` takes the rows in the order of their keys, so
two acts never wait for each other in a circle; ``write_entries`` stores all rows, the change set
and its changes in one round trip.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from sop_app.kernel.errors import ConflictError
from sop_app.planning.cycles.schemas import CycleRow
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork

from .edit_schemas import CellField
from .rules import EntryAct, lock_reason, next_status
from .schemas import RowFigures

Content = int | Decimal | str | None
"""What a cell holds: a quantity, a price, the text of an error, or nothing."""

_LOCK = text(f"""
    SELECT e.id, e.version, e.status, e.sales_rep_id,
           coalesce((SELECT full_name FROM app_user WHERE id = e.sales_rep_id), '') AS rep_name,
           e.quantities, e.prefill, e.prices, e.price_overrides, e.cell_versions, e.rejected
    FROM forecast_entry e
    JOIN customer c ON c.id = e.customer_id
    WHERE e.id = ANY (:entry_ids) AND e.cycle_id = :cycle_id AND {customer_is_visible("c")}
    ORDER BY e.id
    FOR UPDATE OF e
""")
_WRITE = text("""
    WITH act AS (
        INSERT INTO change_set (cycle_id, user_id, at, source, cell_count, state)
        VALUES (:cycle_id, :user_id, :now, :source, :cell_count, :state)
        RETURNING id
    ), row AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS row (
            id integer, version integer, status text, quantities integer[], overrides numeric[],
            cell_versions integer[], rejected jsonb, cells jsonb
        )
    ), written AS (
        UPDATE forecast_entry e
        SET quantities = row.quantities, version = row.version, status = row.status,
            price_overrides = row.overrides, rejected = row.rejected,
            cell_versions = row.cell_versions, changed_at = :now
        FROM row WHERE e.id = row.id AND e.version = row.version - 1
        RETURNING e.id
    ), logged AS (
        INSERT INTO entry_change (change_set_id, entry_id, version, cells)
        SELECT act.id, row.id, row.version, row.cells FROM act, row
    ), dropped AS (
        UPDATE change_set SET state = 'dropped'
        WHERE cycle_id = :cycle_id AND user_id = :user_id AND state = 'undone' AND :drops_undone
    )
    SELECT (SELECT id FROM act) AS change_set_id, (SELECT count(*) FROM written) AS written_count
""")


@dataclass(slots=True)
class CellChange:
    """What an act did to one cell."""

    month_index: int
    field: CellField
    old: Content
    new: Content

    def pack(self) -> list[Any]:
        """Turn the change into what the table stores: index, field, before, after."""
        return [self.month_index, self.field.value, _plain(self.old), _plain(self.new)]

    @classmethod
    def unpack(cls, packed: Sequence[Any]) -> "CellChange":
        """Read a stored change."""
        index, name, old, new = packed
        field = CellField(name)
        return cls(index, field, _content(field, old), _content(field, new))


@dataclass(slots=True)
class LockedEntry:
    """An entry as it is now, locked for this transaction, with the changes made to it so far."""

    id: int
    version: int
    status: str
    sales_rep_id: int | None
    rep_name: str
    quantities: list[int | None]
    prefill: list[int | None]
    prices: list[Decimal]
    overrides: list[Decimal | None]
    cell_versions: list[int]
    rejected: dict[int, str]
    lock: str
    changes: dict[tuple[int, CellField], CellChange] = field(default_factory=dict)

    def content(self, month_index: int, cell_field: CellField) -> Content:
        """Return what a cell holds."""
        if cell_field is CellField.PRICE:
            return self.overrides[month_index]
        return self.rejected.get(month_index, self.quantities[month_index])

    def price(self, month_index: int) -> Decimal:
        """Return the price of a month that counts."""
        override = self.overrides[month_index]
        return self.prices[month_index] if override is None else override

    def put(self, month_index: int, cell_field: CellField, new: Content) -> None:
        """Let a cell hold something else; what it already holds is no change."""
        old = self.content(month_index, cell_field)
        if old == new and type(old) is type(new):
            return
        key = (month_index, cell_field)
        earlier = self.changes.get(key)
        self.changes[key] = CellChange(*key, earlier.old if earlier else old, new)
        if cell_field is CellField.PRICE:
            self.overrides[month_index] = new if isinstance(new, Decimal) else None
            return
        self.rejected.pop(month_index, None)
        if isinstance(new, str):
            self.rejected[month_index] = new
        self.quantities[month_index] = new if isinstance(new, int) else None

    def count_changed_cells(self) -> int:
        """Count the cells changed so far; the price of a row is one cell for all its months."""
        fields = [cell_field for _, cell_field in self.changes]
        return fields.count(CellField.QUANTITY) + (CellField.PRICE in fields)

    def figures(self, mandatory_months: int) -> RowFigures:
        """Show the entry as it stands."""
        return RowFigures(
            entry_id=self.id,
            version=self.version,
            status=self.status,
            lock=self.lock,
            quantities=tuple(self.quantities),
            prefill=tuple(self.prefill),
            prices=tuple(self.price(index) for index in range(len(self.prices))),
            overridden=tuple(
                index for index, override in enumerate(self.overrides) if override is not None
            ),
            rejected=dict(self.rejected),
            mandatory_months=mandatory_months,
        )


async def lock_entries(
    uow: UnitOfWork, cycle: CycleRow, entry_ids: Iterable[int]
) -> dict[int, LockedEntry]:
    """Lock the entries of a cycle that the acting person may see, in the order of their keys."""
    rows = await uow.fetch(
        _LOCK,
        {
            "entry_ids": list(set(entry_ids)),
            "cycle_id": cycle.id,
            **visibility_parameters(uow.actor),
        },
    )
    return {row.id: _locked_entry(uow, cycle, row) for row in rows}


def _locked_entry(uow: UnitOfWork, cycle: CycleRow, row: Any) -> LockedEntry:
    return LockedEntry(
        id=row.id,
        version=row.version,
        status=row.status,
        sales_rep_id=row.sales_rep_id,
        rep_name=row.rep_name,
        quantities=row.quantities,
        prefill=row.prefill,
        prices=row.prices,
        overrides=row.price_overrides or [None] * len(row.prices),
        cell_versions=row.cell_versions,
        rejected={int(index): text for index, text in row.rejected.items()},
        lock=lock_reason(
            row.status,
            is_own=row.sales_rep_id == uow.actor.user_id,
            rep_name=row.rep_name,
            is_input_open=cycle.is_input_open,
        ),
    )


async def write_entries(
    uow: UnitOfWork,
    cycle: CycleRow,
    entries: Iterable[LockedEntry],
    *,
    source: str,
    state: str = "done",
) -> int | None:
    """Store the changed entries as one change set, each under its next version.

    Args:
        uow: The transaction that locked the entries.
        cycle: Their cycle.
        entries: The entries; unchanged ones are left alone.
        source: How the act came about.
        state: ``done`` for an act that can be undone, else how the change set came to be.

    Returns:
        The change set, or None when nothing changed.

    Raises:
        ConflictError: An entry has another version than the one that was locked.
    """
    changed = [entry for entry in entries if entry.changes]
    if not changed:
        return None
    for entry in changed:
        entry.version += 1
        entry.status = next_status(entry.status, EntryAct.EDIT) or entry.status
        for month_index, _ in entry.changes:
            entry.cell_versions[month_index] = entry.version
    parameters = {
        "cycle_id": cycle.id,
        "user_id": uow.actor.user_id,
        "now": uow.now,
        "source": source,
        "state": state,
        "cell_count": sum(entry.count_changed_cells() for entry in changed),
        "drops_undone": state == "done",
        "rows": json.dumps([_stored(entry) for entry in changed]),
    }
    (stored,) = await uow.fetch(_WRITE, parameters)
    if stored.written_count != len(changed):
        raise ConflictError("The rows were changed by somebody else meanwhile. Load them again.")
    return stored.change_set_id


def _stored(entry: LockedEntry) -> dict[str, Any]:
    """Lay an entry out as the statement reads it; prices travel as text, exact."""
    is_overridden = any(override is not None for override in entry.overrides)
    return {
        "id": entry.id,
        "version": entry.version,
        "status": entry.status,
        "quantities": entry.quantities,
        "overrides": [_plain(price) for price in entry.overrides] if is_overridden else None,
        "cell_versions": entry.cell_versions,
        "rejected": entry.rejected,
        "cells": [change.pack() for change in entry.changes.values()],
    }


def _plain(content: Content) -> int | str | None:
    return str(content) if isinstance(content, Decimal) else content


def _content(cell_field: CellField, stored: int | str | None) -> Content:
    if cell_field is CellField.PRICE and stored is not None:
        return Decimal(stored)
    return stored
