"""Compare incoming rows with what is stored: the preview a user accepts or rejects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sop_app.system.spreadsheets.validation import CheckedRow, Key, row_key


class RowOutcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True)
class CellChange:
    """One value that would change.

    Attributes:
        field: Name of the field.
        old: Stored value, ``None`` when empty.
        new: Incoming value, ``None`` when empty.
        month: For a month series, which month.
    """

    field: str
    old: object
    new: object
    month: date | None = None


@dataclass(frozen=True)
class RowDifference:
    """What accepting one row would do."""

    row: CheckedRow
    outcome: RowOutcome
    key: Key | None
    changes: tuple[CellChange, ...] = ()


@dataclass(frozen=True)
class DifferenceCounts:
    """How many rows accepting would add, change, leave and refuse, and how many the file lacks."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    wrong: int = 0
    missing: int = 0

    @property
    def total(self) -> int:
        """Count the rows of the file."""
        return self.new + self.changed + self.unchanged + self.wrong


@dataclass(frozen=True)
class Difference:
    """The outcome for every row of a file, and the stored records it does not mention.

    Attributes:
        rows: In file order.
        missing: Keys of stored records without a row; empty unless asked for.
    """

    rows: tuple[RowDifference, ...]
    missing: tuple[Key, ...] = field(default=())

    @property
    def counts(self) -> DifferenceCounts:
        """Count the outcomes."""
        outcomes = [row.outcome for row in self.rows]
        return DifferenceCounts(
            new=outcomes.count(RowOutcome.NEW),
            changed=outcomes.count(RowOutcome.CHANGED),
            unchanged=outcomes.count(RowOutcome.UNCHANGED),
            wrong=outcomes.count(RowOutcome.WRONG),
            missing=len(self.missing),
        )


def compare_rows(
    current: Mapping[Key, Mapping[str, object]],
    incoming: Iterable[CheckedRow],
    key_fields: Sequence[str],
    *,
    reports_missing: bool = False,
) -> Difference:
    """Say for every incoming row whether it is new, changed, unchanged or wrong.

    Only fields the file holds are compared: a column that is not mapped changes nothing. An empty
    cell of a mapped column empties the stored value, except in a month series, where an empty month
    that is not stored either is no change.

    Args:
        current: Stored records by key, as `row_key` builds it (texts case-folded).
        incoming: Checked rows in file order.
        key_fields: The fields that identify a record.
        reports_missing: Whether stored records without a row are listed.
    """
    rows = []
    seen: set[Key] = set()
    for row in incoming:
        key = row_key(row.values, key_fields)
        if key is not None:
            seen.add(key)
        rows.append(_compare_row(row, key, current, key_fields))
    missing = tuple(key for key in current if key not in seen) if reports_missing else ()
    return Difference(tuple(rows), missing)


def _compare_row(
    row: CheckedRow,
    key: Key | None,
    current: Mapping[Key, Mapping[str, object]],
    key_fields: Sequence[str],
) -> RowDifference:
    if row.errors or key is None:
        return RowDifference(row, RowOutcome.WRONG, key)
    stored = current.get(key)
    if stored is None:
        return RowDifference(row, RowOutcome.NEW, key)
    changes = tuple(_changes(stored, row.values, key_fields))
    outcome = RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED
    return RowDifference(row, outcome, key, changes)


def _changes(
    stored: Mapping[str, object], values: Mapping[str, object], key_fields: Sequence[str]
) -> Iterable[CellChange]:
    for name, new in values.items():
        if name in key_fields:
            continue
        old = stored.get(name)
        if isinstance(new, Mapping):
            old_months = old if isinstance(old, Mapping) else {}
            for month, figure in new.items():
                if old_months.get(month) != figure:
                    yield CellChange(name, old_months.get(month), figure, month)
        elif (old if old != "" else None) != new:
            yield CellChange(name, old, new)
