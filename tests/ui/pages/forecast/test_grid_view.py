"""How entries become rows and patches of the grid, and grid edits become acts. No database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sop_app.planning.cycles.schemas import CycleRow
from sop_app.planning.forecast_entry.edit_schemas import (
    CellEdit,
    CellField,
    CellOutcome,
    CellResult,
    EditResult,
    TheirChange,
)
from sop_app.planning.forecast_entry.schemas import (
    ContextKind,
    ContextRow,
    GridRow,
    GridTotals,
    RowFigures,
)
from sop_app.ui.components.plan_grid_protocol import read_grid_edit
from sop_app.ui.pages.forecast import grid_view
from sop_app.ui.pages.forecast.grid_look import CellFlags, GridLook, Unfolded
from sop_app.ui.pages.forecast.outcomes import cells_shown

NOON = datetime(2026, 12, 8, 12, tzinfo=UTC)
CYCLE = CycleRow(
    id=1,
    name="January 2027",
    start_month=date(2027, 1, 1),
    horizon_months=4,
    mandatory_months=3,
    opens_at=NOON,
    closes_at=NOON,
    time_zone="UTC",
    status="open",
    prefill="empty",
    opened_at=NOON,
    closed_at=None,
    is_input_open=True,
    version=1,
)
UNITS = GridLook(CYCLE, "units", "EUR", shows_value=False)
VALUE = GridLook(CYCLE, "units", "EUR", shows_value=True)


def figures(**facts) -> RowFigures:
    given_facts = {
        "entry_id": 81,
        "version": 3,
        "status": "draft",
        "lock": "",
        "quantities": (10, 20, 30, None),
        "prefill": (10, 15, 30, None),
        "prices": (Decimal("2.50"),) * 4,
        "overridden": (),
        "rejected": {},
        "mandatory_months": 3,
    }
    return RowFigures(**given_facts | facts)


def row(commented=(), held=(), **facts) -> GridRow:
    return GridRow(
        customer_id=7,
        customer_code="C-7",
        customer_name="Harbor Grocers",
        product_id=9,
        sku="RIC-4110",
        product_name="Basmati rice 10 kg",
        family="Rice",
        unit="case",
        rep_id=5,
        rep_name="Elena Marsh",
        decision_comment="",
        commented=commented,
        held=held,
        figures=figures(**facts),
    )


def result(*rows, cells=(), quantities=(0,) * 4, amounts=(Decimal(0),) * 4) -> EditResult:
    return EditResult(1, tuple(cells), rows, len(rows), quantities, amounts, 0, NOON)


unfolded = st.builds(
    Unfolded,
    st.sets(st.integers(0, 60), max_size=12).map(sorted).map(tuple),
    st.integers(0, 5),
)


@given(unfolded, st.integers(0, 80))
def test_an_entry_is_found_again_at_its_place_in_the_grid(shape, entry):
    assert shape.entry_place(shape.grid_place(entry)) == entry


@given(unfolded, st.integers(1, 70))
def test_every_row_of_the_grid_belongs_to_one_entry_in_their_order(shape, entries):
    count = entries + sum(shape.height for place in shape.places if place < entries)
    expected = [
        entry
        for entry in range(entries)
        for _ in range(1 + (shape.height if entry in shape.places else 0))
    ]
    assert [shape.entry_place(place) for place in range(count)] == expected


@given(unfolded)
def test_context_rows_are_counted_once_for_each_unfolded_entry(shape):
    beyond = 61
    assert shape.grid_place(beyond) == beyond + shape.extra()


def test_columns_are_keys_months_in_two_groups_total_and_price():
    columns = grid_view.grid_columns(UNITS, "product", is_descending=True)
    assert [column["id"] for column in columns] == [
        *("customer", "product", "code", "status"),
        *("2027-01", "2027-02", "2027-03", "2027-04"),
        *("total", "price"),
    ]
    assert {column["id"]: column.get("sorted") for column in columns if "sorted" in column} == {
        "product": "desc"
    }
    months = columns[4:8]
    assert [month["role"] for month in months] == ["mandatory"] * 3 + ["optional"]
    assert months[0]["group"] == "2027, 3 mandatory months"
    assert months[3]["group"] == "2027, optional"


@pytest.mark.parametrize(
    ("sort", "column"),
    [("month:2", "2027-03"), ("total", "total"), ("price", "price"), ("customer", "customer")],
)
def test_every_column_sorts_and_shows_that_it_does(sort, column):
    columns = grid_view.grid_columns(VALUE, sort, is_descending=False)
    assert all(one["sortable"] for one in columns)
    assert {one["id"]: one["sorted"] for one in columns if "sorted" in one} == {column: "asc"}


@pytest.mark.parametrize(("look", "editable"), [(UNITS, True), (VALUE, False)])
def test_amounts_cannot_be_edited(look, editable):
    months = grid_view.grid_columns(look, "customer", is_descending=False)[4:8]
    assert {month["editable"] for month in months} == {editable}


def test_an_entry_becomes_a_row():
    described = grid_view.entry_row(UNITS, row((0, -1)), is_lead=True, is_open=False)
    assert described == {
        "id": 81,
        "v": 3,
        "cells": [
            *("Harbor Grocers", "Basmati rice 10 kg", "RIC-4110", ["done", "Complete"]),
            *(10, 20, 30, None),
            *(60, 2.5),
        ],
        "lead": True,
        "open": False,
        "lock": None,
        "marks": {"2027-02": ["changed"], "2027-01": ["commented"], "product": ["commented"]},
    }


def test_an_entry_in_money_shows_whole_amounts():
    described = grid_view.entry_row(VALUE, row(), is_lead=False, is_open=True)
    assert described["cells"][4:] == [25, 50, 75, None, 150, 2.5]


def test_an_error_shows_what_was_typed_and_says_why():
    broken = row(quantities=(10, None, 30, None), rejected={1: "n/a"}, lock="Locked")
    described = grid_view.entry_row(UNITS, broken, is_lead=True, is_open=False)
    assert described["cells"][3:6] == [["error", "1 error"], 10, "n/a"]
    assert described["marks"]["2027-02"] == ["error"]
    assert described["notes"] == {"2027-02": "'n/a' is not a number. Example: 1,200"}
    assert described["lock"] == "Locked"


@pytest.mark.parametrize(
    ("facts", "cell"),
    [
        ({}, ["done", "Complete"]),
        ({"quantities": (None, None, 1, 1)}, ["missing", "2 missing"]),
        ({"status": "returned"}, ["returned", "Returned"]),
        ({"status": "returned", "quantities": (None, 1, 1, 1)}, ["missing", "1 missing"]),
        ({"status": "submitted"}, ["submitted", "Submitted"]),
        ({"status": "approved", "quantities": (None, 1, 1, 1)}, ["approved", "Approved"]),
        ({"rejected": {0: "x", 2: "y"}}, ["error", "2 errors"]),
    ],
)
def test_the_status_says_what_is_left_to_do(facts, cell):
    assert grid_view.status_cell(figures(**facts)) == cell


def test_a_context_row_stands_below_its_entry():
    line = ContextRow(81, ContextKind.LAST_CYCLE, (1, None, 3, 4), (Decimal("2.5"),) * 4)
    assert grid_view.context_row(UNITS, line) == {
        "id": "81:last_cycle",
        "kind": "context",
        "dash": "gold",
        "cells": ["", "Last cycle", "", None, 1, None, 3, 4, 8, None],
    }


def edit(columns, values, **place):
    rect = {"rows": [[81, 3]], "cols": columns, "values": values} | place
    if "start" in place:
        del rect["rows"]
    return read_grid_edit({"n": 1, "seen": 0, "order": 1, "kind": "paste", "rects": [rect]})


def test_an_edit_names_months_and_the_price_and_leaves_the_rest():
    act = edit(["customer", "2027-02", "2027-09", "price"], [["x", "5", "6", "1.20"]])
    assert grid_view.cell_edits(UNITS, act) == [
        CellEdit(81, 1, "5", None, 3),
        CellEdit(81, None, "1.20", None, 3, CellField.PRICE),
    ]
    assert grid_view.named_months(grid_view.cell_edits(UNITS, act)) == [1]


def test_rows_that_are_not_loaded_are_found_by_their_place():
    act = edit(["2027-01"], [["7"]], start=400, count=2)
    assert grid_view.cell_edits(UNITS, act, {401: 95}) == [CellEdit(95, 0, "7")]


def test_figures_in_money_change_nothing_but_the_price():
    act = edit(["2027-01", "price"], [["7", "3"]])
    assert [made.field for made in grid_view.cell_edits(VALUE, act)] == [CellField.PRICE]


def test_an_answer_holds_the_months_the_act_named_and_nothing_else():
    done = result(figures(version=4, quantities=(10, 25, 30, None)))
    assert grid_view.answer_rows(
        UNITS, done, [1], {81: CellFlags(frozenset({1}), frozenset({1}))}
    ) == {
        81: {
            "v": 4,
            "cells": {"2027-02": 25, "status": ["done", "Complete"], "total": 65, "price": 2.5},
            "marks": {"2027-02": ["changed", "held", "commented"], "price": []},
        }
    }


def test_an_answer_names_the_other_person_in_a_conflict():
    theirs = TheirChange(640, "Tom Whitaker", NOON)
    clash = CellResult(81, 1, CellField.QUANTITY, CellOutcome.CONFLICT, theirs=theirs)
    answer = grid_view.answer_rows(UNITS, result(figures(), cells=[clash]), [1], {})
    assert answer[81]["marks"] == {"2027-02": ["conflict"], "price": []}
    assert answer[81]["notes"] == {
        "2027-02": "Tom Whitaker entered 640 first. What you typed was not saved."
    }


def test_a_price_that_is_refused_for_all_months_is_one_cell_with_one_note():
    refused = [
        CellResult(81, month, CellField.PRICE, CellOutcome.REFUSED, "A price is 0 to 9,999,999")
        for month in range(4)
    ]
    done = result(figures(), cells=[*refused, replace(refused[0], entry_id=82)])
    answer = grid_view.answer_rows(UNITS, done, [], {})
    assert answer[81]["notes"] == {"price": "A price is 0 to 9,999,999"}
    assert [cell.entry_id for cell in cells_shown(done, CellOutcome.REFUSED)] == [81, 82]


def test_totals_move_with_an_act():
    before = GridTotals(2, (10, 20, 30, 0), (Decimal(25), Decimal(50), Decimal(75), Decimal(0)))
    moved = grid_view.moved_totals(
        UNITS,
        before,
        result(
            quantities=(0, 5, 0, 0), amounts=(Decimal(0), Decimal("12.5"), Decimal(0), Decimal(0))
        ),
    )
    months = {"2027-01": 10, "2027-02": 25, "2027-03": 30, "2027-04": 0}
    assert grid_view.totals_row(UNITS, moved) == {
        "label": "Total of 2 rows, units",
        "cells": months | {"total": 65},
    }
    assert grid_view.totals_row(VALUE, moved)["cells"]["total"] == 162


@pytest.mark.parametrize(
    ("content", "text"), [(None, "nothing"), ("n/a", "n/a"), (1200, "1,200"), (Decimal(5), "5")]
)
def test_what_a_cell_holds_is_written_in_a_sentence(content, text):
    assert grid_view.figure_text(content) == text
