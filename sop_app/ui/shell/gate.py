"""The gate: one deny-by-default wall in front of every event a browser can send.

For each event the gate asks the session record who acts, compares the declared permission, and
validates the arguments before the handler runs. Nothing about a person is remembered in between;
a tab that changes hands, or whose person's roles change, is emptied first.
"""

import asyncio
import functools
import inspect
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import reflex as rx
import structlog
from reflex.istate.delta import _resolve_delta
from reflex.istate.proxy import StateProxy
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

from sop_app.kernel.errors import AppError, PermissionDeniedError
from sop_app.system import database
from sop_app.system.auth.permissions import Permission
from sop_app.system.auth.schemas import Actor
from sop_app.system.auth.sessions import find_actor, session_token

from .notices import NoticeState
from .permits import FRAMEWORK_HANDLERS, declares, has_valid_arguments, permission_of

log = structlog.get_logger()

LOAD_PAGE = "reflex___state____state.hydrate_and_load"


class TabOwner(rx.State):
    """Whose figures this tab's state holds: a session and the roles it had; empty for nobody."""

    _session: str = ""


def requires(permission: Permission, **event_options: Any) -> Callable[[Any], Any]:
    """Declare the permission of an event handler and turn its refusals into notices.

    A defect becomes a notice as well, with a reference that is found in the log.

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
            except Exception as error:  # noqa: BLE001  a defect becomes a notice
                await _tell(self, error, handler.__qualname__)

        return stream

    @functools.wraps(handler)
    async def act(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await handler(self, *args, **kwargs)
        except Exception as error:  # noqa: BLE001  a defect becomes a notice
            await _tell(self, error, handler.__qualname__)

    return act if inspect.iscoroutinefunction(handler) else handler


async def _tell(state: Any, error: Exception, handler: str) -> None:
    message = error.message if isinstance(error, AppError) else _log_defect(handler, error)
    if isinstance(state, StateProxy):
        async with state:
            (await state.get_state(NoticeState))._push_error(message)
    else:
        (await state.get_state(NoticeState))._push_error(message)


def _log_defect(handler: str, error: Exception) -> str:
    reference = uuid4().hex[:8]
    log.error("handler_failed", handler=handler, reference=reference, exc_info=error)
    return f"Something failed, and this was not saved. Tell support the reference {reference}."


def log_defect(exception: Exception) -> None:
    """Log an error that Reflex caught outside our handlers; the screen gets no details."""
    _log_defect("framework", exception)


class Gate(rx.Middleware):
    """Decide for every event whether it reaches its handler."""

    async def preprocess(self, app: Any, state: BaseState, event: Event) -> StateUpdate | None:
        """Let the event pass (None) or answer it with a refusal; a failing check refuses too."""
        database.set_origin(None)
        root = state._get_root_state()
        try:
            return await _judge(app, root, event)
        except Exception as error:  # noqa: BLE001  a defect becomes a notice
            message = _log_defect("gate", error)
            return await _notice(root, message)


async def _judge(app: Any, root: BaseState, event: Event) -> StateUpdate | None:
    registered = RegistrationContext.get().event_handlers.get(event.name)
    is_framework = event.name in FRAMEWORK_HANDLERS
    permission = permission_of(registered) if registered else None
    if registered is None or (permission is None and not is_framework):
        return _drop(event, "no permission declared")
    if not has_valid_arguments(registered, event.payload):
        return _drop(event, "invalid arguments")
    token = session_token(root.router.headers.cookie or "")
    actor = await find_actor(token, is_use=not is_framework)
    was_emptied = await _empty_foreign_tab(app, root, actor)
    if permission is None or permission is Permission.PUBLIC:
        return None
    if actor is None:
        return _lead_to_sign_in(root, has_ended=bool(token))
    if was_emptied:
        return StateUpdate(events=[Event(name=LOAD_PAGE)])
    if not actor.may(permission):
        log.warning("event_refused", handler=event.name, user_id=actor.user_id)
        return await _notice(root, PermissionDeniedError().message)
    ip = root.router.session.client_ip or ""
    database.set_origin(database.Origin(actor, ip, uuid4().hex[:12]))
    return None


async def _empty_foreign_tab(app: Any, root: BaseState, actor: Actor | None) -> bool:
    """Empty a tab filled for another session or other roles; return whether it held anything."""
    owner = f"{actor.session_id}:{','.join(sorted(actor.roles))}" if actor else ""
    tab = await root.get_state(TabOwner)
    before = tab._session
    if before == owner:
        return False
    _stop_background_work(app, root.router.session.client_token)
    root.reset()
    tab._session = owner
    return before != ""


def _stop_background_work(app: Any, tab_token: str) -> None:
    """Cancel what a tab's former owner left running, before it writes into the new one's tab."""
    for task in list(app.event_processor._tasks.values()):
        if task is not asyncio.current_task() and _tab_of(task) == tab_token:
            task.cancel()


def _tab_of(task: asyncio.Task[Any]) -> str:
    if sys.version_info < (3, 12):
        return task._event_ctx.token  # pyright: ignore[reportAttributeAccessIssue]
    return task.get_context().run(EventContext.get).token


def _lead_to_sign_in(root: BaseState, *, has_ended: bool) -> StateUpdate:
    query = {"ended": "1"} if has_ended else {}
    path = root.router.url.path.rstrip("/")
    if path:
        query["next"] = path
    address = f"/sign-in?{urlencode(query)}" if query else "/sign-in"
    return StateUpdate(events=Event.from_event_type(rx.redirect(address)))


def _drop(event: Event, reason: str) -> StateUpdate:
    """Refuse what no screen of ours sends, without an answer."""
    log.warning("event_refused", handler=event.name, reason=reason)
    return StateUpdate()


async def _notice(root: BaseState, message: str) -> StateUpdate:
    notices = await root.get_state(NoticeState)
    notices._push_error(message)
    delta = await _resolve_delta(root.get_delta())
    root._clean()
    return StateUpdate(delta=delta)
