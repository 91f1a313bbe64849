"""Decisions about a planning cycle: its statuses, its five steps, when its input window is open."""

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sop_app.kernel.errors import WrongStatusError

STEP_NAMES = (
    "Data gathering",
    "Demand review",
    "Supply review",
    "Pre-S&OP",
    "Executive S&OP",
)


class CycleStatus(StrEnum):
    """Where the input window stands: DRAFT -> OPEN -> CLOSED, and back to OPEN by reopening."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class CycleAct(StrEnum):
    """What a coordinator does to a cycle, as a past participle for the sentence of a refusal."""

    EDITED = "edited"
    OPENED = "opened"
    CLOSED = "closed"
    REOPENED = "reopened"
    DELETED = "deleted"


class StepStatus(StrEnum):
    """A step waits, is under way, or is finished."""

    PENDING = "pending"
    ACTIVE = "active"
    DONE = "done"


class Prefill(StrEnum):
    """What the figures of a new cycle begin with."""

    LAST_CYCLE = "last_cycle"
    LAST_YEAR = "last_year"
    BASELINE = "baseline"
    EMPTY = "empty"


_NEXT_STATUS = {
    (CycleStatus.DRAFT, CycleAct.EDITED): CycleStatus.DRAFT,
    (CycleStatus.OPEN, CycleAct.EDITED): CycleStatus.OPEN,
    (CycleStatus.DRAFT, CycleAct.OPENED): CycleStatus.OPEN,
    (CycleStatus.OPEN, CycleAct.CLOSED): CycleStatus.CLOSED,
    (CycleStatus.CLOSED, CycleAct.REOPENED): CycleStatus.OPEN,
    (CycleStatus.DRAFT, CycleAct.DELETED): CycleStatus.DRAFT,
}


def next_status(name: str, status: str, act: CycleAct) -> CycleStatus:
    """Return the status an act leads to.

    Args:
        name: The cycle's name, for the sentence of the refusal.
        status: The present status.
        act: What is to be done.

    Raises:
        WrongStatusError: The act does not fit the present status.

    Example:
        >>> next_status("January 2027", "closed", CycleAct.REOPENED).value
        'open'
    """
    following = _NEXT_STATUS.get((CycleStatus(status), act))
    if following is None:
        raise WrongStatusError(f"The cycle {name}", status, act)
    return following


def is_input_open(status: str, closes_at: datetime, now: datetime) -> bool:
    """Tell whether figures may still be entered: the cycle is open and its deadline lies ahead.

    The deadline counts even before the worker has closed the cycle.
    """
    return status == CycleStatus.OPEN and now < closes_at


def describe_instant(at: datetime, time_zone: str) -> str:
    """Name an instant as people of a time zone read it.

    Example:
        >>> from datetime import UTC
        >>> describe_instant(datetime(2026, 12, 11, 16, 0, tzinfo=UTC), "Europe/Berlin")
        'Fri 11 Dec, 17:00'
    """
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{local:%a} {local.day} {local:%b, %H:%M}"
