"""Files of sales through every step of the screen and over REST, added up by hand."""

import csv
import io
from decimal import Decimal

import pytest
from sqlalchemy import text

from sop_app.kernel.errors import ConflictError, InvalidInputError, PermissionDeniedError
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.jobs import runner
from sop_app.system.spreadsheets import staging
from sop_app.system.spreadsheets.difference import RowOutcome
from sop_app.system.spreadsheets.mapping import Mapping
from sop_app.system.spreadsheets.schemas import BatchStatus
from tests.system.spreadsheets.importing import accept, act, changes, upload, work

HEADER = ("InvoiceNo", "InvoiceDate", "CustomerID", "StockCode", "Description", "Quantity", "UnitPrice")  # fmt: skip
LINES = [
    ("536365", "2026-01-05", "C1", "P100", "MUG", 10, "2.50"),  # 25.00
    ("536366", "2026-01-20", "C1", "P100", "MUG", 5, "2.40"),  # 12.00
    ("C536367", "2026-01-21", "C1", "P100", "MUG", -3, "2.50"),  # -7.50, cancelled
    ("536368", "2026-01-22", "C1", "P100", "MUG", -1, "2.50"),  # -2.50, returned
    ("536369", "2026-02-02", "C2", "P200", "JUG", 4, "0"),  # 0.00, given away
    ("536370", "2026-02-03", "", "P100", "MUG", 8, "2.50"),  # 20.00, without customer
    ("536371", "2026-02-03", "C2", "POST", "POSTAGE", 1, "18.00"),  # 18.00, no product
    ("536372", "2026-02-04", "C2", "P200", "JUG", 6, "3.00"),  # 18.00
    ("536372", "2026-02-04", "C2", "P200", "JUG", 6, "3.00"),  # 18.00, the same once more
]
FILE = (9, 36, Decimal("101.00"))
NO_CUSTOMER = ("Rows without customer", 1, 8, Decimal("20.00"))
NO_PRODUCT = (
    "Codes that are no products (postage, fees, manual entries)", 1, 1, Decimal("18.00"),
)  # fmt: skip
STORED = """
    SELECT c.code, p.sku, to_char(s.month, 'YYYY-MM'), s.gross_quantity::int,
           s.returned_quantity::int, s.net_quantity::int, round(s.amount, 2)
    FROM sales_month s JOIN customer c ON c.id = s.customer_id JOIN product p ON p.id = s.product_id
    ORDER BY 1, 2, 3
"""
EVERYTHING = """
    SELECT (SELECT count(*) FROM sales_month), (SELECT count(*) FROM customer),
           (SELECT count(*) FROM product), (SELECT coalesce(sum(amount), 0) FROM sales_month)
"""


def as_csv(rows, header=HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def shares(view) -> list[tuple]:
    """What becomes of the rows: title, rows, quantity, amount; taken over first."""
    assert [share.is_taken for share in view.shares][1:] == [False] * (len(view.shares) - 1)
    return [(s.title, s.row_count, int(s.quantity), s.amount) for s in view.shares]


async def choose(view, **choices):
    """Answer choices of the mapping and let the worker check the rows."""
    mapping = Mapping.from_json({**view.mapping.to_json(), "options": choices})
    await act(staging.set_mapping, view.id, mapping)
    return await work(view.id)


@pytest.fixture
async def planner(make_user):
    actor = await make_user("Ida Planner", Role.DEMAND_PLANNER)
    with database.acting_as(actor):
        yield actor


async def test_a_file_goes_from_upload_to_stored_months(planner, owner_rows):
    view = await upload("sales_lines", as_csv(LINES), "sales.csv")
    assert (view.status, view.row_count, view.missing) == (BatchStatus.READ, 9, ())
    counted = {option.name: option.row_count for option in view.options}
    assert counted == {
        "cancellations": 1, "returns": 1, "non_products": 1, "no_customer": 1, "duplicates": 1,
        "zero_prices": 1, "negative_prices": 0, "unknown_customers": 8, "unknown_products": 8,
        "replaced": None, "wrong_rows": None,
    }  # fmt: skip
    details = {option.name: option.detail for option in view.options if option.detail}
    assert details == {"non_products": "POST 1"}
    assert owner_rows(EVERYTHING) == [(0, 0, 0, 0)]
    view = await choose(view)
    assert view.status is BatchStatus.PREVIEWED
    assert (view.counts.new, view.counts.wrong) == (2, 0)
    assert shares(view) == [("Taken over", 7, 27, Decimal("63.00")), NO_CUSTOMER, NO_PRODUCT]
    assert owner_rows(EVERYTHING) == [(0, 0, 0, 0)]
    done = await accept(view)
    assert done.outcome == {"created": 2, "changed": 0, "removed": 0}
    assert owner_rows(STORED) == [
        ("C1", "P100", "2026-01", 15, 4, 11, Decimal("27.00")),
        ("C2", "P200", "2026-02", 16, 0, 16, Decimal("36.00")),
    ]


CHOICES = [
    ({"no_customer": "unknown"}, (8, 35, "83.00"), [NO_PRODUCT]),
    ({"non_products": "keep"}, (8, 28, "81.00"), [NO_CUSTOMER]),
    ({"no_customer": "unknown", "non_products": "keep"}, FILE, []),
    (
        {"cancellations": "leave_out"},
        (6, 30, "70.50"),
        [
            ("Cancelled invoices (number begins with C)", 1, -3, Decimal("-7.50")),
            NO_CUSTOMER,
            NO_PRODUCT,
        ],
    ),
    (
        {"returns": "leave_out"},
        (6, 28, "65.50"),
        [
            NO_CUSTOMER,
            NO_PRODUCT,
            ("Other rows with a negative quantity", 1, -1, Decimal("-2.50")),
        ],
    ),
    (
        {"duplicates": "leave_out"},
        (6, 21, "45.00"),
        [
            ("Rows that repeat another row exactly", 1, 6, Decimal("18.00")),
            NO_CUSTOMER,
            NO_PRODUCT,
        ],
    ),
    (
        {"zero_prices": "leave_out"},
        (6, 23, "63.00"),
        [NO_CUSTOMER, NO_PRODUCT, ("Rows with price 0", 1, 4, Decimal("0.00"))],
    ),
]


@pytest.mark.parametrize(("choices", "taken", "left_out"), CHOICES)
async def test_what_is_taken_and_what_is_left_out_add_up_to_the_file(
    planner, owner_rows, choices, taken, left_out
):
    view = await choose(await upload("sales_lines", as_csv(LINES), "sales.csv"), **choices)
    count, quantity, amount = taken
    booked = ("Taken over", count, quantity, Decimal(amount))
    assert shares(view)[0] == booked
    assert sorted(shares(view)[1:]) == sorted(left_out)
    sums = [sum(column) for column in list(zip(*shares(view), strict=True))[1:]]
    assert sums == [*FILE]
    await accept(view)
    stored = owner_rows("SELECT sum(net_quantity)::int, round(sum(amount), 2) FROM sales_month")
    assert stored == [booked[2:]]


async def test_monthly_figures_in_columns(planner, owner_rows):
    header = ("Customer", "Product", "Jan 2026", "Feb 2026")
    rows = [("C1", "P1", 10, 20), ("C2", "P1", "", 5), ("", "P2", 7, "")]
    view = await upload("sales_months", as_csv(rows, header), "months.csv")
    view = await choose(view)
    assert shares(view) == [
        ("Taken over", 3, 35, Decimal(0)),
        ("Rows without customer", 1, 7, Decimal(0)),
    ]
    await accept(view)
    assert [row[:4] for row in owner_rows(STORED)] == [
        ("C1", "P1", "2026-01", 10), ("C1", "P1", "2026-02", 20), ("C2", "P1", "2026-02", 5),
    ]  # fmt: skip


async def test_a_wrong_row_refuses_the_file_and_nothing_is_changed(planner, owner_rows):
    await accept(await choose(await upload("sales_lines", as_csv(LINES), "sales.csv")))
    before = owner_rows(EVERYTHING)
    wrong = [*LINES, ("536373", "2026-02-04", "C9", "P900", "CUP", 2, "-1.00")]
    view = await choose(await upload("sales_lines", as_csv(wrong), "wrong.csv"))
    assert view.counts.wrong == 1
    assert ("Wrong rows", 1, 2, Decimal("-2.00")) in shares(view)
    [line] = (await changes(view.id, [RowOutcome.WRONG])).lines
    assert (line.row_number, [cell.message for cell in line.cells if cell.message]) == (
        11, ["Unit price: -1.00 is negative."],
    )  # fmt: skip
    with pytest.raises(ConflictError, match="1 wrong row blocks the import"):
        await act(staging.start_accept, view.id, view.version)
    assert owner_rows(EVERYTHING) == before
    await act(staging.leave_wrong_rows_out, view.id)
    view = await work(view.id)
    assert (view.counts.wrong, view.counts.effect) == (0, 0)
    assert owner_rows(EVERYTHING) == before


async def test_a_period_is_replaced_after_the_difference_was_shown(planner, owner_rows):
    await accept(await choose(await upload("sales_lines", as_csv(LINES), "sales.csv")))
    again = [
        ("536365", "2026-01-05", "C1", "P100", "MUG", 12, "2.50"),  # 30.00 instead of 27.00
        ("536380", "2026-01-09", "C3", "P100", "MUG", 1, "2.50"),  # 2.50, new
    ]
    view = await choose(await upload("sales_lines", as_csv(again), "january.csv"))
    counts = view.counts
    assert (counts.new, counts.changed, counts.unchanged, counts.missing) == (1, 1, 0, 0)
    [line] = (await changes(view.id)).lines
    cells = {cell.column: (cell.old, cell.text) for cell in line.cells}
    assert (line.key, line.outcome) == ("Jan 2026", RowOutcome.CHANGED)
    assert [tuple(map(Decimal, cells[name])) for name in ("quantity", "amount")] == [
        (11, 13), (Decimal("27.00"), Decimal("32.50")),
    ]  # fmt: skip
    assert [row[0] for row in owner_rows(STORED)] == ["C1", "C2"]
    await accept(view)
    assert owner_rows(STORED) == [
        ("C1", "P100", "2026-01", 12, 0, 12, Decimal("30.00")),
        ("C2", "P200", "2026-02", 16, 0, 16, Decimal("36.00")),
        ("C3", "P100", "2026-01", 1, 0, 1, Decimal("2.50")),
    ]


async def test_the_same_file_is_recognised_and_changes_nothing(planner, owner_rows):
    first = await accept(await choose(await upload("sales_lines", as_csv(LINES), "sales.csv")))
    view = await choose(await upload("sales_lines", as_csv(LINES), "renamed.csv"))
    assert (view.earlier.batch_id, view.earlier.status) == (first.id, BatchStatus.ACCEPTED)
    assert (view.counts.unchanged, view.counts.effect) == (2, 0)
    before = owner_rows("SELECT xmin::text, * FROM sales_month ORDER BY 2, 3, 4")
    with pytest.raises(ConflictError, match="changes nothing"):
        await act(staging.start_accept, view.id, view.version)
    assert owner_rows("SELECT xmin::text, * FROM sales_month ORDER BY 2, 3, 4") == before


@pytest.mark.parametrize("role", [Role.SALES_REP, Role.SALES_MANAGER, Role.VIEWER])
async def test_who_does_not_see_every_customer_imports_no_sales(make_user, owner_rows, role):
    with database.acting_as(await make_user("Elena Marsh", role)):
        for kind in ("sales_lines", "sales_months"):
            with pytest.raises(PermissionDeniedError):
                await upload(kind, as_csv(LINES), "sales.csv")
    assert owner_rows("SELECT count(*) FROM import_batch") == [(0,)]
    assert owner_rows("SELECT count(*) FROM stored_file_part") == [(0,)]


async def test_the_rows_of_a_file_are_nobody_elses(planner, make_user, owner_rows):
    view = await choose(await upload("sales_lines", as_csv(LINES), "sales.csv"))
    other = await make_user("Ben Other", Role.DEMAND_PLANNER)
    with database.acting_as(other):
        parts = "SELECT count(*) FROM stored_file_part"
        async with database.unit_of_work() as uow:
            assert await uow.session.scalar(text(parts)) == 0
        for verb in (staging.get_batch, staging.start_preview, staging.cancel_import):
            with pytest.raises(Exception, match="There is no import"):
                await act(verb, view.id)
    assert owner_rows(parts) == [(1,)]


async def test_a_worker_that_is_stopped_leaves_nothing(planner, owner_rows):
    view = await choose(await upload("sales_lines", as_csv(LINES), "sales.csv"))
    job_id = await act(staging.start_accept, view.id, view.version)
    await act(staging.stop_work, view.id)
    await runner.run_job(job_id)
    assert owner_rows("SELECT status FROM job WHERE id = %s", job_id) == [("cancelled",)]
    assert owner_rows(EVERYTHING) == [(0, 0, 0, 0)]
    assert (await accept(view)).outcome["created"] == 2


async def test_lines_without_price_and_amount_ask_for_one_of_them(planner, owner_rows):
    rows = [("2026-01-05", "C1", "P100", 10, "25.00")]
    content = as_csv(rows, ("Date", "Customer", "Product", "Quantity", "Wert"))
    view = await upload("sales_lines", content, "sales.csv")
    assert (view.status, view.row_count) == (BatchStatus.READ, 1)
    assert view.missing == ("Unit price or Amount",)
    with pytest.raises(InvalidInputError, match="Choose the column of Unit price or Amount"):
        await act(staging.start_preview, view.id)
    columns = view.mapping.columns | {"amount": "Wert"}
    await act(staging.set_mapping, view.id, Mapping(columns=columns))
    await accept(await work(view.id))
    assert [row[-1] for row in owner_rows(STORED)] == [Decimal("25.00")]


async def test_monthly_figures_without_month_or_figure_ask_for_them(planner):
    content = as_csv([("C1", "P1", 2)], ("Customer", "Product", "Colour"))
    view = await upload("sales_months", content, "months.csv")
    assert view.missing == (
        "Month, Quantity by month or Amount by month",
        "Quantity, Amount, Quantity by month or Amount by month",
    )
