"""The outermost layer of the web: origin, body limits, security headers, a request id."""

import asyncio
import json
from contextlib import suppress
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sop_app.system.config import get_config
from sop_app.system.settings.service import get_settings

from .access import find_caller

log = structlog.get_logger()

DEFAULT_BODY_LIMIT = 1_000_000
SMALL_BODY_LIMIT = 16_000
SIGN_IN_PATHS = ("/api/v1/auth",)
UPLOAD_PATHS = ("/api/v1/forecasts/upload",)
IMPORT_PATHS = ("/api/v1/imports",)
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' ws: wss:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
)
DISCARDED_BYTES = 65_536
DISCARDING_SECONDS = 0.5
UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class BodyTooLargeError(Exception):
    """The body passed its limit while it was being read."""


def protect(app: ASGIApp) -> ASGIApp:
    """Wrap the whole web application (Reflex, its socket and the API) in the edge's rules."""

    async def edge(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not _is_same_origin(dict(scope["headers"])):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http":
            await _serve(app, scope, receive, _with_headers(scope, send))
        else:
            await app(scope, receive, send)

    return edge


async def _serve(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request; whatever fails on the way, the answer is one of ours."""
    body = _Body(receive)
    has_started = False

    async def pass_on(message: Message) -> None:
        nonlocal has_started
        if body.is_too_large and not has_started:
            return
        has_started = True
        await send(message)

    try:
        body.limit = await body_limit(scope["path"])
        refusal = await _refusal(scope, body.limit)
        if refusal is not None:
            await body.discard()
            await _answer(send, *refusal)
            return
        await app(_page_scope(scope), body.receive, pass_on)
    except BodyTooLargeError:
        pass
    except Exception as error:
        log.error("request_failed", path=scope["path"][:200], exc_info=error)
        if not has_started:
            await _answer(send, 500, "Something failed, and nothing was saved.")
        return
    if body.is_too_large and not has_started:
        await body.discard()
        await _answer(send, 413, _too_large(body.limit))


def _page_scope(scope: Scope) -> Scope:
    """Ask for a page's folder at once, which the file server would redirect to otherwise.

    Its redirect would name the scheme and host this process sees, not those of a proxy before it.
    """
    path = scope["path"]
    is_page = scope["method"] in ("GET", "HEAD") and "." not in path.rpartition("/")[2]
    if not is_page or path.endswith("/") or path.startswith(("/api/", "/_", "/ping")):
        return scope
    return {**scope, "path": f"{path}/"}


class _Body:
    """A request's body, counted while it is read.

    Frameworks turn an error of ``receive`` into answers of their own, so the fact is kept here.
    """

    def __init__(self, receive: Receive) -> None:
        self.limit = 0
        self.is_too_large = False
        self._receive = receive
        self._size = 0

    async def receive(self) -> Message:
        if self.is_too_large:
            raise BodyTooLargeError
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > self.limit:
            self.is_too_large = True
            raise BodyTooLargeError
        return message

    async def discard(self) -> None:
        """Take a little more off the line, so that a client that is sending reads its answer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(DISCARDING_SECONDS):
                taken = 0
                while taken < DISCARDED_BYTES:
                    message = await self._receive()
                    taken += len(message.get("body", b""))
                    if not message.get("more_body"):
                        return


async def _refusal(scope: Scope, limit: int) -> tuple[int, str] | None:
    """Refuse from the head alone, before any of the body is read."""
    path, method = scope["path"], scope["method"]
    headers = dict(scope["headers"])
    if path.startswith("/_upload"):
        return 404, "There is nothing here."
    if method in UNSAFE_METHODS and not _is_same_origin(headers):
        return 403, "This request came from another site."
    length = headers.get(b"content-length", b"0")
    if not length.isdigit():
        return 400, "The Content-Length header is not a number."
    if int(length) > limit:
        return 413, _too_large(limit)
    if path.startswith((*UPLOAD_PATHS, *IMPORT_PATHS)) and method in UNSAFE_METHODS:
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        if await find_caller(authorization, headers.get(b"cookie", b"").decode("latin-1")) is None:
            return 401, "Your session has ended. Sign in again."
    return None


async def body_limit(path: str) -> int:
    """Tell how many bytes a request to a path may carry; for files the settings say it."""
    if path.startswith(SIGN_IN_PATHS):
        return SMALL_BODY_LIMIT
    if path.startswith(UPLOAD_PATHS):
        return (await get_settings()).max_file_upload_size_mb * 1024**2
    if path.startswith(IMPORT_PATHS):
        return (await get_settings()).import_file_size_mb * 1024**2
    return DEFAULT_BODY_LIMIT


def _too_large(limit: int) -> str:
    size = f"{limit // 1024**2} MB" if limit >= 1024**2 else f"{limit // 1000} kB"
    return f"This is larger than {size}."


def _is_same_origin(headers: dict[bytes, bytes]) -> bool:
    """A browser's own word on where a request comes from; programs send neither header."""
    origin = headers.get(b"origin")
    if origin is None:
        return headers.get(b"sec-fetch-site", b"same-origin") in (b"same-origin", b"none")
    host = headers.get(b"host", b"").decode("latin-1")
    own = {host, urlsplit(get_config().public_url).netloc}
    return urlsplit(origin.decode("latin-1")).netloc in own - {""}


def _with_headers(scope: Scope, send: Send) -> Send:
    request_id = uuid4().hex[:12]
    scope.setdefault("state", {})["request_id"] = request_id
    fixed = _fixed_headers(scope["path"], request_id)

    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in message.get("headers", [])}
            extra = [pair for pair in fixed if pair[0] not in names]
            message = {**message, "headers": [*message.get("headers", []), *extra]}
        await send(message)

    return add


def _fixed_headers(path: str, request_id: str) -> list[tuple[bytes, bytes]]:
    headers = {
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "no-cache",
        "x-request-id": request_id,
    }
    if get_config().is_https:
        headers["strict-transport-security"] = "max-age=31536000"
    if path.startswith(("/assets/", "/fonts/")):
        headers["cache-control"] = "public, max-age=31536000, immutable"
    elif path.startswith("/api/"):
        headers["cache-control"] = "no-store"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


async def _answer(send: Send, status: int, message: str) -> None:
    body = json.dumps({"detail": message}).encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
