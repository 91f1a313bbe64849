"""Monthly figures in both layouts, and what importing a period again does."""

from decimal import Decimal

import pytest

from sop_app.actuals.sales_history.importer import SALES_MONTHS_IMPORT as MONTHS
from sop_app.kernel.errors import ConflictError, InvalidInputError

SALES = """
    SELECT c.code, p.sku, to_char(s.month, 'YYYY-MM'), s.gross_quantity::float,
           s.returned_quantity::float, s.amount
    FROM sales_month s JOIN customer c ON c.id = s.customer_id JOIN product p ON p.id = s.product_id
    ORDER BY 1, 2, 3
"""
LONG = ("Customer", "Product", "Month", "Quantity", "Amount")


async def test_a_row_per_month(import_sales, write_csv, owner_rows):
    path = write_csv(
        [
            ("C1", "P1", "2026-01", 10, "25.50"),
            ("C1", "P1", "Feb 2026", -2, "-5.10"),
            ("C2", "P1", "2026-01", "", ""),
            ("C2", "P2", "2026-01", 0, 0),
        ],
        LONG,
    )
    done = await import_sales(MONTHS, path)
    assert done.outcome.created == 2
    assert owner_rows(SALES) == [
        ("C1", "P1", "2026-01", 10.0, 0.0, Decimal("25.50")),
        ("C1", "P1", "2026-02", 0.0, 2.0, Decimal("-5.10")),
    ]


async def test_returned_quantities_in_a_column_of_their_own(import_sales, write_csv, owner_rows):
    path = write_csv([("C1", "P1", "2026-01", 10, 3, 25)], (*LONG[:4], "Returns", "Amount"))
    await import_sales(MONTHS, path)
    assert owner_rows(SALES) == [("C1", "P1", "2026-01", 13.0, 3.0, Decimal("25.00"))]


async def test_months_as_columns_are_valued_at_the_price_of_the_month(
    import_sales, write_csv, owner_rows
):
    header = ("Customer", "Product", "Jan 2026", "Feb 2026", "Mar 2026")
    await import_sales(MONTHS, write_csv([("C1", "P1", 1, "", "")], header))
    assert owner_rows(SALES) == [("C1", "P1", "2026-01", 1.0, 0.0, Decimal("0.00"))]
    owner_rows("UPDATE product SET list_price = 4 RETURNING id")
    owner_rows("""
        INSERT INTO price (customer_id, product_id, effective_date, unit_price, updated_at, version)
        SELECT c.id, p.id, '2026-02-01', 2.5, now(), 1 FROM customer c, product p RETURNING id
    """)
    path = write_csv([("C1", "P1", 10, "", 4)], header)
    done = await import_sales(MONTHS, path)
    assert (done.outcome.created, done.outcome.changed) == (1, 1)
    assert owner_rows(SALES) == [
        ("C1", "P1", "2026-01", 10.0, 0.0, Decimal("40.00")),
        ("C1", "P1", "2026-03", 4.0, 0.0, Decimal("10.00")),
    ]
    await import_sales(MONTHS, path, missing_amounts="zero")
    assert owner_rows("SELECT sum(amount) FROM sales_month") == [(Decimal("0.00"),)]


async def test_amounts_alone_leave_the_stored_quantities(import_sales, write_csv, owner_rows):
    await import_sales(MONTHS, write_csv([("C1", "P1", "2026-01", 10, 25)], LONG))
    header = ("Customer", "Product", "Month", "Amount")
    await import_sales(MONTHS, write_csv([("C1", "P1", "2026-01", 26)], header))
    assert owner_rows(SALES) == [("C1", "P1", "2026-01", 10.0, 0.0, Decimal("26.00"))]


async def test_the_same_month_twice_is_refused_or_added_up(import_sales, write_csv, owner_rows):
    path = write_csv([("C1", "P1", "2026-01", 1, 2), ("c1", "p1", "Jan 26", 3, 4)], LONG)
    done = await import_sales(MONTHS, path)
    assert (done.counts.wrong, list(done.errors)) == (1, [3])
    await import_sales(MONTHS, path, repeated_rows="add")
    assert owner_rows(SALES) == [("C1", "P1", "2026-01", 4.0, 0.0, Decimal("6.00"))]


async def test_a_wrong_figure_in_a_month_column_is_named(import_sales, write_csv):
    path = write_csv([("C1", "P1", 1, "n/a")], ("Customer", "Product", "Jan 2026", "Feb 2026"))
    done = await import_sales(MONTHS, path)
    message = 'Quantity by month: "n/a" is not a number such as 1234.56.'
    assert done.errors == {2: {"Feb 2026": message}}


async def test_a_row_of_two_wrong_months_is_one_wrong_row(import_sales, write_csv):
    rows = [("C1", "P1", 1, 2), ("Total", "", 1, 2), ("C2", "P1", 1, 10**17)]
    path = write_csv(rows, ("Customer", "Product", "Jan 2026", "Feb 2026"))
    done = await import_sales(MONTHS, path)
    assert (done.counts.wrong, sorted(done.errors)) == (2, [3, 4])


async def test_a_file_without_month_or_figure_is_refused(import_sales, write_csv):
    for header in (("Customer", "Product", "Colour"), ("Customer", "Product", "Month")):
        with pytest.raises(InvalidInputError):
            await import_sales(MONTHS, write_csv([("C1", "P1", "2026-01")], header))


async def test_importing_a_period_again_replaces_it(import_sales, write_csv, owner_rows):
    first = [
        ("C1", "P1", "2026-01", 10, 20),
        ("C1", "P2", "2026-01", 5, 10),
        ("C2", "P1", "2026-01", 1, 2),
        ("C1", "P1", "2026-02", 7, 14),
    ]
    await import_sales(MONTHS, write_csv(first, LONG))
    again = [
        ("C1", "P1", "2026-01", 10, 20),
        ("C1", "P2", "2026-01", 6, 12),
        ("C3", "P1", "2026-01", 9, 18),
    ]
    done = await import_sales(MONTHS, write_csv(again, LONG))
    counts = done.counts
    assert (counts.new, counts.changed, counts.unchanged, counts.missing) == (1, 1, 1, 1)
    assert owner_rows(SALES) == [
        ("C1", "P1", "2026-01", 10.0, 0.0, Decimal("20.00")),
        ("C1", "P1", "2026-02", 7.0, 0.0, Decimal("14.00")),
        ("C1", "P2", "2026-01", 6.0, 0.0, Decimal("12.00")),
        ("C3", "P1", "2026-01", 9.0, 0.0, Decimal("18.00")),
    ]
    shown = owner_rows("""
        SELECT key, outcome, old_values, values FROM staged_change
        WHERE batch_id = (SELECT max(id) FROM import_batch)
    """)
    assert shown == [
        (
            "2026-01",
            "changed",
            {"amount": "32.0000", "quantity": "16.000"},
            {
                "amount": "50.0000",
                "quantity": "25",
                "new": 1,
                "changed": 1,
                "removed": 1,
                "unchanged": 1,
            },
        )
    ]


async def test_importing_may_leave_what_the_file_does_not_hold(import_sales, write_csv, owner_rows):
    first = [("C1", "P1", "2026-01", 10, 20), ("C2", "P1", "2026-01", 1, 2)]
    await import_sales(MONTHS, write_csv(first, LONG))
    again = write_csv([("C1", "P1", "2026-01", 12, 24)], LONG)
    done = await import_sales(MONTHS, again, replaced="rows")
    counts = done.counts
    assert (counts.new, counts.changed, counts.unchanged, counts.missing) == (0, 1, 1, 0)
    assert owner_rows("SELECT sum(amount), count(*) FROM sales_month") == [(Decimal("26.00"), 2)]


async def test_the_same_file_twice_changes_nothing(import_sales, write_csv, owner_rows):
    path = write_csv([("C1", "P1", "2026-01", 10, 20)], LONG)
    await import_sales(MONTHS, path)
    before = owner_rows("SELECT xmin::text, * FROM sales_month")
    done = await import_sales(MONTHS, path)
    assert (done.counts.unchanged, done.counts.changed) == (1, 0)
    assert owner_rows("SELECT xmin::text, * FROM sales_month") == before


async def test_sales_changed_since_the_preview_are_a_conflict(stage_sales, write_csv, owner_rows):
    staged = await stage_sales(MONTHS, write_csv([("C1", "P1", "2026-01", 10, 20)], LONG))
    await staged.preview()
    other = await stage_sales(MONTHS, write_csv([("C1", "P1", "2026-01", 11, 22)], LONG))
    await other.preview()
    await other.accept()
    with pytest.raises(ConflictError):
        await staged.accept()
    assert owner_rows("SELECT amount FROM sales_month") == [(Decimal("22.00"),)]


async def test_accepting_is_audited_by_month(import_sales, write_csv, owner_rows):
    await import_sales(MONTHS, write_csv([("C1", "P1", "2026-01", 10, 20)], LONG))
    await import_sales(MONTHS, write_csv([("C1", "P1", "2026-01", 10, 21)], LONG))
    entries = owner_rows("SELECT before, after FROM audit_entry WHERE action = 'sales_imported'")
    assert [(before["2026-01"], after["2026-01"]) for before, after in entries] == [
        ("0", "20.0000"),
        ("20.0000", "21.0000"),
    ]
    created = owner_rows("SELECT action FROM audit_entry WHERE action LIKE '%_created' ORDER BY 1")
    assert created == [("customer_created",), ("product_created",)]
