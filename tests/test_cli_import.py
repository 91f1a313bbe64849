"""Importing on the command line: every answer the screen takes, one line for every refusal."""

import csv
from decimal import Decimal
from pathlib import Path

import openpyxl
import psycopg
import pytest

from tests.actuals.sales_history.test_real_files import joined_northwind
from tests.test_cli import command

HEADER = ("InvoiceNo", "InvoiceDate", "CustomerID", "StockCode", "Quantity", "UnitPrice")
LINES = [
    ("536365", "2026-01-05", "C1", "P100", 10, "2.50"),
    ("536366", "2026-01-20", "", "P100", 4, "2.50"),
    ("C536367", "2026-02-21", "C1", "P100", -3, "2.50"),
]
EVERYTHING = """
    SELECT (SELECT count(*) FROM sales_month), (SELECT count(*) FROM customer),
           (SELECT count(*) FROM import_batch), (SELECT count(*) FROM stored_file_part),
           (SELECT count(*) FROM audit_entry), (SELECT coalesce(sum(amount), 0) FROM sales_month)
"""


def write(path: Path, rows, header=HEADER) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def run(database_url, tmp_path):
    """Import a file: ``run("sales_lines", path, "--dry-run")``."""

    def import_file(kind: str, path: Path, *words: str):
        folder = tmp_path / "errors"
        folder.mkdir(exist_ok=True)
        return command("import", kind, str(path), "--errors", str(folder), *words, url=database_url)

    return import_file


@pytest.fixture
def stored(database_url):
    def read(query: str = EVERYTHING):
        with psycopg.connect(database_url) as owner:
            return owner.execute(query).fetchall()

    return read


def test_a_file_is_imported_and_accounted_for(run, stored, tmp_path):
    path = write(tmp_path / "sales.csv", LINES)
    tried = run("sales_lines", path, "--dry-run")
    assert (tried.returncode, tried.stderr) == (0, "")
    assert tried.stdout.endswith("Nothing was imported (dry run).\n")
    assert stored() == [(0, 0, 0, 0, 0, 0)]
    done = run("sales_lines", path)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines == [
        "sales.csv: 2 new, 0 changed, 0 unchanged, 0 rows wrong.",
        "rows quantity amount",
        "Taken over 2 7 17.50",
        "Rows without customer 1 4 10.00",
        "The file 3 11 27.50",
        "Jan 2026: quantity 10, amount 25, new 1",
        "Feb 2026: quantity -3, amount -7.5, new 1",
        "Imported.",
    ]
    assert stored("SELECT sum(net_quantity)::int, sum(amount) FROM sales_month") == [
        (7, Decimal("17.5"))
    ]
    again = run("sales_lines", path)
    assert again.returncode == 0
    assert "The same file was imported on " in again.stdout
    assert again.stdout.endswith("Nothing had to be changed.\n")


def test_a_period_is_replaced_after_its_difference_is_shown(run, stored, tmp_path):
    run("sales_lines", write(tmp_path / "sales.csv", LINES))
    changed = [("536365", "2026-01-05", "C1", "P100", 12, "2.50")]
    done = run("sales_lines", write(tmp_path / "january.csv", changed))
    assert "Jan 2026: quantity 10 -> 12, amount 25 -> 30, changed 1" in done.stdout
    assert stored("SELECT round(amount, 2) FROM sales_month ORDER BY month") == [
        (Decimal("30.00"),), (Decimal("-7.50"),),
    ]  # fmt: skip


def test_choices_columns_and_readings_are_answered_in_words(run, stored, tmp_path):
    header = ("Beleg", "Tag", "Kunde", "Artikel", "Menge", "Preis")
    rows = [("1", "03/04/2026", "C1", "P100", "1.234", "1"), ("2", "05/06/2026", "", "P100", 1, 1)]
    path = write(tmp_path / "verkauf.csv", rows, header)
    words = [
        f"--column={field}={name}"
        for field, name in zip(
            ("invoice", "date", "customer", "product", "quantity", "unit_price"),
            header,
            strict=True,
        )
    ]
    asked = run("sales_lines", path)
    assert asked.returncode == 1
    assert "no column known as Date (--column date=HEADER)" in asked.stderr
    assert "Its columns are Beleg, Tag, Kunde, Artikel, Menge and Preis." in asked.stderr
    asked = run("sales_lines", path, *words)
    assert asked.returncode == 1
    assert '--read "Tag=day_first" (day first: 03/04/2026 is 3 April 2026)' in asked.stderr
    assert '--read "Menge=comma" (decimal comma: 1.234 is 1234)' in asked.stderr
    assert stored() == [(0, 0, 0, 0, 0, 0)]
    read = ("--read", "Tag=day_first", "--read", "Menge=point")
    done = run("sales_lines", path, *words, *read, "--choice", "no_customer=unknown")
    assert (done.returncode, done.stderr) == (0, "")
    assert stored(
        "SELECT c.code, month::text, net_quantity FROM sales_month s JOIN customer c"
        " ON c.id = s.customer_id ORDER BY 2"
    ) == [("C1", "2026-04-01", Decimal("1.234")), ("UNKNOWN", "2026-06-01", Decimal(1))]


def test_wrong_rows_are_named_and_come_back_marked(run, stored, tmp_path):
    wrong = [*LINES, ("536368", "2026-02-30", "C1", "P100", "many", 1)]
    path = write(tmp_path / "sales.csv", wrong)
    for name in ("sales (errors).xlsx", "sales (errors) 2.xlsx"):
        refused = run("sales_lines", path)
        assert refused.returncode == 1
        marked = tmp_path / "errors" / name
        assert refused.stderr.splitlines() == [
            'Row 5: Quantity: "many" is not a number such as 1234.56.',
            'Row 5: Date: "2026-02-30" is not a date such as 2027-01-31.',
            "Nothing was imported.",
            f"The file with its errors marked: {marked}",
        ]
        sheet = openpyxl.load_workbook(marked).active
        assert [cell.value for cell in sheet[1]][-1] == "Errors"
        assert '"many" is not a number' in [cell.value for cell in sheet[5]][-1]
    assert stored() == [(0, 0, 0, 0, 0, 0)]
    left_out = run("sales_lines", path, "--choice", "wrong_rows=leave_out")
    assert left_out.returncode == 0
    assert "Wrong rows" in left_out.stdout


def test_a_folder_that_takes_no_file_does_not_hide_what_is_wrong(run, tmp_path):
    path = write(tmp_path / "sales.csv", [("1", "2026-02-30", "C1", "P100", 1, 1)])
    refused = run("sales_lines", path, "--errors", "/proc")
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        'Row 2: Date: "2026-02-30" is not a date such as 2027-01-31.',
        "Nothing was imported.",
        "No file with its errors marked could be written; try --errors FOLDER.",
    ]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--mapping", "None such"], "There is no saved matching None such that you can open."),
        (["--sheet", "None"], "has no sheet named None"),
        (["--choice", "no_customer=burn"], "no_customer cannot be burn. Choose leave_out or"),
        (["--choice", "colour=red"], "There is no choice colour. There is cancellations,"),
        (["--column", "colour=Quantity"], "There is no field colour. Choose invoice, date,"),
        (["--column", "date=Day"], "There is no column Day. Choose InvoiceNo, InvoiceDate,"),
    ],
)
def test_an_answer_that_is_none_is_refused_in_one_line(run, stored, tmp_path, words, reason):
    answer = run("sales_lines", write(tmp_path / "sales.csv", LINES), *words)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: ")
    assert reason in answer.stderr
    assert "Traceback" not in answer.stderr
    assert stored() == [(0, 0, 0, 0, 0, 0)]


def test_what_is_no_import_ends_with_a_line_and_a_code(run, tmp_path):
    path = write(tmp_path / "sales.csv", LINES)
    unknown = run("nothing", path)
    assert unknown.returncode == 2
    assert "'nothing' is none of " in unknown.stderr
    malformed = run("sales_lines", path, "--choice", "no_customer")
    assert malformed.returncode == 2
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 broken")
    broken = run("sales_lines", tmp_path / "broken.xlsx")
    assert broken.returncode == 1
    assert broken.stderr.startswith("Error: broken.xlsx cannot be read")


def test_a_saved_matching_is_used_by_name(run, stored, database_url, tmp_path):
    with psycopg.connect(database_url) as owner:
        owner.execute("""
            INSERT INTO import_mapping (kind, name, mapping, options, updated_at, updated_by)
            VALUES ('sales_lines', 'Old ERP', '{"columns": {"date": "D", "customer": "K",
                "product": "A", "quantity": "M", "amount": "B"},
                "options": {"no_customer": "unknown"}}', '{}', now(), 0)
        """)
    rows = [("2026-01-05", "", "P1", 2, 9)]
    path = write(tmp_path / "erp.csv", rows, ("D", "K", "A", "M", "B"))
    done = run("sales_lines", path, "--mapping", "Old ERP")
    assert (done.returncode, done.stderr) == (0, "")
    assert stored("SELECT code FROM customer") == [("UNKNOWN",)]


def test_northwind_matches_its_files_to_the_cent(run, stored, tmp_path, shared_data):
    rows, total = joined_northwind(shared_data / "northwind")
    header = (
        "OrderID", "OrderDate", "CustomerID", "ShipCountry", "ProductID", "ProductName",
        "Quantity", "UnitPrice", "Discount",
    )  # fmt: skip
    done = run("sales_lines", write(tmp_path / "northwind.csv", rows, header))
    assert (done.returncode, done.stderr) == (0, "")
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "Taken over 2,155 51,317 1,265,793.04" in lines
    assert "The file 2,155 51,317 1,265,793.04" in lines
    assert stored("SELECT sum(amount), sum(net_quantity)::int FROM sales_month") == [
        (total, 51_317)
    ]
