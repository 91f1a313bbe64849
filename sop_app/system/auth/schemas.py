"""What other rooms may know about people: who acts, and how a person is shown."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .permissions import Permission, Role, permissions_of

SYSTEM_USER_ID = 0


class UserStatus(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True)
class Actor:
    """The person (or the program itself) on whose behalf something is done.

    Attributes:
        user_id: Key of the person; 0 is the program itself (worker, command line).
        session_id: The sign-in session the act came through, if any.
    """

    user_id: int
    name: str
    email: str
    roles: frozenset[Role]
    session_id: int | None = None
    permissions: frozenset[Permission] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "permissions", permissions_of(self.roles))

    def may(self, permission: Permission) -> bool:
        """Tell whether the person's roles grant a permission."""
        return permission in self.permissions

    @property
    def sees_all_customers(self) -> bool:
        """Whether the person's view is not limited to own or team customers."""
        return any(role.sees_all_customers for role in self.roles) or self.roles == {Role.VIEWER}

    @property
    def is_system(self) -> bool:
        """Whether the program itself acts."""
        return self.user_id == SYSTEM_USER_ID


SYSTEM_ACTOR = Actor(SYSTEM_USER_ID, "S&OP", "", frozenset({Role.ADMIN}))


@dataclass(frozen=True)
class UserRow:
    """A person as lists and forms show them."""

    id: int
    full_name: str
    email: str
    status: UserStatus
    roles: tuple[Role, ...]
    team: str
    manager_id: int | None
    manager_name: str | None
    last_seen_at: datetime | None
    version: int
