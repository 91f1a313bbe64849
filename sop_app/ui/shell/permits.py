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
from pydantic.errors import PydanticUserError
from reflex_base.registry import RegisteredEventHandler, RegistrationContext
from reflex_base.utils.form import form_data_as_dict

from sop_app.system.auth.permissions import Permission

MAX_TEXT_LENGTH = 20_000
MAX_INTEGER = 2**31 - 1
MAX_NUMBER = 1e15
MAX_DEPTH = 8
FRAMEWORK_HANDLERS = frozenset(
    f"reflex___state____state.{name}"
    for name in (
        "hydrate",
        "hydrate_and_load",
        "set_is_hydrated",
        "reflex___state____on_load_internal_state.on_load_internal",
        "reflex___state____on_load_internal_state.set_is_hydrated",
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
    """Stop the program unless every handler of ours has declared its permission and its types.

    Raises:
        RuntimeError: Some have not; the message names them.
    """
    forgotten, untyped = [], []
    for name, registered in RegistrationContext.get().event_handlers.items():
        if "sop_app___" not in name or name.endswith(".setvar"):
            continue
        if permission_of(registered) is None:
            forgotten.append(name)
        elif not _is_typed(registered.handler.fn):
            untyped.append(name)
    if forgotten:
        raise RuntimeError(f"Handlers without a permission: {', '.join(sorted(forgotten))}")
    if untyped:
        raise RuntimeError(f"Handlers without argument types: {', '.join(sorted(untyped))}")


def has_valid_arguments(registered: RegisteredEventHandler, payload: dict[str, Any]) -> bool:
    """Check an event's arguments strictly against the handler's signature and annotations."""
    parameters = _parameters(registered.handler.fn)
    if not payload.keys() <= parameters.keys():
        return False
    return all(
        _fits(adapter, payload[name]) if name in payload else is_optional
        for name, (adapter, is_optional) in parameters.items()
    )


def _fits(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        if not _is_bounded(value):
            return False
        adapter.validate_python(form_data_as_dict(value), strict=True)
    except (ValidationError, TypeError, ValueError):
        return False
    return True


@functools.cache
def _parameters(function: Any) -> dict[str, tuple[TypeAdapter[Any], bool]]:
    """Map each argument to its validator and whether it may be left out."""
    source = inspect.unwrap(function)
    hints = typing.get_type_hints(source)
    return {
        parameter.name: (
            TypeAdapter(hints[parameter.name]),
            parameter.default is not inspect.Parameter.empty,
        )
        for parameter in list(inspect.signature(source).parameters.values())[1:]
    }


def _is_typed(function: Any) -> bool:
    """Tell whether every argument has a type that can be checked."""
    try:
        _parameters(function)
    except (KeyError, NameError, PydanticUserError):
        return False
    kinds = {item.kind for item in inspect.signature(inspect.unwrap(function)).parameters.values()}
    return not kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


def _is_bounded(value: Any, depth: int = 0) -> bool:
    """Refuse what no screen of ours sends: huge or deep values, halves of characters, NUL."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(value, str):
        value.encode()
        return len(value) <= MAX_TEXT_LENGTH and "\x00" not in value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return abs(value) <= (MAX_INTEGER if isinstance(value, int) else MAX_NUMBER)
    if isinstance(value, dict):
        return all(_is_bounded(item, depth + 1) for pair in value.items() for item in pair)
    if isinstance(value, list | tuple):
        return all(_is_bounded(item, depth + 1) for item in value)
    return True
