"""The window of the grid, its filters, totals and counts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sop_app.kernel.errors import InvalidInputError, NotFoundError, PermissionDeniedError
from sop_app.planning.forecast_entry import entry_grid
from sop_app.planning.forecast_entry.edit_schemas import CellEdit
from sop_app.planning.forecast_entry.schemas import Chip, GridFilter

ALL = GridFilter()


async def window(plan, who="elena", filters=ALL, offset=0, limit=200):
    return await plan.run(
        who, entry_grid.read_window, plan.cycle.id, filters, offset=offset, limit=limit
    )


def names(found):
    return [(row.customer_code, row.sku) for row in found.rows]


async def test_a_rep_sees_own_rows_by_customer_and_product(plan):
    found = await window(plan)
    assert names(found) == [
        (code, sku) for code in ("BREN", "HARB") for sku in ("RIC", "OLV", "PAS")
    ]
    assert (found.total, found.offset) == (6, 0)
    penne = found.rows[2]
    assert (penne.customer_name, penne.product_name, penne.rep_name) == (
        "Brennan Foodservice",
        "Penne rigate 5 kg",
        "Elena Marsh",
    )


async def test_manager_and_coordinator_see_more_and_a_stranger_nothing(plan):
    assert (await window(plan, "tomas")).total == 8
    assert (await window(plan, "ingrid")).total == 11
    assert (
        await window(plan, "ingrid", replace(ALL, rep_id=plan.world["priya"].user_id))
    ).total == 2
    assert (
        await window(plan, "priya", replace(ALL, rep_id=plan.world["elena"].user_id))
    ).total == 0
    with pytest.raises(PermissionDeniedError):
        await window(plan, "vera")
    with pytest.raises(NotFoundError):
        await plan.run("elena", entry_grid.read_totals, 999, ALL)


async def test_a_window_is_a_run_of_the_order(plan):
    found = await window(plan, offset=2, limit=2)
    assert names(found) == [("BREN", "PAS"), ("HARB", "RIC")]
    assert found.total == 6
    ids = await plan.run("elena", entry_grid.list_entry_ids, plan.cycle.id, ALL, offset=2, limit=2)
    assert ids == [row.entry_id for row in found.rows]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (replace(ALL, find="PENNE"), [("BREN", "PAS"), ("HARB", "PAS")]),
        (replace(ALL, find="harb olv"), []),
        (replace(ALL, find="%"), []),
        (replace(ALL, family="Oils"), [("BREN", "OLV"), ("HARB", "OLV")]),
        (replace(ALL, chip=Chip.ERRORS), [("HARB", "OLV")]),
        (replace(ALL, chip=Chip.CHANGED), [("BREN", "PAS"), ("HARB", "PAS")]),
        (replace(ALL, sort="total", descending=True, find="bren"), ["PAS", "RIC", "OLV"]),
        (replace(ALL, sort="month:1", find="harb"), ["RIC", "OLV", "PAS"]),
        (replace(ALL, sort="month:1", descending=True, find="harb"), ["PAS", "RIC", "OLV"]),
        (replace(ALL, sort="code", find="harb", descending=True), ["RIC", "PAS", "OLV"]),
        (replace(ALL, sort="status", find="harb"), ["OLV", "RIC", "PAS"]),
        (replace(ALL, sort="amount", descending=True, find="harb"), ["PAS", "RIC", "OLV"]),
        (replace(ALL, sort="amount:1", descending=True, find="harb"), ["PAS", "RIC", "OLV"]),
        (replace(ALL, sort="price", find="harb"), ["PAS", "RIC", "OLV"]),
        (replace(ALL, sort="price", descending=True, find="harb"), ["OLV", "RIC", "PAS"]),
    ],
)
async def test_filters_and_orders(plan, filters, expected):
    await plan.edit(
        "elena",
        CellEdit(plan.entry("BREN", "PAS"), 5, "4"),
        CellEdit(plan.entry("HARB", "OLV"), 0, "tbc"),
        *[CellEdit(plan.entry("HARB", "PAS"), month, "10") for month in range(12)],
    )
    found = names(await window(plan, filters=filters))
    assert [row if isinstance(expected[0], tuple) else row[1] for row in found] == expected


async def test_what_there_is_not_cannot_be_sorted_by(plan):
    for sort in ("month:16", "amount:16", "month:", "name; DROP TABLE cycle", ""):
        with pytest.raises(InvalidInputError):
            await window(plan, filters=replace(ALL, sort=sort))


async def test_totals_and_counts_cover_the_whole_filter(plan):
    await plan.edit(
        "elena",
        CellEdit(plan.entry("HARB", "OLV"), 0, "tbc"),
        *[CellEdit(plan.entry("HARB", "PAS"), month, "10") for month in range(12)],
    )
    totals = await plan.run("elena", entry_grid.read_totals, plan.cycle.id, ALL)
    assert totals.quantities == (980, 995, *(10,) * 8, 1075, 10, *(0,) * 4)
    assert totals.amounts[:4] == (
        Decimal("10784.00"),
        Decimal("10949.00"),
        Decimal("114.00"),
        Decimal("114.00"),
    )
    assert (totals.row_count, totals.quantity) == (6, 3140)
    counts = await plan.run(
        "elena", entry_grid.read_counts, plan.cycle.id, replace(ALL, chip=Chip.ERRORS)
    )
    assert (counts.all, counts.missing, counts.errors, counts.changed, counts.comments) == (
        6,
        5,
        1,
        1,
        0,
    )
    assert (counts.complete, counts.draft, counts.submitted) == (1, 6, 0)
    narrowed = await plan.run(
        "elena", entry_grid.read_totals, plan.cycle.id, replace(ALL, find="harb")
    )
    assert narrowed.quantity == 120


async def test_options_name_only_what_the_person_plans(plan):
    options = await plan.run("elena", entry_grid.read_options, plan.cycle.id)
    assert [name for _, name in options.customers] == ["Brennan Foodservice", "Harbor Grocers"]
    assert options.families == ("Oils", "Pasta", "Rice")
    assert [name for _, name in options.reps] == ["Elena Marsh"]


async def test_a_selection_beyond_the_window_is_summed_by_position(plan):
    found = await plan.run(
        "elena", entry_grid.sum_selection, plan.cycle.id, ALL, rows=(0, 6), months=[0, 1, 3]
    )
    assert (found.sum, found.count, found.average) == (1955, 2, Decimal("977.5"))
