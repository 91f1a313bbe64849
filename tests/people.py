"""Facts and types shared by the tests: the moment they play at, and how they make people."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sop_app.system.auth.schemas import Actor

NOW = datetime(2026, 12, 8, 9, 30, tzinfo=UTC)
MakeUser = Callable[..., Awaitable[Actor]]
