"""The price rule: exact cases, a brute-force oracle, and the set-based query against the rule."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from sop_app.kernel.periods import month_range
from sop_app.master_data.assignments.models import Assignment
from sop_app.master_data.assignments.queries import PLANNABLE_PAIRS
from sop_app.master_data.customers.models import Customer
from sop_app.master_data.pricing.models import Price
from sop_app.master_data.pricing.queries import effective_prices
from sop_app.master_data.pricing.rules import first_month_of, price_for_month
from sop_app.master_data.products.models import Product
from sop_app.system import database
from tests.people import NOW

MONTHS = month_range(date(2027, 1, 1), 16)
LIST_PRICE = Decimal("10")
A, B = Decimal("9.80"), Decimal("9.95")
days = st.dates(date(2026, 10, 1), date(2028, 7, 1))
money = st.decimals(0, 1000, places=4)


@pytest.mark.parametrize(
    ("month", "price"),
    [
        (date(2026, 12, 1), LIST_PRICE),
        (date(2027, 1, 1), A),
        (date(2027, 3, 1), A),
        (date(2027, 4, 1), B),
        (date(2030, 1, 1), B),
    ],
)
def test_a_price_holds_from_the_first_whole_month(month, price):
    generations = [(date(2027, 1, 1), A), (date(2027, 3, 2), B)]
    assert price_for_month(month, generations, LIST_PRICE) == price


def test_a_price_of_zero_is_a_price():
    assert price_for_month(date(2027, 1, 1), [(date(2027, 1, 1), Decimal(0))], LIST_PRICE) == 0


def test_the_first_month_of_a_price_is_the_first_it_values():
    for day in (date(2027, 1, 1) + timedelta(n) for n in range(400)):
        held = [m for m in MONTHS if price_for_month(m, [(day, A)], LIST_PRICE) == A]
        assert held == [m for m in MONTHS if m >= first_month_of(day)]


def by_looking_at_every_day(month, generations, list_price):
    """Walk back from the month's first day until a price begins; nothing clever."""
    begins = dict(generations)
    day = month
    while day >= date(2026, 9, 1):
        if day in begins:
            return begins[day]
        day -= timedelta(1)
    return list_price


@given(st.dictionaries(days, money, max_size=6), money)
def test_the_rule_agrees_with_walking_back_day_by_day(prices, list_price):
    generations = sorted(prices.items())
    for month in MONTHS:
        expected = by_looking_at_every_day(month, generations, list_price)
        assert price_for_month(month, generations, list_price) == expected


def a_product(sku: str, list_price: str, status: str = "active") -> Product:
    return Product(
        sku=sku,
        name=sku,
        list_price=Decimal(list_price),
        status=status,
        created_at=NOW,
        updated_at=NOW,
    )


async def store_prices(generations_of_sku):
    """Store one customer with a product per key, assigned, and its prices; returns product ids."""
    async with database.unit_of_work() as uow:
        customer = Customer(code="C", name="C", created_at=NOW, updated_at=NOW)
        products = {sku: a_product(sku, "10.0000") for sku in generations_of_sku}
        uow.session.add_all([customer, *products.values()])
        await uow.session.flush()
        for sku, generations in generations_of_sku.items():
            key = {"customer_id": customer.id, "product_id": products[sku].id, "updated_at": NOW}
            uow.session.add(Assignment(**key))
            uow.session.add_all(
                Price(**key, effective_date=day, unit_price=price) for day, price in generations
            )
        return {product.id: sku for sku, product in products.items()}


async def read_prices(months):
    async with database.unit_of_work() as uow:
        rows = await uow.session.execute(text(effective_prices(PLANNABLE_PAIRS, months)))
        return {row.product_id: row.prices for row in rows}


async def test_the_query_applies_the_rule_to_every_pair_and_month(as_system):
    cases = {
        f"P{count}-{offset}": [
            (date(2026, 11, 1) + timedelta(41 * n + offset), Decimal(n + 1) / 4)
            for n in range(count)
        ]
        for count in range(6)
        for offset in (0, 1, 13, 29, 30)
    }
    sku_of = await store_prices(cases)
    prices = await read_prices(MONTHS)
    assert len(prices) == len(cases) == 30
    for product_id, sku in sku_of.items():
        expected = [price_for_month(month, cases[sku], LIST_PRICE) for month in MONTHS]
        assert prices[product_id] == expected, sku


async def test_only_what_may_be_planned_is_priced(as_system):
    async with database.unit_of_work() as uow:
        active = Customer(code="A", name="A", created_at=NOW, updated_at=NOW)
        closed = Customer(code="B", name="B", status="inactive", created_at=NOW, updated_at=NOW)
        sold, ended = a_product("S", "1"), a_product("E", "1", "discontinued")
        uow.session.add_all([active, closed, sold, ended])
        await uow.session.flush()
        uow.session.add_all(
            Assignment(customer_id=c.id, product_id=p.id, updated_at=NOW)
            for c in (active, closed)
            for p in (sold, ended)
        )
    async with database.unit_of_work() as uow:
        rows = await uow.session.execute(text(effective_prices(PLANNABLE_PAIRS, MONTHS[:2])))
        assert rows.all() == [(active.id, sold.id, [Decimal(1), Decimal(1)])]
