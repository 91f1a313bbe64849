"""Which row names the columns, and which sheet is meant."""

from datetime import date
from decimal import Decimal

import pytest

from sop_app.system.spreadsheets.detection import find_header_row, name_columns
from sop_app.system.spreadsheets.extract import SheetRow


def head(*lines):
    return [
        SheetRow(number, tuple(Decimal(c) if isinstance(c, int) else c for c in line))
        for number, line in enumerate(lines, 1)
        if any(cell is not None for cell in line)
    ]


PLAIN = (("SKU", "Name", "Price"), ("A1", "Apple", 3), ("B2", "Pear", 4))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (head(*PLAIN), 1),
        (head(("Price list 2027", None, None), (None, None, None), *PLAIN), 3),
        (head(("Company Ltd", None, "Printed"), ("by", "Jo", None), *PLAIN), 3),
        (head((1, 2), (3, 4)), None),
        (head(("A1", 5), ("A2", 6), ("A3", 7)), None),
        (head(("code", "name"), ("AAB", "Arrabury"), ("AAE", "Annaba")), 1),
        (head(("only", "a header")), 1),
        (head(("SKU", date(2027, 1, 1), date(2027, 2, 1)), ("A1", 5, 6), ("B2", 7, 8)), 1),
        (head((date(2000, 1, 1), date(2000, 1, 2))), None),
        ([], None),
    ],
)
def test_the_header_is_found(rows, expected):
    assert find_header_row(rows) == expected


def test_known_names_outweigh_looks():
    rows = head(("Alpha", "Beta", "Gamma"), ("sku", "name", "price"), ("A1", "Apple", 3))
    assert find_header_row(rows, frozenset({"sku", "price"})) == 2


def test_a_header_in_two_rows_is_joined():
    rows = head(
        ("Account", "Balance", None, "Transaction", None),
        (None, "Opening", "Ending", "Debit", "Credit"),
        ("City Bank", 1000, 800, 200, 0),
        ("J.P. Morgan", 500, 400, 100, 0),
    )
    assert find_header_row(rows) == 2
    assert name_columns(rows, 2) == (
        "Account",
        "Balance Opening",
        "Balance Ending",
        "Transaction Debit",
        "Transaction Credit",
    )


def test_a_title_above_the_header_is_no_part_of_the_names():
    rows = head(("Price list", None, None), *PLAIN)
    assert name_columns(rows, 2) == ("SKU", "Name", "Price")
    assert name_columns(rows, None) == ("", "", "")
