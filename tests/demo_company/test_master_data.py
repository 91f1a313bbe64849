"""Counts, references and prices of the demo company."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sop_app.demo_company.catalogue import DISCONTINUED_COUNT, NEW_COUNT, SPARSE_COUNT
from sop_app.demo_company.generator import DemoCompany, generate_company
from sop_app.demo_company.pricing import DemoPrice, PriceBook

SINGLE_ROLES = {
    "admin",
    "sop_coordinator",
    "demand_planner",
    "supply_planner",
    "inventory_manager",
    "finance_analyst",
    "executive",
    "viewer",
}


def test_same_seed_and_day_give_the_same_company(company: DemoCompany, setting: tuple[int, date]):
    assert generate_company(*setting) == company


def test_another_seed_gives_another_company(company: DemoCompany, setting: tuple[int, date]):
    other = generate_company(setting[0] + 1, setting[1])
    assert other.sales != company.sales
    assert other.entries != company.entries


def test_people_hold_all_ten_roles(company: DemoCompany):
    roles = Counter(role for user in company.users for role in user.roles)
    assert roles == Counter({"sales_rep": 8, "sales_manager": 2} | dict.fromkeys(SINGLE_ROLES, 1))
    assert all(user.email.endswith("@orchardfoods.example") for user in company.users)
    assert len({user.email for user in company.users}) == len(company.users) == 18


def test_each_rep_reports_to_the_manager_of_the_team(company: DemoCompany):
    manager_of = {team.name: team.manager_email for team in company.teams}
    roles = {user.email: user.roles for user in company.users}
    assert len(manager_of) == 2
    for user in company.users:
        if "sales_rep" in user.roles:
            assert user.manager_email == manager_of[user.team]
            assert roles[user.manager_email] == ("sales_manager",)


def test_sixty_customers_spread_unevenly_over_eight_reps(company: DemoCompany):
    codes = {customer.code for customer in company.customers}
    per_rep = Counter(customer.sales_rep_email for customer in company.customers)
    statuses = Counter(customer.status for customer in company.customers)
    assert len(codes) == len(company.customers) == 60
    assert len(per_rep) == 8
    assert max(per_rep.values()) >= 2 * min(per_rep.values())
    assert statuses == {"active": 56, "inactive": 4}
    assert {c.region for c in company.customers} == {"North", "South", "East", "West"}
    assert all(code.startswith("C-1") and len(code) == 6 for code in codes)


def test_120_products_hang_in_a_tree_of_three_levels(company: DemoCompany):
    assert len({item.sku for item in company.products}) == len(company.products) == 120
    assert len({item.categories for item in company.products}) == 20
    assert all(len(item.categories) == 3 and all(item.categories) for item in company.products)
    groups = {item.categories[2]: item.categories[:2] for item in company.products}
    assert all(groups[item.categories[2]] == item.categories[:2] for item in company.products)


def test_products_carry_costs_below_prices_and_plausible_terms(company: DemoCompany):
    for item in company.products:
        assert Decimal("0.6") * item.list_price < item.unit_cost < Decimal("0.8") * item.list_price
        assert item.unit == "cases"
        assert 1 <= item.lead_time_days <= 30
        assert item.minimum_order_quantity > 0


def test_product_statuses_are_counted(company: DemoCompany):
    statuses = Counter(item.status for item in company.products)
    patterns = Counter(item.pattern for item in company.products)
    assert statuses["new"] == NEW_COUNT == 8
    assert statuses["discontinued"] == DISCONTINUED_COUNT == 8
    assert statuses["active"] == 104
    assert patterns["sparse"] == SPARSE_COUNT


def test_all_references_resolve(company: DemoCompany):
    codes = {customer.code for customer in company.customers}
    skus = {item.sku for item in company.products}
    emails = {user.email for user in company.users}
    pairs = {(pair.customer_code, pair.sku) for pair in company.assignments}
    cycles = {cycle.name for cycle in company.cycles}
    assert len(pairs) == len(company.assignments)
    assert all(code in codes and sku in skus for code, sku in pairs)
    assert {customer.sales_rep_email for customer in company.customers} <= emails
    assert {(row.customer_code, row.sku) for row in company.prices} <= pairs
    assert {(row.customer_code, row.sku) for row in company.sales} <= pairs
    assert {(entry.customer_code, entry.sku) for entry in company.entries} <= pairs
    assert {entry.cycle_name for entry in company.entries} == cycles
    entries = {(entry.cycle_name, entry.customer_code, entry.sku) for entry in company.entries}
    assert len(entries) == len(company.entries)
    for comment in company.comments:
        assert (comment.cycle_name, comment.customer_code, comment.sku) in entries
        assert comment.author_email in emails
    assert {step.owner_email for cycle in company.cycles for step in cycle.steps} <= emails


def test_only_living_pairs_are_active(company: DemoCompany):
    statuses = {customer.code: customer.status for customer in company.customers}
    products = {item.sku: item.status for item in company.products}
    active = [pair for pair in company.assignments if pair.is_active]
    assert 480 <= len(active) <= 560
    assert len(company.assignments) - len(active) >= 40
    assert all(statuses[pair.customer_code] == "active" for pair in active)
    assert all(products[pair.sku] != "discontinued" for pair in active)
    sold = {pair.sku for pair in active}
    assert sold == {sku for sku, status in products.items() if status != "discontinued"}


def test_named_customers_buy_what_the_screens_show(company: DemoCompany):
    active = {(p.customer_code, p.sku) for p in company.assignments if p.is_active}
    for code in ("C-1004", "C-1011"):
        assert sum(pair[0] == code for pair in active) == 11
        assert {(code, "PAS-3101"), (code, "OLV-1005"), (code, "BUT-6405")} <= active


def test_prices_come_in_generations_for_most_pairs(company: DemoCompany, today: date):
    generations = Counter((row.customer_code, row.sku) for row in company.prices)
    share = len(generations) / len(company.assignments)
    assert 0.65 < share < 0.85
    assert min(generations.values()) >= 3
    assert all(
        row.unit_price > 0 and row.unit_price == round(row.unit_price, 2) for row in company.prices
    )
    days = {(row.effective_date.month, row.effective_date.day) for row in company.prices}
    assert days == {(1, 1), (7, 1)}


def test_prices_rise_over_the_years(company: DemoCompany):
    by_pair: dict[tuple[str, str], list[DemoPrice]] = {}
    for row in sorted(company.prices, key=lambda row: row.effective_date):
        by_pair.setdefault((row.customer_code, row.sku), []).append(row)
    assert all(rows[0].unit_price < rows[-1].unit_price for rows in by_pair.values())


def test_price_of_a_month_is_the_latest_effective_one_else_the_list_price(company: DemoCompany):
    item = replace(company.products[0], sku="X", list_price=Decimal("10.0000"))
    generations = [
        DemoPrice("C", "X", date(2026, 7, 1), Decimal("9.5000")),
        DemoPrice("C", "X", date(2026, 1, 1), Decimal("9.0000")),
    ]
    book = PriceBook([item], generations)
    assert book.price_of("C", "X", date(2025, 12, 1)) == Decimal("10.0000")
    assert book.price_of("C", "X", date(2026, 1, 1)) == Decimal("9.0000")
    assert book.price_of("C", "X", date(2026, 6, 1)) == Decimal("9.0000")
    assert book.price_of("C", "X", date(2026, 7, 1)) == Decimal("9.5000")
    assert book.price_of("D", "X", date(2026, 7, 1)) == Decimal("10.0000")
