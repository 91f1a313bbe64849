"""Remember how a person left a page, so that it comes back with the same filters and order."""

from sqlalchemy import text

from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

LONGEST_QUERY = 1_000


async def remember_view(uow: UnitOfWork, page: str, query: str) -> None:
    """Note how the acting person left a page; a query that is too long is not kept.

    Args:
        uow: The transaction.
        page: The page's route.
        query: Its filters, order and unit, as in an address.

    Raises:
        PermissionDeniedError: Nobody is signed in.
    """
    uow.require(Permission.ACCOUNT_USE)
    if len(query) > LONGEST_QUERY:
        return
    await uow.session.execute(
        text("""
            INSERT INTO remembered_view (user_id, page, query) VALUES (:user_id, :page, :query)
            ON CONFLICT (user_id, page) DO UPDATE SET query = EXCLUDED.query
        """),
        {"user_id": uow.actor.user_id, "page": page, "query": query},
    )


async def recall_view(uow: UnitOfWork, page: str) -> str:
    """Tell how the acting person left a page; empty when it was never left in a special way.

    Raises:
        PermissionDeniedError: Nobody is signed in.
    """
    uow.require(Permission.ACCOUNT_USE)
    query = await uow.session.scalar(
        text("SELECT query FROM remembered_view WHERE user_id = :user_id AND page = :page"),
        {"user_id": uow.actor.user_id, "page": page},
    )
    return query or ""
