"""Calendar months, the planning bucket of the whole program.

A month is represented by the ``date`` of its first day, everywhere: in tables, in arrays of a
horizon, in reports. The functions here are the only place that does arithmetic on them.
"""

from collections.abc import Sequence
from datetime import date

HORIZON_MONTHS = 16
MANDATORY_MONTHS = 12


def first_of_month(day: date) -> date:
    """Return the month a day lies in, as the date of its first day.

    Example:
        >>> first_of_month(date(2026, 11, 20))
        datetime.date(2026, 11, 1)
    """
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """Move a month forward (or back, when ``count`` is negative).

    Example:
        >>> add_months(date(2026, 11, 1), 3)
        datetime.date(2027, 2, 1)
        >>> add_months(date(2027, 1, 1), -1)
        datetime.date(2026, 12, 1)
    """
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def month_range(start: date, count: int) -> list[date]:
    """List ``count`` consecutive months beginning with ``start``.

    Example:
        >>> month_range(date(2026, 12, 1), 2)
        [datetime.date(2026, 12, 1), datetime.date(2027, 1, 1)]
    """
    return [add_months(start, offset) for offset in range(count)]


def months_between(earlier: date, later: date) -> int:
    """Count the months from one month to another; negative when ``later`` lies before.

    Example:
        >>> months_between(date(2026, 11, 1), date(2027, 2, 1))
        3
    """
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def month_label(month: date) -> str:
    """Name a month the way texts and headers do.

    Example:
        >>> month_label(date(2027, 1, 1))
        'Jan 2027'
    """
    return f"{_MONTH_NAMES[month.month - 1]} {month.year}"


def describe_months(months: Sequence[date]) -> str:
    """Name a set of months in a few words, runs joined by "to".

    Example:
        >>> describe_months(month_range(date(2027, 10, 1), 3))
        'Oct to Dec 2027'
        >>> describe_months([date(2027, 3, 1)])
        'Mar 2027'
        >>> describe_months([date(2027, 11, 1), date(2028, 1, 1)])
        'Nov 2027, Jan 2028'
    """
    runs: list[list[date]] = []
    for month in sorted(set(months)):
        if runs and months_between(runs[-1][-1], month) == 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return ", ".join(_describe_run(run) for run in runs)


def _describe_run(run: list[date]) -> str:
    first, last = run[0], run[-1]
    if first == last:
        return month_label(first)
    start = _MONTH_NAMES[first.month - 1] if first.year == last.year else month_label(first)
    return f"{start} to {month_label(last)}"


_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
