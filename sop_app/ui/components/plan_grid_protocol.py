"""What travels between the planning grid and the server, as the server sees it. Pure Python.

The payload of ``on_edit`` comes from a browser, so ``read_grid_edit`` trusts nothing in it: a shape that
the grid would never send is refused as a whole with ``GridPayloadError``.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sop_app.kernel.errors import AppError

MAX_CELLS = 200_000
MAX_TEXT = 200
MAX_NAMED = 20
MAX_INTEGER = 2**53
KINDS = frozenset({"type", "paste", "fill", "delete", "apply"})

RowId = int | str
Patch = dict[str, Any]


class GridPayloadError(AppError, ValueError):
    """The browser sent something that the grid cannot have made."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"The grid sent something unexpected: {detail}. Load the page again.")


@dataclass(frozen=True, slots=True)
class GridCellEdit:
    """One cell the user wrote.

    Attributes:
        row_id: The row, or ``None`` when it lay outside the loaded window.
        position: The row's place in the order on screen; only set without ``row_id``.
        version: The row's version the user saw; ``None`` without ``row_id``.
        column_id: The column.
        text: What was typed; empty clears the cell.
    """

    row_id: RowId | None
    position: int | None
    version: int | None
    column_id: str
    text: str


@dataclass(frozen=True, slots=True)
class GridRect:
    """A block of cells: rows by id and version, or a run of positions, and texts that repeat over it."""

    rows: tuple[tuple[RowId, int], ...]
    start: int
    count: int
    columns: tuple[str, ...]
    values: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class SkippedCell:
    """A cell an act met that cannot be changed, and why."""

    row_id: RowId | None
    column_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class GridSkips:
    """How many cells an act left alone, and the first of them."""

    count: int = 0
    cells: tuple[SkippedCell, ...] = ()


@dataclass(frozen=True, slots=True)
class GridSpread:
    """A total somebody typed: of a row, or of all rows when ``row_id`` is ``None``."""

    row_id: RowId | None
    column_id: str
    text: str


@dataclass(frozen=True, slots=True)
class GridEdit:
    """One act of the user on the grid: one undo step.

    Attributes:
        number: The browser's number of this edit; return it as ``ack``.
        seen: The ``seq`` of the last answer the browser had when it sent the edit.
        order: The ``order`` of the window; rows by position are valid only while it holds.
        kind: ``type``, ``paste``, ``fill``, ``delete`` or ``apply``.
        rects: The blocks that were written.
        skips: Cells the browser left alone because they cannot be changed.
    """

    number: int
    seen: int
    order: int
    kind: str
    rects: tuple[GridRect, ...]
    skips: GridSkips = field(default=GridSkips())

    @property
    def has_positions(self) -> bool:
        """Say whether some rows are named by position and must be resolved by the server."""
        return any(rect.count for rect in self.rects)

    def cells(self) -> Iterator[GridCellEdit]:
        """List the single cells, row by row; cells the browser skipped are left out."""
        for rect in self.rects:
            for line in range(rect.count or len(rect.rows)):
                row_id, version = (None, None) if rect.count else rect.rows[line]
                position = rect.start + line if rect.count else None
                texts = rect.values[line % len(rect.values)]
                for place, column_id in enumerate(rect.columns):
                    text = texts[place % len(texts)]
                    if text is not None:
                        yield GridCellEdit(row_id, position, version, column_id, text)


def read_grid_edit(payload: Mapping[str, Any]) -> GridEdit:
    """Read the payload of ``on_edit`` and check every part of it.

    Args:
        payload: The dictionary the browser sent.

    Raises:
        GridPayloadError: A key is missing, a type is wrong, or the edit is larger than the grid allows.
    """
    rects = tuple(_read_rect(rect) for rect in _list(payload.get("rects"), "rects"))
    kind = payload.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise GridPayloadError(f"unknown kind of edit {kind!r}")
    if sum((rect.count or len(rect.rows)) * len(rect.columns) for rect in rects) > MAX_CELLS:
        raise GridPayloadError(f"an edit holds at most {MAX_CELLS:,} cells")
    return GridEdit(
        number=_count(payload.get("n"), "n"),
        seen=_count(payload.get("seen"), "seen", least=-1),
        order=_count(payload.get("order"), "order"),
        kind=kind,
        rects=rects,
        skips=read_skips(payload.get("skipped") or {}),
    )


def read_skips(payload: object) -> GridSkips:
    """Read what an act could not take, and check every part of it.

    Args:
        payload: ``skipped`` of an edit, or the dictionary of ``on_skip``.

    Raises:
        GridPayloadError: A key is missing or a type is wrong.
    """
    if not isinstance(payload, Mapping):
        raise GridPayloadError("skipped cells are not an object")
    cells = [cell for cell in _list(payload.get("cells", []), "cells") if isinstance(cell, Mapping)]
    return GridSkips(
        _count(payload.get("count", 0), "skipped"),
        tuple(
            SkippedCell(
                _row_id(cell.get("row")),
                _text(cell.get("col") or "", "column"),
                _text(cell.get("reason"), "reason"),
            )
            for cell in cells[:MAX_NAMED]
        ),
    )


def read_spread(payload: Mapping[str, Any]) -> GridSpread:
    """Read the payload of ``on_spread`` and check every part of it.

    Raises:
        GridPayloadError: A key is missing or a type is wrong.
    """
    return GridSpread(
        row_id=_row_id(payload.get("row")),
        column_id=_text(payload.get("col"), "column"),
        text=_text(payload.get("text"), "text"),
    )


@dataclass(frozen=True, slots=True)
class GridSelection:
    """The active cell and the selected range, as ``on_select`` tells them.

    Attributes:
        row_id: The active cell's row; ``None`` when nothing is selected.
        column_id: Its column.
        start: Position of the first selected row.
        count: How many rows are selected.
        columns: The selected columns.
        key: Names the range; return it with the exact figures of an incomplete one.
        is_complete: Whether the browser holds every row of the range.
    """

    row_id: RowId | None
    column_id: str | None
    start: int
    count: int
    columns: tuple[str, ...]
    key: str
    is_complete: bool


def read_selection(payload: Mapping[str, Any]) -> GridSelection:
    """Read the payload of ``on_select`` and check every part of it.

    Args:
        payload: The dictionary the browser sent.

    Raises:
        GridPayloadError: A key is missing or a type is wrong.
    """
    column = payload.get("col")
    if not isinstance(payload.get("complete"), bool):
        raise GridPayloadError("complete is not a yes or no")
    return GridSelection(
        row_id=_row_id(payload.get("row")),
        column_id=None if column is None else _text(column, "column"),
        start=_count(payload.get("start"), "start"),
        count=_count(payload.get("count"), "count"),
        columns=tuple(_text(name, "column") for name in _list(payload.get("cols"), "cols")),
        key=_text(payload.get("key"), "key"),
        is_complete=payload["complete"],
    )


def next_patch(
    previous: Patch,
    base_seq: int,
    rows: Mapping[RowId, Mapping[str, Any]],
    *,
    edit: GridEdit | None = None,
    totals: Mapping[str, Any] | None = None,
) -> Patch:
    """Build the patch that answers one event.

    The browser may see only the last of two patches sent close together, so whatever it has not seen yet
    is carried along; in ordinary use that is nothing.

    Args:
        previous: The patch now in the state.
        base_seq: The ``seq`` of the window now in the state; older answers are part of it.
        rows: The rows changed by this event, by id: ``v``, ``cells`` by column and, where they changed,
            ``marks``, ``notes``, ``lock``, ``open``.
        edit: The edit that is answered; leave it out for a change nobody on this page made.
        totals: The totals that changed, by column.
    """
    seen = max(base_seq, edit.seen if edit else base_seq)
    carried = previous if previous.get("seq", 0) > seen else {}
    patch: Patch = {
        "seq": max(previous.get("seq", 0), base_seq) + 1,
        "ack": edit.number if edit else previous.get("ack", 0),
        "blocks": [*carried.get("blocks", []), *_pack_rows(rows)],
    }
    if totals or carried.get("totals"):
        patch["totals"] = {**carried.get("totals", {}), **(totals or {})}
    return patch


def window_around(first_row: int, row_count: int, total: int, size: int = 200) -> tuple[int, int]:
    """Choose the window to load so that the visible rows lie in its middle.

    Example:
        >>> window_around(first_row=500, row_count=30, total=10_000)
        (415, 200)
        >>> window_around(first_row=9_990, row_count=30, total=10_000)
        (9800, 200)
        >>> window_around(first_row=0, row_count=30, total=48)
        (0, 48)
    """
    size = max(size, row_count)
    start = max(0, min(first_row - (size - row_count) // 2, total - size))
    return start, min(size, total - start)


def _pack_rows(rows: Mapping[RowId, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Write rows with the same columns as one block, so that a pasted block of 3,200 cells stays small.

    A block's line is ``[id, v, *cells]``. Marks that all its lines share stand once, everything else a row
    may carry stands in ``extra`` under the line's place.
    """
    grouped: dict[tuple[str, ...], list[tuple[RowId, Mapping[str, Any]]]] = {}
    for row_id, row in rows.items():
        grouped.setdefault(tuple(sorted(row.get("cells", ()))), []).append((row_id, row))
    return [_pack_block(columns, lines) for columns, lines in grouped.items()]


def _pack_block(
    columns: tuple[str, ...], lines: list[tuple[RowId, Mapping[str, Any]]]
) -> dict[str, Any]:
    marks = Counter(json.dumps(row.get("marks", {})) for _, row in lines).most_common(1)[0][0]
    shared = json.loads(marks)
    extra = {}
    for place, (_, row) in enumerate(lines):
        rest = {key: value for key, value in row.items() if key not in {"v", "cells", "marks"}}
        if row.get("marks", {}) != shared:
            rest["marks"] = row.get("marks", {})
        if rest:
            extra[str(place)] = rest
    block = {
        "cols": list(columns),
        "rows": [
            [row_id, row.get("v", 0), *(row["cells"][column] for column in columns)]
            for row_id, row in lines
        ],
        "marks": shared,
        "extra": extra,
    }
    return {key: value for key, value in block.items() if value}


def _read_rect(rect: object) -> GridRect:
    if not isinstance(rect, Mapping):
        raise GridPayloadError("a block of cells is not an object")
    columns = tuple(_text(column, "column") for column in _list(rect.get("cols"), "cols"))
    values = tuple(
        tuple(_cell(text) for text in _list(row, "values"))
        for row in _list(rect.get("values"), "values")
    )
    if not columns or not values or not all(values):
        raise GridPayloadError("a block of cells is empty")
    by_id = "rows" in rect
    return GridRect(
        rows=tuple(_row(row) for row in _list(rect.get("rows"), "rows")) if by_id else (),
        start=0 if by_id else _count(rect.get("start"), "start"),
        count=0 if by_id else _count(rect.get("count"), "count", least=1),
        columns=columns,
        values=values,
    )


def _row_id(row: object) -> RowId | None:
    return row if row is None or isinstance(row, str) else _count(row, "row")


def _row(row: object) -> tuple[RowId, int]:
    match row:
        case [str() as row_id, version]:
            return _text(row_id, "row"), _count(version, "version")
        case [row_id, version]:
            return _count(row_id, "row"), _count(version, "version")
    raise GridPayloadError("a row is not given as id and version")


def _cell(text: object) -> str | None:
    return None if text is None else _text(text, "value")


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise GridPayloadError(f"{name} is not a text of at most {MAX_TEXT} characters")
    return value


def _list(value: object, name: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise GridPayloadError(f"{name} is not a list")
    return value


def _count(value: object, name: str, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MAX_INTEGER:
        raise GridPayloadError(f"{name} is not a whole number from {least} on")
    return value
