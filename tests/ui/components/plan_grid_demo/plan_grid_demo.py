"""A table of 10,000 products by 16 months behind the planning grid, kept in memory; for tests only."""

import math
from typing import Any

import reflex as rx

from sop_app.kernel.cell_input import CellRefusal, parse_cell_input
from sop_app.ui.components.plan_grid import plan_grid
from sop_app.ui.components.plan_grid_protocol import next_patch, read_grid_edit, window_around

NAMES = (
    "Extra virgin olive oil 5 L", "Peeled tomatoes 2.5 kg", "Penne rigate 5 kg", "Basmati rice 10 kg",
    "Chickpeas 2.5 kg", "Mozzarella block 2.5 kg", "Unsalted butter 10 kg", "Frozen peas 2.5 kg",
    "Sweet corn 2.5 kg", "Chicken breast 5 kg", "Salmon fillet 1 kg",
)  # fmt: skip
CODES = ("OLV-1005", "TOM-2402", "PAS-3101", "RIC-4110", "CHK-5203", "MOZ-6301", "BUT-6405",
         "FRZ-7102", "FRZ-7110", "CHI-8204", "SAL-8301")  # fmt: skip
CUSTOMERS = ("Brennan Foodservice", "Harbor Grocers", "Northside Markets", "Old Mill Catering")
SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = [f"{2027 + i // 12}-{i % 12 + 1:02d}" for i in range(16)]
ROWS = 10_000
TOTALS_OFFSET = 4


def _columns() -> list[dict[str, Any]]:
    months = [
        {
            "id": month,
            "title": SHORT[i % 12],
            "label": f"{SHORT[i % 12]} {month[:4]}",
            "width": 51,
            "kind": "number",
            "editable": True,
            "role": "mandatory" if i < 12 else "optional",
            "group": "2027, 12 mandatory months" if i < 12 else "2028, optional",
        }
        for i, month in enumerate(MONTHS)
    ]
    fixed = {"kind": "text", "editable": False}
    return [
        {"id": "customer", "title": "Customer", "width": 148, "role": "lead", "sortable": True, "sorted": "asc", **fixed},
        {"id": "product", "title": "Product", "width": 168, "sortable": True, "grow": True, **fixed},
        {"id": "code", "title": "Code", "width": 76, "role": "muted", **fixed},
        {"id": "status", "title": "Status", "width": 84, "kind": "status", "editable": False},
        *months,
        {"id": "total", "title": "Total", "width": 64, "kind": "number", "editable": False, "role": "total"},
    ]  # fmt: skip


class _Row:
    def __init__(self, number: int) -> None:
        self.id = number + 1
        self.version = 1
        self.customer = CUSTOMERS[number // len(NAMES) % len(CUSTOMERS)]
        self.first = number % len(NAMES) == 0
        self.name = NAMES[number % len(NAMES)]
        self.code = CODES[number % len(NAMES)]
        level = 300 + number * 37 % 700
        self.cells: list[int | str | None] = [
            round(level * (1 + 0.2 * math.sin((i + number) / 2)) / 5) * 5 for i in range(16)
        ]
        self.marks: dict[str, list[str]] = {}
        self.notes: dict[str, str | None] = {}
        self.open = False

    def status(self) -> list[str]:
        errors = sum(isinstance(cell, str) for cell in self.cells)
        missing = sum(cell is None for cell in self.cells[:12])
        if errors:
            return ["error", "1 error" if errors == 1 else f"{errors} errors"]
        if self.code == "FRZ-7110":
            return ["locked", "From Jul"]
        return ["missing", f"{missing} missing"] if missing else ["done", "Complete"]

    def total(self) -> int:
        return sum(cell for cell in self.cells if isinstance(cell, int))

    def wire(self) -> dict[str, Any]:
        cells = [self.customer, self.name, self.code, self.status(), *self.cells, self.total()]
        row = {"id": self.id, "v": self.version, "cells": cells, "open": self.open}
        if self.first:
            row["lead"] = True
        if self.marks:
            row["marks"] = self.marks
        if self.notes:
            row["notes"] = self.notes
        return row

    def context(self) -> list[dict[str, Any]]:
        kinds = (
            ("Last year", "gray", 0.95),
            ("Last cycle", "gold", 0.99),
            ("Statistical", "cyan", 1.01),
        )
        rows = []
        for name, dash, factor in kinds:
            figures = [
                round(cell * factor / 5) * 5 if isinstance(cell, int) else None
                for cell in self.cells
            ]
            cells = ["", name, "", None, *figures, sum(f or 0 for f in figures)]
            rows.append(
                {
                    "id": f"{self.id}:{dash}",
                    "kind": "context",
                    "dash": dash,
                    "cells": cells,
                    "open": None,
                }
            )
        return rows  # fmt: skip


def _dressed() -> list[_Row]:
    rows = [_Row(number) for number in range(ROWS)]
    for month in MONTHS[3:7]:
        rows[2].marks[month] = ["changed"]
    rows[2].marks["2027-06"] = ["changed", "commented"]
    rows[1].marks["2027-09"] = ["commented"]
    for month in MONTHS[:3]:
        rows[4].marks[month] = ["changed"]
    rows[5].marks["2027-12"], rows[5].cells[11] = ["changed", "unusual"], 1480
    rows[6].marks["2027-03"], rows[6].cells[2] = ["error"], "n/a"
    rows[6].notes["2027-03"] = "'n/a' is not a number. Example: 1,200"
    for month in MONTHS[6:]:
        rows[8].marks[month], rows[8].cells[MONTHS.index(month)] = ["locked"], 0
        rows[8].notes[month] = "Sweet corn is discontinued from July 2027."
    for month in MONTHS[4:6]:
        rows[9].marks[month] = ["held"]
    for row, first in ((9, 12), (10, 12), (14, 9), (15, 10)):
        rows[row].cells[first:] = [None] * (16 - first)
    rows[14].cells[9:] = [None] * 7
    return rows


TABLE: list[_Row] = []
BY_ID: dict[int, _Row] = {}


def _start_afresh() -> None:
    TABLE[:] = _dressed()
    BY_ID.clear()
    BY_ID.update((row.id, row) for row in TABLE)


def _lines() -> list[Any]:
    lines: list[Any] = []
    for row in TABLE:
        lines.append(row)
        if row.open:
            lines.extend(row.context())
    return lines


class GridDemoState(rx.State):
    """The demo's screen: the window, the last answer, and counters the tests read."""

    columns: list[dict[str, Any]] = _columns()
    rows: int = 0
    base: dict[str, Any] = {}
    patch: dict[str, Any] = {}
    totals: dict[str, Any] = {}
    summary: dict[str, Any] = {}
    edit_count: int = 0
    cell_count: int = 0
    last_kind: str = ""
    skipped: str = ""
    selected: str = ""
    undo_count: int = 0
    redo_count: int = 0
    sorted_by: str = ""
    search: str = ""

    @rx.event
    async def load(self) -> None:
        _start_afresh()
        self._show(0, 40)
        cells = {
            month: sum(r.cells[i] for r in TABLE if isinstance(r.cells[i], int))
            for i, month in enumerate(MONTHS)
        }
        self.totals = {"label": "Total of 10,000 rows, cases", "cells": cells | {"total": sum(cells.values())}}  # fmt: skip

    @rx.event
    async def move_window(self, first_row: int, row_count: int) -> None:
        self._show(first_row, row_count)

    @rx.event
    async def edit(self, payload: dict[str, Any]) -> None:
        edit = read_grid_edit(payload)
        lines = _lines() if edit.has_positions else []
        changed: dict[int, set[str]] = {}
        for cell in edit.cells():
            row = BY_ID.get(cell.row_id) if cell.row_id else lines[cell.position]
            if isinstance(row, _Row) and "locked" not in row.marks.get(cell.column_id, ()):
                _write(row, cell.column_id, cell.text)
                changed.setdefault(row.id, set()).add(cell.column_id)
                self.cell_count += 1
        rows = {row_id: _answer(BY_ID[row_id], columns) for row_id, columns in changed.items()}
        self.patch = next_patch(self.patch, self.base.get("seq", 0), rows, edit=edit)
        self.edit_count += 1
        self.last_kind = edit.kind
        if edit.skips.count:
            self.skipped = f"{edit.kind} {edit.skips.count} {edit.skips.cells[0].reason}"

    @rx.event
    async def skip(self, payload: dict[str, Any]) -> None:
        self.skipped = f"{payload['kind']} {payload['count']} {payload['cells'][0]['reason']}"

    @rx.event
    async def select(self, payload: dict[str, Any]) -> None:
        if not payload["complete"]:
            self.summary = _summary(payload)
        self.selected = (
            f"{payload['row']} {payload['col']} {payload['count']}x{len(payload['cols'])}"
        )

    @rx.event
    async def undo(self) -> None:
        self.undo_count += 1

    @rx.event
    async def redo(self) -> None:
        self.redo_count += 1

    @rx.event
    async def sort(self, column_id: str) -> None:
        self.sorted_by = column_id
        TABLE.sort(key=lambda row: (row.name, row.id))
        self._show(0, 40)

    @rx.event
    async def expand(self, row_id: str) -> None:
        row = BY_ID[int(row_id)]
        row.open = not row.open
        self._show(self.base["start"] + 80, 40)

    @rx.event
    async def find(self, text: str) -> None:
        self.search = text

    def _show(self, first_row: int, row_count: int) -> None:
        lines = _lines()
        start, count = window_around(first_row, row_count, len(lines))
        rows = [
            line.wire() if isinstance(line, _Row) else line for line in lines[start : start + count]
        ]
        seq = max(self.base.get("seq", 0), self.patch.get("seq", 0))
        self.base = {
            "seq": seq,
            "start": start,
            "order": len(lines) + bool(self.sorted_by),
            "rows": rows,
        }
        self.rows = len(lines)


def _summary(selection: dict[str, Any]) -> dict[str, Any]:
    lines = _lines()[selection["start"] : selection["start"] + selection["count"]]
    places = [MONTHS.index(column) for column in selection["cols"] if column in MONTHS]
    figures = [line.cells[place] for line in lines if isinstance(line, _Row) for place in places]
    numbers = [figure for figure in figures if isinstance(figure, int)]
    total, count = sum(numbers), len(numbers)
    return {"key": selection["key"], "sum": total, "average": total / count, "count": count}


def _write(row: _Row, month: str, text: str) -> None:
    """Write what was typed; 13 always meets somebody else's figure, so that conflicts can be tested."""
    place = MONTHS.index(month)
    if text == "13":
        row.cells[place], row.marks[month] = 1300, ["conflict"]
        row.notes[month] = "You typed 13. Tomás Rivera saved 1,300 meanwhile."
        return
    current = row.cells[place]
    value = parse_cell_input(text, current if isinstance(current, int) else None)
    if isinstance(value, CellRefusal):
        row.cells[place], row.marks[month], row.notes[month] = text, ["error"], value.message
    else:
        row.cells[place], row.marks[month], row.notes[month] = value, ["changed"], None
    row.version += 1


def _answer(row: _Row, columns: set[str]) -> dict[str, Any]:
    cells: dict[str, Any] = {column: row.cells[MONTHS.index(column)] for column in columns}
    cells |= {"status": row.status(), "total": row.total()}
    answer = {
        "v": row.version,
        "cells": cells,
        "marks": {column: row.marks[column] for column in columns},
    }
    notes = {column: row.notes[column] for column in columns if row.notes.get(column)}
    return answer | ({"notes": notes} if notes else {})


def page() -> rx.Component:
    """Show the grid under one line of counters."""
    facts = (
        "edit_count",
        "cell_count",
        "last_kind",
        "skipped",
        "selected",
        "undo_count",
        "redo_count",
        "sorted_by",
    )
    return rx.flex(
        rx.flex(
            *[rx.text(getattr(GridDemoState, fact), id=fact) for fact in facts],
            rx.input(placeholder="Find", id="find", on_change=GridDemoState.find, size="1"),
            rx.color_mode.button(id="mode", size="1"),
            gap="3",
            height="40px",
            flex="none",
        ),
        rx.box(
            plan_grid(
                grid_id="plan",
                label="Forecast, cases",
                columns=GridDemoState.columns,
                rows=GridDemoState.rows,
                base=GridDemoState.base,
                patch=GridDemoState.patch,
                totals=GridDemoState.totals,
                summary=GridDemoState.summary,
                search=GridDemoState.search,
                on_edit=GridDemoState.edit,
                on_window=GridDemoState.move_window,
                on_select=GridDemoState.select,
                on_skip=GridDemoState.skip,
                on_undo=GridDemoState.undo,
                on_redo=GridDemoState.redo,
                on_expand=GridDemoState.expand,
                on_sort=GridDemoState.sort,
            ),
            flex="1",
            min_height="0",
        ),
        direction="column",
        height="100vh",
    )


app = rx.App(stylesheets=["/look.css"])
app.add_page(page, route="/", on_load=GridDemoState.load)
