"""Slow guessing down, per account and per address, without locking the owner out.

An attempt is charged *before* the password is looked at, in a transaction of its own, so a
thousand guesses at once count as a thousand. A browser its owner signed in from before has a
counter of its own: strangers who exhaust the account's never touch it.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from sop_app.kernel.errors import LimitExceededError
from sop_app.system.database import UnitOfWork

from . import rules
from .models import KnownDevice, SignInThrottle
from .sessions import hash_token


@dataclass(frozen=True)
class Counter:
    """One row of failures in a row.

    Attributes:
        free_attempts: Failures that cost no wait yet.
        limit: Failures after which only a mail to the owner helps; None where time helps.
        forgets: Whether the counter starts again after a quiet hour.
    """

    key: str
    free_attempts: int = rules.FREE_ATTEMPTS
    limit: int | None = rules.ATTEMPT_LIMIT
    forgets: bool = False


def account_counter(email: str) -> Counter:
    """Count for an account, known or not: the answer to a stranger is the same."""
    return Counter(f"account:{_digest(email)}")


def address_counter(ip: str) -> Counter:
    """Count for an address; of IPv6 the network counts, since one person owns all of it."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return Counter("ip:unknown", rules.FREE_ATTEMPTS_PER_ADDRESS, None, forgets=True)
    if address.version == 6:
        address = ipaddress.ip_network((address, 64), strict=False).network_address
    return Counter(f"ip:{address}", rules.FREE_ATTEMPTS_PER_ADDRESS, None, forgets=True)


def device_counter(device: str, user_id: int) -> Counter:
    """Count for a known browser of a person."""
    return Counter(f"device:{hash_token(device)[:40]}:{user_id}")


def mail_counter(email: str) -> Counter:
    """Count the mails somebody asks for on behalf of an account."""
    return Counter(f"mail:{_digest(email)}", 3, None, forgets=True)


def _digest(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:40]


async def charge(uow: UnitOfWork, counters: Sequence[Counter]) -> None:
    """Count an attempt as failed until it proves right.

    Raises:
        LimitExceededError: One of the counters has to wait; none of them was charged.
    """
    keys = sorted(counter.key for counter in counters)
    fresh = [{"key": key, "failures": 0, "last_failed_at": uow.now} for key in keys]
    await uow.session.execute(insert(SignInThrottle).values(fresh).on_conflict_do_nothing())
    query = (
        select(SignInThrottle)
        .where(col(SignInThrottle.key).in_(keys))
        .order_by(col(SignInThrottle.key))
    )
    rows = {row.key: row for row in await uow.session.scalars(query.with_for_update())}
    for counter in counters:
        _refuse_if_blocked(uow, counter, rows[counter.key])
    for counter in counters:
        row = rows[counter.key]
        row.failures += 1
        row.last_failed_at = uow.now
        wait = rules.wait_after(row.failures, free_attempts=counter.free_attempts)
        row.blocked_until = uow.now + wait if wait else None


def _refuse_if_blocked(uow: UnitOfWork, counter: Counter, row: SignInThrottle) -> None:
    if counter.forgets and uow.now - row.last_failed_at > rules.ADDRESS_MEMORY:
        row.failures = 0
        row.blocked_until = None
    if counter.limit is not None and row.failures >= counter.limit:
        raise LimitExceededError("Too many attempts. Ask for a new password by mail.")
    if row.blocked_until is not None and row.blocked_until > uow.now:
        seconds = int((row.blocked_until - uow.now).total_seconds()) + 1
        raise LimitExceededError("Too many attempts. Wait a while.", retry_after=seconds)


async def clear(uow: UnitOfWork, counters: Sequence[Counter]) -> None:
    """Forget the failures: the person has proved who they are.

    An address is only given back the one attempt, so that somebody's own account does not buy
    guesses at the others.
    """
    for counter in counters:
        row = await uow.session.get(SignInThrottle, counter.key, with_for_update=True)
        if row is None:
            continue
        if counter.limit is not None:
            await uow.session.delete(row)
        else:
            row.failures = max(0, row.failures - 1)
            row.blocked_until = None


async def is_known_device(uow: UnitOfWork, device: str, user_id: int) -> bool:
    """Tell whether a browser's device cookie belongs to a person."""
    query = select(func.count()).where(
        col(KnownDevice.device_hash) == hash_token(device), col(KnownDevice.user_id) == user_id
    )
    return bool(device) and bool(await uow.session.scalar(query))


async def remember_device(uow: UnitOfWork, device: str, user_id: int) -> None:
    """Let a browser that has just signed in count as the person's own."""
    values = {"device_hash": hash_token(device), "user_id": user_id, "seen_at": uow.now}
    await uow.session.execute(
        insert(KnownDevice)
        .values(values)
        .on_conflict_do_update(index_elements=["device_hash", "user_id"], set_={"seen_at": uow.now})
    )


async def forget_devices(uow: UnitOfWork, user_id: int) -> None:
    """Let no browser count as the person's own any more."""
    await uow.session.execute(delete(KnownDevice).where(col(KnownDevice.user_id) == user_id))


async def purge(uow: UnitOfWork, *, older_than: timedelta = timedelta(days=90)) -> None:
    """Drop counters and devices nobody has used for a long time."""
    moment = uow.now - older_than
    await uow.session.execute(
        delete(SignInThrottle).where(col(SignInThrottle.last_failed_at) < moment)
    )
    await uow.session.execute(delete(KnownDevice).where(col(KnownDevice.seen_at) < moment))
