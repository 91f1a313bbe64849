"""Sales of twelve months by customer and product: exact figures, edges, and who sees what."""

from datetime import date
from decimal import Decimal

import pytest

from sop_app.actuals.sales_history import totals
from sop_app.actuals.sales_history.totals import MonthSales, SalesTotals
from sop_app.kernel.errors import PermissionDeniedError
from sop_app.kernel.paging import PageRequest
from sop_app.kernel.periods import add_months, first_of_month
from sop_app.master_data.customers.schemas import CustomerFilter
from sop_app.master_data.customers.service import list_customers
from sop_app.master_data.products.schemas import ProductFilter
from sop_app.master_data.products.service import list_products
from sop_app.system import clock, database
from sop_app.system.auth.permissions import Role
from tests.master_data.records import store_customer, store_product, store_sales

JUNE = date(2026, 6, 1)


@pytest.fixture
async def company(as_system, make_user):
    """Two customers and two products; 24 months until June 2026, the second customer sells less."""
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    own = await store_customer("OWN", sales_rep_id=elena.user_id)
    other = await store_customer("OTHER")
    oil, salt = await store_product("OIL"), await store_product("SALT")
    start = date(2024, 7, 1)
    await store_sales(own, oil, start, [(10, "100")] * 12 + [(12, "126")] * 12)
    await store_sales(own, salt, start, [(0, "0")] * 20 + [(5, "10")] * 4)
    await store_sales(other, oil, start, [(10, "100")] * 12 + [(1, "9")] * 12)
    return elena, own, other, oil, salt


async def test_the_last_month_is_over_and_has_sales(company):
    elena, _, other, oil, _ = company
    async with database.unit_of_work() as uow:
        assert await totals.find_last_sales_month(uow) == JUNE
    this_month = first_of_month(clock.now().date())
    await store_sales(other, oil, add_months(this_month, -1), [(1, "1"), (1, "1")])
    async with database.unit_of_work() as uow:
        assert await totals.find_last_sales_month(uow) == add_months(this_month, -1)
    with database.acting_as(elena):
        async with database.unit_of_work() as uow:
            assert await totals.find_last_sales_month(uow) == JUNE


async def test_without_sales_the_last_month_is_the_one_before_this(as_system):
    async with database.unit_of_work() as uow:
        expected = add_months(first_of_month(clock.now().date()), -1)
        assert await totals.find_last_sales_month(uow) == expected


async def test_totals_of_twelve_months_and_the_twelve_before(company):
    _, own, other, oil, salt = company
    async with database.unit_of_work() as uow:
        by_customer = await totals.total_by_customer(uow, [own, other], JUNE)
        by_product = await totals.total_by_product(uow, [oil, salt], JUNE)
        of_own = await totals.total_products_of_customer(uow, own, JUNE)
        of_oil = await totals.total_customers_of_product(uow, oil, JUNE)
    assert by_customer == {
        own: SalesTotals(Decimal(164), Decimal(1552), Decimal(120), Decimal(1200)),
        other: SalesTotals(Decimal(12), Decimal(108), Decimal(120), Decimal(1200)),
    }
    assert by_customer[other].amount_change == Decimal("-0.91")
    assert by_product[oil].quantity == 156
    assert by_product[salt] == SalesTotals(Decimal(20), Decimal(40))
    assert by_product[salt].quantity_change is None
    assert of_own == {oil: SalesTotals(144, 1512, 120, 1200), salt: by_product[salt]}
    assert of_oil[other] == by_customer[other]


async def test_months_without_sales_are_zero(company):
    _, own, _, oil, salt = company
    async with database.unit_of_work() as uow:
        months = await totals.list_monthly_sales(uow, "product_id", salt, JUNE, 5)
        courses = await totals.list_courses(uow, "product_id", ("customer_id", own), JUNE, 5)
    assert months == [
        MonthSales(date(2026, 2, 1), Decimal(0), Decimal(0)),
        *(MonthSales(date(2026, n, 1), Decimal(5), Decimal(10)) for n in (3, 4, 5, 6)),
    ]
    assert courses == {oil: [12] * 5, salt: [0, 5, 5, 5, 5]}


async def test_lists_can_be_sorted_by_sales(company):
    _, own, other, oil, salt = company
    idle = await store_customer("IDLE")

    async def order(sort, side, verb, wanted):
        page = PageRequest(sort=sort, is_descending=True)
        async with database.unit_of_work() as uow:
            ranking = totals.rank_by_sales(uow, sort, side, JUNE)
            return [row.id for row in (await verb(uow, wanted, page, ranking)).rows]

    customers = (list_customers, CustomerFilter())
    assert await order("sales", "customer_id", *customers) == [own, other, idle]
    assert await order("sales_change", "customer_id", *customers) == [own, other, idle]
    products = (list_products, ProductFilter())
    assert await order("sales", "product_id", *products) == [oil, salt]
    async with database.unit_of_work() as uow:
        assert totals.rank_by_sales(uow, "name", "customer_id", JUNE) is None


async def test_a_rep_sums_up_own_customers_only_and_a_viewer_nothing(company, make_user):
    elena, own, other, oil, _ = company
    viewer = await make_user("Vera View", Role.VIEWER)
    with database.acting_as(elena):
        async with database.unit_of_work() as uow:
            assert set(await totals.total_by_customer(uow, [own, other], JUNE)) == {own}
            assert (await totals.total_by_product(uow, [oil], JUNE))[oil].quantity == 144
            [month] = await totals.list_monthly_sales(uow, "product_id", oil, JUNE, 1)
            assert month.quantity == 12
    with database.acting_as(viewer):
        async with database.unit_of_work() as uow:
            for act in (
                totals.find_last_sales_month(uow),
                totals.total_by_product(uow, [oil], JUNE),
                totals.list_monthly_sales(uow, "product_id", oil, JUNE, 1),
                totals.list_courses(uow, "product_id", ("customer_id", own), JUNE),
            ):
                with pytest.raises(PermissionDeniedError):
                    await act
            assert totals.rank_by_sales(uow, "sales", "product_id", JUNE) is None
