"""The one door to PostgreSQL: engine, unit of work, and the acting person of every transaction.

Every connection gives up its owner's rights on opening (``SET ROLE sop_app``), so row-level
security applies to whatever the program does. Every transaction names the acting person in
``app.user_id``; without that name no customer's row is visible. Services receive the
``UnitOfWork`` and never commit; the edge that opened it commits once.

Connections are in autocommit: a lone read outside a unit of work costs one round trip, and a unit
of work begins its transaction and names the person in one round trip as well.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from sop_app.kernel.errors import NotSignedInError, PermissionDeniedError

from . import clock
from .auth.permissions import Permission
from .auth.schemas import Actor

APP_ROLE = "sop_app"
SEARCH_PATH = "public, queue"
RUSH_CONNECTIONS = 10

_engine: AsyncEngine | None = None
_origin: ContextVar["Origin | None"] = ContextVar("origin", default=None)


@dataclass(frozen=True)
class Origin:
    """Where a request came from: the acting person and what the audit log keeps beside it."""

    actor: Actor
    ip: str = ""
    request_id: str = ""


@dataclass
class UnitOfWork:
    """One transaction on behalf of one person; what every service verb takes first."""

    session: AsyncSession
    actor: Actor
    now: datetime
    ip: str = ""
    request_id: str = ""
    audit_entries: list[dict[str, Any]] = field(default_factory=list)
    before_commit: list[Callable[["UnitOfWork"], Awaitable[None]]] = field(default_factory=list)
    after_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    def require(self, permission: Permission) -> None:
        """Refuse unless the acting person has a permission.

        Raises:
            PermissionDeniedError: The person's roles do not grant it.
        """
        if not self.actor.may(permission):
            raise PermissionDeniedError(permission)

    async def roll_back(self) -> None:
        """Take back everything done so far, with what the audit log was to say of it."""
        self.audit_entries, self.before_commit, self.after_commit = [], [], []
        await self.session.rollback()


def connect_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """Open the process's engine; one per process, opened at its start."""
    global _engine
    _engine = make_engine(url, pool_size=pool_size)
    return _engine


def make_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """Build an engine whose connections act as the application role.

    Pages are priced as on solid-state disks: with the default a person's few rows are looked for
    by reading everybody's.
    """
    engine = create_async_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=RUSH_CONNECTIONS,
        pool_pre_ping=False,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        connect_args={"prepare_threshold": 2},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def give_up_ownership(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        connection.execute(f"SET ROLE {APP_ROLE}")
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute(f"SET search_path = {SEARCH_PATH}")
        connection.execute("SET random_page_cost = 1.1")

    return engine


def sqlalchemy_url(url: str) -> str:
    """Name psycopg as the driver of a plain ``postgresql://`` URL."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgresql", "postgres") else url


def get_engine() -> AsyncEngine:
    """Return the process's engine.

    Raises:
        RuntimeError: ``connect_engine`` was not called; a programming error.
    """
    if _engine is None:
        raise RuntimeError("The database is not connected in this process.")
    return _engine


async def disconnect_engine() -> None:
    """Close the process's connections."""
    global _engine
    if _engine is not None:
        await _engine.dispose()
        _engine = None


@contextmanager
def acting_as(actor: Actor, *, ip: str = "", request_id: str = "") -> Iterator[None]:
    """Let units of work inside the block act for a person."""
    token = _origin.set(Origin(actor, ip, request_id))
    try:
        yield
    finally:
        _origin.reset(token)


def set_origin(origin: Origin | None) -> None:
    """Name the acting person for the rest of the current task (the gate calls this per event)."""
    _origin.set(origin)


def current_origin() -> Origin:
    """Return who acts in the current task.

    Raises:
        NotSignedInError: Nobody does.
    """
    origin = _origin.get()
    if origin is None:
        raise NotSignedInError
    return origin


class _ActingSession(Session):
    """A session each of whose transactions names the person in ``info["user_id"]``."""


@event.listens_for(_ActingSession, "after_begin")
def _begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return
    user_id: int = session.info["user_id"]
    begin = f"BEGIN; SELECT set_config('app.user_id', '{user_id:d}', true)"
    adapted: Any = connection.connection.dbapi_connection
    adapted.run_async(lambda driver: driver.execute(begin, prepare=False))


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[UnitOfWork]:
    """Open the transaction of one act, commit it at the end, roll it back on any error.

    Raises:
        NotSignedInError: Nobody acts in the current task.
    """
    origin = current_origin()
    async with AsyncSession(
        get_engine(),
        sync_session_class=_ActingSession,
        info={"user_id": origin.actor.user_id},
        expire_on_commit=False,
    ) as session:
        uow = UnitOfWork(session, origin.actor, clock.now(), origin.ip, origin.request_id)
        yield uow
        for finish in uow.before_commit:
            await finish(uow)
        await session.commit()
    for act in uow.after_commit:
        await act()
