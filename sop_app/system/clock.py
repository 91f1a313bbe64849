"""The only source of the present moment, so that every rule about deadlines can be tested."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from .config import get_config

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """Tell the present instant, in UTC and aware of it."""
    return _frozen.get() or datetime.now(UTC)


def here() -> datetime:
    """Tell the present instant as the installation's clock shows it, for what people read."""
    return now().astimezone(ZoneInfo(get_config().time_zone))


def today(time_zone: str = "UTC") -> date:
    """Tell the present calendar day in a time zone (IANA name)."""
    return now().astimezone(ZoneInfo(time_zone)).date()


@contextmanager
def freeze_clock(moment: datetime) -> Iterator[None]:
    """Let the program believe it is ``moment`` inside the block (tests, and the demo company).

    Raises:
        ValueError: The moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("A frozen moment needs a time zone.")
    token = _frozen.set(moment)
    try:
        yield
    finally:
        _frozen.reset(token)
