"""The outermost layer of the web: body limits, security headers, a request id for every answer."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from sop_app.system.auth.sessions import COOKIE_NAME, find_actor
from sop_app.system.config import get_config

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

DEFAULT_BODY_LIMIT = 1_000_000
UPLOAD_BODY_LIMIT = 10 * 1024 * 1024
IMPORT_BODY_LIMIT = 100 * 1024 * 1024
BODY_LIMITS = {
    "/_upload": UPLOAD_BODY_LIMIT,
    "/api/v1/imports": IMPORT_BODY_LIMIT,
    "/api/v1/forecasts/upload": UPLOAD_BODY_LIMIT,
}
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self' ws: wss:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'"
)
UNSAFE_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class BodyTooLargeError(Exception):
    """The body passed its limit while it was being read."""


def protect(app: App) -> App:
    """Wrap the whole web application (Reflex, its socket and the API) in the edge's rules."""

    async def edge(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        answer = _with_headers(scope, send)
        refusal = await _refusal(scope)
        if refusal is not None:
            await _answer(answer, *refusal)
            return
        started = False

        async def note_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await answer(message)

        try:
            await app(scope, _limited(scope, receive), note_start)
        except BodyTooLargeError:
            if not started:
                await _answer(answer, 413, _too_large(body_limit(scope["path"])))

    return edge


async def _refusal(scope: Message) -> tuple[int, str] | None:
    """Refuse from the head alone, before any of the body is read."""
    path, method = scope["path"], scope["method"]
    headers = dict(scope["headers"])
    if path.startswith("/_upload") and method == "GET":
        return 404, "There is nothing here."
    if method in UNSAFE_METHODS and not _is_same_origin(headers):
        return 403, "This request came from another site."
    length = headers.get(b"content-length", b"0")
    if not length.isdigit():
        return 400, "The Content-Length header is not a number."
    if int(length) > body_limit(path):
        return 413, _too_large(body_limit(path))
    if path.startswith("/_upload") and await find_actor(_cookie(headers)) is None:
        return 401, "Your session has ended. Sign in again."
    return None


def body_limit(path: str) -> int:
    """Tell how many bytes a request to a path may carry."""
    for prefix, limit in BODY_LIMITS.items():
        if path.startswith(prefix):
            return limit
    return DEFAULT_BODY_LIMIT


def _too_large(limit: int) -> str:
    return f"The file is larger than {limit // (1024 * 1024) or 1} MB."


def _is_same_origin(headers: dict[bytes, bytes]) -> bool:
    """A browser's own word on where a request comes from; programs send neither header."""
    origin = headers.get(b"origin")
    if origin is not None:
        host = headers.get(b"host", b"").decode("latin-1")
        return urlsplit(origin.decode("latin-1")).netloc == host
    return headers.get(b"sec-fetch-site", b"same-origin") in (b"same-origin", b"none")


def _cookie(headers: dict[bytes, bytes]) -> str:
    for part in headers.get(b"cookie", b"").decode("latin-1").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE_NAME:
            return value
    return ""


def _limited(scope: Message, receive: Receive) -> Receive:
    limit = body_limit(scope["path"])
    total = 0

    async def count() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > limit:
            raise BodyTooLargeError
        return message

    return count


def _with_headers(scope: Message, send: Send) -> Send:
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
    body = f'{{"detail": "{message}"}}'.encode()
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
