from datetime import date
from decimal import Decimal

from sop_app.system.spreadsheets.difference import (
    CellChange,
    DifferenceCounts,
    RowOutcome,
    compare_rows,
)
from sop_app.system.spreadsheets.validation import CellError, CheckedRow

JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)
STORED = {
    ("a1",): {"sku": "A1", "name": "Apple", "price": Decimal("2.50"), "note": "kept"},
    ("b2",): {"sku": "B2", "name": "Pear", "price": None},
    ("c3",): {"sku": "C3", "name": "", "price": Decimal(1)},
}


def row(number, errors=(), **values):
    return CheckedRow(number, values, tuple(errors))


def test_every_row_is_new_changed_unchanged_or_wrong():
    wrong = CellError(6, 1, "price", "x", "Price: x is not a number.")
    difference = compare_rows(
        STORED,
        [
            row(2, sku="a1", name="Apple", price=Decimal("2.5")),
            row(3, sku="B2", name="Pears", price=Decimal(3)),
            row(4, sku="D4", name="Fig", price=None),
            row(5, sku="C3", name=None, price=None),
            row(6, [wrong], sku="A1", name=None, price=None),
            row(7, sku=None, name="x"),
        ],
        ["sku"],
        reports_missing=True,
    )
    assert [(item.row.row, item.outcome) for item in difference.rows] == [
        (2, RowOutcome.UNCHANGED),
        (3, RowOutcome.CHANGED),
        (4, RowOutcome.NEW),
        (5, RowOutcome.CHANGED),
        (6, RowOutcome.WRONG),
        (7, RowOutcome.WRONG),
    ]
    assert difference.rows[1].changes == (
        CellChange("name", "Pear", "Pears"),
        CellChange("price", None, Decimal(3)),
    )
    assert difference.rows[3].changes == (CellChange("price", Decimal(1), None),)
    assert difference.missing == ()
    assert difference.counts == DifferenceCounts(new=1, changed=2, unchanged=1, wrong=2)
    assert difference.counts.total == 6


def test_stored_records_without_a_row_are_listed_when_asked_for():
    rows = [row(2, sku="A1", price=Decimal("2.5"))]
    assert compare_rows(STORED, rows, ["sku"]).missing == ()
    asked = compare_rows(STORED, rows, ["sku"], reports_missing=True)
    assert asked.missing == (("b2",), ("c3",))
    assert asked.counts.missing == 2


def test_a_month_series_is_compared_month_by_month():
    stored = {("a1",): {"quantity": {JANUARY: Decimal(5)}}}
    rows = [
        row(2, sku="A1", quantity={JANUARY: Decimal(6), FEBRUARY: Decimal(1)}),
        row(3, sku="A1", quantity={JANUARY: Decimal("5.0"), FEBRUARY: None}),
    ]
    first, second = compare_rows(stored, rows, ["sku"]).rows
    assert first.changes == (
        CellChange("quantity", Decimal(5), Decimal(6), JANUARY),
        CellChange("quantity", None, Decimal(1), FEBRUARY),
    )
    assert second.outcome is RowOutcome.UNCHANGED
