"""Who calls a REST route, and whether the route is open to them.

A browser comes with the session cookie. Routes declare the same permission names as the screens.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import Depends, Request

from sop_app.kernel.errors import NotSignedInError
from sop_app.system import database
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.schemas import Actor
from sop_app.system.auth.sessions import COOKIE_NAME, find_actor
from sop_app.system.database import UnitOfWork


async def signed_in_actor(request: Request) -> Actor:
    """Find the acting person of a request.

    Raises:
        NotSignedInError: No valid cookie came along.
    """
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
        origin = database.Origin(actor, client_ip(request), request.state.request_id)
        database.set_origin(origin)
        async with database.unit_of_work() as uow:
            uow.require(permission)
            yield uow

    return Depends(open_transaction, scope="function")


def client_ip(request: Request) -> str:
    """Return the address a request came from."""
    return request.client.host if request.client else ""
