"""What other rooms may know about people: who acts, and how a person is shown."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .permissions import Permission, Role, permissions_of

SYSTEM_USER_ID = 0
MIN_PASSWORD_LENGTH = 15
MAX_PASSWORD_LENGTH = 256


class UserStatus(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


class PasswordProblem(StrEnum):
    """Why a new password is refused; the value is what an address may carry."""

    SHORT = "short"
    LONG = "long"
    SIGNS = "signs"
    COMMON = "common"
    PERSONAL = "personal"

    @property
    def sentence(self) -> str:
        """What stands beside the field."""
        return _PASSWORD_SENTENCES[self]


_PASSWORD_SENTENCES = {
    PasswordProblem.SHORT: f"Use at least {MIN_PASSWORD_LENGTH} characters, like a short sentence.",
    PasswordProblem.LONG: f"Use at most {MAX_PASSWORD_LENGTH} characters.",
    PasswordProblem.SIGNS: "Use letters, figures, signs and spaces only.",
    PasswordProblem.COMMON: "This is among the first passwords attackers try. Use another one.",
    PasswordProblem.PERSONAL: "This is made of your name, your e-mail or the product's name.",
}


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
        return any(role.sees_all_customers for role in self.roles) or self.roles == frozenset(
            {Role.VIEWER}
        )

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


@dataclass(frozen=True)
class SessionRow:
    """A browser in which a person is signed in."""

    id: int
    created_at: datetime
    last_seen_at: datetime
    ip: str
    user_agent: str
    is_current: bool


@dataclass(frozen=True)
class UserDraft:
    """What the form of a person holds.

    Attributes:
        manager_id: Whose team the person belongs to; a sales manager.
    """

    full_name: str
    email: str
    roles: frozenset[Role]
    team: str = ""
    manager_id: int | None = None


@dataclass(frozen=True)
class UserQuery:
    """Which people a list shows, and in which order.

    Attributes:
        find: Part of a name, e-mail or team.
        sort: ``full_name``, ``email``, ``team``, ``manager_name``, ``status`` or ``last_seen_at``.
        page: From 1.
    """

    find: str = ""
    role: Role | None = None
    status: UserStatus | None = None
    sort: str = "full_name"
    is_descending: bool = False
    page: int = 1
    page_size: int = 25


@dataclass(frozen=True)
class UserPage:
    """One page of people, and how many match in all."""

    rows: tuple[UserRow, ...]
    total_count: int
