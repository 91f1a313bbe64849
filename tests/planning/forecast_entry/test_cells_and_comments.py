"""The drawer of a cell: figures beside it, comments, history."""

from decimal import Decimal

import pytest

from sop_app.kernel.errors import InvalidInputError, NotFoundError, PermissionDeniedError
from sop_app.planning.forecast_entry import comments, entry_grid
from sop_app.planning.forecast_entry.cell_details import list_cell_history, read_cell
from sop_app.planning.forecast_entry.edit_schemas import CellEdit, CellField, EditSource
from sop_app.planning.forecast_entry.schemas import Chip, GridFilter
from sop_app.planning.forecast_entry.undo import undo_last

PENNE = ("BREN", "PAS")


async def test_a_cell_with_all_there_is_to_know(plan):
    entry_id = plan.entry(*PENNE)
    await plan.type("elena", (*PENNE, 0), "1000")
    await plan.edit("elena", CellEdit(entry_id, 0, "10.5", field=CellField.PRICE))
    await plan.type("elena", (*PENNE, 0), "tbc")
    await plan.type("elena", (*PENNE, 3), "9")
    await plan.run("elena", undo_last, plan.cycle.id)
    await plan.run("elena", undo_last, plan.cycle.id)
    await plan.run("tomas", comments.add_comment, entry_id, "Why so much", month_index=0)
    await plan.run("elena", comments.add_comment, entry_id, "New contract")
    cell = await plan.run("elena", read_cell, entry_id, 0)
    assert (cell.quantity, cell.price, cell.list_price, cell.amount) == (
        1000,
        Decimal("10.5000"),
        Decimal("11.0000"),
        Decimal("10500.00"),
    )
    assert (cell.last_year, cell.two_years_ago, cell.last_cycle) == (970, 900, None)
    assert (cell.customer_name, cell.sku, cell.currency) == ("Brennan Foodservice", "PAS", "EUR")
    assert [
        (line.user_name, line.source, line.field, line.old, line.new) for line in cell.history
    ] == [
        ("Elena Marsh", "undo", CellField.QUANTITY, "tbc", 1000),
        ("Elena Marsh", EditSource.TYPED, CellField.QUANTITY, 1000, "tbc"),
        ("Elena Marsh", "typed", CellField.PRICE, None, Decimal("10.5000")),
        ("Elena Marsh", "typed", CellField.QUANTITY, 970, 1000),
    ]
    assert [(row.author_name, row.month_index, row.text) for row in cell.comments] == [
        ("Tomas Rivera", 0, "Why so much"),
        ("Elena Marsh", None, "New contract"),
    ]
    other = await plan.run("elena", read_cell, entry_id, 1)
    assert [row.text for row in other.comments] == ["New contract"]


async def test_an_error_explains_itself(plan):
    await plan.type("elena", (*PENNE, 0), "n/a")
    cell = await plan.run("elena", read_cell, plan.entry(*PENNE), 0)
    assert (cell.quantity, cell.amount, cell.rejected_text) == (None, None, "n/a")
    assert cell.rejected_note == "'n/a' is not a number. Example: 1,200"


async def test_comments_mark_the_row_until_they_are_resolved(plan, owner_rows):
    entry_id = plan.entry(*PENNE)
    first = await plan.run("tomas", comments.add_comment, entry_id, " Why ", month_index=3)
    await plan.run("elena", comments.add_comment, entry_id, "Because")
    assert first.text == "Why"
    assert (await plan.row("elena", *PENNE)).commented == (-1, 3)
    commented = GridFilter(chip=Chip.COMMENTS)
    counts = await plan.run("elena", entry_grid.read_counts, plan.cycle.id, commented)
    assert counts.comments == 1
    found = await plan.run(
        "elena", entry_grid.read_window, plan.cycle.id, commented, offset=0, limit=9
    )
    assert [row.entry_id for row in found.rows] == [entry_id]
    resolved = await plan.run("elena", comments.resolve_comment, first.id)
    assert resolved.resolved_at is not None
    assert (await plan.row("elena", *PENNE)).commented == (-1,)
    again = await plan.run("tomas", comments.resolve_comment, first.id, is_resolved=False)
    assert again.resolved_at is None
    names = {plan.world[who].user_id: who for who in ("elena", "tomas")}
    assert [
        (names[user], title)
        for user, title in owner_rows(
            "SELECT user_id, title FROM notice WHERE title LIKE '%commented%' ORDER BY id"
        )
    ] == [
        ("elena", "Tomas Rivera commented on Brennan Foodservice, Penne rigate 5 kg"),
        ("tomas", "Elena Marsh commented on Brennan Foodservice, Penne rigate 5 kg"),
    ]


async def test_a_stranger_neither_reads_nor_writes_comments_cells_or_history(plan):
    entry_id = plan.entry(*PENNE)
    comment = await plan.run("elena", comments.add_comment, entry_id, "Secret")
    for verb, arguments in (
        (comments.add_comment, (entry_id, "Hello")),
        (comments.list_comments, (entry_id,)),
        (comments.resolve_comment, (comment.id,)),
        (read_cell, (entry_id, 0)),
        (list_cell_history, (entry_id, 0)),
    ):
        with pytest.raises(NotFoundError):
            await plan.run("priya", verb, *arguments)
        with pytest.raises((PermissionDeniedError, NotFoundError)):
            await plan.run("vera", verb, *arguments)


@pytest.mark.parametrize(("text", "month"), [("  ", None), ("x" * 2001, None), ("Hello", 16)])
async def test_wrong_comments_are_refused(plan, text, month):
    with pytest.raises(InvalidInputError):
        await plan.run("elena", comments.add_comment, plan.entry(*PENNE), text, month_index=month)
    with pytest.raises(InvalidInputError):
        await plan.run("elena", read_cell, plan.entry(*PENNE), 16)
