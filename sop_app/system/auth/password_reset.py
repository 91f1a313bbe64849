"""Links sent by mail: a forgotten password and the invitation of a new person.

A link works once, a reset for 30 minutes and an invitation for 7 days. Asking for a reset tells
nobody whether the account exists.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlmodel import col

from sop_app.kernel.errors import InvalidInputError, LimitExceededError
from sop_app.system.audit.service import record
from sop_app.system.config import get_config
from sop_app.system.database import UnitOfWork
from sop_app.system.notifications.schemas import MailKind
from sop_app.system.notifications.service import queue_mail

from . import throttle
from .models import AppUser, OneTimeToken
from .passwords import check_new_password, hash_password
from .schemas import UserStatus
from .sessions import hash_token, revoke_all_sessions
from .sign_in import clean_email
from .tokens import revoke_all_tokens


class LinkPurpose(StrEnum):
    """Why a link was sent."""

    RESET = "reset"
    INVITATION = "invitation"

    @property
    def lifetime(self) -> timedelta:
        """How long the link works."""
        return timedelta(minutes=30) if self is LinkPurpose.RESET else timedelta(days=7)


MAIL_KINDS = {
    LinkPurpose.RESET: MailKind.PASSWORD_RESET,
    LinkPurpose.INVITATION: MailKind.INVITATION,
}


async def request_reset(uow: UnitOfWork, email: str) -> None:
    """Send a link to whoever forgot the password; do nothing for an unknown address.

    The caller answers the same in both cases, and after the same time.
    """
    address = clean_email(email)
    try:
        await throttle.charge(
            uow, [throttle.mail_counter(address), throttle.address_counter(uow.ip)]
        )
    except LimitExceededError:
        return
    query = select(AppUser).where(
        col(AppUser.email) == address, col(AppUser.status) == UserStatus.ACTIVE
    )
    user = await uow.session.scalar(query)
    if user is not None:
        await send_link(uow, user, LinkPurpose.RESET)
        record(uow, "password_reset_requested", ("app_user", user.id))


async def send_link(uow: UnitOfWork, user: AppUser, purpose: LinkPurpose) -> None:
    """Queue a mail with a fresh link; links sent earlier stop working."""
    await _void_links(uow, user.id)
    token = secrets.token_urlsafe(32)
    uow.session.add(
        OneTimeToken(
            purpose=purpose,
            token_hash=hash_token(token),
            user_id=user.id,
            created_at=uow.now,
            expires_at=uow.now + purpose.lifetime,
        )
    )
    await uow.session.flush()
    expires_at = (uow.now + purpose.lifetime).astimezone(ZoneInfo(get_config().time_zone))
    context = {
        "path": f"/api/v1/auth/link?token={token}",
        "expires": f"{expires_at:%a %d %b %Y, %H:%M %Z}",
        "inviter_name": uow.actor.name,
    }
    await queue_mail(uow, MAIL_KINDS[purpose], user.id, context)


async def is_link_open(uow: UnitOfWork, token: str) -> bool:
    """Tell whether a link can still be used."""
    return await _find_link(uow, token) is not None


async def set_password_by_link(uow: UnitOfWork, token: str, password: str) -> None:
    """Set a new password with a link from a mail; every session of the person ends.

    Raises:
        InvalidInputError: The link was used, replaced or is too old (field ``link``), or the
            password is too easy to guess (field ``password``).
    """
    link = await _find_link(uow, token)
    if link is None:
        raise InvalidInputError({"link": "This link was used or is too old. Ask for a new one."})
    user = await uow.session.get_one(AppUser, link.user_id, with_for_update=True)
    check_new_password(password, personal_words=personal_words(user))
    await _void_links(uow, link.user_id)
    await store_password(uow, user, password)
    user.status = UserStatus.ACTIVE
    await throttle.clear(uow, [throttle.account_counter(user.email)])
    action = "invitation_accepted" if link.purpose == LinkPurpose.INVITATION else "password_reset"
    record(uow, action, ("app_user", link.user_id))


async def store_password(uow: UnitOfWork, user: AppUser, password: str) -> None:
    """Store a new password that was checked; every session and token of the person ends."""
    user.password_hash = await hash_password(password)
    user.password_changed_at = uow.now
    await revoke_all_sessions(uow, user.id)
    await revoke_all_tokens(uow, user.id)


def personal_words(user: AppUser) -> Iterable[str]:
    """List what a person's password may not be made of."""
    return (user.full_name, *user.email.partition("@")[::2])


async def _find_link(uow: UnitOfWork, token: str) -> OneTimeToken | None:
    query = (
        select(OneTimeToken)
        .join(AppUser, col(AppUser.id) == col(OneTimeToken.user_id))
        .where(
            col(OneTimeToken.token_hash) == hash_token(token),
            col(OneTimeToken.used_at).is_(None),
            col(OneTimeToken.expires_at) > uow.now,
            col(AppUser.status) != UserStatus.DISABLED,
        )
        .with_for_update(of=OneTimeToken)
    )
    return await uow.session.scalar(query)


async def _void_links(uow: UnitOfWork, user_id: int) -> None:
    await uow.session.execute(
        update(OneTimeToken)
        .where(col(OneTimeToken.user_id) == user_id, col(OneTimeToken.used_at).is_(None))
        .values(used_at=uow.now)
    )
