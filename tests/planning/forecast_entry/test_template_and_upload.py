"""The Excel round trip: template out, figures in, every difference before anything is stored."""

import io

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from sop_app.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from sop_app.planning.cycles import window
from sop_app.planning.forecast_entry.edit_schemas import CellEdit, CellField
from sop_app.planning.forecast_entry.errors import CycleClosedError
from sop_app.planning.forecast_entry.importer import (
    accept_upload,
    cancel_upload,
    mark_upload_errors,
    preview_upload,
    show_upload,
)
from sop_app.planning.forecast_entry.submission import submit_entries
from sop_app.planning.forecast_entry.template import write_template
from sop_app.planning.forecast_entry.template_key import ForeignTemplateError
from sop_app.planning.forecast_entry.undo import undo_last
from sop_app.system.spreadsheets.errors import SpreadsheetError
from tests.planning.forecast_entry.test_submission_and_approval import ELENA, fill

PENNE = ("BREN", "PAS")
FIRST_ROW, FIRST_MONTH = 5, 7


async def template_of(plan, who="elena"):
    return (await plan.run(who, write_template, plan.cycle.id)).content


def change(content, *cells, sheet="Forecast"):
    """Write cells (row, column, value) as a person would in Excel."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row, column, value in cells:
        book[sheet].cell(row, column).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


async def preview(plan, content, who="elena"):
    return await plan.run(who, preview_upload, plan.cycle.id, "my forecast.xlsx", content)


async def test_the_template_holds_own_rows_months_prices_and_protection(plan):
    await plan.edit("elena", CellEdit(plan.entry(*PENNE), 0, "9.99", field=CellField.PRICE))
    await plan.type("elena", ("HARB", "PAS", 0), "tbc")
    file = await plan.run("elena", write_template, plan.cycle.id)
    assert file.name == "January 2027 forecast Elena Marsh.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    assert book.sheetnames == ["Forecast", "Prices", "Instructions", "_key"]
    assert book["_key"].sheet_state == "veryHidden"
    sheet = book["Forecast"]
    assert sheet["A1"].value == "January 2027 forecast, Elena Marsh"
    assert sheet["A2"].value == "Upload until Fri 11 Dec, 17:00"
    header = [cell.value for cell in sheet[4]]
    assert header[:8] == [
        "Customer code",
        "Customer",
        "SKU",
        "Product",
        "Unit",
        "Status",
        "Jan 2027",
        "Feb 2027",
    ]
    assert header[-3:] == ["Apr 2028", "Total", "Amount"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert [(row[0], row[2]) for row in rows] == [
        (code, sku) for code in ("BREN", "HARB") for sku in ("RIC", "OLV", "PAS")
    ]
    assert rows[2][6:9] == [970, 985, 0]
    assert rows[5][6] == "tbc"
    assert rows[2][22] == "=SUM(G7:V7)"
    assert rows[2][23] == "=SUMPRODUCT(ROUND(G7:V7*Prices!G7:V7,2))"
    assert [cell.value for cell in book["Prices"][7]][6:8] == [9.99, 11]
    assert sheet.protection.sheet
    assert sheet.freeze_panes == "G5"
    locks = {cell.protection.locked for cell in sheet[7][6:22]}
    assert (locks, sheet["A7"].protection.locked, sheet["W7"].protection.locked) == (
        {False},
        True,
        True,
    )
    (validation,) = sheet.data_validations.dataValidation
    assert (str(validation.sqref), validation.type, validation.formula1) == ("G5:V10", "whole", "0")
    values = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_name("Forecast")
    computed = values.to_python()[6]
    assert (computed[22], computed[23]) == (3020, 970 * 9.99 + 985 * 11 + 1065 * 12.5)


async def test_submitted_rows_are_locked_in_the_template(plan):
    await fill(plan, "elena", ELENA[:3])
    await plan.run("elena", submit_entries, plan.cycle.id, [plan.entry(*key) for key in ELENA[:3]])
    sheet = openpyxl.load_workbook(io.BytesIO(await template_of(plan)))["Forecast"]
    assert [(row[5].value, row[6].protection.locked) for row in sheet.iter_rows(min_row=5)] == [
        ("Submitted", True)
    ] * 3 + [("Draft", False)] * 3


async def test_a_template_comes_back_unchanged(plan):
    seen = await preview(plan, await template_of(plan))
    assert (seen.row_count, seen.cells, seen.errors, seen.absent_count) == (6, (), (), 0)
    assert not seen.is_acceptable


async def test_the_difference_is_shown_then_stored_as_one_step(plan, owner_rows):
    content = change(
        await template_of(plan),
        (FIRST_ROW + 2, FIRST_MONTH, 1_000),
        (FIRST_ROW + 2, FIRST_MONTH + 1, None),
        (FIRST_ROW + 2, FIRST_MONTH + 3, " 1,200 "),
        (FIRST_ROW, FIRST_MONTH + 15, 7.0),
    )
    seen = await preview(plan, content)
    assert [(c.row_number, c.month_index, c.old, c.new) for c in seen.cells] == [
        (5, 15, None, 7),
        (7, 0, 970, 1000),
        (7, 1, 985, None),
        (7, 3, None, 1200),
    ]
    assert (seen.changed_row_count, seen.unchanged_row_count, seen.quantity_change) == (2, 4, 252)
    assert owner_rows("SELECT count(*) FROM change_set") == [(0,)]
    result = await plan.run("elena", accept_upload, plan.cycle.id, seen.file_id, seen.fingerprint)
    assert result.saved_count == 4
    assert owner_rows("SELECT source, cell_count FROM change_set") == [("uploaded", 4)]
    row = await plan.row("elena", *PENNE)
    assert row.figures.quantities[:4] == (1000, None, 0, 1200)
    assert owner_rows("SELECT count(*) FROM stored_file") == [(0,)]
    undone = await plan.run("elena", undo_last, plan.cycle.id)
    assert (undone.source, undone.result.saved_count) == ("uploaded", 4)
    with pytest.raises(NotFoundError):
        await plan.run("elena", accept_upload, plan.cycle.id, seen.file_id, seen.fingerprint)


async def test_wrong_cells_are_named_and_nothing_of_the_file_is_stored(plan, owner_rows):
    content = change(
        await template_of(plan),
        (FIRST_ROW, FIRST_MONTH, 5),
        (FIRST_ROW + 1, FIRST_MONTH, "n/a"),
        (FIRST_ROW + 2, FIRST_MONTH, -1),
        (FIRST_ROW + 3, FIRST_MONTH, 2.5),
        (FIRST_ROW + 4, 1, "ORRI"),
        (FIRST_ROW + 5, 3, "RIC"),
    )
    seen = await preview(plan, content)
    assert [(error.row, error.message) for error in seen.errors] == [
        (6, 'Quantity: "n/a" is not a whole number.'),
        (7, 'Quantity: "-1" is less than 0.'),
        (8, 'Quantity: "2.5" has too many decimals; none are allowed.'),
        (9, "ORRI, OLV is not one of your rows."),
        (10, "HARB, RIC stands in row 8 already."),
    ]
    assert (seen.wrong_row_count, seen.changed_row_count) == (5, 1)
    with pytest.raises(InvalidInputError, match="5 rows of the file are wrong"):
        await plan.run("elena", accept_upload, plan.cycle.id, seen.file_id, seen.fingerprint)
    assert owner_rows("SELECT count(*) FROM change_set") == [(0,)]


async def test_a_row_submitted_meanwhile_is_refused(plan):
    await fill(plan, "elena", ELENA)
    content = change(await template_of(plan), (FIRST_ROW, FIRST_MONTH, 5))
    await plan.run("elena", submit_entries, plan.cycle.id)
    seen = await preview(plan, content)
    assert [error.message for error in seen.errors] == [
        "BREN, RIC: Submitted; editable again when it is returned."
    ]


async def test_figures_that_change_after_the_preview_stop_the_acceptance(plan, owner_rows):
    content = change(await template_of(plan), (FIRST_ROW + 2, FIRST_MONTH, 1_000))
    seen = await preview(plan, content)
    await plan.type("elena", (*PENNE, 0), "999")
    with pytest.raises(ConflictError, match="changed since the preview"):
        await plan.run("elena", accept_upload, plan.cycle.id, seen.file_id, seen.fingerprint)
    assert (await plan.row("elena", *PENNE)).figures.quantities[0] == 999


async def test_rows_left_out_stay_as_they_are(plan):
    book = openpyxl.load_workbook(io.BytesIO(await template_of(plan)))
    book["Forecast"].delete_rows(FIRST_ROW, 5)
    buffer = io.BytesIO()
    book.save(buffer)
    seen = await preview(plan, buffer.getvalue())
    assert (seen.row_count, seen.absent_count, seen.cells, seen.errors) == (1, 5, (), ())


async def test_a_file_of_somebody_else_or_another_origin_is_refused(plan):
    mine = await template_of(plan)
    with pytest.raises(ForeignTemplateError, match="belongs to another person"):
        await preview(plan, mine, who="priya")
    forged = change(mine, (1, 1, '{"cycle_id":1,"rep_id":4}'), sheet="_key")
    with pytest.raises(ForeignTemplateError, match="was changed"):
        await preview(plan, forged)
    book = openpyxl.load_workbook(io.BytesIO(mine))
    del book["_key"]
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(ForeignTemplateError, match="not a forecast template"):
        await preview(plan, buffer.getvalue())
    without_month = change(mine, (4, FIRST_MONTH, "January"))
    with pytest.raises(ForeignTemplateError, match="no column Jan 2027"):
        await preview(plan, without_month)
    for content in (b"", b"PK\x03\x04 not a workbook", b"a,b\n1,2\n"):
        with pytest.raises((SpreadsheetError, ForeignTemplateError)):
            await preview(plan, content)


async def test_an_upload_of_somebody_else_is_not_accepted(plan):
    seen = await preview(plan, change(await template_of(plan), (FIRST_ROW, FIRST_MONTH, 5)))
    with pytest.raises(NotFoundError):
        await plan.run("priya", accept_upload, plan.cycle.id, seen.file_id, seen.fingerprint)


async def test_who_has_no_rows_or_no_open_window_gets_no_template(plan):
    with pytest.raises(PermissionDeniedError):
        await template_of(plan, "ingrid")
    with pytest.raises(InvalidInputError, match="no rows in January 2027"):
        await template_of(plan, "tomas")
    mine = await template_of(plan)
    seen = await preview(plan, change(mine, (FIRST_ROW, FIRST_MONTH, 5)))
    await plan.run("ingrid", window.close_cycle, plan.cycle.id)
    for act in (
        plan.run("elena", write_template, plan.cycle.id),
        preview(plan, mine),
        plan.run("elena", accept_upload, plan.cycle.id, seen.file_id, seen.fingerprint),
    ):
        with pytest.raises(CycleClosedError):
            await act


async def test_an_upload_is_shown_row_by_row_beside_what_is_stored(plan):
    content = change(
        await template_of(plan),
        (FIRST_ROW, FIRST_MONTH, "n/a"),
        (FIRST_ROW, FIRST_MONTH + 1, 5),
        (FIRST_ROW + 2, FIRST_MONTH, 1_000),
        (FIRST_ROW + 4, 1, "ORRI"),
    )
    seen = await preview(plan, content)
    view = await plan.run("elena", show_upload, plan.cycle.id, seen.file_id)
    assert view.preview.fingerprint == seen.fingerprint
    assert (len(view.months), [row.row_number for row in view.rows]) == (16, [5, 6, 7, 8, 9, 10])
    wrong, _, changed, _, foreign, _ = view.rows
    assert (wrong.new[0], wrong.wrong) == (
        "n/a",
        {0: 'Quantity: "n/a" is not a whole number.'},
    )
    assert (wrong.changed, wrong.net_change, wrong.is_wrong) == ([1], 0, True)
    assert (changed.product, changed.sku, changed.old[0], changed.new[0]) == (
        "Penne rigate 5 kg",
        "PAS",
        970,
        1_000,
    )
    assert (changed.changed, changed.net_change) == ([0], 30)
    assert (foreign.customer, foreign.product, foreign.old) == ("ORRI", "", ())
    assert foreign.message == "ORRI, OLV is not one of your rows."


async def test_rows_with_wrong_cells_can_be_left_as_they_are_stored(plan):
    content = change(
        await template_of(plan),
        (FIRST_ROW, FIRST_MONTH, "n/a"),
        (FIRST_ROW, FIRST_MONTH + 1, 5),
        (FIRST_ROW + 2, FIRST_MONTH, 1_000),
    )
    seen = await preview(plan, content)
    with pytest.raises(InvalidInputError, match="1 row of the file is wrong"):
        await plan.run("elena", accept_upload, plan.cycle.id, seen.file_id, seen.fingerprint)
    result = await plan.run(
        "elena",
        accept_upload,
        plan.cycle.id,
        seen.file_id,
        seen.fingerprint,
        leaves_wrong_out=True,
    )
    assert result.saved_count == 1
    row = await plan.row("elena", *PENNE)
    assert row.figures.quantities[0] == 1_000


async def test_wrong_cells_come_back_in_the_own_workbook(plan):
    content = change(await template_of(plan), (FIRST_ROW, FIRST_MONTH, "n/a"))
    seen = await preview(plan, content)
    marked = await plan.run("elena", mark_upload_errors, plan.cycle.id, seen.file_id)
    assert marked.name == "my forecast (errors).xlsx"
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    sheet = book["Forecast"]
    assert book["_key"].sheet_state == "veryHidden"
    assert "not a whole number" in sheet.cell(FIRST_ROW, FIRST_MONTH).comment.text
    assert sheet.cell(FIRST_ROW - 1, sheet.max_column).value == "Errors"
    clean = await preview(plan, await template_of(plan))
    with pytest.raises(InvalidInputError):
        await plan.run("elena", mark_upload_errors, plan.cycle.id, clean.file_id)


async def test_an_upload_belongs_to_who_sent_it_and_can_be_forgotten(plan, owner_rows):
    content = change(await template_of(plan), (FIRST_ROW, FIRST_MONTH, 5))
    seen = await preview(plan, content)
    for verb, arguments in (
        (show_upload, (plan.cycle.id, seen.file_id)),
        (cancel_upload, (seen.file_id,)),
    ):
        with pytest.raises(NotFoundError):
            await plan.run("priya", verb, *arguments)
    await plan.run("elena", cancel_upload, seen.file_id)
    assert owner_rows("SELECT count(*) FROM stored_file") == [(0,)]
    with pytest.raises(NotFoundError):
        await plan.run("elena", cancel_upload, seen.file_id)
