"""The planning grid: an Excel-like grid that knows rows, columns and cells, and no feature.

A thin Reflex wrapper over glide-data-grid (MIT). The screen shows a window of about 200 rows of a
table of any length; the server is the authority on every value. How the two talk:

**Down.** ``base`` carries the window and is sent again only when the window moves or the order of
rows changes. ``patch`` carries the rows changed by one event; the browser lays it over the window and
drops it when a newer ``base`` arrives: the ``seq`` of a ``base`` is that of the last patch before it was
read. ``plan_grid_protocol`` builds patches and reads edits::

    columns = [
        {"id": "name", "title": "Product", "width": 168, "kind": "text", "editable": False,
         "grow": True, "sortable": True, "sorted": "asc"},
        {"id": "2027-01", "title": "Jan", "label": "Jan 2027", "width": 51, "kind": "number",
         "editable": True, "role": "mandatory", "group": "2027, 12 mandatory months"},
    ]
    base = {"seq": 7, "start": 400, "order": 1, "rows": [
        {"id": 81, "v": 3, "cells": ["Penne rigate 5 kg", 1240], "lead": True, "open": False,
         "lock": None, "marks": {"2027-01": ["changed", "commented"]},
         "notes": {"2027-01": "'n/a' is not a number. Example: 1,200"}},
        {"id": "81:last_year", "kind": "context", "dash": "gray", "cells": ["Last year", 1190]},
    ]}
    patch = next_patch(
        previous_patch, base["seq"],
        {81: {"v": 4, "cells": {"2027-01": 1250, "total": 18930}, "marks": {"2027-01": ["changed"]}}},
        edit=edit, totals={"2027-01": 19975},
    )
    totals = {"label": "Total of 48 rows, cases", "cells": {"2027-01": 19965}}

* Column ``kind``: ``text``, ``number`` (``decimals`` 0-4), ``status`` (a cell is ``[tone, word]``, tones
  in ``plan_grid_theme``). ``role``: ``lead`` (repeats are muted, see a row's ``lead``), ``muted``
  (codes), ``mandatory``, ``optional``, ``total``. ``label`` is the long name for the selection bar.
* ``cells`` follow the order of ``columns``; a number, text, ``None`` for empty. A cell in error holds
  the text that was typed. An empty cell of a mandatory month is shown as missing by itself.
* Row ``v`` is its version, returned with every edit; ``lead`` starts a group (line above); ``open``
  gives it a chevron (``None``: none); ``lock`` is the reason why none of its cells can be changed.
* ``marks`` per column: ``error``, ``conflict``, ``locked``, ``held``, ``changed``, ``unusual``,
  ``commented``. ``notes`` per column: the sentence shown on hover and when the cell is active.
* In the rows of a patch ``marks`` replace those of the columns they name, an empty list takes them
  away, and a column's note goes with its marks. ``totals`` holds only the columns that changed.

**Up.** ``on_edit`` is called once per act of the user (a key, a paste, a fill, a delete, "Change
selection"), with the payload ``plan_grid_protocol.read_grid_edit`` turns into cell edits::

    {"n": 5, "seen": 7, "order": 1, "kind": "type|paste|fill|delete|apply",
     "rects": [{"rows": [[81, 3]], "cols": ["2027-01"], "values": [["*1.1"]]},
               {"start": 600, "count": 40, "cols": ["2027-01"], "values": [["0"]]}],
     "skipped": {"count": 2, "cells": [{"row": 82, "position": 401, "col": "2027-02",
                                        "reason": "locked"}]}}

* Texts are what the user typed; ``""`` clears, ``None`` leaves the cell. ``values`` repeats over its
  rectangle when it is smaller. Loaded rows go by id and version; rows outside the window go by
  ``start`` and ``count`` in the order the browser last saw (``order`` of ``base``): refuse the edit when
  the order has changed since. Locks of rows that are not loaded are the server's to check.
* Until a ``patch`` (or ``base``) with ``ack >= n`` arrives, the cells are shown as typed, in the saving
  style: answer every edit, a refused one with a patch without rows.
* A conflict is a patch with the other's value, the mark ``conflict`` and a note; what the user typed is in
  the edit itself, so the page can offer it again.

``on_window(first_row, row_count)`` names the visible rows when they come near the edge of the window;
answer with a new ``base`` (``window_around`` chooses it).

``on_select`` tells the active cell and the range 150 ms after they came to rest: ``{"row", "col", "start",
"count", "cols", "key", "complete"}``, with ``row`` ``None`` when nothing is selected any more. When the range
is not ``complete`` in the browser, return its ``key`` in ``summary`` with the exact figures: ``{"key", "sum",
"average", "count"}``.

``on_skip`` reports what a paste, fill, delete, apply or copy could not take when there is nothing else to
send, as ``{"kind", "count", "cells": [{"row", "position", "col", "reason"}]}`` with the first 20 cells; a reason
is ``read-only``, ``outside the grid``, ``not loaded`` or the sentence of the lock. What an edit skips is in the edit.

``on_spread({"row", "col", "text"})`` tells what was typed into a total of a column with ``spreads``: the total
of a row, or of all rows when ``row`` is ``None``. The grid shows nothing of it before the server answers.

The others are ``on_undo``, ``on_redo``, ``on_expand(row_id)`` for the chevron and ``on_sort(column_id)``.
"""

from typing import Any

import reflex as rx
from reflex.style import resolved_color_mode

from sop_app.ui.components.plan_grid_theme import DARK, LIGHT

_VIEW = rx.asset("plan_grid.js", shared=True)
for _part in ("plan_grid_controls.js", "plan_grid_draw.js", "plan_grid_sheet.js"):
    rx.asset(_part, shared=True)

_payload = rx.event.passthrough_event_spec(dict[str, Any])
_text = rx.event.passthrough_event_spec(str)


def _visible_rows(
    first_row: rx.Var[int], row_count: rx.Var[int]
) -> tuple[rx.Var[int], rx.Var[int]]:
    return first_row, row_count


class PlanGrid(rx.Component):
    """The browser side of the planning grid; use ``plan_grid``, which supplies the theme."""

    library = _VIEW.importable_path
    tag = "PlanGridView"
    lib_dependencies: list[str] = [
        "@glideapps/glide-data-grid@6.0.3",
        "lodash@4.18.1",
        "marked@4.3.0",
        "react-responsive-carousel@3.2.23",
    ]

    grid_id: rx.Var[str]
    label: rx.Var[str]
    columns: rx.Var[list[dict[str, Any]]]
    rows: rx.Var[int]
    base: rx.Var[dict[str, Any]]
    patch: rx.Var[dict[str, Any]]
    totals: rx.Var[dict[str, Any]]
    summary: rx.Var[dict[str, Any]]
    search: rx.Var[str]
    theme: rx.Var[dict[str, Any]]
    freeze_columns: rx.Var[int]
    row_height: rx.Var[int]
    height: rx.Var[str]
    bar: rx.Var[bool]

    on_edit: rx.EventHandler[_payload]
    on_window: rx.EventHandler[_visible_rows]
    on_select: rx.EventHandler[_payload]
    on_skip: rx.EventHandler[_payload]
    on_spread: rx.EventHandler[_payload]
    on_undo: rx.EventHandler[rx.event.no_args_event_spec]
    on_redo: rx.EventHandler[rx.event.no_args_event_spec]
    on_expand: rx.EventHandler[_text]
    on_sort: rx.EventHandler[_text]

    def add_imports(self) -> dict[str, Any]:
        """Load the style sheet of glide-data-grid."""
        return {"": ["@glideapps/glide-data-grid/dist/index.css"]}


def plan_grid(
    *, columns: Any, rows: Any, base: Any, patch: Any, label: str, **props: Any
) -> rx.Component:
    """Show a planning grid; the module's docstring holds the contract.

    Args:
        columns: The columns in their order on screen, without the row mark.
        rows: How many rows the whole table has, context rows included.
        base: The loaded window.
        patch: The answer to the last edit.
        label: What the grid holds, for a screen reader.
        **props: ``totals``, ``summary``, ``search``, ``freeze_columns`` (4), ``row_height`` (28; compact
            24, roomy 34), ``height`` ("100%"), ``bar`` (True), ``grid_id`` and the event handlers.
    """
    defaults = {"freeze_columns": 4, "row_height": 28, "height": "100%", "bar": True}
    return PlanGrid.create(
        columns=columns,
        rows=rows,
        base=base,
        patch=patch,
        label=label,
        theme=rx.cond(resolved_color_mode == "dark", DARK, LIGHT),
        **(defaults | props),
    )
