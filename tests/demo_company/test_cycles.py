"""The closed and the open cycle of the demo company, and what reps entered in them."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sop_app.demo_company.cycles import add_working_days
from sop_app.demo_company.generator import DemoCompany
from sop_app.demo_company.people import email_of
from sop_app.demo_company.plan import RETURN_COMMENT, DemoEntry, EntryStatus
from sop_app.demo_company.pricing import PriceBook
from sop_app.kernel.periods import add_months, first_of_month


@pytest.fixture(scope="package")
def closed(company: DemoCompany) -> list[DemoEntry]:
    return [entry for entry in company.entries if entry.cycle_name == company.cycles[0].name]


@pytest.fixture(scope="package")
def current(company: DemoCompany) -> list[DemoEntry]:
    return [entry for entry in company.entries if entry.cycle_name == company.cycles[1].name]


def entries_of(entries: list[DemoEntry], login: str) -> list[DemoEntry]:
    return [entry for entry in entries if entry.sales_rep_email == email_of(login)]


def missing_months(entry: DemoEntry) -> int:
    return entry.quantities[:12].count(None)


def test_cycles_begin_this_month_and_next(company: DemoCompany, today: date):
    closed, current = company.cycles
    assert closed.start_month == first_of_month(today)
    assert current.start_month == add_months(first_of_month(today), 1)
    assert (closed.horizon_months, closed.mandatory_months) == (16, 12)
    assert len(current.months) == 16
    assert current.name == f"{current.start_month:%B %Y}"


def test_one_window_is_over_and_one_is_open(company: DemoCompany, today: date):
    closed, current = company.cycles
    assert closed.opens_at < closed.closes_at < current.opens_at
    assert (closed.status, current.status) == ("closed", "open")
    assert 3 <= (today - current.opens_at.date()).days <= 10
    assert 8 <= (current.closes_at.date() - today).days <= 10
    for cycle in company.cycles:
        assert cycle.opens_at.weekday() < 5
        assert cycle.closes_at.weekday() < 5
        assert cycle.opens_at.tzinfo is not None


def test_steps_are_done_in_the_closed_cycle_and_begun_in_the_open_one(
    company: DemoCompany, today: date
):
    closed, current = company.cycles
    assert [step.status for step in closed.steps] == ["done"] * 5
    assert [step.status for step in current.steps] == ["active"] + ["pending"] * 4
    assert closed.steps[-1].due_date <= today
    for cycle in company.cycles:
        due_dates = [step.due_date for step in cycle.steps]
        assert due_dates == sorted(due_dates)
        assert due_dates[0] == cycle.closes_at.date()


def test_working_days_skip_the_weekend():
    assert add_working_days(date(2026, 12, 11), 1) == date(2026, 12, 14)
    assert add_working_days(date(2026, 12, 9), 2) == date(2026, 12, 11)


def test_open_cycle_has_one_entry_for_each_active_pair(
    company: DemoCompany, current: list[DemoEntry], closed: list[DemoEntry]
):
    active = {(pair.customer_code, pair.sku) for pair in company.assignments if pair.is_active}
    rep_of = {customer.code: customer.sales_rep_email for customer in company.customers}
    assert {(entry.customer_code, entry.sku) for entry in current} == active
    assert {(entry.customer_code, entry.sku) for entry in closed} <= active
    assert len(active) - len(closed) < 30
    assert all(entry.sales_rep_email == rep_of[entry.customer_code] for entry in company.entries)


def test_rows_have_a_value_for_every_month(company: DemoCompany):
    for entry in company.entries:
        rows = (entry.quantities, entry.prices, entry.price_overrides, entry.prefill)
        assert [len(row) for row in rows] == [16] * 4
        assert all(value is None or value >= 0 for value in entry.quantities + entry.prefill)


def test_prices_are_those_of_the_price_list(company: DemoCompany):
    book = PriceBook(company.products, company.prices)
    cycles = {cycle.name: cycle for cycle in company.cycles}
    for entry in company.entries:
        months = cycles[entry.cycle_name].months
        assert entry.prices == tuple(
            book.price_of(entry.customer_code, entry.sku, month) for month in months
        )


def test_some_prices_are_overridden_a_little_lower(current: list[DemoEntry]):
    overridden = [entry for entry in current if any(entry.price_overrides)]
    assert 3 <= len(overridden) <= 40
    for entry in overridden:
        for price, override in zip(entry.prices, entry.price_overrides, strict=True):
            assert override is None or Decimal("0.96") < override / price < Decimal("0.98")


def test_closed_cycle_is_complete_and_mostly_approved(closed: list[DemoEntry]):
    statuses = Counter(entry.status for entry in closed)
    assert set(statuses) == {EntryStatus.APPROVED, EntryStatus.SUBMITTED}
    assert statuses[EntryStatus.APPROVED] > 0.95 * len(closed)
    assert all(missing_months(entry) == 0 for entry in closed)


def test_closed_cycle_was_prefilled_with_sales_known_at_its_opening(
    company: DemoCompany, closed: list[DemoEntry]
):
    cycle = company.cycles[0]
    known_before = first_of_month(cycle.opens_at.date())
    net = {(row.customer_code, row.sku, row.month): row.net_quantity for row in company.sales}
    for entry in closed:
        for month, value in zip(cycle.months, entry.prefill, strict=True):
            earlier = add_months(month, -12)
            if earlier >= known_before:
                assert value is None
            else:
                sold = net.get((entry.customer_code, entry.sku, earlier))
                assert value == (None if sold is None else max(0, sold))


def test_open_cycle_was_prefilled_with_the_closed_one_shifted(
    current: list[DemoEntry], closed: list[DemoEntry]
):
    last = {(entry.customer_code, entry.sku): entry.quantities for entry in closed}
    for entry in current:
        shifted = last.get((entry.customer_code, entry.sku), (None,) * 16)[1:]
        assert entry.prefill == (*shifted, None)


def test_closed_forecasts_lie_near_the_sales_of_last_year(company: DemoCompany, closed):
    months = set(company.cycles[0].months[:12])
    sold = sum(row.amount for row in company.sales if add_months(row.month, 12) in months)
    planned = sum(
        price * (quantity or 0)
        for entry in closed
        for price, quantity in list(zip(entry.prices, entry.quantities, strict=True))[:11]
    )
    assert Decimal("0.95") < planned / sold < Decimal("1.15")


def test_one_rep_has_not_started(current: list[DemoEntry]):
    own = entries_of(current, "tom.whitaker")
    assert len(own) == 64
    assert all(entry.status is EntryStatus.DRAFT for entry in own)
    assert all(entry.quantities == entry.prefill and entry.changed_at is None for entry in own)
    assert all(missing_months(entry) > 0 for entry in own)


def test_drafts_have_missing_months_and_wrong_cells(current: list[DemoEntry]):
    elena, sofia = entries_of(current, "elena.marsh"), entries_of(current, "sofia.brandt")
    assert all(entry.status is EntryStatus.DRAFT for entry in elena + sofia)
    assert sum(missing_months(entry) == 0 for entry in elena) == 41
    assert len(elena) == 48
    assert sum(missing_months(entry) > 0 for entry in sofia) == 15
    wrong = [entry for entry in current if entry.rejected]
    assert sorted(text for entry in wrong for text in entry.rejected.values()) == ["n/a", "tbc"]
    for entry in wrong:
        assert all(entry.quantities[month] is None for month in entry.rejected)


def test_other_reps_have_submitted_or_been_decided(current: list[DemoEntry]):
    statuses = {
        "daniel.okafor": EntryStatus.SUBMITTED,
        "priya.raman": EntryStatus.SUBMITTED,
        "nadia.haddad": EntryStatus.SUBMITTED,
        "luca.ferrari": EntryStatus.RETURNED,
        "jonas.lindqvist": EntryStatus.APPROVED,
    }
    for login, status in statuses.items():
        own = entries_of(current, login)
        assert {entry.status for entry in own} == {status}
        assert all(missing_months(entry) == 0 and not entry.rejected for entry in own)


def test_returned_forecast_is_far_above_the_last_one_and_says_why(
    company: DemoCompany, current: list[DemoEntry]
):
    own = entries_of(current, "luca.ferrari")
    manager = next(u.manager_email for u in company.users if u.email == email_of("luca.ferrari"))
    both = [
        (now, then)
        for entry in own
        for now, then in zip(entry.quantities, entry.prefill, strict=True)
        if now is not None and then is not None
    ]
    assert 1.04 < sum(now for now, _ in both) / sum(then for _, then in both) < 1.15
    assert all(entry.decision_comment == RETURN_COMMENT for entry in own)
    assert all(entry.decided_by == manager for entry in own)


def test_instants_follow_the_status(company: DemoCompany, today: date):
    cycles = {cycle.name: cycle for cycle in company.cycles}
    for entry in company.entries:
        cycle = cycles[entry.cycle_name]
        known = [i for i in (entry.changed_at, entry.submitted_at, entry.decided_at) if i]
        assert known == sorted(known)
        assert all(cycle.opens_at < instant < cycle.closes_at for instant in known)
        assert all(instant.date() < today for instant in known)
        decided = entry.status in (EntryStatus.APPROVED, EntryStatus.RETURNED)
        assert (entry.submitted_at is None) == (entry.status is EntryStatus.DRAFT)
        assert (entry.decided_at is not None) == decided == (entry.decided_by is not None)


def test_comments_hang_on_months_of_the_open_cycle(company: DemoCompany, today: date):
    assert len(company.comments) >= 15
    for comment in company.comments:
        assert comment.cycle_name == company.cycles[1].name
        assert 0 <= comment.month_index < 16
        assert company.cycles[1].opens_at < comment.created_at
        assert comment.created_at.date() < today + timedelta(days=1)


def test_talk_about_the_summer_menu_sits_in_june(company: DemoCompany):
    talk = [c for c in company.comments if (c.customer_code, c.sku) == ("C-1004", "PAS-3101")]
    months = {company.cycles[1].months[comment.month_index].month for comment in talk[:2]}
    assert months == {6}
    assert talk[0].created_at < talk[1].created_at
