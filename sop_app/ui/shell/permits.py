"""What each event handler demands: a declared permission and arguments of the declared types.

Every public method of a Reflex state is a network endpoint, so each one carries its permission
as a mark on the function. A handler without a mark stops the program from starting.
"""

import functools
import inspect
import typing
from collections.abc import Callable
from typing import Any

import reflex as rx
from pydantic import TypeAdapter, ValidationError
from reflex_base.registry import RegisteredEventHandler, RegistrationContext

from sop_app.system.auth.permissions import Permission

MAX_TEXT_LENGTH = 20_000
MAX_INTEGER = 2**31 - 1
FRAMEWORK_HANDLERS = frozenset(
    f"reflex___state____state.{name}"
    for name in (
        "hydrate",
        "hydrate_and_load",
        "set_is_hydrated",
        "reflex___state____on_load_internal_state.on_load_internal",
        "reflex___state____update_vars_internal_state.update_vars_internal",
    )
)
_MARK = "__sop_permission__"


def declares(permission: Permission, **event_options: Any) -> Callable[[Any], Any]:
    """Mark an event handler with the permission it needs.

    Args:
        permission: What the acting person must be allowed to do.
        event_options: Passed on to ``rx.event`` (``background``, ``throttle``, ``debounce`` ...).

    Raises:
        TypeError: The handler is not async; a sync handler blocks every user of the process.
    """

    def declare(handler: Any) -> Any:
        if not (inspect.iscoroutinefunction(handler) or inspect.isasyncgenfunction(handler)):
            raise TypeError(
                f"{handler.__qualname__} must be async: a sync handler blocks everybody."
            )
        setattr(handler, _MARK, permission)
        return rx.event(handler, **event_options)

    return declare


def permission_of(registered: RegisteredEventHandler) -> Permission | None:
    """Return the permission a registered handler declares, or None."""
    return getattr(registered.handler.fn, _MARK, None)


def verify_handlers() -> None:
    """Stop the program unless every handler of ours has declared its permission.

    Raises:
        RuntimeError: Some have not; the message names them.
    """
    forgotten = [
        name
        for name, registered in RegistrationContext.get().event_handlers.items()
        if permission_of(registered) is None and "sop_app___" in name
        if not name.endswith(".setvar")
    ]
    if forgotten:
        raise RuntimeError(f"Handlers without a permission: {', '.join(sorted(forgotten))}")


def has_valid_arguments(registered: RegisteredEventHandler, payload: dict[str, Any]) -> bool:
    """Check an event's arguments strictly against the handler's signature and annotations."""
    parameters = _parameters(registered.handler.fn)
    if not payload.keys() <= parameters.keys():
        return False
    return all(
        _fits(adapter, payload[name]) if name in payload else is_optional
        for name, (adapter, is_optional) in parameters.items()
    )


def _fits(adapter: TypeAdapter[Any] | None, value: Any) -> bool:
    if adapter is None:
        return True
    try:
        adapter.validate_python(value, strict=True)
    except ValidationError:
        return False
    return _is_bounded(value)


@functools.cache
def _parameters(function: Any) -> dict[str, tuple[TypeAdapter[Any] | None, bool]]:
    """Map each argument to its validator (None for uploads, checked elsewhere) and optionality."""
    source = inspect.unwrap(function)
    hints = typing.get_type_hints(source)
    return {
        parameter.name: (
            None
            if hints[parameter.name] == list[rx.UploadFile]
            else TypeAdapter(hints[parameter.name]),
            parameter.default is not inspect.Parameter.empty,
        )
        for parameter in list(inspect.signature(source).parameters.values())[1:]
    }


def _is_bounded(value: Any) -> bool:
    """Refuse what no screen of ours sends: huge texts and numbers, and NUL characters."""
    if isinstance(value, str):
        return len(value) <= MAX_TEXT_LENGTH and "\x00" not in value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return abs(value) <= MAX_INTEGER
    if isinstance(value, dict):
        return all(_is_bounded(key) and _is_bounded(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(_is_bounded(item) for item in value)
    return True
