"""What a browser's frame must look like before it becomes an event at all.

Reflex logs the whole content of a frame it cannot place, and keeps every event it is sent, however
many. So frames are checked and counted here, before Reflex sees them; the log names a frame's
handler and nothing else.
"""

import re
import time
from dataclasses import dataclass, field
from typing import Any

import structlog
from reflex_base.registry import RegistrationContext

log = structlog.get_logger()

EVENTS_PER_SECOND = 100
BURST = 400
MAX_PATH_LENGTH = 2_000
_TAB_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


@dataclass
class Bucket:
    """How many events a socket may still send at once; it fills up again with time."""

    tokens: float = field(default_factory=lambda: float(BURST))
    filled_at: float = 0.0
    is_reported: bool = False

    def take(self, moment: float) -> bool:
        """Take one event's share, or say that nothing is left."""
        refill = (moment - self.filled_at) * EVENTS_PER_SECOND if self.filled_at else 0.0
        self.tokens = min(BURST, self.tokens + refill)
        self.filled_at = moment
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


def guard_intake(namespace: Any) -> None:
    """Put the checks in front of a socket namespace of Reflex.

    Args:
        namespace: ``app.event_namespace``; its handlers are replaced by guarded ones.
    """
    buckets: dict[str, Bucket] = {}
    accept, connect, disconnect = namespace.on_event, namespace.on_connect, namespace.on_disconnect

    async def on_event(sid: str, data: Any = None) -> None:
        bucket = buckets.setdefault(sid, Bucket())
        if not bucket.take(time.monotonic()):
            if not bucket.is_reported:
                bucket.is_reported = True
                log.warning("events_dropped", reason="too many in a second", sid=sid)
            return
        event = clean_event(data)
        if event is None:
            log.warning("event_dropped", reason="not an event of ours", handler=_name(data))
            return
        await accept(sid, event)

    async def on_connect(sid: str, environ: dict[str, Any], auth: Any = None) -> Any:
        token = re.search(r"(?:^|&)token=([^&]*)", environ.get("QUERY_STRING", ""))
        if token is None or not _TAB_TOKEN.fullmatch(token[1]):
            log.warning("socket_refused", reason="no tab token")
            return False
        return await connect(sid, environ, _clean_auth(auth))

    def on_disconnect(sid: str, *reason: Any) -> Any:
        buckets.pop(sid, None)
        return disconnect(sid)

    namespace.on_event = on_event
    namespace.on_connect = on_connect
    namespace.on_disconnect = on_disconnect


def clean_event(data: Any) -> dict[str, Any] | None:
    """Keep of a frame what an event consists of; None if it is no event of this program."""
    if not isinstance(data, dict):
        return None
    name, payload, router = data.get("name"), data.get("payload"), data.get("router_data")
    is_known = isinstance(name, str) and name in RegistrationContext.get().event_handlers
    if not is_known or not isinstance(payload or {}, dict) or not isinstance(router or {}, dict):
        return None
    place = _clean_router(router or {})
    if place is None:
        return None
    return {"name": name, "payload": payload or {}, "router_data": place}


def _clean_router(router: dict[str, Any]) -> dict[str, Any] | None:
    """Keep where the browser says it is: path, full path and query, all of them text."""
    place = {key: router[key] for key in ("pathname", "asPath") if key in router}
    query = router.get("query", {})
    if not all(isinstance(path, str) for path in place.values()) or not isinstance(query, dict):
        return None
    texts = [*place.values()]
    for key, value in query.items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str) for item in values):
            return None
        texts += [key, *values]
    if not all(len(item) <= MAX_PATH_LENGTH and _is_text(item) for item in texts):
        return None
    return {**place, "query": query}


def _clean_auth(auth: Any) -> dict[str, Any] | None:
    """Keep of the handshake the version of the front end and its first event."""
    if not isinstance(auth, dict):
        return None
    schema, event = auth.get("state_schema"), auth.get("event")
    kept: dict[str, Any] = {}
    if isinstance(schema, str):
        kept["state_schema"] = schema
    if event is not None:
        kept["event"] = event
    return kept


def _is_text(value: str) -> bool:
    """Refuse halves of characters and NUL, which no database or log can hold."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in value


def _name(data: Any) -> str:
    name = data.get("name") if isinstance(data, dict) else None
    return ascii(name)[:200] if isinstance(name, str) else type(data).__name__
