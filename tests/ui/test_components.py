"""What the building blocks put on the page, read from what Reflex would compile."""

import json
from typing import Any

import pytest
import reflex as rx

from sop_app.ui.components.badges import BADGES, status_badge
from sop_app.ui.components.buttons import primary_button
from sop_app.ui.components.data_table import (
    Paging,
    Selection,
    Sorting,
    TableOptions,
    TableState,
    data_table,
)
from sop_app.ui.components.forms import Field, number_field
from sop_app.ui.components.messages import empty_state, page_message
from sop_app.ui.components.table_columns import Column
from sop_app.ui.shell.notices import MAX_SHOWN, NoticeState

COLUMNS = (
    Column("name", "Customer", kind="name", is_sortable=True),
    Column("sales", "Sales, EUR", kind="number", missing="No sales in these months"),
    Column("status", "Status", kind="badge", badge="record"),
)
ROWS = rx.Var.create([{"id": 1, "name": "Harbor Grocers", "href": "/customers/1", "sales": "–"}])


def compiled(component: rx.Component) -> str:
    return json.dumps(component.render(), default=str)


def ignore(*_: Any) -> rx.event.EventSpec:
    return rx.event.noop()


def test_rows_open_as_links():
    page = compiled(data_table("Customers", COLUMNS, ROWS))
    assert "ReactRouterLink" in page
    assert "row-open" in page


def test_rows_that_do_not_open_are_plain_text():
    page = compiled(data_table("Customers", COLUMNS, ROWS, TableOptions(opens=False)))
    assert "row-open" not in page
    assert "cell-strong" in page


def test_headers_sort_only_where_the_server_can():
    sorting = Sorting(rx.Var.create("name"), rx.Var.create(False), ignore)
    page = compiled(data_table("Customers", COLUMNS, ROWS, TableOptions(sorting=sorting)))
    assert page.count("sort above-row") == 1


def test_selection_and_paging_name_their_controls():
    options = TableOptions(
        selection=Selection(rx.Var.create([1]), ignore, ignore),
        paging=Paging(rx.Var.create(1), rx.Var.create(15), rx.Var.create(64), ignore, ignore),
    )
    page = compiled(data_table("Customers", COLUMNS, ROWS, options))
    for label in ("Select all rows", "Rows per page", "Previous page", "Next page"):
        assert label in page


def test_an_empty_table_says_why():
    state = TableState(empty=empty_state("inbox", "No customers yet", "Import them from Excel."))
    page = compiled(data_table("Customers", COLUMNS, ROWS, TableOptions(state=state)))
    assert "No customers yet" in page
    assert "Import them from Excel." in page


def test_a_dash_carries_its_reason():
    assert "No sales in these months" in compiled(data_table("Customers", COLUMNS, ROWS))


@pytest.mark.parametrize("kind", BADGES)
def test_a_badge_of_a_variable_knows_every_status(kind):
    page = compiled(status_badge(kind, rx.Var("status", _var_type=str)))
    assert all(look.word in page for look in BADGES[kind].values())


def test_a_badge_takes_any_case_and_another_word():
    page = compiled(status_badge("row", "MISSING", "2 rows missing"))
    assert "2 rows missing" in page


def test_a_button_with_an_address_is_a_link():
    assert "ReactRouterLink" in compiled(primary_button("New customer", href="/customers/new"))


def test_a_file_is_fetched_by_the_browser_and_not_by_the_router():
    page = compiled(primary_button("Export", href="/api/v1/export", download=True))
    assert "reloadDocument:true" in page
    assert "download:true" in page


def test_a_field_names_its_label_and_its_error():
    page = compiled(number_field(Field("price", "Price", error="Not a number. Example: 1,200")))
    assert 'htmlFor:\\"price\\"' in page.replace(" ", "")
    assert "price-note" in page
    assert "Not a number. Example: 1,200" in page


@pytest.mark.parametrize(("kind", "role"), [("blocked", "alert"), ("closed", "status")])
def test_grave_messages_interrupt_and_others_wait(kind, role):
    assert f'role:\\"{role}\\"' in compiled(page_message(kind, "Fact.", "Detail."))


def test_notices_keep_the_newest_and_split_a_refusal():
    notices = NoticeState()
    for number in range(MAX_SHOWN + 2):
        notices._push("info", f"Notice {number}")
    assert [item["title"] for item in notices.items] == [f"Notice {n}" for n in (2, 3, 4, 5)]
    notices._push_error("The window is closed. Ask for a change request.")
    assert notices.items[-1] | {"id": 0} == {
        "id": 0,
        "kind": "error",
        "title": "The window is closed",
        "detail": "Ask for a change request.",
        "action": "",
        "href": "",
        "presses": "",
    }


def test_a_notice_that_is_repeated_stands_once_as_the_newest():
    notices = NoticeState()
    for title in ("There is nothing to undo", "Saved", "There is nothing to undo"):
        notices._push("info", title)
    assert [item["title"] for item in notices.items] == ["Saved", "There is nothing to undo"]
    assert len({item["id"] for item in notices.items}) == 2


async def test_a_dismissed_notice_is_forgotten():
    notices = NoticeState()
    notices._push("info", "First")
    notices._push("info", "Second", action="Undo", presses="ctrl+z")
    await NoticeState.dismiss_notice.fn(notices, notices.items[0]["id"])
    assert [item["title"] for item in notices.items] == ["Second"]
