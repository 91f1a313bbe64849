"""The pivot: what its lines and totals are, and who sees which."""

from datetime import date
from decimal import Decimal

import psycopg
import pytest

from sop_app.actuals.sales_history import service
from sop_app.actuals.sales_history.schemas import Dimension, Measure, PivotRequest, SalesFilter
from sop_app.kernel.errors import PermissionDeniedError
from sop_app.kernel.periods import add_months, month_range
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR
from tests.master_data.records import (
    store_category,
    store_customer,
    store_product,
    store_sales,
)

START, LAST = date(2024, 1, 1), date(2025, 12, 1)


def course(quantities, price=2):
    """Give sales of consecutive months as `store_sales` takes them."""
    return [(quantity, str(quantity * price)) for quantity in quantities]


@pytest.fixture
async def company(make_user):
    """Two reps of one manager with a customer each, one customer without rep, two products."""
    with database.acting_as(SYSTEM_ACTOR):
        manager = await make_user("Tom Rivera", Role.SALES_MANAGER)
        elena = await make_user("Elena Marsh", Role.SALES_REP, manager=manager)
        ravi = await make_user("Ravi Patel", Role.SALES_REP)
        drinks = await store_category("Drinks")
        juice = await store_category("Juice", 2, drinks)
        snacks = await store_category("Snacks")
        oat = await store_product("P1", name="Oat drink", category_id=juice)
        bar = await store_product("P2", name="Nut bar", category_id=snacks)
        loose = await store_product("P3", name="Loose tea")
        north = await store_customer(
            "C1", name="Northgate", region="North", sales_rep_id=elena.user_id
        )
        south = await store_customer(
            "C2", name="Southside", region="South", sales_rep_id=ravi.user_id
        )
        nobody = await store_customer("C3", name="Walk-in")
        await store_sales(north, oat, START, course([10] * 12 + [20] * 6 + [30] * 6))
        await store_sales(south, bar, START, course([5] * 12 + [4] * 12))
        await store_sales(nobody, loose, date(2025, 12, 1), course([7]))
    return {
        "manager": manager,
        "elena": elena,
        "ravi": ravi,
        "ids": {"north": north, "south": south, "oat": oat, "drinks": drinks, "juice": juice},
    }


async def pivot(dimension=Dimension.CUSTOMER, actor=SYSTEM_ACTOR, **request):
    with database.acting_as(actor):
        async with database.unit_of_work() as uow:
            wanted = {"measure": Measure.UNITS, **request}
            return await service.show_pivot(uow, PivotRequest(dimension, **wanted))


async def test_months_averages_trend_and_last_year(company):
    shown = await pivot()
    assert (shown.months[0], shown.months[-1], len(shown.months)) == (START, LAST, 24)
    line = shown.lines[0]
    assert (line.label, line.code, line.months[0], line.months[-1]) == ("Northgate", "C1", 10, 30)
    assert (line.total, line.year, line.year_before) == (420, 300, 120)
    assert (line.year_change, line.trend) == (Decimal("1.5"), Decimal("0.5"))
    assert (line.average_6, line.average_12, line.average_24) == (30, 25, Decimal("17.5"))
    assert shown.lines[1].year_change == Decimal("-0.2")
    assert shown.lines[2].year_change is None


async def test_totals_are_those_of_all_lines_not_of_the_page(company):
    shown = await pivot(limit=1)
    assert (len(shown.lines), shown.line_count) == (1, 3)
    assert (shown.total.total, shown.total.year, shown.total.months[-1]) == (535, 355, 41)
    value = await pivot(measure=Measure.VALUE, limit=1)
    assert value.total.total == Decimal("1070.00")
    assert shown.last_year[-1] == 15


async def test_a_shorter_history_has_no_long_averages(company, owner_rows):
    owner_rows("DELETE FROM sales_month WHERE month < '2025-05-01' RETURNING 1")
    shown = await pivot()
    line = shown.lines[0]
    assert (line.average_6, line.average_12, line.average_24) == (30, None, None)
    assert (line.trend, line.year_change) == (None, None)
    assert [int(figure) for figure in line.months] == [20, 20, 30, 30, 30, 30, 30, 30]
    assert len((await pivot(month_count=0)).months) == 8


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [
        (Dimension.CUSTOMER, [("Northgate", 300), ("Southside", 48), ("Walk-in", 7)]),
        (Dimension.PRODUCT, [("Oat drink", 300), ("Nut bar", 48), ("Loose tea", 7)]),
        (Dimension.CATEGORY, [("Drinks", 300), ("Snacks", 48), ("", 7)]),
        (Dimension.REGION, [("North", 300), ("South", 48), ("", 7)]),
        (Dimension.SALES_REP, [("Elena Marsh", 300), ("Ravi Patel", 48), ("", 7)]),
    ],
)
async def test_every_dimension_sums_to_the_same_total(company, dimension, expected):
    shown = await pivot(dimension)
    assert [(line.label, line.year) for line in shown.lines] == expected
    assert shown.total.year == 355


async def test_a_category_opens_into_those_below(company):
    ids = company["ids"]
    below = await pivot(Dimension.CATEGORY, wanted=SalesFilter(category_id=ids["drinks"]))
    assert [(line.key, line.label) for line in below.lines] == [(str(ids["juice"]), "Juice")]
    leaf = await pivot(Dimension.PRODUCT, wanted=SalesFilter(category_id=ids["juice"]))
    assert [line.label for line in leaf.lines] == ["Oat drink"]


@pytest.mark.parametrize(
    ("wanted", "labels"),
    [
        ({"region": "South"}, ["Southside"]),
        ({"region": ""}, ["Walk-in"]),
        ({"sales_rep_id": 0}, ["Walk-in"]),
        ({"product_id": "oat"}, ["Northgate"]),
        ({"customer_id": "south"}, ["Southside"]),
    ],
)
async def test_filters(company, wanted, labels):
    ids = company["ids"]
    wanted = {name: ids.get(value, value) for name, value in wanted.items()}
    shown = await pivot(wanted=SalesFilter(**wanted))
    assert [line.label for line in shown.lines] == labels
    assert shown.total.total == sum(line.total for line in shown.lines)


@pytest.mark.parametrize(
    ("find", "labels"),
    [("side", ["Southside"]), ("c1", ["Northgate"]), ("%", []), ("' OR 1=1 --", [])],
)
async def test_finding_lines_narrows_the_total_too(company, find, labels):
    shown = await pivot(find=find)
    assert [line.label for line in shown.lines] == labels
    assert shown.total.total == sum(line.total for line in shown.lines)


@pytest.mark.parametrize(
    ("sort", "is_descending", "first"),
    [
        ("label", False, "Northgate"),
        ("label", True, "Walk-in"),
        ("total", False, "Walk-in"),
        ("trend", True, "Northgate"),
        ("year_change", False, "Southside"),
        ("no such column", True, "Northgate"),
    ],
)
async def test_sorting(company, sort, is_descending, first):
    shown = await pivot(sort=sort, is_descending=is_descending)
    assert shown.lines[0].label == first


FOREIGN = {
    "elena": ("Southside", "Nut bar", "Snacks", "South", "Ravi"),
    "ravi": ("Northgate", "Oat drink", "Drinks", "North", "Elena"),
    "manager": ("Southside", "Nut bar", "Snacks", "South", "Ravi"),
}


@pytest.mark.parametrize("has_policy", [True, False], ids=["both walls", "wall 1 alone"])
async def test_who_sees_which_customers(company, db, has_policy):
    if not has_policy:
        with psycopg.connect(db) as owner:
            for table in ("customer", "sales_month"):
                owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    assert (await pivot()).line_count == 3
    for name, foreign in FOREIGN.items():
        for dimension in set(Dimension) - {Dimension.MONTH}:
            shown = await pivot(dimension, actor=company[name])
            assert shown.line_count == 1
            assert shown.total.total == shown.lines[0].total
            assert not [word for word in foreign if word in str(shown)]


async def test_a_rep_learns_nothing_by_filters_names_or_months(company):
    south = SalesFilter(customer_id=company["ids"]["south"])
    shown = await pivot(actor=company["elena"], wanted=south)
    assert (shown.lines, shown.total.total, sum(shown.last_year)) == ((), 0, 0)
    with database.acting_as(company["elena"]):
        async with database.unit_of_work() as uow:
            assert (await service.name_members(uow, south)).customer == ""
            months = await service.show_months(uow, south, 24)
            assert sum(month.amount for month in months) == 0
            choices = await service.list_choices(uow)
    assert choices.regions == ("North",)
    assert [name for _, name in choices.sales_reps] == ["Elena Marsh"]


async def test_only_readers_of_sales_are_answered(company, make_user):
    viewer = await make_user("Vera View", Role.VIEWER)
    with pytest.raises(PermissionDeniedError):
        await pivot(actor=viewer)


async def test_one_month_at_a_time(company):
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            months = await service.show_months(uow, SalesFilter(), 12)
    assert [month.month for month in months] == month_range(add_months(LAST, -11), 12)
    last = months[-1]
    assert (months[0].month, last.month) == (date(2025, 1, 1), LAST)
    assert (last.net_quantity, last.amount, last.average_price) == (41, 82, 2)
    assert (last.quantity_before, last.amount_before) == (15, 30)


async def test_without_sales_there_is_nothing_to_show(as_system):
    shown = await pivot()
    assert (shown.lines, shown.line_count, len(shown.months)) == ((), 0, 1)


async def test_a_year_before_the_history_is_not_zero_but_unknown(company):
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            months = await service.show_months(uow, SalesFilter(), 0)
            overview = await service.show_overview(uow, SalesFilter(), Measure.UNITS, 24)
    assert [month.quantity_before for month in months[11:13]] == [None, 15]
    assert [month.month for month in overview.months] == [month.month for month in months]
    assert (overview.year, overview.year_before, overview.average_12) == (
        355,
        180,
        Decimal(355) / 12,
    )
    assert (overview.returned_ratio, overview.average_price) == (0, 2)


async def test_the_history_up_to_a_month_is_what_it_was_then(company):
    june = SalesFilter(until=date(2025, 6, 1))
    shown = await pivot(wanted=june)
    assert (shown.months[0], shown.months[-1], len(shown.months)) == (START, date(2025, 6, 1), 18)
    line = shown.lines[0]
    assert (line.label, line.year, line.average_6, line.average_24) == ("Northgate", 180, 20, None)
    assert (shown.line_count, shown.total.total) == (2, 240 + 84)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            months = await service.show_months(uow, june, 2)
            overview = await service.show_overview(uow, june, Measure.UNITS, 12)
            before_all = SalesFilter(until=date(2023, 12, 1))
            assert await service.show_overview(uow, before_all, Measure.UNITS, 12) is None
            offered = (await service.list_choices(uow)).months
    assert [month.net_quantity for month in months] == [24, 24]
    assert (overview.year, overview.months[-1].month) == (6 * 15 + 6 * 24, date(2025, 6, 1))
    assert (offered[0], offered[-1], len(offered)) == (LAST, START, 24)


@pytest.mark.parametrize("until", [date(2025, 12, 1), date(9999, 12, 1)])
async def test_a_month_that_is_not_over_changes_nothing(company, until):
    assert await pivot(wanted=SalesFilter(until=until)) == await pivot()


async def test_an_import_of_old_months_is_found_by_its_last_one(company, owner_rows):
    owner_rows("UPDATE sales_month SET batch_id = 7 WHERE month <= '2024-06-01' RETURNING 1")
    owner_rows("UPDATE sales_month SET batch_id = 8 WHERE month > '2025-06-01' RETURNING 1")
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            ends = [await service.find_end_of_import(uow, number) for number in (7, 8, 9)]
    assert ends == [date(2024, 6, 1), None, None]
