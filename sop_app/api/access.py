"""Who calls a REST route, and whether the route is open to them.

A browser comes with the session cookie, a program with an access token. Routes declare the same
permission names as the screens.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, Request

from sop_app.kernel.errors import NotSignedInError
from sop_app.system import database
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.schemas import SYSTEM_ACTOR, Actor
from sop_app.system.auth.sessions import find_actor, session_token
from sop_app.system.auth.tokens import find_token_actor
from sop_app.system.config import get_config
from sop_app.system.database import UnitOfWork


async def find_caller(authorization: str, cookies: str) -> Actor | None:
    """Tell who calls, by access token or else by cookie; None if it is nobody.

    A request with a token that is worth nothing is nobody's, even if a good cookie came along.

    Args:
        authorization: The header, empty if there was none.
        cookies: The header, empty if there was none.
    """
    if not authorization:
        return await find_actor(session_token(cookies))
    scheme, _, token = authorization.partition(" ")
    return await find_token_actor(token.strip()) if scheme.lower() == "bearer" else None


async def signed_in_actor(request: Request) -> Actor:
    """Find the acting person of a request.

    Raises:
        NotSignedInError: Neither token nor cookie is valid.
    """
    headers = request.headers
    actor = await find_caller(headers.get("authorization", ""), headers.get("cookie", ""))
    if actor is None:
        raise NotSignedInError
    return actor


def transaction_for(permission: Permission) -> Any:
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
    """Return the address a request came from, as the outermost trusted proxy saw it."""
    hops = get_config().trusted_proxies
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",")]
    if hops and len(forwarded) >= hops and forwarded[-hops]:
        return forwarded[-hops][:64]
    return request.client.host if request.client else ""
