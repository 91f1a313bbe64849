"""What a signed-in person does with the own account: password, sessions, signing out."""

from sqlalchemy import select
from sqlmodel import col

from sop_app.kernel.errors import InvalidInputError, NotFoundError
from sop_app.system.audit.service import record
from sop_app.system.database import UnitOfWork

from . import queries, throttle
from .models import AppUser, UserSession
from .password_reset import personal_words, store_password
from .passwords import check_new_password
from .permissions import Permission
from .schemas import SessionRow, UserRow
from .sessions import (
    IDLE_LIMIT,
    open_session,
    revoke_all_sessions,
    revoke_session,
)
from .throttle import Counter
from .tokens import revoke_all_tokens


async def change_password(
    uow: UnitOfWork, counter: Counter, new_password: str, *, matches: bool, user_agent: str
) -> str:
    """Change the own password; every other session and token ends.

    Args:
        uow: The transaction of the change.
        counter: What ``charge_password_check`` charged.
        new_password: As typed.
        matches: Whether the present password was the right one.
        user_agent: Of the browser whose session goes on.

    Returns:
        The token of a fresh session for the browser at hand.

    Raises:
        InvalidInputError: The present password is wrong (field ``current``) or the new one is
            too easy to guess (field ``password``).
    """
    uow.require(Permission.ACCOUNT_USE)
    if not matches:
        raise InvalidInputError({"current": "This is not your present password."})
    user = await uow.session.get_one(AppUser, uow.actor.user_id, with_for_update=True)
    check_new_password(new_password, personal_words=personal_words(user))
    await throttle.clear(uow, [counter])
    await store_password(uow, user, new_password)
    record(uow, "password_changed", ("app_user", uow.actor.user_id))
    return await open_session(uow, uow.actor.user_id, user_agent=user_agent)


async def read_own_profile(uow: UnitOfWork) -> UserRow:
    """Read what an administrator keeps about the acting person."""
    uow.require(Permission.ACCOUNT_USE)
    return await queries.read_user(uow, uow.actor.user_id)


async def list_own_sessions(uow: UnitOfWork) -> list[SessionRow]:
    """List the browsers in which the acting person is signed in now, the latest used first."""
    uow.require(Permission.ACCOUNT_USE)
    rows = await uow.session.scalars(
        select(UserSession)
        .where(
            col(UserSession.user_id) == uow.actor.user_id,
            col(UserSession.revoked_at).is_(None),
            col(UserSession.expires_at) > uow.now,
            col(UserSession.last_seen_at) > uow.now - IDLE_LIMIT,
        )
        .order_by(col(UserSession.last_seen_at).desc(), col(UserSession.id).desc())
    )
    return [
        SessionRow(
            id=row.id,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            ip=row.ip,
            user_agent=row.user_agent,
            is_current=row.id == uow.actor.session_id,
        )
        for row in rows
    ]


async def end_own_session(uow: UnitOfWork, session_id: int) -> None:
    """Sign one of the own browsers out.

    Raises:
        NotFoundError: The session is not the acting person's.
    """
    uow.require(Permission.ACCOUNT_USE)
    row = await uow.session.get(UserSession, session_id)
    if row is None or row.user_id != uow.actor.user_id:
        raise NotFoundError("session", session_id)
    await revoke_session(uow, session_id)
    record(uow, "signed_out", ("app_user", uow.actor.user_id))


async def sign_out_everywhere(uow: UnitOfWork) -> int:
    """End every session and token of the acting person; return how many browsers were open.

    Browsers that were known until now have to prove themselves again like any other.
    """
    uow.require(Permission.ACCOUNT_USE)
    count = await revoke_all_sessions(uow, uow.actor.user_id)
    await revoke_all_tokens(uow, uow.actor.user_id)
    await throttle.forget_devices(uow, uow.actor.user_id)
    record(uow, "signed_out_everywhere", ("app_user", uow.actor.user_id))
    return count
