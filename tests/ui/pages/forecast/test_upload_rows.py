"""What the page of an uploaded template says of its cells."""

from datetime import date

from sop_app.planning.forecast_entry.upload_schemas import (
    UploadedCell,
    UploadedRow,
    UploadPreview,
    UploadView,
)
from sop_app.system.spreadsheets.validation import CellError
from sop_app.ui.pages.forecast_upload import rows

MONTHS = (date(2027, 1, 1), date(2027, 2, 1))
REASON = 'Quantity: "n/a" is not a whole number.'


def row(number, old, new, wrong=None, message="", product="Penne"):
    return UploadedRow(number, "Brennan", product, "PAS", old, new, wrong or {}, message)


def view_of(*shown, absent=0):
    cells = tuple(
        UploadedCell(each.row_number, 1, "Brennan", "Penne", at, MONTHS[at], each.old[at], 1)
        for each in shown
        for at in each.changed
    )
    errors = [
        CellError(each.row_number, 7, "Jan 2027", "n/a", reason)
        for each in shown
        for reason in (*each.wrong.values(), *filter(None, (each.message,)))
    ]
    preview = UploadPreview(
        1,
        "my.xlsx",
        "f",
        len(shown),
        1,
        cells,
        tuple(errors),
        absent_count=absent,
        quantity_change=0,
    )
    return UploadView(preview, MONTHS, shown)


def test_a_cell_is_new_changed_unchanged_or_wrong():
    line = rows.line_of(row(5, (None, 1180), (250, 1240)))
    new, changed = line["cells"]
    assert (new["text"], new["state"], new["remark"]) == ("250", "new", "new")
    assert (changed["text"], changed["state"]) == ("1,240", "changed")
    assert (changed["old"], changed["remark"]) == ("1,180", "+60")
    assert (line["name"], line["code"], line["place"]) == ("Penne", "PAS", "Brennan, row 5")
    assert line["net"] == "+310"
    emptied, same = rows.line_of(row(5, (7, 3), (None, 3)))["cells"]
    assert (emptied["text"], emptied["state"], emptied["old"]) == ("–", "changed", "7")
    assert (same["state"], same["remark"]) == ("", "")


def test_a_wrong_cell_keeps_its_text_and_its_row_moves_nothing():
    line = rows.line_of(row(6, (1, 2), ("n/a", 9), {0: REASON}))
    wrong = line["cells"][0]
    assert (wrong["text"], wrong["state"]) == ("n/a", "wrong")
    assert (wrong["remark"], wrong["title"]) == ("not a whole number", REASON)
    assert line["net"] == "0"


def test_a_row_of_somebody_else_is_named_by_its_codes():
    foreign = row(7, (), (5, 5), message="ORRI, PAS is not one of your rows.", product="")
    line = rows.line_of(foreign)
    assert (line["name"], line["code"]) == ("PAS", "")
    assert line["message"] == "ORRI, PAS is not one of your rows."
    assert [cell["state"] for cell in line["cells"]] == ["", ""]


def test_the_tiles_count_cells_and_say_one_or_many():
    view = view_of(
        row(5, (None, 2), (4, 2)), row(6, (1, 2), ("n/a", 9), {0: REASON}), row(7, (1, 1), (1, 1))
    )
    tiles = rows.tile_texts(view, leaves_out=False)
    assert (tiles["new"], tiles["new_unit"]) == ("1", "cell")
    assert (tiles["changed"], tiles["changed_unit"]) == ("1", "cell in 1 row")
    assert (tiles["unchanged"], tiles["wrong"]) == ("3", "1")
    assert tiles["blocked"] == "1 wrong cell blocks the upload."
    assert (tiles["leave_out"], tiles["accept"]) == ("Leave 1 row out", "Accept 1 change")
    assert (tiles["chip_changes"], tiles["chip_wrong"], tiles["chip_all"]) == ("2", "1", "3")
    assert rows.tile_texts(view, leaves_out=True)["blocked"] == ""
    assert rows.remark_of(view, leaves_out=True) == (
        "1 row with wrong cells stays as it is stored."
    )


def test_a_file_that_changes_nothing_says_so():
    view = view_of(row(5, (1, 2), (1, 2)), absent=2)
    assert rows.remark_of(view, leaves_out=False) == (
        "2 rows of yours are not in the file and stay as stored. "
        "The file holds what is stored already; there is nothing to accept."
    )
    assert rows.rows_of(view, rows.WITH_CHANGES) == []
    assert rows.month_note(view) == "Jan 2027 to Feb 2027, 2 months"
