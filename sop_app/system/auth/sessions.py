"""Server-side sessions: the cookie only names one; the record decides, at every event.

Nothing about a person is remembered between two events, so signing out, disabling a user or
changing a role acts at the very next one, also on a socket that is already open.
"""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import text, update
from sqlmodel import col

from sop_app.system import clock
from sop_app.system.audit.service import record
from sop_app.system.database import UnitOfWork, run_alone

from .models import UserSession
from .permissions import Role
from .schemas import Actor

COOKIE_NAME = "sop_session"
IDLE_LIMIT = timedelta(minutes=30)
ABSOLUTE_LIMIT = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)

_RESOLVE = text("""
    SELECT s.id, s.last_seen_at, u.id AS user_id, u.full_name, u.email,
           (SELECT array_agg(r.role) FROM user_role r WHERE r.user_id = u.id) AS roles
    FROM user_session s JOIN app_user u ON u.id = s.user_id
    WHERE s.token_hash = :token_hash AND s.revoked_at IS NULL AND s.expires_at > :now
      AND s.last_seen_at > :idle_since AND u.status = 'active'
""")
_TOUCH = text("""
    WITH seen AS (UPDATE user_session SET last_seen_at = :now WHERE id = :id RETURNING user_id)
    UPDATE app_user SET last_seen_at = :now FROM seen WHERE app_user.id = seen.user_id
""")


def hash_token(token: str) -> str:
    """Hash a random token for storage; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


async def open_session(uow: UnitOfWork, user_id: int, *, user_agent: str) -> str:
    """Start a session for a person who has proved who they are.

    Returns:
        The token for the cookie; it is not stored and cannot be read again.
    """
    token = secrets.token_urlsafe(32)
    uow.session.add(
        UserSession(
            token_hash=hash_token(token),
            user_id=user_id,
            created_at=uow.now,
            last_seen_at=uow.now,
            expires_at=uow.now + ABSOLUTE_LIMIT,
            ip=uow.ip,
            user_agent=user_agent[:200],
        )
    )
    await uow.session.flush()
    return token


def session_token(cookie_header: str) -> str:
    """Read the session's token out of a ``Cookie`` header; empty if there is none.

    The header is split by hand: Python's cookie parser gives up at the first odd cookie of
    another program on the same host.
    """
    for part in cookie_header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE_NAME:
            return value
    return ""


async def find_actor(token: str, *, is_use: bool = True) -> Actor | None:
    """Tell who a session token stands for now, or None if it is worth nothing.

    Args:
        token: From the cookie.
        is_use: Whether the person did something; noted at most once a minute, and what the idle
            limit counts from. A browser that reconnects by itself is no use.
    """
    if not token:
        return None
    now = clock.now()
    parameters = {"token_hash": hash_token(token), "now": now, "idle_since": now - IDLE_LIMIT}
    found = await run_alone(_RESOLVE, parameters)
    if not found:
        return None
    session_id, last_seen_at, user_id, name, email, roles = found[0]
    if is_use and now - last_seen_at > TOUCH_EVERY:
        await run_alone(_TOUCH, {"now": now, "id": session_id})
    return Actor(user_id, name, email, frozenset(map(Role, roles or ())), session_id)


async def revoke_session(uow: UnitOfWork, session_id: int) -> None:
    """End one session; the next event on it is refused."""
    await uow.session.execute(
        update(UserSession).where(col(UserSession.id) == session_id).values(revoked_at=uow.now)
    )


async def revoke_token(uow: UnitOfWork, token: str) -> None:
    """End the session a cookie names, if it still stands for one; noted as a signing out."""
    if not token:
        return
    found = await uow.session.execute(
        update(UserSession)
        .where(
            col(UserSession.token_hash) == hash_token(token), col(UserSession.revoked_at).is_(None)
        )
        .values(revoked_at=uow.now)
        .returning(col(UserSession.user_id))
    )
    user_id = found.scalar()
    if user_id is not None:
        record(uow, "signed_out", ("app_user", user_id))


async def revoke_all_sessions(uow: UnitOfWork, user_id: int) -> int:
    """End every session of a person and return how many were open."""
    ended = await uow.session.scalars(
        update(UserSession)
        .where(col(UserSession.user_id) == user_id, col(UserSession.revoked_at).is_(None))
        .values(revoked_at=uow.now)
        .returning(col(UserSession.id))
    )
    return len(ended.all())
