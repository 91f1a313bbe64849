"""The comments people of the demo company left in the forecast grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sop_app.demo_company.cycles import DemoCycle
from sop_app.demo_company.demand import Pair
from sop_app.demo_company.people import email_of
from sop_app.demo_company.plan import DemoEntry


@dataclass(frozen=True)
class DemoComment:
    """A comment on one month of a forecast entry; ``month_index`` counts from 0."""

    cycle_name: str
    customer_code: str
    sku: str
    month_index: int
    author_email: str
    text: str
    created_at: datetime


_ELENA = email_of("elena.marsh")
_TALKS = (
    (
        "C-1004",
        "PAS-3101",
        6,
        email_of("tomas.rivera"),
        "Summer menu includes penne. Is +5% enough?",
    ),
    ("C-1004", "PAS-3101", 6, _ELENA, "Customer confirmed two extra sites from June."),
    ("C-1004", "TOM-2402", 9, _ELENA, "Canteen reopens in September after the refit."),
    ("C-1011", "BUT-6405", 4, _ELENA, "Easter bakery week, same volume as last year."),
)
_REASONS = (
    "New canteen contract, starts with the school year.",
    "Price agreement renewed, the volume moves to us.",
    "Moves to another supplier for part of the range.",
    "Second depot opens, first orders agreed.",
    "Menu change, less of this from now on.",
    "Trade fair in this month, one-off order.",
    "Closed for refurbishment, two weeks without orders.",
)
_REMARK_COUNTS = {
    email_of("daniel.okafor"): 2,
    email_of("priya.raman"): 5,
    email_of("luca.ferrari"): 3,
    email_of("jonas.lindqvist"): 1,
    email_of("sofia.brandt"): 2,
}


def draw_comments(
    random: Random, cycle: DemoCycle, entries: Sequence[DemoEntry]
) -> tuple[DemoComment, ...]:
    """Draw the comments of the open cycle: talks, and reasons for changes."""
    by_pair = {(entry.customer_code, entry.sku): entry for entry in entries}
    comments = _hold_talks(cycle, by_pair)
    for rep, count in _REMARK_COUNTS.items():
        changed = [e for e in entries if e.sales_rep_email == rep and _changed_months(e)]
        for entry, text in zip(
            random.sample(changed, count), random.sample(_REASONS, count), strict=True
        ):
            month = random.choice(_changed_months(entry))
            comments.append(_comment_on(entry, month, rep, text, entry.changed_at))
    return tuple(comments)


def _hold_talks(cycle: DemoCycle, by_pair: Mapping[Pair, DemoEntry]) -> list[DemoComment]:
    """Place the named comments on the next such calendar month, an hour after one another."""
    comments: list[DemoComment] = []
    for number, (code, sku, calendar_month, author, text) in enumerate(_TALKS):
        month = (calendar_month - cycle.start_month.month) % 12
        instant = cycle.opens_at + timedelta(days=1, hours=2 + number)
        comments.append(_comment_on(by_pair[code, sku], month, author, text, instant))
    return comments


def _changed_months(entry: DemoEntry) -> list[int]:
    """List the months a rep changed that were prefilled."""
    return [
        month
        for month, (now, then) in enumerate(zip(entry.quantities, entry.prefill, strict=True))
        if None not in (now, then) and now != then
    ]


def _comment_on(
    entry: DemoEntry,
    month: int,
    author: str | None,
    text: str,
    instant: datetime | None,
) -> DemoComment:
    """Write a comment; entries that can be commented have an author and an instant."""
    if author is None or instant is None:
        raise ValueError(f"Nobody worked on {entry.customer_code} x {entry.sku} yet.")
    return DemoComment(
        entry.cycle_name, entry.customer_code, entry.sku, month, author, text, instant
    )
