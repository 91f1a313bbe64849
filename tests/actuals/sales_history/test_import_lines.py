"""Each rule for invoice lines, on files small enough to add up by hand."""

from decimal import Decimal

import pytest

from sop_app.actuals.sales_history.importer import SALES_LINES_IMPORT as LINES
from sop_app.kernel.errors import PermissionDeniedError
from sop_app.system.auth.permissions import Role

SALES = """
    SELECT c.code, p.sku, to_char(s.month, 'YYYY-MM'), s.gross_quantity::float,
           s.returned_quantity::float, s.net_quantity::float, s.amount
    FROM sales_month s JOIN customer c ON c.id = s.customer_id JOIN product p ON p.id = s.product_id
    ORDER BY 1, 2, 3
"""


def line(invoice, date, customer, product, quantity, price, description="Mug"):
    return (invoice, date, customer, product, description, quantity, price)


async def test_lines_are_added_up_per_customer_product_and_month(
    import_sales, write_csv, owner_rows
):
    path = write_csv(
        [
            line(1, "2026-01-05", "C1", "P100", 10, "2.55"),
            line(2, "2026-01-20 17:30", "C1", "P100", 5, "2.45"),
            line("C3", "2026-01-31", "C1", "P100", -3, "2.55"),
            line(4, "2026-02-01", "C1", "P100", 1, "2.55"),
            line(5, "2026-02-01", "C2", "P200", 1200, "0.333"),
        ]
    )
    done = await import_sales(LINES, path)
    assert (done.outcome.created, done.outcome.changed, done.outcome.removed) == (3, 0, 0)
    assert owner_rows(SALES) == [
        ("C1", "P100", "2026-01", 15.0, 3.0, 12.0, Decimal("30.10")),
        ("C1", "P100", "2026-02", 1.0, 0.0, 1.0, Decimal("2.55")),
        ("C2", "P200", "2026-02", 1200.0, 0.0, 1200.0, Decimal("399.60")),
    ]


async def test_fractions_of_cents_add_up(import_sales, write_csv, owner_rows):
    header = ("Order ID", "Order date", "Customer ID", "Product ID", "Qty", "Price", "Discount")
    path = write_csv(
        [
            (1, "2026-01-05", "C1", "P100", 3, "0.335", 0),
            (2, "2026-01-05", "C1", "P100", 1, "10.01", "0.15"),
        ],
        header,
    )
    await import_sales(LINES, path)
    assert owner_rows("SELECT amount FROM sales_month") == [(Decimal("9.5135"),)]


@pytest.mark.parametrize(
    ("choices", "expected"),
    [
        ({}, (10.0, 4.0, Decimal("12.00"))),
        ({"cancellations": "leave_out"}, (10.0, 1.0, Decimal("18.00"))),
        ({"returns": "leave_out"}, (10.0, 3.0, Decimal("14.00"))),
        ({"cancellations": "leave_out", "returns": "leave_out"}, (10.0, 0.0, Decimal("20.00"))),
    ],
)
async def test_cancellations_and_returns(import_sales, write_csv, owner_rows, choices, expected):
    path = write_csv(
        [
            line("536365", "2026-01-05", "C1", "P100", 10, 2),
            line("C536379", "2026-01-06", "C1", "P100", -3, 2),
            line("536400", "2026-01-07", "C1", "P100", -1, 2),
        ]
    )
    done = await import_sales(LINES, path, **choices)
    assert (done.facts["cancellations"], done.facts["returns"]) == (1, 1)
    assert owner_rows(
        "SELECT gross_quantity::float, returned_quantity::float, amount FROM sales_month"
    ) == [expected]


async def test_a_cancellation_with_a_positive_quantity_is_refused(import_sales, write_csv):
    path = write_csv([line("C536379", "2026-01-06", "C1", "P100", 3, 2)])
    done = await import_sales(LINES, path)
    assert done.counts.wrong == 1
    message = "Quantity: 3 is positive, but invoice C536379 is a cancellation."
    assert done.errors == {2: {"Quantity": message}}


async def test_codes_that_are_no_products(import_sales, write_csv, owner_rows):
    rows = [line(n, "2026-01-05", "C1", f"2{n:04}", 1, 1) for n in range(60)]
    rows += [
        line(91, "2026-01-05", "C1", "POST", 1, 18, "POSTAGE"),
        line(92, "2026-01-05", "C1", "C2", 1, 50, "CARRIAGE"),
        line(93, "2026-01-05", "C1", "BANK CHARGES", 1, 15, "Bank Charges"),
        line(94, "2026-01-05", "C1", "DCGSSBOY", 1, 4, "BOYS PARTY BAG"),
    ]
    done = await import_sales(LINES, write_csv(rows))
    assert done.facts["non_products"] == 3
    assert owner_rows("SELECT count(*), sum(amount) FROM sales_month") == [(61, Decimal("64.00"))]
    assert owner_rows("SELECT sku FROM product WHERE sku !~ '^2'") == [("DCGSSBOY",)]
    await import_sales(LINES, write_csv(rows), non_products="keep")
    assert owner_rows("SELECT sum(amount) FROM sales_month") == [(Decimal("147.00"),)]


async def test_the_user_may_name_the_codes_that_are_no_products(
    import_sales, write_csv, owner_rows
):
    path = write_csv([line(1, "2026-01-05", "C1", code, 1, 1) for code in ("P100", "P200", "POST")])
    await import_sales(LINES, path, non_product_codes="p200")
    assert owner_rows("SELECT sku FROM product ORDER BY 1") == [("P100",), ("POST",)]


async def test_rows_without_customer(import_sales, write_csv, owner_rows):
    path = write_csv(
        [line(1, "2026-01-05", "C1", "P100", 1, 1), line(2, "2026-01-05", "", "P100", 7, 1)]
    )
    done = await import_sales(LINES, path)
    assert done.facts["no_customer"] == 1
    assert owner_rows("SELECT code FROM customer") == [("C1",)]
    await import_sales(LINES, path, no_customer="unknown")
    assert [row[:1] + row[5:] for row in owner_rows(SALES)] == [
        ("C1", 1.0, Decimal("1.00")),
        ("UNKNOWN", 7.0, Decimal("7.00")),
    ]


async def test_exact_duplicates(import_sales, write_csv, owner_rows):
    row = line(1, "2026-01-05", "C1", "P100", 2, 1)
    path = write_csv([row, row, row, line(1, "2026-01-05", "C1", "P100", 2, 1, "Cup")])
    done = await import_sales(LINES, path)
    assert done.facts["duplicates"] == 2
    assert owner_rows("SELECT amount FROM sales_month") == [(Decimal("8.00"),)]
    await import_sales(LINES, path, duplicates="leave_out")
    assert owner_rows("SELECT amount FROM sales_month") == [(Decimal("4.00"),)]


async def test_prices_of_zero_and_below(import_sales, write_csv, owner_rows):
    path = write_csv(
        [
            line(1, "2026-01-05", "C1", "P100", 2, 3),
            line(2, "2026-01-05", "C1", "P100", 5, 0),
            line(3, "2026-01-05", "C1", "P100", 1, -4),
        ]
    )
    refused = await import_sales(LINES, path)
    assert (refused.counts.wrong, refused.outcome) == (1, None)
    assert refused.errors == {4: {"Unit price": "Unit price: -4 is negative."}}
    assert (refused.facts["zero_prices"], refused.facts["negative_prices"]) == (1, 1)
    figures = "SELECT net_quantity::float, amount FROM sales_month"
    await import_sales(LINES, path, negative_prices="keep")
    assert owner_rows(figures) == [(8.0, Decimal("2.00"))]
    await import_sales(LINES, path, negative_prices="leave_out", zero_prices="leave_out")
    assert owner_rows(figures) == [(2.0, Decimal("6.00"))]


async def test_codes_that_differ_by_case_are_one_product(import_sales, write_csv, owner_rows):
    path = write_csv(
        [
            line(1, "2026-01-05", "17850.0", "85123a", 1, 1, "Lamp"),
            line(2, "2026-01-05", "17850", "85123A", 1, 1, "LAMP"),
            line(3, "2026-01-05", "17850", "85123A", 1, 1, "LAMP"),
        ]
    )
    await import_sales(LINES, path)
    assert owner_rows(SALES) == [("17850", "85123A", "2026-01", 3.0, 0.0, 3.0, Decimal("3.00"))]
    assert owner_rows("SELECT name FROM product") == [("LAMP",)]


async def test_an_existing_product_keeps_its_spelling_and_name(import_sales, write_csv, owner_rows):
    await import_sales(LINES, write_csv([line(1, "2026-01-05", "C1", "p100", 1, 1, "Jug")]))
    await import_sales(LINES, write_csv([line(2, "2026-02-05", "c1", "P100", 1, 1, "Mug")]))
    assert owner_rows("SELECT sku, name FROM product") == [("p100", "Jug")]
    assert owner_rows("SELECT count(*) FROM customer") == [(1,)]


async def test_unknown_codes_may_be_refused(import_sales, write_csv, owner_rows):
    path = write_csv([line(1, "2026-01-05", "C1", "P100", 1, 1)])
    done = await import_sales(LINES, path, unknown_customers="refuse", unknown_products="refuse")
    assert done.errors == {
        2: {
            "Customer": 'Customer: "C1" is not a known customer.',
            "Product": 'Product: "P100" is not a known product.',
        }
    }
    assert owner_rows("SELECT count(*) FROM customer") == [(0,)]


async def test_wrong_cells_are_named_by_row_and_block_unless_left_out(
    import_sales, write_csv, owner_rows
):
    path = write_csv(
        [
            line(1, "2026-01-05", "C1", "P100", 4, 1),
            line(2, "2026-02-30", "C1", "P100", "many", 1),
            line(3, "2026-01-05", "C1", "", 1, ""),
            line(4, "2026-01-05", "", "P100", "lots", 1),
        ]
    )
    done = await import_sales(LINES, path)
    assert (done.counts.wrong, done.outcome) == (2, None)
    assert done.errors == {
        3: {
            "Date": 'Date: "2026-02-30" is not a date such as 2027-01-31.',
            "Quantity": 'Quantity: "many" is not a number such as 1234.56.',
        },
        4: {
            "Product": "Product is empty; expected a code.",
            "Unit price": "Unit price is empty; expected a number such as 1234.56.",
        },
    }
    assert owner_rows("SELECT count(*) FROM sales_month") == [(0,)]
    done = await import_sales(LINES, path, wrong_rows="leave_out")
    assert (done.counts.wrong, done.outcome.created, sorted(done.errors)) == (0, 1, [3, 4])
    assert owner_rows("SELECT net_quantity::float FROM sales_month") == [(4.0,)]


async def test_only_who_sees_every_customer_may_import(import_sales, write_csv, make_user):
    path = write_csv([line(1, "2026-01-05", "C1", "P100", 4, 1)])
    for role in (Role.SALES_REP, Role.SALES_MANAGER, Role.VIEWER):
        person = await make_user(f"Ada {role}", role)
        with pytest.raises(PermissionDeniedError):
            await import_sales(LINES, path, person)
    planner = await make_user("Ida Planner", Role.DEMAND_PLANNER)
    assert (await import_sales(LINES, path, planner)).outcome.created == 1


async def test_customers_and_products_of_rows_left_out_are_not_created(
    import_sales, write_csv, owner_rows
):
    path = write_csv(
        [
            line(1, "2026-01-05", "C1", "P100", 1, 1),
            line(2, "2026-01-05", "C2", "P200", -1, 1),
        ]
    )
    await import_sales(LINES, path, returns="leave_out")
    assert owner_rows("SELECT code FROM customer") == [("C1",)]
    assert owner_rows("SELECT sku FROM product") == [("P100",)]


async def test_what_no_figure_can_hold_is_a_wrong_row(import_sales, write_csv, owner_rows):
    path = write_csv(
        [
            line(1, "2026-01-05", "C1", "P100", 1, 1),
            line(2, "2026-01-05", "C1", "P100", "1e300", 1),
            line(3, "2026-01-05", "C1", "P100", "99999999999999", 1),
            line(4, "2026-01-05", "C1", "P100", 999_999_999, 99_999_999),
            line(5, "1200-01-05", "C1", "P100", 1, 1),
            line(6, "9999-12-31", "C1", "P100", 1, 1),
            line(7, "2026-01-05", "C" * 50, "P" * 70, 1, 1),
        ]
    )
    done = await import_sales(LINES, path)
    assert done.counts.wrong == 6
    assert done.errors == {
        3: {"Quantity": 'Quantity: "1e300" is more than 1,000,000,000,000.'},
        4: {"Quantity": 'Quantity: "99999999999999" is more than 1,000,000,000,000.'},
        5: {"Quantity": "Quantity times price is more than 1,000,000,000,000."},
        6: {"Date": 'Date: "1200-01-05" lies outside the years 1950 to 2099.'},
        7: {"Date": 'Date: "9999-12-31" lies outside the years 1950 to 2099.'},
        8: {
            "Customer": f'Customer: "{"C" * 50}" has 50 characters; at most 40 fit.',
            "Product": f'Product: "{"P" * 59}…" has 70 characters; at most 60 fit.',
        },
    }
    await import_sales(LINES, path, wrong_rows="leave_out")
    assert owner_rows("SELECT count(*), sum(amount) FROM sales_month") == [(1, Decimal(1))]
