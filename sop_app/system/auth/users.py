"""Manage people: invite, edit, give roles, disable, and sign them out.

Nobody removes the last active administrator, and nobody disables the own account.
"""

from dataclasses import replace

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from sop_app.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    WrongStatusError,
)
from sop_app.system.audit.service import record
from sop_app.system.database import UnitOfWork

from . import queries, throttle
from .models import AppUser, UserRole
from .password_reset import LinkPurpose, personal_words, send_link, store_password
from .passwords import check_new_password
from .permissions import Permission, Role
from .schemas import SYSTEM_USER_ID, UserDraft, UserPage, UserQuery, UserRow, UserStatus
from .sessions import revoke_all_sessions
from .sign_in import clean_email
from .tokens import revoke_all_tokens

LAST_ADMIN = "This is the last active administrator. Make somebody else one first."


async def list_users(uow: UnitOfWork, query: UserQuery) -> UserPage:
    """List people, one page at a time."""
    uow.require(Permission.USERS_MANAGE)
    return await queries.find_users(uow, query)


async def get_user(uow: UnitOfWork, user_id: int) -> UserRow:
    """Find one person.

    Raises:
        NotFoundError: There is no such person.
    """
    uow.require(Permission.USERS_MANAGE)
    return await queries.read_user(uow, user_id)


async def list_sales_managers(uow: UnitOfWork) -> list[tuple[int, str]]:
    """List who may lead a team: active people with the role, as id and name."""
    uow.require(Permission.USERS_MANAGE)
    return await queries.sales_managers(uow)


async def invite_user(uow: UnitOfWork, draft: UserDraft) -> int:
    """Create a person and send the invitation; return the new id.

    Raises:
        InvalidInputError: A field cannot be stored, or the e-mail is taken.
    """
    uow.require(Permission.USERS_MANAGE)
    clean = await _checked(uow, draft, user_id=None)
    user = AppUser(
        email=clean.email,
        full_name=clean.full_name,
        status=UserStatus.INVITED,
        team=clean.team,
        manager_id=clean.manager_id,
        created_at=uow.now,
    )
    await _store(uow, user)
    await _replace_roles(uow, user.id, clean.roles)
    await send_link(uow, user, LinkPurpose.INVITATION)
    record(uow, "user_invited", ("app_user", user.id), after=_facts(clean))
    return user.id


async def edit_user(uow: UnitOfWork, user_id: int, draft: UserDraft, *, version: int) -> None:
    """Change a person's name, e-mail, roles, team or manager; acts at the person's next event.

    Args:
        uow: The transaction of the change.
        user_id: Whose record.
        draft: What the form holds.
        version: Of the record the form was filled from.

    Raises:
        NotFoundError: There is no such person.
        InvalidInputError: A field cannot be stored, or the e-mail is taken.
        ConflictError: Somebody else changed the record, or the last administrator would go.
    """
    uow.require(Permission.USERS_MANAGE)
    before = await queries.read_user(uow, user_id)
    clean = await _checked(uow, draft, user_id=user_id)
    if Role.ADMIN in before.roles and Role.ADMIN not in clean.roles:
        await _keep_an_admin(uow, user_id)
    await _bump_version(uow, user_id, version)
    user = await _locked(uow, user_id)
    user.full_name, user.email = clean.full_name, clean.email
    user.team, user.manager_id = clean.team, clean.manager_id
    await _store(uow, user)
    await _replace_roles(uow, user_id, clean.roles)
    facts_before = _facts(
        UserDraft(
            before.full_name, before.email, frozenset(before.roles), before.team, before.manager_id
        )
    )
    record(uow, "user_edited", ("app_user", user_id), before=facts_before, after=_facts(clean))


async def disable_user(uow: UnitOfWork, user_id: int, *, version: int) -> None:
    """Let a person sign in no more; open sessions end at their next event.

    Raises:
        NotFoundError: There is no such person.
        ConflictError: It is the acting person or the last administrator, or the record changed.
    """
    uow.require(Permission.USERS_MANAGE)
    if user_id == uow.actor.user_id:
        raise ConflictError("You cannot disable your own account. Ask another administrator.")
    await _keep_an_admin(uow, user_id)
    await _change_status(uow, user_id, UserStatus.DISABLED, version, "user_disabled")
    await _end_everything(uow, user_id)


async def enable_user(uow: UnitOfWork, user_id: int, *, version: int) -> None:
    """Let a disabled person sign in again; who never set a password is invited again.

    Raises:
        NotFoundError: There is no such person.
        WrongStatusError: The person is not disabled.
        ConflictError: Somebody else changed the record.
    """
    uow.require(Permission.USERS_MANAGE)
    user = await _locked(uow, user_id)
    if user.status != UserStatus.DISABLED:
        raise WrongStatusError(user.full_name, user.status, "enabled")
    status = UserStatus.ACTIVE if user.password_hash else UserStatus.INVITED
    await _change_status(uow, user_id, status, version, "user_enabled")
    if status is UserStatus.INVITED:
        await send_link(uow, user, LinkPurpose.INVITATION)


async def force_sign_out(uow: UnitOfWork, user_id: int) -> int:
    """End every session and token of a person; return how many browsers were open.

    Raises:
        NotFoundError: There is no such person.
    """
    uow.require(Permission.USERS_MANAGE)
    await _locked(uow, user_id)
    count = await _end_everything(uow, user_id)
    record(uow, "user_signed_out", ("app_user", user_id), after={"sessions": count})
    return count


async def send_password_link(uow: UnitOfWork, user_id: int) -> None:
    """Send a person a fresh link: the invitation again, or one to set a new password.

    Raises:
        NotFoundError: There is no such person.
        WrongStatusError: The person is disabled.
    """
    uow.require(Permission.USERS_MANAGE)
    user = await _locked(uow, user_id)
    if user.status == UserStatus.DISABLED:
        raise WrongStatusError(user.full_name, user.status, "sent a link")
    is_invited = user.status == UserStatus.INVITED
    await send_link(uow, user, LinkPurpose.INVITATION if is_invited else LinkPurpose.RESET)
    record(uow, "password_link_sent", ("app_user", user_id))


async def create_admin(uow: UnitOfWork, email: str, full_name: str, password: str) -> int:
    """Create an active administrator, or restore one who is locked out; return the id.

    Whoever may run commands on the server owns the installation, so nothing is asked.

    Raises:
        InvalidInputError: The name or e-mail cannot be stored.
        WeakPasswordError: The password is too short or too easy to guess.
    """
    uow.require(Permission.USERS_MANAGE)
    draft = await _checked(uow, UserDraft(full_name, email, frozenset({Role.ADMIN})), user_id=None)
    user = await uow.session.scalar(select(AppUser).where(col(AppUser.email) == draft.email))
    if user is None:
        user = AppUser(
            email=draft.email,
            full_name=draft.full_name,
            status=UserStatus.INVITED,
            created_at=uow.now,
        )
    check_new_password(password, personal_words=personal_words(user))
    user.status = UserStatus.ACTIVE
    await _store(uow, user)
    user_id = user.id
    await store_password(uow, user, password)
    await throttle.clear(uow, [throttle.account_counter(user.email)])
    if await uow.session.get(UserRole, (user_id, Role.ADMIN.value)) is None:
        uow.session.add(UserRole(user_id=user_id, role=Role.ADMIN))
    record(uow, "admin_created", ("app_user", user_id), severity="warning")
    return user_id


async def _checked(uow: UnitOfWork, draft: UserDraft, *, user_id: int | None) -> UserDraft:
    errors: dict[str, str] = {}
    name = " ".join(draft.full_name.split())
    team = " ".join(draft.team.split())
    email = clean_email(draft.email)
    if not 2 <= len(name) <= 120:
        errors["full_name"] = "Enter the person's name, at most 120 characters."
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        errors["email"] = "This is not an e-mail address."
    if len(team) > 60:
        errors["team"] = "Use at most 60 characters."
    if not draft.roles:
        errors["roles"] = "Choose at least one role."
    if draft.manager_id is not None and (
        draft.manager_id == user_id
        or draft.manager_id not in dict(await queries.sales_managers(uow))
    ):
        errors["manager_id"] = "Choose an active sales manager other than the person."
    if errors:
        raise InvalidInputError(errors)
    return replace(draft, full_name=name, team=team, email=email)


async def _store(uow: UnitOfWork, user: AppUser) -> None:
    taken = select(col(AppUser.id)).where(
        col(AppUser.email) == user.email, col(AppUser.id) != (user.id or 0)
    )
    sentence = {"email": "Another person has this e-mail address."}
    with uow.session.no_autoflush:
        if await uow.session.scalar(taken) is not None:
            raise InvalidInputError(sentence)
    uow.session.add(user)
    try:
        await uow.session.flush()
    except IntegrityError:
        raise InvalidInputError(sentence) from None


async def _replace_roles(uow: UnitOfWork, user_id: int, roles: frozenset[Role]) -> None:
    await uow.session.execute(delete(UserRole).where(col(UserRole.user_id) == user_id))
    uow.session.add_all(UserRole(user_id=user_id, role=role) for role in sorted(roles))
    await uow.session.flush()


async def _bump_version(uow: UnitOfWork, user_id: int, version: int) -> None:
    stored = await uow.session.scalar(
        update(AppUser)
        .where(col(AppUser.id) == user_id, col(AppUser.version) == version)
        .values(version=version + 1)
        .returning(col(AppUser.version))
    )
    if stored is None:
        raise ConflictError("Somebody else changed this person meanwhile. Open the record again.")


async def _change_status(
    uow: UnitOfWork, user_id: int, status: UserStatus, version: int, action: str
) -> None:
    await _bump_version(uow, user_id, version)
    user = await _locked(uow, user_id)
    before = user.status
    user.status = status
    record(uow, action, ("app_user", user_id), before={"status": before}, after={"status": status})


async def _end_everything(uow: UnitOfWork, user_id: int) -> int:
    await revoke_all_tokens(uow, user_id)
    return await revoke_all_sessions(uow, user_id)


async def _keep_an_admin(uow: UnitOfWork, user_id: int) -> None:
    """Refuse if nobody else is an active administrator; concurrent changes wait here."""
    admins = await queries.lock_active_admins(uow)
    if user_id in admins and len(admins) == 1:
        raise ConflictError(LAST_ADMIN)


async def _locked(uow: UnitOfWork, user_id: int) -> AppUser:
    user = await uow.session.get(AppUser, user_id, with_for_update=True, populate_existing=True)
    if user is None or user_id == SYSTEM_USER_ID:
        raise NotFoundError("person", user_id)
    return user


def _facts(draft: UserDraft) -> dict[str, object]:
    return {
        "full_name": draft.full_name,
        "email": draft.email,
        "roles": sorted(draft.roles),
        "team": draft.team,
        "manager_id": draft.manager_id,
    }
