"""Reads about people."""

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from sop_app.kernel.errors import NotFoundError
from sop_app.system.database import UnitOfWork

from .models import AppUser, UserRole
from .permissions import Role
from .schemas import SYSTEM_USER_ID, UserPage, UserQuery, UserRow, UserStatus

_Manager = aliased(AppUser)
_SORT_KEYS = {
    "full_name": func.lower(col(AppUser.full_name)),
    "email": col(AppUser.email),
    "team": func.lower(col(AppUser.team)),
    "manager_name": func.lower(col(_Manager.full_name)),
    "status": col(AppUser.status),
    "last_seen_at": col(AppUser.last_seen_at),
}


async def find_users(uow: UnitOfWork, query: UserQuery) -> UserPage:
    """Read one page of the people who match."""
    matching = _matching(query)
    total = await uow.session.scalar(select(func.count()).select_from(matching.subquery()))
    key = _SORT_KEYS.get(query.sort, _SORT_KEYS["full_name"])
    ordered = matching.order_by(
        (key.desc() if query.is_descending else key.asc()).nulls_last(), col(AppUser.id)
    )
    size = min(max(query.page_size, 1), 200)
    window = ordered.limit(size).offset((max(query.page, 1) - 1) * size)
    return UserPage(tuple(await _rows(uow, window)), total or 0)


async def read_user(uow: UnitOfWork, user_id: int) -> UserRow:
    """Read one person.

    Raises:
        NotFoundError: There is no such person.
    """
    rows = await _rows(uow, _people().where(col(AppUser.id) == user_id))
    if not rows:
        raise NotFoundError("person", user_id)
    return rows[0]


async def sales_managers(uow: UnitOfWork) -> list[tuple[int, str]]:
    """Read the active sales managers, by name."""
    rows = await uow.session.execute(
        select(col(AppUser.id), col(AppUser.full_name))
        .join(UserRole, col(UserRole.user_id) == col(AppUser.id))
        .where(col(UserRole.role) == Role.SALES_MANAGER, col(AppUser.status) == UserStatus.ACTIVE)
        .order_by(col(AppUser.full_name))
    )
    return [(user_id, name) for user_id, name in rows]


async def lock_active_admins(uow: UnitOfWork) -> list[int]:
    """Read who is an active administrator, and hold those records until the transaction ends."""
    rows = await uow.session.scalars(
        select(col(AppUser.id))
        .join(UserRole, col(UserRole.user_id) == col(AppUser.id))
        .where(col(UserRole.role) == Role.ADMIN, col(AppUser.status) == UserStatus.ACTIVE)
        .order_by(col(AppUser.id))
        .with_for_update()
    )
    return list(rows)


def _people() -> Select:
    return (
        select(AppUser, col(_Manager.full_name))
        .outerjoin(_Manager, col(_Manager.id) == col(AppUser.manager_id))
        .where(col(AppUser.id) != SYSTEM_USER_ID)
    )


def _matching(query: UserQuery) -> Select:
    people = _people()
    if text := query.find.strip():
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        columns = (col(AppUser.full_name), col(AppUser.email), col(AppUser.team))
        people = people.where(or_(*(column.ilike(pattern) for column in columns)))
    if query.role is not None:
        holders = select(col(UserRole.user_id)).where(col(UserRole.role) == query.role)
        people = people.where(col(AppUser.id).in_(holders))
    if query.status is not None:
        people = people.where(col(AppUser.status) == query.status)
    return people


async def _rows(uow: UnitOfWork, query: Select) -> list[UserRow]:
    found = (await uow.session.execute(query)).all()
    roles: dict[int, list[Role]] = {user.id: [] for user, _ in found}
    held = await uow.session.execute(select(UserRole).where(col(UserRole.user_id).in_(roles)))
    for role in held.scalars():
        roles[role.user_id].append(Role(role.role))
    order = list(Role)
    return [
        UserRow(
            id=user.id,
            full_name=user.full_name,
            email=user.email,
            status=UserStatus(user.status),
            roles=tuple(sorted(roles[user.id], key=order.index)),
            team=user.team,
            manager_id=user.manager_id,
            manager_name=manager_name,
            last_seen_at=user.last_seen_at,
            version=user.version,
        )
        for user, manager_name in found
    ]
