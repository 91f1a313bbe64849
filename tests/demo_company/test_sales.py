"""The sales history shows every behaviour a planner meets, each recognised by rule."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from statistics import mean, median

import pytest

from sop_app.demo_company.catalogue import DemandPattern
from sop_app.demo_company.generator import DemoCompany
from sop_app.demo_company.pricing import PriceBook
from sop_app.demo_company.sales import DemoSale
from sop_app.kernel.periods import add_months, first_of_month, month_range

CENT = Decimal("0.01")


@pytest.fixture(scope="package")
def months(today: date) -> list[date]:
    return month_range(add_months(first_of_month(today), -36), 36)


def skus_with(company: DemoCompany, pattern: DemandPattern) -> set[str]:
    return {item.sku for item in company.products if item.pattern is pattern}


def rows_by_sku(company: DemoCompany) -> dict[str, list[DemoSale]]:
    rows: dict[str, list[DemoSale]] = defaultdict(list)
    for row in company.sales:
        rows[row.sku].append(row)
    return rows


def cases_per_month(rows: Iterable[DemoSale], months: list[date]) -> list[int]:
    cases = dict.fromkeys(months, 0)
    for row in rows:
        cases[row.month] += row.gross_quantity
    return list(cases.values())


def amounts_by_rep(company: DemoCompany, months: list[date]) -> dict[str, Decimal]:
    rep_of = {customer.code: customer.sales_rep_email for customer in company.customers}
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for row in company.sales:
        if row.month in months:
            amounts[rep_of[row.customer_code]] += row.amount
    return amounts


def test_history_covers_36_complete_months(company: DemoCompany, months: list[date]):
    assert sorted({row.month for row in company.sales}) == months
    keys = {(row.customer_code, row.sku, row.month) for row in company.sales}
    assert len(keys) == len(company.sales)


def test_rows_exist_only_for_months_with_movement(company: DemoCompany):
    for row in company.sales:
        assert row.gross_quantity > 0 or row.returned_quantity > 0
        assert row.gross_quantity >= 0
        assert row.returned_quantity >= 0
        assert row.net_quantity == row.gross_quantity - row.returned_quantity
        assert row.net_quantity > 0 or row.gross_quantity == 0


def test_amount_is_quantity_times_price_to_the_cent(company: DemoCompany):
    book = PriceBook(company.products, company.prices)
    promotions = {(row.sku, row.month): row for row in company.promotions}
    for row in company.sales:
        price = book.price_of(row.customer_code, row.sku, row.month)
        promotion = promotions.get((row.sku, row.month))
        if promotion:
            price = (price * (1 - promotion.discount)).quantize(CENT)
        assert row.amount == (row.net_quantity * price).quantize(CENT)
        assert row.average_price == price
        assert row.amount.as_tuple().exponent == -2
        assert row.average_price.as_tuple().exponent == -4


def test_some_months_have_returns_and_a_few_nothing_else(company: DemoCompany):
    with_returns = [row for row in company.sales if row.returned_quantity]
    returns_only = [row for row in with_returns if not row.gross_quantity]
    assert 0.02 < len(with_returns) / len(company.sales) < 0.06
    assert 3 <= len(returns_only) <= 40
    assert all(row.amount < 0 < row.average_price for row in returns_only)


def test_regular_items_sell_every_month(company: DemoCompany, months: list[date]):
    active = {(p.customer_code, p.sku) for p in company.assignments if p.is_active}
    sold: dict[tuple[str, str], int] = dict.fromkeys(active, 0)
    regular = skus_with(company, DemandPattern.REGULAR)
    for row in company.sales:
        if (row.customer_code, row.sku) in active:
            sold[row.customer_code, row.sku] += 1
    counts = [count for (_, sku), count in sold.items() if sku in regular]
    assert mean(counts) > 0.98 * len(months)


def test_sparse_items_sell_in_fewer_than_half_of_the_months(company: DemoCompany):
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in company.sales:
        counts[row.customer_code, row.sku] += 1
    for sku in skus_with(company, DemandPattern.SPARSE):
        own = [count for (_, item), count in counts.items() if item == sku]
        assert own
        assert 1 <= median(own) < 18


def test_new_items_started_in_the_last_twelve_months(company: DemoCompany, months: list[date]):
    rows = rows_by_sku(company)
    for sku in skus_with(company, DemandPattern.NEW):
        assert min(row.month for row in rows[sku]) >= months[-12]
        assert max(row.month for row in rows[sku]) == months[-1]


def test_discontinued_items_have_no_movement_in_the_last_six_months(
    company: DemoCompany, months: list[date]
):
    rows = rows_by_sku(company)
    for sku in skus_with(company, DemandPattern.DISCONTINUED):
        assert min(row.month for row in rows[sku]) == months[0]
        assert max(row.month for row in rows[sku]) < months[-6]


def test_inactive_customers_bought_and_stopped(company: DemoCompany, months: list[date]):
    for customer in company.customers:
        last = max(row.month for row in company.sales if row.customer_code == customer.code)
        assert (last < months[-3]) == (customer.status == "inactive")


@pytest.mark.parametrize(
    ("family", "peaks"),
    [
        ("Beverages", {5, 6, 7, 8}),
        ("Desserts and bakery", {11, 12}),
        ("Meat and fish", {5, 6, 7, 8}),
    ],
)
def test_seasonal_families_peak_in_their_season(
    company: DemoCompany, months: list[date], family: str, peaks: set[int]
):
    promoted = {row.sku for row in company.promotions}
    skus = {item.sku for item in company.products if item.family == family} - promoted
    skus &= skus_with(company, DemandPattern.REGULAR)
    cases = cases_per_month((row for row in company.sales if row.sku in skus), months)
    by_month: dict[int, list[int]] = defaultdict(list)
    for month, quantity in zip(months, cases, strict=True):
        by_month[month.month].append(quantity)
    level = {month: mean(values) for month, values in by_month.items()}
    peak = max(level, key=lambda month: level[month])
    assert level[peak] / min(level.values()) > 1.3
    assert peak in peaks


def test_families_follow_different_trends(company: DemoCompany, months: list[date]):
    regular = skus_with(company, DemandPattern.REGULAR)
    active = {(p.customer_code, p.sku) for p in company.assignments if p.is_active}
    growth: dict[str, float] = {}
    for item in company.products:
        if item.sku in regular:
            own = (
                r for r in company.sales if r.sku == item.sku and (r.customer_code, r.sku) in active
            )
            cases = cases_per_month(own, months)
            growth[item.sku] = sum(cases[-12:]) / sum(cases[:12]) - 1
    assert any(value > 0.08 for value in growth.values())
    assert any(value < -0.02 for value in growth.values())
    assert 0 < median(growth.values()) < 0.12


def test_promotions_lift_sales_above_the_months_around(company: DemoCompany, months: list[date]):
    rows = rows_by_sku(company)
    lifts: list[float] = []
    for promotion in company.promotions:
        if promotion.month not in months[2:-2]:
            continue
        cases = cases_per_month(rows[promotion.sku], months)
        position = months.index(promotion.month)
        lifts.append(cases[position] / mean((cases[position - 1], cases[position + 2])))
    assert len(lifts) >= 30
    assert min(lifts) > 1.1
    assert mean(lifts) > 1.6


def test_money_has_the_size_of_the_company(company: DemoCompany, months: list[date]):
    now, before = amounts_by_rep(company, months[-12:]), amounts_by_rep(company, months[-24:-12])
    assert 43_000_000 < sum(now.values()) < 52_000_000
    for rep, amount in now.items():
        assert 3_500_000 < amount < 7_500_000
        assert Decimal("-0.10") < amount / before[rep] - 1 < Decimal("0.15")
