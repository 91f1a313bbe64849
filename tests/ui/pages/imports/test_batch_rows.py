"""What the page of one import says in each of its states, from the real import behind it."""

import pytest

from sop_app.kernel.paging import PageRequest
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.spreadsheets import staging
from sop_app.system.spreadsheets.changes import ALL_OUTCOMES, list_changes
from sop_app.ui.pages.import_batch import rows
from tests.system.spreadsheets.importing import accept, act, show, upload, work

CUSTOMERS = b"Customer code;Customer name;Region\nN-1;North;West\nN-2;;West\n"
SALES = (
    b"Invoice;Date;Customer;Product;Quantity;Price\n"
    b"1;2026-10-03;N-1;P-1;10;1.5\n2;2026-10-04;;P-1;1;1.5\n3;2026-10-05;N-1;P-1;x;1.5\n"
)


@pytest.fixture
async def coordinator(db, make_user):
    with database.acting_as(await make_user("Ingrid Solberg", Role.SOP_COORDINATOR)):
        yield


async def changes(batch_id, outcomes=ALL_OUTCOMES):
    return await act(list_changes, batch_id, outcomes, PageRequest(size=15))


def said(steps):
    return [(step["status"], step["detail"]) for step in steps]


async def test_missing_columns_are_asked_for_by_name(coordinator):
    view = await upload("customers", CUSTOMERS.replace(b"Customer ", b"x "))
    fact, how = rows.to_do(view)
    assert (fact, how) == (
        "Columns are missing.",
        "Choose which column holds Customer code and Customer name.",
    )
    assert said(rows.step_rows(view, is_running=False))[1] == ("active", "1 of 3 matched")
    columns = rows.column_rows(view)
    assert [(each["header"], each["sample"], each["field"]) for each in columns] == [
        ("x code", "e.g. N-1", rows.NOT_IMPORTED),
        ("x name", "e.g. North", rows.NOT_IMPORTED),
        ("Region", "e.g. West", "region"),
    ]


async def test_a_date_with_two_readings_is_asked_about_once_for_its_column(coordinator):
    content = b"Customer;SKU;Valid from;Price\nN-1;P-1;03/04/2027;2\nN-1;P-1;05/06/2027;2\n"
    view = await upload("prices", content)
    assert rows.to_do(view)[1] == "Say how Valid from is read."
    (choice,) = rows.choice_rows(view)
    assert choice["title"] == "Valid from: how is 03/04/2027 read?"
    assert choice["detail"] == "2 cells; the file does not tell."
    assert [option["label"] for option in choice["choices"]] == [
        "day first: 03/04/2027 is 3 April 2027",
        "month first: 03/04/2027 is 4 March 2027",
    ]
    assert choice["answer"] == ""


async def test_one_wrong_row_blocks_in_the_singular_and_says_where(coordinator):
    view = await upload("customers", CUSTOMERS)
    tiles = rows.tile_texts(view)
    assert tiles["blocked"] == "1 wrong row blocks the import."
    assert (tiles["wrong"], tiles["wrong_unit"]) == ("1", "row, 1 cell")
    assert (tiles["new"], tiles["new_unit"], tiles["leave_out"]) == ("1", "row", "Leave 1 row out")
    headers, lines = rows.change_rows(await changes(view.id))
    assert [header["label"] for header in headers] == ["Customer code", "Customer name", "Region"]
    new, wrong = lines
    assert [cell["state"] for cell in new["cells"]] == ["new"] * 3
    assert (wrong["name"], wrong["place"], wrong["cells"][1]["state"]) == ("N-2", "row 3", "wrong")
    assert wrong["cells"][1]["remark"].startswith("Customer name is empty")
    kept = rows.chip_texts(await changes(view.id), {"changes": ("new", "wrong"), "all": ("new",)})
    assert kept == {"chip_changes": "2", "chip_all": "1"}


async def test_an_accepted_import_says_what_it_did(coordinator):
    view = await upload("customers", CUSTOMERS.replace(b"N-2;;", b"N-2;South;"))
    view = await accept(view)
    steps = said(rows.step_rows(view, is_running=False))
    assert steps[3] == ("done", "2 created")
    assert [status for status, _ in steps] == ["done"] * 4
    again = await upload("customers", CUSTOMERS.replace(b"N-2;;", b"N-2;South;"))
    assert rows.tile_texts(again)["accept"] == "Accept 0 changes"
    assert again.earlier is not None


async def test_choices_of_a_sales_file_carry_their_counts(coordinator):
    view = await upload("sales_lines", SALES)
    titles = {choice["title"]: choice for choice in rows.choice_rows(view)}
    without = titles["1 row without customer"]
    assert [option["label"] for option in without["choices"]] == [
        "Leave out",
        "Book on customer UNKNOWN",
    ]
    assert "0 rows with price 0" not in titles
    assert titles["Customers that do not exist yet"]["detail"].startswith("2 rows")


async def test_a_sales_file_is_shown_by_month_and_adds_up(coordinator):
    view = await upload("sales_lines", SALES)
    await act(staging.start_preview, view.id)
    view = await work(view.id)
    assert rows.tile_texts(view)["new_unit"] == "figure"
    headers, lines = rows.change_rows(await changes(view.id))
    assert [header["label"] for header in headers][:3] == ["Quantity", "Amount", "New"]
    october = next(line for line in lines if line["name"] == "Oct 2026")
    texts = [cell["text"] for cell in october["cells"]][:3]
    states = [cell["state"] for cell in october["cells"]][:3]
    assert (texts, states) == (["10", "15.00", "1"], ["new", "new", ""])
    assert october["net"] == "+15"
    shares = {share["title"]: share for share in rows.share_rows(view)}
    assert shares["Taken over"]["amount"] == "15.00"
    assert (rows.share_total(view)["rows"], len(shares)) == ("3", 3)


async def test_the_row_of_names_can_stand_where_the_file_says(coordinator):
    view = await upload("customers", b"List of customers\n\n" + CUSTOMERS)
    assert view.header_row == 3
    options = rows.header_options(view)
    assert (options[0], options[-1]) == (
        {"value": "1", "label": "Row 1"},
        {"value": "0", "label": "Nowhere"},
    )
    assert (await show(view.id)).sheet == rows.sheet_options(view)[0]["value"]
