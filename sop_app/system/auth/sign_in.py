"""Sign in: charge the attempt, compare the password, then open a session or issue tokens.

Two short transactions with the slow comparison between them, so guessing never holds database
connections: the edge calls ``begin_sign_in``, ``verify_password`` and ``finish_sign_in``.
"""

import secrets
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import col

from sop_app.kernel.errors import LimitExceededError
from sop_app.system.audit.service import record
from sop_app.system.database import UnitOfWork

from . import throttle
from .models import AppUser, UserRole
from .permissions import Role
from .schemas import Actor, UserStatus
from .throttle import Counter


@dataclass(frozen=True)
class Attempt:
    """A sign-in that was charged and waits for its password to be compared.

    Attributes:
        user_id: The person, or None where the e-mail is unknown or may not sign in.
        password_hash: What to compare with; None makes the comparison fail in the same time.
        counters: What a success clears.
    """

    user_id: int | None
    password_hash: str | None
    counters: tuple[Counter, ...]
    is_known_device: bool


def clean_email(text: str) -> str:
    """Bring a typed e-mail address into the form it is stored in."""
    return text.strip().lower()[:254]


async def begin_sign_in(uow: UnitOfWork, email: str, *, device: str = "") -> Attempt:
    """Charge an attempt to sign in and find what its password is compared with.

    Args:
        uow: A transaction of the program itself; nobody is signed in yet.
        email: As typed.
        device: The browser's device cookie, if it has one.

    Raises:
        LimitExceededError: The account or the address has to wait.
    """
    address = clean_email(email)
    user = await uow.session.scalar(select(AppUser).where(col(AppUser.email) == address))
    is_known = user is not None and await throttle.is_known_device(uow, device, user.id)
    counters = (
        (throttle.device_counter(device, user.id),)
        if user is not None and is_known
        else (throttle.account_counter(address), throttle.address_counter(uow.ip))
    )
    await throttle.charge(uow, counters)
    may_sign_in = user is not None and user.status == UserStatus.ACTIVE
    return Attempt(
        user.id if user and may_sign_in else None,
        user.password_hash if user and may_sign_in else None,
        counters,
        is_known,
    )


async def finish_sign_in(
    uow: UnitOfWork, attempt: Attempt, *, matches: bool, newer_hash: str | None = None
) -> Actor | None:
    """Settle an attempt: note it in the audit log and, on success, clear its counters.

    Returns:
        The person who has proved who they are, or None. A refusal is no error here, because
        what was noted about it has to be committed.
    """
    if not matches or attempt.user_id is None:
        facts = {"known_device": attempt.is_known_device}
        entity = ("app_user", attempt.user_id or "unknown")
        record(uow, "sign_in_failed", entity, after=facts, severity="warning")
        return None
    actor = await load_actor(uow, attempt.user_id)
    if actor is None:
        return None
    await throttle.clear(uow, attempt.counters)
    user = await uow.session.get_one(AppUser, actor.user_id)
    user.last_seen_at = uow.now
    if newer_hash:
        user.password_hash = newer_hash
    facts = {"known_device": attempt.is_known_device}
    record(replace(uow, actor=actor), "signed_in", ("app_user", actor.user_id), after=facts)
    return actor


async def load_actor(uow: UnitOfWork, user_id: int) -> Actor | None:
    """Find an active person and the roles held at this moment."""
    user = await uow.session.get(AppUser, user_id)
    if user is None or user.status != UserStatus.ACTIVE:
        return None
    roles = await uow.session.scalars(
        select(col(UserRole.role)).where(col(UserRole.user_id) == user_id)
    )
    return Actor(user_id, user.full_name, user.email, frozenset(map(Role, roles)))


async def charge_password_check(uow: UnitOfWork) -> tuple[Counter, str | None]:
    """Charge a signed-in person's attempt to name the present password.

    A stolen session must not become a way to guess the password.

    Raises:
        LimitExceededError: Too many wrong ones in a row.
    """
    counter = Counter(f"own:{uow.actor.user_id}")
    try:
        await throttle.charge(uow, [counter])
    except LimitExceededError as refusal:
        raise LimitExceededError(
            "Too many wrong passwords. Wait a while.", retry_after=refusal.retry_after
        ) from None
    user = await uow.session.get_one(AppUser, uow.actor.user_id)
    return counter, user.password_hash


def new_device() -> str:
    """Draw the random name a browser carries from its first sign-in on."""
    return secrets.token_urlsafe(32)
