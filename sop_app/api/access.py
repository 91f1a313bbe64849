"""Who calls a REST route, and whether the route is open to them.

A browser comes with the session cookie, a program with an access token. Routes declare the same
permission names as the screens.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, Request

from sop_app.kernel.errors import NotSignedInError
from sop_app.system import database
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.schemas import SYSTEM_ACTOR, Actor
from sop_app.system.auth.sessions import COOKIE_NAME, find_actor
from sop_app.system.auth.tokens import find_token_actor
from sop_app.system.database import UnitOfWork


async def signed_in_actor(request: Request) -> Actor:
    """Find the acting person of a request, by access token or else by cookie.

    A request with a token that is worth nothing is refused even if a good cookie came along.

    Raises:
        NotSignedInError: Neither is valid.
    """
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        actor = await find_token_actor(token.strip()) if scheme.lower() == "bearer" else None
    else:
        actor = await find_actor(request.cookies.get(COOKIE_NAME, ""))
    if actor is None:
        raise NotSignedInError
    return actor


def transaction_for(permission: Permission) -> Callable[..., Any]:
    """Build the dependency that opens a route's transaction for a person with a permission.

    The route's writes are committed before the answer is sent.
    """

    async def open_transaction(
        request: Request,
        actor: Actor = Depends(signed_in_actor),  # noqa: B008
    ) -> AsyncIterator[UnitOfWork]:
        async with transaction_of(actor, request) as uow:
            uow.require(permission)
            yield uow

    return Depends(open_transaction, scope="function")


@asynccontextmanager
async def transaction_of(actor: Actor, request: Request) -> AsyncIterator[UnitOfWork]:
    """Open a transaction on behalf of a person, for routes that need more than one."""
    request_id = request.state.request_id
    with database.acting_as(actor, ip=client_ip(request), request_id=request_id):
        async with database.unit_of_work() as uow:
            yield uow


@asynccontextmanager
async def program_transaction(request: Request) -> AsyncIterator[UnitOfWork]:
    """Open a transaction of the program itself, for what happens before anybody is signed in."""
    async with transaction_of(SYSTEM_ACTOR, request) as uow:
        yield uow


def client_ip(request: Request) -> str:
    """Return the address a request came from."""
    return request.client.host if request.client else ""
