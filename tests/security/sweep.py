"""Call every handler of a running program as somebody, with payloads no screen would send."""

import inspect
import json
import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import socketio
from reflex_base.registry import RegistrationContext

import sop_app.sop_app  # noqa: F401  registers every handler
from sop_app.ui.shell.permits import FRAMEWORK_HANDLERS
from tests.security.live import HYDRATE, ROOT, Server, Tab, answer_of

ENTER = f"{ROOT}.sop_app___ui___shell___session_state____session_state.enter"
NOTICES = "notice_state.items"
REFUSALS = ("Your roles do not allow this",)


@dataclass(frozen=True)
class Handler:
    """A registered handler: the name on the wire, its arguments, and who it belongs to."""

    name: str
    arguments: dict[str, Any] = field(compare=False)
    is_background: bool

    @property
    def short_name(self) -> str:
        """``UsersState.save``, as the specification writes it."""
        state, _, act = self.name.rpartition(".")
        words = state.rpartition("____")[2].split("_")
        return f"{''.join(word.capitalize() for word in words)}.{act}"

    @property
    def is_ours(self) -> bool:
        """Whether a screen of ours calls it: neither Reflex's own, nor ``setvar``."""
        return "sop_app___" in self.name and not self.name.endswith(".setvar")


@dataclass
class Findings:
    """What a sweep saw that must not be."""

    calls: int = 0
    leaks: list[str] = field(default_factory=list)
    canaries: list[str] = field(default_factory=list)
    is_signed_in: bool = False


def registered_handlers() -> list[Handler]:
    """List every handler a browser can name, but those the page itself needs to load."""
    handlers = []
    for name, registered in sorted(RegistrationContext.get().event_handlers.items()):
        if name in FRAMEWORK_HANDLERS:
            continue
        source = inspect.unwrap(registered.handler.fn)
        hints = typing.get_type_hints(source)
        arguments = {
            parameter: hints.get(parameter, Any)
            for parameter in list(inspect.signature(source).parameters)[1:]
        }
        handlers.append(Handler(name, arguments, registered.handler.is_background))
    return handlers


def hostile_payloads(handler: Handler) -> list[dict[str, Any]]:
    """Guess arguments: plausible ones, wrong types, huge, missing, too many, broken text."""
    arguments = handler.arguments
    plausible = {name: _plausible(hint, 1) for name, hint in arguments.items()}
    payloads = [plausible, {name: _plausible(hint, 2) for name, hint in arguments.items()}]
    values = ({"$ne": 1}, "A" * 4096, None, -1, 2**70, "'; DROP TABLE app_user;--", "\x00", [[[]]])
    payloads += [dict.fromkeys(arguments, value) for value in values]
    payloads += [{}, {**plausible, "is_admin": True}]
    payloads.append(dict.fromkeys(arguments, "\ud800"))
    unique: dict[str, dict[str, Any]] = {json.dumps(item, default=str): item for item in payloads}
    return list(unique.values())


def _plausible(hint: Any, number: int) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _plausible(inner[0], number)
    if origin is typing.Literal:
        return inner[0]
    if origin in (list, tuple, set):
        return [_plausible(inner[0], number)] if inner else []
    if origin is dict or hint is dict:
        return {"id": number, "customer_id": number, "version": 1, "full_name": "X"}
    return {int: number, str: str(number), bool: number == 1, float: float(number)}.get(
        hint, number
    )


async def sweep(
    server: Server,
    cookies: dict[str, str],
    handlers: Iterable[Handler],
    *,
    may_answer: Callable[[Handler], bool],
    canaries: Iterable[str] = (),
    stop_after: int = 1000,
    is_brief: Callable[[Handler], bool] = lambda handler: False,
) -> Findings:
    """Call handlers with every hostile payload and judge what comes back.

    Args:
        server: Where.
        cookies: Of the browser that calls.
        handlers: Which.
        may_answer: Whether the person may call a handler, by the specification.
        canaries: What must not come back from any handler.
        stop_after: How many leaks are enough to know.
        is_brief: Whether a handler met the broken payloads before; the plausible ones are enough.
    """
    findings = Findings()
    async with Tab(server, cookies) as tab:
        known, _ = answer_of(await tab.call(HYDRATE))
        for handler in handlers:
            try:
                payloads = hostile_payloads(handler)
                if is_brief(handler) or not may_answer(handler):
                    payloads = payloads[:4]
                await _call(tab, handler, payloads, may_answer=may_answer(handler))
                findings.calls += len(payloads)
            except (TimeoutError, socketio.exceptions.SocketIOError):
                findings.leaks.append(f"{handler.short_name}: the server hung up")
            text = json.dumps(tab.got, default=str)
            words = [word for word in canaries if word in text]
            findings.canaries += [f"{handler.short_name}: {word}" for word in words]
            if not may_answer(handler):
                findings.leaks += _leaks(handler, tab.got, known)
            if len(findings.leaks) >= stop_after:
                return findings
        findings.is_signed_in = not answer_of(await tab.call(ENTER))[1]
    return findings


async def _call(
    tab: Tab, handler: Handler, payloads: list[dict[str, Any]], *, may_answer: bool
) -> None:
    tab.got = []
    for payload in payloads:
        await tab.send(handler.name, payload)
    await tab.fence()
    if handler.is_background:
        await tab.quiet(0.3 if may_answer else 0.05)


def _leaks(handler: Handler, updates: list[dict[str, Any]], known: dict[str, Any]) -> list[str]:
    data, events = answer_of(updates)
    told = {
        key: value
        for key, value in data.items()
        if known.get(key, updates) != value and not _is_refusal(key, value)
    }
    odd = [event for event in events if not _leads_to_sign_in(event)]
    return [f"{handler.short_name}: {str(told)[:200]} {str(odd)[:200]}"] if told or odd else []


def _is_refusal(key: str, value: Any) -> bool:
    is_notice = key.endswith(NOTICES)
    return is_notice and all(item["title"].startswith(REFUSALS) for item in value)


def _leads_to_sign_in(event: dict[str, Any]) -> bool:
    return event.get("name") == "_redirect" and event["payload"]["path"].startswith("/sign-in")
