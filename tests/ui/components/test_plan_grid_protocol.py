"""What the grid sends and receives, without a browser."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_app.ui.components.plan_grid_protocol import (
    MAX_CELLS,
    GridCellEdit,
    GridPayloadError,
    next_patch,
    read_grid_edit,
    window_around,
)


def payload(**changes):
    rect = {
        "rows": [[81, 3], ["x7", 1]],
        "cols": ["jan", "feb"],
        "values": [["1", None], ["", "4"]],
    }
    return {"n": 5, "seen": 7, "order": 1, "kind": "paste", "rects": [rect], **changes}


def test_a_pasted_block_becomes_cells_without_the_skipped_ones():
    edit = read_grid_edit(payload(skipped={"count": 1, "cells": []}))
    assert (edit.number, edit.seen, edit.order, edit.kind, edit.skips.count) == (
        5,
        7,
        1,
        "paste",
        1,
    )
    assert list(edit.cells()) == [
        GridCellEdit(81, None, 3, "jan", "1"),
        GridCellEdit("x7", None, 1, "jan", ""),
        GridCellEdit("x7", None, 1, "feb", "4"),
    ]


def test_one_text_repeats_over_rows_by_position():
    rect = {"start": 600, "count": 2, "cols": ["jan", "feb"], "values": [["+5%"]]}
    edit = read_grid_edit(payload(kind="apply", rects=[rect]))
    assert edit.has_positions
    assert [(c.row_id, c.position, c.column_id, c.text) for c in edit.cells()] == [
        (None, 600, "jan", "+5%"),
        (None, 600, "feb", "+5%"),
        (None, 601, "jan", "+5%"),
        (None, 601, "feb", "+5%"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "drop table"},
        {"kind": None},
        {"n": "5"},
        {"n": True},
        {"seen": None},
        {"rects": {}},
        {"rects": [1]},
        {"rects": [{"rows": [[1, 1]], "cols": [], "values": [["1"]]}]},
        {"rects": [{"rows": [[1, 1]], "cols": ["jan"], "values": []}]},
        {"rects": [{"rows": [[1, 1]], "cols": ["jan"], "values": [[]]}]},
        {"rects": [{"rows": [[1, 1]], "cols": ["jan"], "values": [[1]]}]},
        {"rects": [{"rows": [[1, 1]], "cols": ["jan"], "values": [["x" * 201]]}]},
        {"rects": [{"rows": [[1, "1"]], "cols": ["jan"], "values": [["1"]]}]},
        {"rects": [{"rows": [[None, 1]], "cols": ["jan"], "values": [["1"]]}]},
        {"rects": [{"rows": [[2**60, 1]], "cols": ["jan"], "values": [["1"]]}]},
        {"rects": [{"rows": [1], "cols": ["jan"], "values": [["1"]]}]},
        {"rects": [{"start": -1, "count": 1, "cols": ["jan"], "values": [["1"]]}]},
        {"rects": [{"start": 0, "count": 0, "cols": ["jan"], "values": [["1"]]}]},
        {"rects": [{"start": 0, "count": MAX_CELLS + 1, "cols": ["jan"], "values": [["1"]]}]},
        {"skipped": {"count": "many"}},
    ],
)
def test_a_payload_the_grid_cannot_send_is_refused(changes):
    with pytest.raises(GridPayloadError):
        read_grid_edit(payload(**changes))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
)


@given(
    st.dictionaries(
        st.sampled_from(["n", "seen", "order", "kind", "rects", "skipped"]), json_values
    )
)
def test_hostile_payloads_raise_nothing_else(changes):
    with contextlib.suppress(GridPayloadError):
        list(read_grid_edit(payload(**changes)).cells())


def test_an_answer_carries_only_what_the_browser_has_not_seen():
    first = next_patch({}, 4, {81: {"cells": {"jan": 1}, "v": 2}})
    block = {"cols": ["jan"], "rows": [[81, 2, 1]]}
    assert first == {"seq": 5, "ack": 0, "blocks": [block]}
    unseen = read_grid_edit(payload(seen=4))
    news = {81: {"cells": {"feb": 2}, "v": 3}}
    second = next_patch(first, 4, news, edit=unseen, totals={"feb": 9})
    assert second["blocks"] == [block, {"cols": ["feb"], "rows": [[81, 3, 2]]}]
    assert (second["seq"], second["ack"], second["totals"]) == (6, 5, {"feb": 9})
    seen = read_grid_edit(payload(seen=6))
    third = next_patch(second, 4, {90: {"v": 1}}, edit=seen)
    assert third == {"seq": 7, "ack": 5, "blocks": [{"rows": [[90, 1]]}]}


def test_a_newer_window_makes_earlier_answers_unnecessary():
    first = next_patch({}, 4, {81: {"v": 2}})
    late = read_grid_edit(payload(seen=4))
    assert next_patch(first, 5, {90: {"v": 1}}, edit=late)["blocks"] == [{"rows": [[90, 1]]}]


def test_shared_marks_stand_once_and_the_rest_beside_its_row():
    changed = {"jan": ["changed"]}
    rows = {
        1: {"v": 2, "cells": {"jan": 5}, "marks": changed},
        2: {"v": 2, "cells": {"jan": "x"}, "marks": {"jan": ["error"]}, "notes": {"jan": "no"}},
        3: {"v": 2, "cells": {"jan": 6}, "marks": changed},
        4: {"v": 9, "cells": {}, "lock": "closed"},
    }
    assert next_patch({}, 0, rows)["blocks"] == [
        {
            "cols": ["jan"],
            "rows": [[1, 2, 5], [2, 2, "x"], [3, 2, 6]],
            "marks": changed,
            "extra": {"1": {"notes": {"jan": "no"}, "marks": {"jan": ["error"]}}},
        },
        {"rows": [[4, 9]], "extra": {"0": {"lock": "closed"}}},
    ]


def test_answers_are_small():
    months = [f"2027-{month:02d}" for month in range(1, 17)]
    totals = dict.fromkeys([*months, "total"], 345_555)

    def rows(count, columns):
        cells = dict.fromkeys(columns, 12_345) | {"total": 197_520, "status": ["done", "Complete"]}
        marks = {column: ["changed"] for column in columns}
        return {1000 + n: {"v": 4, "cells": cells, "marks": marks} for n in range(count)}

    edit = read_grid_edit(payload())
    one = next_patch({}, 4, rows(1, months[:1]), edit=edit, totals={"2027-01": 1, "total": 2})
    assert len(json.dumps(one)) < 300
    assert len(json.dumps(next_patch({}, 4, rows(200, months), edit=edit, totals=totals))) < 40_000


@given(st.integers(0, 20_000), st.integers(1, 80), st.integers(0, 20_000))
def test_the_window_lies_inside_the_table_and_holds_what_is_visible(first, seen, total):
    start, count = window_around(first, seen, total)
    assert set(range(start, start + count)) <= set(range(total))
    assert count <= 200
    if first + seen <= total:
        assert set(range(first, first + seen)) <= set(range(start, start + count))
