"""Tokens for other programs: a short access token (JWT) and a rotating refresh token.

RFC 8725 and RFC 9068 for the access token, RFC 9700 for the refresh token. Every refresh gives a
new refresh token; a used one that comes back later than a double click means a stolen copy, and
the whole family of tokens ends.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import jwt
from sqlalchemy import select, text, update
from sqlmodel import col

from sop_app.system import clock
from sop_app.system.audit.service import record
from sop_app.system.config import signing_key
from sop_app.system.database import UnitOfWork, run_alone

from . import rules
from .models import RefreshToken
from .permissions import Role
from .rules import RefreshVerdict
from .schemas import Actor, UserStatus
from .sessions import hash_token
from .sign_in import load_actor

ALGORITHM = "HS256"
TOKEN_TYPE = "at+jwt"  # noqa: S105
ISSUER = "sop"
AUDIENCE = "sop-api"
ACCESS_LIFETIME = timedelta(minutes=10)
FAMILY_LIFETIME = timedelta(days=14)
REQUIRED_CLAIMS = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "fam"]

_RESOLVE = text("""
    SELECT u.id, u.full_name, u.email,
           (SELECT array_agg(r.role) FROM user_role r WHERE r.user_id = u.id) AS roles
    FROM app_user u
    WHERE u.id = :user_id AND u.status = :active AND EXISTS (
        SELECT FROM refresh_token t
        WHERE t.family = :family AND t.user_id = u.id AND t.revoked_at IS NULL
          AND t.expires_at > :now
    )
""")


@dataclass(frozen=True)
class TokenPair:
    """What a program receives: the tokens, and the seconds the access token is good for."""

    access_token: str
    refresh_token: str
    expires_in: int = int(ACCESS_LIFETIME.total_seconds())


async def issue_tokens(uow: UnitOfWork, user_id: int) -> TokenPair:
    """Start a family of tokens for a person who has proved who they are."""
    family = str(uuid4())
    refresh_token = secrets.token_urlsafe(32)
    _store(uow, family, refresh_token, user_id, uow.now + FAMILY_LIFETIME)
    await uow.session.flush()
    return TokenPair(_access_token(uow, user_id, family), refresh_token)


async def refresh_tokens(uow: UnitOfWork, refresh_token: str) -> TokenPair | None:
    """Exchange a refresh token for a new pair.

    Returns:
        The new pair, or None if the token is worth nothing. A refusal is no error here, because
        revoking a family whose token was replayed has to be committed.
    """
    query = select(RefreshToken).where(col(RefreshToken.token_hash) == hash_token(refresh_token))
    token = await uow.session.scalar(query.with_for_update())
    if token is None:
        return None
    verdict = rules.judge_refresh(
        now=uow.now,
        expires_at=token.expires_at,
        used_at=token.used_at,
        revoked_at=token.revoked_at,
    )
    if verdict is RefreshVerdict.REVOKE_FAMILY:
        await revoke_family(uow, token.family)
        entity = ("app_user", token.user_id)
        record(uow, "refresh_token_replayed", entity, severity="critical")
        return None
    if verdict is RefreshVerdict.REFUSE or await load_actor(uow, token.user_id) is None:
        return None
    successor = _successor(refresh_token)
    if verdict is RefreshVerdict.ROTATE:
        token.used_at = uow.now
        _store(uow, token.family, successor, token.user_id, token.expires_at)
    return TokenPair(_access_token(uow, token.user_id, token.family), successor)


async def end_family_of(uow: UnitOfWork, refresh_token: str) -> None:
    """Sign a program out: its tokens are worth nothing from now on."""
    query = select(RefreshToken).where(col(RefreshToken.token_hash) == hash_token(refresh_token))
    token = await uow.session.scalar(query)
    if token is not None:
        await revoke_family(uow, token.family)
        record(uow, "tokens_revoked", ("app_user", token.user_id))


async def revoke_family(uow: UnitOfWork, family: str) -> None:
    """End every token of a family, access tokens included."""
    await uow.session.execute(
        update(RefreshToken)
        .where(col(RefreshToken.family) == family, col(RefreshToken.revoked_at).is_(None))
        .values(revoked_at=uow.now)
    )


async def revoke_all_tokens(uow: UnitOfWork, user_id: int) -> None:
    """End every token of a person."""
    await uow.session.execute(
        update(RefreshToken)
        .where(col(RefreshToken.user_id) == user_id, col(RefreshToken.revoked_at).is_(None))
        .values(revoked_at=uow.now)
    )


async def find_token_actor(access_token: str) -> Actor | None:
    """Tell who an access token stands for now, or None if it is worth nothing.

    Roles are read from the database: a token proves who, never what they may do.
    """
    claims = read_claims(access_token)
    if claims is None:
        return None
    parameters = {
        "user_id": int(claims["sub"]),
        "family": claims["fam"],
        "active": UserStatus.ACTIVE.value,
        "now": clock.now(),
    }
    found = await run_alone(_RESOLVE, parameters)
    if not found:
        return None
    user_id, name, email, roles = found[0]
    return Actor(user_id, name, email, frozenset(map(Role, roles or ())))


def read_claims(access_token: str) -> dict[str, Any] | None:
    """Check an access token's signature, type and claims; None if anything is wrong."""
    try:
        decoded = jwt.decode_complete(
            access_token,
            signing_key(),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={
                "require": REQUIRED_CLAIMS,
                "strict_aud": True,
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except (jwt.InvalidTokenError, ValueError):
        return None
    claims = decoded["payload"]
    is_ours = decoded["header"].get("typ") == TOKEN_TYPE and _is_well_formed(claims)
    return claims if is_ours and _is_current(claims) else None


def _is_well_formed(claims: dict[str, Any]) -> bool:
    texts = (claims["sub"], claims["jti"], claims["fam"])
    instants = (claims["iat"], claims["nbf"], claims["exp"])
    return (
        all(isinstance(value, str) and 0 < len(value) <= 36 for value in texts)
        and claims["sub"].isascii()
        and claims["sub"].isdigit()
        and len(claims["sub"]) <= 9
        and all(type(value) is int for value in instants)
    )


def _is_current(claims: dict[str, Any]) -> bool:
    now = clock.now().timestamp()
    is_short = claims["exp"] - claims["iat"] <= ACCESS_LIFETIME.total_seconds()
    return is_short and claims["nbf"] <= now < claims["exp"] and claims["iat"] <= now


def _access_token(uow: UnitOfWork, user_id: int, family: str) -> str:
    issued_at = int(uow.now.timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "iat": issued_at,
        "nbf": issued_at,
        "exp": issued_at + int(ACCESS_LIFETIME.total_seconds()),
        "jti": str(uuid4()),
        "fam": family,
    }
    return jwt.encode(claims, signing_key(), ALGORITHM, headers={"typ": TOKEN_TYPE})


def _successor(refresh_token: str) -> str:
    """Derive the next token, so that a double click receives the same one twice."""
    digest = hmac.digest(signing_key(), b"refresh:" + refresh_token.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _store(
    uow: UnitOfWork, family: str, refresh_token: str, user_id: int, expires_at: datetime
) -> None:
    uow.session.add(
        RefreshToken(
            family=family,
            token_hash=hash_token(refresh_token),
            user_id=user_id,
            issued_at=uow.now,
            expires_at=expires_at,
        )
    )
