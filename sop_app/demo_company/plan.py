"""The forecasts of the demo company: what each rep entered in the closed and in the open cycle.

The closed cycle was prefilled with last year's sales, completed, submitted and mostly approved. The
open one was prefilled with it, shifted by a month, and is caught in the middle: every rep is at
another point of the work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from sop_app.demo_company.cycles import TIME_ZONE, DemoCycle
from sop_app.demo_company.demand import HISTORY_MONTHS, Demand, Pair
from sop_app.demo_company.people import email_of
from sop_app.demo_company.pricing import PriceBook
from sop_app.kernel.periods import (
    MANDATORY_MONTHS,
    add_months,
    first_of_month,
    months_between,
)

Quantities = tuple[int | None, ...]


class EntryStatus(StrEnum):
    """Where a forecast entry stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


@dataclass(frozen=True)
class DemoEntry:
    """The forecast of one customer x product in one cycle.

    The tuples hold one value per month of the horizon: ``quantities`` in cases (None = empty),
    ``prices`` in EUR at the opening, ``price_overrides`` (None = price list), ``prefill``.
    ``rejected`` keeps, by month index, text that was typed and is no number.
    """

    cycle_name: str
    customer_code: str
    sku: str
    sales_rep_email: str
    status: EntryStatus
    quantities: Quantities
    prices: tuple[Decimal, ...]
    price_overrides: tuple[Decimal | None, ...]
    prefill: Quantities
    rejected: dict[int, str] = field(default_factory=dict[int, str])
    decision_comment: str = ""
    changed_at: datetime | None = None
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None


@dataclass(frozen=True)
class PlanBasis:
    """What both cycles are drawn from: who sells what to whom, at which price, and how much."""

    demand: Demand
    prices: PriceBook
    net_sales: Mapping[tuple[str, str, date], int]
    planned_pairs: Sequence[Pair]
    rep_of: Mapping[str, str]
    manager_of: Mapping[str, str]


@dataclass(frozen=True)
class RepStory:
    """How far a rep is in the open cycle.

    ``revised_ratio`` of the rows were changed by about ``change`` (a ratio), over ``span`` months.
    ``gap_count`` rows have months that are still empty, besides the gaps named below.
    """

    status: EntryStatus
    revised_ratio: float
    change: float
    span: tuple[int, int] = (3, 7)
    gap_count: int = 0
    started: bool = True


STORIES = {
    email_of("elena.marsh"): RepStory(EntryStatus.DRAFT, 0.2, 0.04, gap_count=2),
    email_of("daniel.okafor"): RepStory(EntryStatus.SUBMITTED, 0.2, 0.03),
    email_of("priya.raman"): RepStory(EntryStatus.SUBMITTED, 0.3, 0.07, span=(4, 10)),
    email_of("nadia.haddad"): RepStory(EntryStatus.SUBMITTED, 0.15, -0.03),
    email_of("luca.ferrari"): RepStory(EntryStatus.RETURNED, 0.85, 0.08, span=(14, 16)),
    email_of("jonas.lindqvist"): RepStory(EntryStatus.APPROVED, 0.15, -0.02),
    email_of("sofia.brandt"): RepStory(EntryStatus.DRAFT, 0.3, -0.06, gap_count=14),
    email_of("tom.whitaker"): RepStory(EntryStatus.DRAFT, 0.0, 0.0, started=False),
}
RETURN_COMMENT = "Almost every row is well above last cycle. Which contracts are signed?"

_BRIEF_PLANNER = email_of("tom.whitaker")
_LATE_DECISION = "C-1068"
_GAPS = {
    ("C-1011", "RIC-4110"): range(9, 16),
    ("C-1011", "CHK-5203"): range(10, 16),
    ("C-1023", "SAL-8301"): range(16),
    ("C-1023", "FRZ-7102"): range(5, 6),
}
_REJECTED = {("C-1004", "BUT-6405"): {2: "n/a"}}
_REJECTED_TEXT = "tbc"
_SHARE_BEYOND_MANDATORY = 0.7
_SHARE_OVERRIDDEN = 0.04
_OVERRIDE = Decimal("0.97")
_CENT = Decimal("0.01")
_PRICE = Decimal("0.0001")


def draw_closed_entries(
    random: Random, basis: PlanBasis, cycle: DemoCycle
) -> tuple[DemoEntry, ...]:
    """Draw the finished forecasts of the closed cycle.

    Items a customer has bought for less than three months were not in it yet. One customer's rows
    were submitted but never decided.
    """
    known_before = first_of_month(cycle.opens_at.date())
    newest_start = months_between(basis.demand.first_month, known_before) - 2
    clock = _draw_clock(random, basis, cycle.opens_at.date(), cycle.closes_at.date())
    entries: list[DemoEntry] = []
    for pair in basis.planned_pairs:
        if basis.demand.pairs[pair].start > newest_start:
            continue
        rep = basis.rep_of[pair[0]]
        status = EntryStatus.SUBMITTED if pair[0] == _LATE_DECISION else EntryStatus.APPROVED
        entry = DemoEntry(
            cycle_name=cycle.name,
            customer_code=pair[0],
            sku=pair[1],
            sales_rep_email=rep,
            status=status,
            quantities=_draw_finished_row(random, basis, pair, cycle),
            prices=_prices_of(basis, pair, cycle),
            price_overrides=(None,) * cycle.horizon_months,
            prefill=_last_year(basis, pair, cycle, known_before),
        )
        entries.append(_date_entry(random, entry, basis, clock))
    return tuple(entries)


def draw_open_entries(
    random: Random, basis: PlanBasis, cycle: DemoCycle, last: Sequence[DemoEntry], today: date
) -> tuple[DemoEntry, ...]:
    """Draw the forecasts of the open cycle, prefilled with ``last`` and each rep part of the way."""
    clock = _draw_clock(random, basis, cycle.opens_at.date(), today - timedelta(days=1))
    last_of = {(entry.customer_code, entry.sku): entry.quantities for entry in last}
    marks = _draw_marks(random, basis)
    empty: Quantities = (None,) * cycle.horizon_months
    entries: list[DemoEntry] = []
    for pair in basis.planned_pairs:
        rep = basis.rep_of[pair[0]]
        story = STORIES[rep]
        prefill = (*last_of.get(pair, empty)[1:], None)
        prices = _prices_of(basis, pair, cycle)
        entry = DemoEntry(
            cycle_name=cycle.name,
            customer_code=pair[0],
            sku=pair[1],
            sales_rep_email=rep,
            status=story.status,
            quantities=prefill,
            prices=prices,
            price_overrides=(None,) * cycle.horizon_months,
            prefill=prefill,
        )
        if story.started:
            entry = _draw_rep_work(random, entry, basis, story, marks)
            entry = _date_entry(random, entry, basis, clock)
        entries.append(entry)
    return tuple(entries)


@dataclass(frozen=True)
class _Marks:
    """The unfinished spots of the open cycle: empty months and text that is no number."""

    gaps: Mapping[Pair, range]
    rejected: Mapping[Pair, dict[int, str]]


def _draw_marks(random: Random, basis: PlanBasis) -> _Marks:
    """Choose which rows of the drafting reps still have gaps or a wrong cell."""
    gaps, rejected = dict(_GAPS), dict(_REJECTED)
    for rep, story in STORIES.items():
        if story.gap_count == 0:
            continue
        taken = gaps.keys() | rejected.keys()
        own = [p for p in basis.planned_pairs if basis.rep_of[p[0]] == rep and p not in taken]
        chosen = random.sample(own, story.gap_count + 1)
        gaps |= {pair: range(random.randint(6, 10), 16) for pair in chosen[1:]}
        if not any(basis.rep_of[code] == rep for code, _ in rejected):
            rejected[chosen[0]] = {5: _REJECTED_TEXT}
    return _Marks(gaps, rejected)


def _draw_rep_work(
    random: Random, entry: DemoEntry, basis: PlanBasis, story: RepStory, marks: _Marks
) -> DemoEntry:
    """Fill what the prefill left empty, revise some rows, leave the gaps of the story."""
    pair = (entry.customer_code, entry.sku)
    quantities = _fill_row(random, basis, entry)
    if random.random() < story.revised_ratio:
        quantities = _revise_row(random, quantities, story)
    rejected = marks.rejected.get(pair, {})
    empty = {*marks.gaps.get(pair, ()), *rejected}
    overrides = entry.price_overrides
    if random.random() < _SHARE_OVERRIDDEN:
        start = random.randint(1, 8)
        lower = [(price * _OVERRIDE).quantize(_CENT).quantize(_PRICE) for price in entry.prices]
        overrides = (None,) * start + tuple(lower[start:])
    return replace(
        entry,
        quantities=tuple(None if i in empty else value for i, value in enumerate(quantities)),
        price_overrides=overrides,
        rejected=rejected,
    )


def _draw_finished_row(
    random: Random, basis: PlanBasis, pair: Pair, cycle: DemoCycle
) -> Quantities:
    """Draw an opinion about the expected demand; months beyond the mandatory ones may be empty."""
    first = months_between(basis.demand.first_month, cycle.start_month)
    opinion = max(0.7, random.gauss(1.0, 0.06))
    brief = basis.rep_of[pair[0]] == _BRIEF_PLANNER or random.random() >= _SHARE_BEYOND_MANDATORY
    filled = cycle.mandatory_months if brief else cycle.horizon_months
    row = [
        _round_cases(basis.demand.expected(pair, first + month) * opinion * random.gauss(1, 0.02))
        for month in range(filled)
    ]
    return (*row, *(None,) * (cycle.horizon_months - filled))


def _fill_row(random: Random, basis: PlanBasis, entry: DemoEntry) -> Quantities:
    """Fill the empty mandatory months and, more often than not, the optional ones."""
    pair = (entry.customer_code, entry.sku)
    first = HISTORY_MONTHS + 1
    opinion = max(0.7, random.gauss(1.0, 0.05))
    last = len(entry.prefill) if random.random() < _SHARE_BEYOND_MANDATORY else MANDATORY_MONTHS
    return tuple(
        _round_cases(basis.demand.expected(pair, first + month) * opinion)
        if value is None and month < last
        else value
        for month, value in enumerate(entry.prefill)
    )


def _revise_row(random: Random, quantities: Quantities, story: RepStory) -> Quantities:
    """Raise or lower a run of months."""
    length = random.randint(*story.span)
    start = random.randint(0, len(quantities) - length)
    factor = 1 + story.change + random.gauss(0, 0.03)
    return tuple(
        _round_cases(value * factor)
        if value is not None and start <= month < start + length
        else value
        for month, value in enumerate(quantities)
    )


def _round_cases(quantity: float) -> int:
    """Round as planners do: to fives from 60 cases on, else to whole cases."""
    return 5 * round(quantity / 5) if quantity >= 60 else max(0, round(quantity))


def _prices_of(basis: PlanBasis, pair: Pair, cycle: DemoCycle) -> tuple[Decimal, ...]:
    return tuple(basis.prices.price_of(*pair, month) for month in cycle.months)


def _last_year(basis: PlanBasis, pair: Pair, cycle: DemoCycle, known_before: date) -> Quantities:
    """Return the sales of the same months a year earlier, as far as they were known then."""
    earlier = [add_months(month, -12) for month in cycle.months]
    sold = [basis.net_sales.get((*pair, month)) for month in earlier]
    return tuple(
        max(0, quantity) if quantity is not None and month < known_before else None
        for month, quantity in zip(earlier, sold, strict=True)
    )


@dataclass(frozen=True)
class _Clock:
    """When each rep saved, submitted and heard from the manager."""

    days: Sequence[date]
    submitted_at: Mapping[str, datetime]
    decided_at: Mapping[str, datetime]


def _draw_clock(random: Random, basis: PlanBasis, first: date, last: date) -> _Clock:
    """Draw the instants of a window: work first, then submissions, decisions on the last day."""
    days = [
        day
        for day in (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        if day.weekday() < 5
    ]
    reps = list(basis.manager_of)
    return _Clock(
        days[:-2],
        {rep: _draw_moment(random, days[-2]) for rep in reps},
        {rep: _draw_moment(random, days[-1]) for rep in reps},
    )


def _draw_moment(random: Random, day: date) -> datetime:
    moment = time(random.randint(9, 16), random.randint(0, 59))
    return datetime.combine(day, moment, ZoneInfo(TIME_ZONE))


def _date_entry(random: Random, entry: DemoEntry, basis: PlanBasis, clock: _Clock) -> DemoEntry:
    """Stamp an entry with the instants its status implies."""
    rep, status = entry.sales_rep_email, entry.status
    changed = entry.quantities != entry.prefill or status is not EntryStatus.DRAFT
    decided = status in (EntryStatus.APPROVED, EntryStatus.RETURNED)
    return replace(
        entry,
        changed_at=_draw_moment(random, random.choice(clock.days)) if changed else None,
        submitted_at=None if status is EntryStatus.DRAFT else clock.submitted_at[rep],
        decided_at=clock.decided_at[rep] if decided else None,
        decided_by=basis.manager_of[rep] if decided else None,
        decision_comment=RETURN_COMMENT if status is EntryStatus.RETURNED else "",
    )
