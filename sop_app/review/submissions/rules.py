"""Which months of two plans, or of a plan and its sales, may fairly be compared."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sop_app.kernel.periods import add_months, first_of_month, months_between

YEAR = 12
LARGE_CHANGE = 0.1


class Basis(StrEnum):
    """What a forecast is compared with."""

    LAST_CYCLE = "last_cycle"
    LAST_YEAR = "last_year"

    @property
    def label(self) -> str:
        """The basis as screens name it."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True)
class PlannedMonths:
    """The months of a plan that must be filled: its first month, and how many."""

    start: date
    mandatory: int


def months_with_sales(plan: PlannedMonths, today: date) -> int:
    """Count the mandatory months whose month a year earlier is over, from the first.

    Comparing twelve planned months with ten sold ones would show growth where there is none.

    Example:
        >>> months_with_sales(PlannedMonths(date(2027, 1, 1), 12), date(2026, 11, 20))
        10
    """
    sold = months_between(add_months(plan.start, -YEAR), first_of_month(today))
    return max(0, min(plan.mandatory, sold))


def months_of_last_cycle(plan: PlannedMonths, previous: PlannedMonths | None) -> int:
    """Count the mandatory months that were mandatory in the last cycle too, from the first.

    An optional month that nobody filled then says nothing about a change now.

    Example:
        >>> december = PlannedMonths(date(2026, 12, 1), 12)
        >>> months_of_last_cycle(PlannedMonths(date(2027, 1, 1), 12), december)
        11
    """
    if previous is None:
        return 0
    shift = months_between(previous.start, plan.start)
    return max(0, min(plan.mandatory, previous.mandatory - shift))


def is_large(change: float | None) -> bool:
    """Tell whether a relative change deserves a look before it is approved: more than 10%.

    Example:
        >>> is_large(0.149), is_large(-0.1), is_large(None)
        (True, False, False)
    """
    return change is not None and abs(change) > LARGE_CHANGE


def change_ratio(now: Decimal, before: Decimal) -> float | None:
    """Return a change as a ratio; None without a figure to compare with.

    Example:
        >>> change_ratio(Decimal(110), Decimal(100)), change_ratio(Decimal(5), Decimal(0))
        (0.1, None)
    """
    return float((now - before) / before) if before else None
