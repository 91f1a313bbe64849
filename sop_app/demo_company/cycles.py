"""The two planning cycles of the demo company: last month's, closed, and this month's, open."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sop_app.demo_company.people import email_of
from sop_app.kernel.periods import (
    HORIZON_MONTHS,
    MANDATORY_MONTHS,
    add_months,
    first_of_month,
    month_range,
)

TIME_ZONE = "Europe/Berlin"

_OPENING_HOUR = time(8)
_CLOSING_HOUR = time(17)
_STEPS = (
    ("Data gathering", "ingrid.solberg", 0),
    ("Demand review", "hannah.weiss", 3),
    ("Supply review", "marek.dvorak", 5),
    ("Pre-S&OP", "claire.dubois", 7),
    ("Executive S&OP", "robert.hale", 12),
)


@dataclass(frozen=True)
class DemoCycleStep:
    """One of the five steps of a cycle: pending, active or done."""

    position: int
    name: str
    owner_email: str
    due_date: date
    status: str


@dataclass(frozen=True)
class DemoCycle:
    """A planning cycle. ``opens_at`` and ``closes_at`` bound the input window.

    ``prefill`` says where its entries came from: last_cycle, last_year or empty.
    """

    name: str
    start_month: date
    horizon_months: int
    mandatory_months: int
    opens_at: datetime
    closes_at: datetime
    time_zone: str
    status: str
    prefill: str
    steps: tuple[DemoCycleStep, ...]

    @property
    def months(self) -> list[date]:
        """List the months of the horizon."""
        return month_range(self.start_month, self.horizon_months)


def plan_closed_cycle(today: date) -> DemoCycle:
    """Plan the cycle that began with this month; its window closed three weeks ago."""
    opened, closed = _working_day(today, -39), _working_day(today, -21)
    steps = _plan_steps(closed, ("done",) * len(_STEPS))
    return _plan_cycle(first_of_month(today), opened, closed, "closed", steps)


def plan_open_cycle(today: date) -> DemoCycle:
    """Plan the cycle that begins with the next month; its window is open for ten more days."""
    opened, closes = _working_day(today, -8), _working_day(today, 10)
    steps = _plan_steps(closes, ("active", *("pending",) * (len(_STEPS) - 1)))
    return _plan_cycle(add_months(first_of_month(today), 1), opened, closes, "open", steps)


def add_working_days(day: date, count: int) -> date:
    """Move a day forward by working days, Monday to Friday.

    Example:
        >>> add_working_days(date(2026, 12, 11), 3)
        datetime.date(2026, 12, 16)
    """
    for _ in range(count):
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    return day


def _working_day(today: date, offset: int) -> date:
    """Return the day ``offset`` days away, or the Friday before if that is a weekend."""
    day = today + timedelta(days=offset)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _plan_cycle(
    start: date, opened: date, closes: date, status: str, steps: tuple[DemoCycleStep, ...]
) -> DemoCycle:
    zone = ZoneInfo(TIME_ZONE)
    return DemoCycle(
        name=f"{start:%B %Y}",
        start_month=start,
        horizon_months=HORIZON_MONTHS,
        mandatory_months=MANDATORY_MONTHS,
        opens_at=datetime.combine(opened, _OPENING_HOUR, zone),
        closes_at=datetime.combine(closes, _CLOSING_HOUR, zone),
        time_zone=TIME_ZONE,
        status=status,
        prefill="last_cycle" if status == "open" else "last_year",
        steps=steps,
    )


def _plan_steps(closes: date, statuses: tuple[str, ...]) -> tuple[DemoCycleStep, ...]:
    return tuple(
        DemoCycleStep(position, name, email_of(login), add_working_days(closes, days), status)
        for position, ((name, login, days), status) in enumerate(
            zip(_STEPS, statuses, strict=True), start=1
        )
    )
