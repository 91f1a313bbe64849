"""The refusals of the program: one small family, named for what is refused, carrying the facts.

Every layer raises these; only the edge (screen, REST, command line) turns them into a notice, an
HTTP status or an exit code. The message is a sentence for the person at the screen: what is
refused, why, and how to go on.
"""

from collections.abc import Mapping


class AppError(Exception):
    """Base of every refusal. ``message`` is written for the person who is refused."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotSignedInError(AppError):
    """Nobody is signed in, or the session has ended."""

    def __init__(self, message: str = "Your session has ended. Sign in again.") -> None:
        super().__init__(message)


class PermissionDeniedError(AppError):
    """The acting person may not do this."""

    def __init__(self, permission: str = "") -> None:
        super().__init__("Your roles do not allow this. Ask an administrator.")
        self.permission = permission


class NotFoundError(AppError):
    """There is no such record, or the acting person may not know of it.

    Both cases read the same, so nobody learns from the answer what exists.
    """

    def __init__(self, what: str, key: object) -> None:
        super().__init__(f"There is no {what} {key} that you can open.")
        self.what = what
        self.key = key


class InvalidInputError(AppError):
    """Fields hold values that cannot be stored.

    Attributes:
        fields: Field name to the sentence that stands beside the field.
    """

    def __init__(self, fields: Mapping[str, str], message: str | None = None) -> None:
        super().__init__(message or "; ".join(fields.values()))
        self.fields = dict(fields)


class ConflictError(AppError):
    """Somebody else changed the record first; nothing was saved.

    Attributes:
        theirs: What is stored now, ready to be shown beside what was refused.
    """

    def __init__(self, message: str, *, theirs: object = None) -> None:
        super().__init__(message)
        self.theirs = theirs


class InUseError(AppError):
    """A record cannot be deleted because others depend on it."""

    def __init__(self, what: str, dependents: Mapping[str, int]) -> None:
        parts = ", ".join(f"{count} {name}" for name, count in dependents.items() if count)
        super().__init__(f"{what} cannot be deleted: it still has {parts}.")
        self.dependents = dict(dependents)


class WrongStatusError(AppError):
    """The act does not fit the present status, for example closing a draft cycle."""

    def __init__(self, what: str, status: str, act: str) -> None:
        super().__init__(f"{what} is {status}; it cannot be {act}.")
        self.status = status


class LimitExceededError(AppError):
    """A size, count or rate limit was passed.

    Attributes:
        retry_after: Seconds to wait, 0 where waiting does not help.
    """

    def __init__(self, message: str, *, retry_after: int = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
