"""The one door to PostgreSQL: engine, unit of work, and the acting person of every transaction.

Every connection gives up its owner's rights on opening (``SET ROLE sop_app``), so row-level
security applies to whatever the program does. Every transaction names the acting person
(``act_as``); without that name no customer's row is visible. Services receive the ``UnitOfWork``
and never commit; the edge that opened it commits once.

Connections are in autocommit: a lone read (``run_alone``) costs one round trip, a unit of work
begins its transaction and names the person in one, and its last statements travel with its COMMIT.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from sop_app.kernel.errors import NotSignedInError, PermissionDeniedError

from . import clock
from .auth.permissions import Permission
from .auth.schemas import Actor

APP_ROLE = "sop_app"
SEARCH_PATH = "public,queue"
RUSH_CONNECTIONS = 10

_engine: AsyncEngine | None = None
_origin: ContextVar["Origin | None"] = ContextVar("origin", default=None)


@dataclass(frozen=True)
class Origin:
    """Where a request came from: the acting person and what the audit log keeps beside it."""

    actor: Actor
    ip: str = ""
    request_id: str = ""


Statement = tuple[TextClause, Mapping[str, Any]]
"""SQL with ``:named`` parameters, and their values."""


@dataclass
class UnitOfWork:
    """One transaction on behalf of one person; what every service verb takes first.

    Attributes:
        connection: SQLAlchemy's connection; for statements use ``session`` or ``fetch``.
        driver: psycopg's own connection, for COPY and server-side cursors.
        closing: Make the statements that are sent together with the COMMIT.
        after_commit: What is done once everything is stored.
    """

    connection: AsyncConnection
    driver: psycopg.AsyncConnection[Any]
    actor: Actor
    now: datetime
    ip: str = ""
    request_id: str = ""
    audit_entries: list[dict[str, Any]] = field(default_factory=list)
    closing: list[Callable[["UnitOfWork"], Statement]] = field(default_factory=list)
    after_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    @cached_property
    def session(self) -> AsyncSession:
        """The session of this transaction, for records and statements of every kind."""
        return AsyncSession(self.connection, expire_on_commit=False)

    async def fetch(self, statement: TextClause, parameters: Mapping[str, Any]) -> list[Any]:
        """Run a statement past SQLAlchemy, for the few acts that are done all day long.

        Returns:
            Its rows, with the columns as attributes.
        """
        await self._flush()
        return await _fetch(self.driver, statement, parameters)

    def require(self, permission: Permission) -> None:
        """Refuse unless the acting person has a permission.

        Raises:
            PermissionDeniedError: The person's roles do not grant it.
        """
        if not self.actor.may(permission):
            raise PermissionDeniedError(permission)

    async def roll_back(self) -> None:
        """Take back everything done so far, with what the audit log was to say of it."""
        self.audit_entries, self.closing, self.after_commit = [], [], []
        await self._close_session()
        await self.driver.rollback()
        await self._begin()

    async def _begin(self) -> None:
        begin = f"BEGIN; SELECT act_as({self.actor.user_id:d})"
        await self.driver.execute(begin.encode(), prepare=False)

    async def _commit(self) -> None:
        await self._flush()
        cursor = psycopg.AsyncClientCursor(self.driver)
        last = [make(self) for make in self.closing]
        texts = [cursor.mogrify(_driver_text(statement), values) for statement, values in last]
        await self.driver.execute("; ".join([*texts, "COMMIT"]).encode(), prepare=False)

    async def _flush(self) -> None:
        if "session" in self.__dict__:
            await self.session.flush()

    async def _close_session(self) -> None:
        if session := self.__dict__.pop("session", None):
            await session.close()


def connect_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """Open the process's engine; one per process, opened at its start."""
    global _engine
    _engine = make_engine(url, pool_size=pool_size)
    return _engine


def make_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """Build an engine whose connections act as the application role.

    Pages are priced as on solid-state disks: with the default a person's few rows are looked for
    by reading everybody's. The connection used last is taken first; it has its plans at hand.
    """
    options = {"role": APP_ROLE, "timezone": "UTC", "search_path": SEARCH_PATH}
    options["random_page_cost"] = "1.1"
    return create_async_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=RUSH_CONNECTIONS,
        pool_use_lifo=True,
        pool_pre_ping=False,
        hide_parameters=True,
        isolation_level="AUTOCOMMIT",
        use_native_hstore=False,
        connect_args={
            "autocommit": True,
            "prepare_threshold": 2,
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
    )


async def open_connections(count: int) -> None:
    """Open connections before they are needed: a rush of people would wait for them.

    A database that has fewer to give is no reason not to start.
    """
    engine = get_engine()
    opening = (engine.connect() for _ in range(count))
    for opened in await asyncio.gather(*opening, return_exceptions=True):
        if isinstance(opened, AsyncConnection):
            await opened.close()


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


@asynccontextmanager
async def unit_of_work() -> AsyncIterator[UnitOfWork]:
    """Open the transaction of one act, commit it at the end, roll it back on any error.

    Raises:
        NotSignedInError: Nobody acts in the current task.
    """
    origin = current_origin()
    async with _connection() as (connection, driver):
        uow = UnitOfWork(
            connection, driver, origin.actor, clock.now(), origin.ip, origin.request_id
        )
        await uow._begin()
        try:
            yield uow
            await uow._commit()
        finally:
            await uow._close_session()
    for act in uow.after_commit:
        await act()


async def run_alone(statement: TextClause, parameters: Mapping[str, Any]) -> list[Any]:
    """Run one statement outside any transaction; nobody acts, so no customer's row is visible.

    Returns:
        Its rows, with the columns as attributes.
    """
    async with _connection() as (_, driver):
        return await _fetch(driver, statement, parameters)


@asynccontextmanager
async def _connection() -> AsyncIterator[tuple[AsyncConnection, psycopg.AsyncConnection[Any]]]:
    """Take a connection out of the pool; if it turns out to be lost, the others are given up too."""
    engine = get_engine()
    async with engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, psycopg.AsyncConnection)  # noqa: S101
        try:
            yield connection, driver
        except psycopg.OperationalError:
            if driver.closed:
                await connection.invalidate()
                await engine.dispose(close=False)
            raise


async def _fetch(
    driver: psycopg.AsyncConnection[Any], statement: TextClause, parameters: Mapping[str, Any]
) -> list[Any]:
    cursor = driver.cursor(row_factory=namedtuple_row)
    await cursor.execute(_driver_text(statement), parameters)
    return await cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []


@lru_cache(maxsize=256)
def _driver_text(statement: TextClause) -> bytes:
    """Write a statement's parameters as psycopg does: ``%(name)s`` for ``:name``."""
    return str(statement.compile(dialect=psycopg_dialect())).encode()
