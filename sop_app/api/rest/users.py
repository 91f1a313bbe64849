"""People, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from sop_app.api.access import transaction_for
from sop_app.system.auth import users
from sop_app.system.auth.permissions import Permission, Role
from sop_app.system.auth.schemas import UserDraft, UserPage, UserQuery, UserRow, UserStatus
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1/users", tags=["users"])


class UserBody(BaseModel):
    """What can be written about a person."""

    full_name: str = Field(max_length=200)
    email: str = Field(max_length=254)
    roles: list[Role] = Field(max_length=len(Role))
    team: str = Field(default="", max_length=100)
    manager_id: int | None = None

    def as_draft(self) -> UserDraft:
        """Bring the body into the form the service takes."""
        return UserDraft(
            self.full_name, self.email, frozenset(self.roles), self.team, self.manager_id
        )


class EditBody(UserBody):
    """A change, with the version of the record it is based on."""

    version: int


class VersionBody(BaseModel):
    """The version of the record an act is based on."""

    version: int


class SignedOut(BaseModel):
    """How many browsers were signed in."""

    sessions: int


Manage = transaction_for(Permission.USERS_MANAGE)
UserId = Annotated[int, Field(gt=0, le=2**31 - 1)]


@router.get("")
async def list_users(
    find: Annotated[str, Query(max_length=200)] = "",
    role: Role | None = None,
    status: UserStatus | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=200)] = 25,
    uow: UnitOfWork = Manage,
) -> UserPage:
    """List people, one page at a time, by name."""
    query = UserQuery(find=find, role=role, status=status, page=page, page_size=page_size)
    return await users.list_users(uow, query)


@router.post("", status_code=201)
async def invite_user(body: UserBody, uow: UnitOfWork = Manage) -> UserRow:
    """Create a person and send the invitation."""
    return await users.get_user(uow, await users.invite_user(uow, body.as_draft()))


@router.get("/{user_id}")
async def read_user(user_id: UserId, uow: UnitOfWork = Manage) -> UserRow:
    """Find one person."""
    return await users.get_user(uow, user_id)


@router.put("/{user_id}")
async def edit_user(user_id: UserId, body: EditBody, uow: UnitOfWork = Manage) -> UserRow:
    """Change a person's name, e-mail, roles, team or manager."""
    await users.edit_user(uow, user_id, body.as_draft(), version=body.version)
    return await users.get_user(uow, user_id)


@router.post("/{user_id}/disable")
async def disable_user(user_id: UserId, body: VersionBody, uow: UnitOfWork = Manage) -> UserRow:
    """Let a person sign in no more."""
    await users.disable_user(uow, user_id, version=body.version)
    return await users.get_user(uow, user_id)


@router.post("/{user_id}/enable")
async def enable_user(user_id: UserId, body: VersionBody, uow: UnitOfWork = Manage) -> UserRow:
    """Let a disabled person sign in again."""
    await users.enable_user(uow, user_id, version=body.version)
    return await users.get_user(uow, user_id)


@router.post("/{user_id}/sign-out")
async def force_sign_out(user_id: UserId, uow: UnitOfWork = Manage) -> SignedOut:
    """End every session and token of a person."""
    return SignedOut(sessions=await users.force_sign_out(uow, user_id))


@router.post("/{user_id}/password-link", status_code=204)
async def send_password_link(user_id: UserId, uow: UnitOfWork = Manage) -> None:
    """Send a person a link to set a password."""
    await users.send_password_link(uow, user_id)
