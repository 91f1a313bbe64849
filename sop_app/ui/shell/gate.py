"""The gate: one deny-by-default wall in front of every event a browser can send.

For each event the gate asks the session record who acts, compares the declared permission, and
validates the arguments before the handler runs. Nothing about a person is remembered in between;
a tab that changes hands is emptied first.
"""

import functools
import inspect
from collections.abc import AsyncIterator, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import uuid4

import reflex as rx
import structlog
from reflex.istate.delta import _resolve_delta
from reflex.istate.proxy import StateProxy
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext

from sop_app.kernel.errors import AppError, PermissionDeniedError
from sop_app.system import database
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.schemas import Actor
from sop_app.system.auth.sessions import COOKIE_NAME, find_actor, hash_token

from .notices import NoticeState
from .permits import FRAMEWORK_HANDLERS, declares, has_valid_arguments, permission_of

log = structlog.get_logger()


class TabOwner(rx.State):
    """Which session filled this tab's state; a tab is emptied when another one uses it."""

    _session_hash: str = ""


def requires(permission: Permission, **event_options: Any) -> Callable[[Any], Any]:
    """Declare the permission of an event handler and turn its refusals into notices.

    Only ``AppError`` is caught; anything else is a defect and is logged as one.

    Args:
        permission: What the acting person must be allowed to do.
        event_options: Passed on to ``rx.event`` (``background``, ``throttle``, ``debounce`` ...).
    """

    def declare(handler: Any) -> Any:
        return declares(permission, **event_options)(_tell_refusals(handler))

    return declare


def _tell_refusals(handler: Any) -> Any:
    if inspect.isasyncgenfunction(handler):

        @functools.wraps(handler)
        async def stream(self: Any, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            try:
                async for update in handler(self, *args, **kwargs):
                    yield update
            except AppError as refusal:
                await _tell(self, refusal)

        return stream

    @functools.wraps(handler)
    async def act(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await handler(self, *args, **kwargs)
        except AppError as refusal:
            await _tell(self, refusal)

    return act if inspect.iscoroutinefunction(handler) else handler


async def _tell(state: Any, refusal: AppError) -> None:
    if isinstance(state, StateProxy):
        async with state:
            (await state.get_state(NoticeState))._push_error(refusal.message)
    else:
        (await state.get_state(NoticeState))._push_error(refusal.message)


class Gate(rx.Middleware):
    """Decide for every event whether it reaches its handler."""

    async def preprocess(self, app: Any, state: BaseState, event: Event) -> StateUpdate | None:
        """Let the event pass (None) or answer it with a refusal."""
        root = state._get_root_state()
        token = session_token(root)
        database.set_origin(None)
        await _empty_foreign_tab(root, token)
        if event.name in FRAMEWORK_HANDLERS:
            return None
        registered = RegistrationContext.get().event_handlers.get(event.name)
        permission = permission_of(registered) if registered else None
        if registered is None or permission is None:
            return await _refuse(root, event, "no permission declared")
        if not has_valid_arguments(registered, event.payload):
            return await _refuse(root, event, "invalid arguments")
        if permission is Permission.PUBLIC:
            return None
        return await _authorize(root, event, permission, token)


async def _authorize(
    root: BaseState, event: Event, permission: Permission, token: str
) -> StateUpdate | None:
    actor = await find_actor(token)
    if actor is None:
        root.reset()
        return StateUpdate(events=Event.from_event_type(rx.redirect("/sign-in?ended=1")))
    if not actor.may(permission):
        return await _refuse(root, event, "permission denied", actor)
    ip = root.router.session.client_ip or ""
    database.set_origin(database.Origin(actor, ip, uuid4().hex[:12]))
    return None


async def _refuse(
    root: BaseState, event: Event, reason: str, actor: Actor | None = None
) -> StateUpdate:
    user_id = actor.user_id if actor else None
    log.warning("event_refused", handler=event.name[:200], reason=reason, user_id=user_id)
    if actor is None:
        return StateUpdate()
    notices = await root.get_state(NoticeState)
    notices._push_error(PermissionDeniedError().message)
    delta = await _resolve_delta(root.get_delta())
    root._clean()
    return StateUpdate(delta=delta)


def session_token(root: BaseState) -> str:
    """Read the session token from the cookie header of the socket's handshake."""
    try:
        cookies = SimpleCookie(root.router.headers.cookie or "")
    except CookieError:
        return ""
    return cookies[COOKIE_NAME].value if COOKIE_NAME in cookies else ""


async def _empty_foreign_tab(root: BaseState, token: str) -> None:
    owner = hash_token(token) if token else ""
    tab = await root.get_state(TabOwner)
    if tab._session_hash != owner:
        root.reset()
        tab._session_hash = owner
