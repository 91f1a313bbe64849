"""A running web process, and hostile browsers that talk to it without a screen."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import socketio

from sop_app.system.installation import WEB_ENVIRONMENT

NAMESPACE = "/_event"
ROOT = "reflex___state____state"
FENCE = f"{ROOT}.set_is_hydrated"
HYDRATE = f"{ROOT}.hydrate"
PLACE = {"pathname": "/", "asPath": "/", "query": {}}
BOOKKEEPING = ("rx_router", "is_hydrated", "router")


@dataclass
class Server:
    """A web process of its own database."""

    port: int
    database_url: str
    log: Path

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def client(self, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, timeout=20, **options)

    def defects(self) -> list[str]:
        """What the process logged as its own fault."""
        marks = ("handler_failed", "request_failed", "Traceback", "[ERROR]", " ERROR ")
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if any(mark in line for mark in marks)]


@contextmanager
def running_server(database_url: str, folder: Path, *, app: str = "sop_app.sop_app:app"):
    """Run the web without its front end, as ``serve`` does; yield a ``Server``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(port, database_url, folder / f"web_{port}.log")
    environment = {
        **os.environ,
        **WEB_ENVIRONMENT,
        "DATABASE_URL": database_url,
        "SOP_DATA_DIR": str(folder),
        "SECRET_KEY": "k" * 32,
        "PORT": str(port),
        "PUBLIC_URL": server.url,
        "PYTHONUNBUFFERED": "1",
        "SOP_DATABASE_POOL": "4",
    }
    environment.pop("__REFLEX_MOUNT_FRONTEND_COMPILED_APP")
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--no-access-log", app]
    with server.log.open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_ready(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(10)


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{server.url}/api/v1/health").raise_for_status()
        except httpx.HTTPError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(server.log.read_text()) from None
            time.sleep(0.1)
        else:
            return


class _PlainJson:
    """Writes broken characters as escapes, as a hostile client can."""

    loads = staticmethod(json.loads)

    @staticmethod
    def dumps(value: Any, **options: Any) -> str:
        return json.dumps(value, **{**options, "ensure_ascii": True})


@dataclass
class Tab:
    """One socket, as a browser's tab opens it; the token is the client's own choice."""

    server: Server
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = field(default_factory=lambda: str(uuid.uuid4()))
    origin: str | None = None
    host: str = "localhost"
    got: list[dict[str, Any]] = field(default_factory=list)

    async def __aenter__(self) -> "Tab":
        self._beat = asyncio.Event()
        self._sio = socketio.AsyncClient(reconnection=False, json=_PlainJson)
        self._sio.on("event", self._receive, namespace=NAMESPACE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if self.origin is not None:
            headers["Origin"] = self.origin
        await self._sio.connect(
            f"http://{self.host}:{self.server.port}?token={self.token}",
            headers=headers,
            socketio_path="/_event",
            namespaces=[NAMESPACE],
            transports=["websocket"],
            wait_timeout=5,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._sio.disconnect()

    async def _receive(self, data: Any) -> None:
        self.got.append(json.loads(data) if isinstance(data, str) else data)
        self._beat.set()

    async def send(self, name: str, payload: Any = None, place: Any = None) -> None:
        """Send one event and wait for nothing."""
        event = {"name": name, "payload": payload or {}, "router_data": place or PLACE}
        await self._sio.emit("event", event, namespace=NAMESPACE)

    async def send_raw(self, data: Any) -> None:
        """Send a frame that need not be an event at all."""
        await self._sio.emit("event", data, namespace=NAMESPACE)

    async def call(self, name: str, payload: Any = None, *, is_background: bool = False):
        """Send one event and return every update it led to.

        A tab's events run in their order, so a harmless event sent behind is a fence; two rounds
        cover events that ours chained. Background handlers run outside the order: wait for quiet.
        """
        self.got = []
        await self.send(name, payload)
        if is_background:
            await self.quiet(0.3)
        else:
            await self.fence()
        return self.got

    async def fence(self) -> None:
        """Wait until everything sent so far, and what it chained, has been answered."""
        for flip in (True, False, True, False):
            start = len(self.got)
            await self.send(FENCE, {"value": flip})
            await self._seen(start, flip)

    async def quiet(self, seconds: float) -> None:
        """Wait until the server has said nothing for a while."""
        while True:
            self._beat.clear()
            try:
                await asyncio.wait_for(self._beat.wait(), seconds)
            except TimeoutError:
                return

    async def _seen(self, start: int, flip: bool) -> None:
        deadline = time.monotonic() + 5
        while not any(
            (update.get("delta") or {}).get(ROOT, {}).get("is_hydrated_rx_state_") is flip
            for update in self.got[start:]
        ):
            self._beat.clear()
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError("the server did not answer")
            await asyncio.wait_for(self._beat.wait(), remaining)


def answer_of(updates: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Split updates into the variables they set and the events for the browser."""
    data: dict[str, Any] = {}
    events: list[dict[str, Any]] = []
    for update in updates:
        for state, variables in (update.get("delta") or {}).items():
            for key, value in variables.items():
                name = key.removesuffix("_rx_state_")
                if not name.startswith(BOOKKEEPING):
                    data[f"{state.rpartition('.')[2]}.{name}"] = value
        events += update.get("events") or []
    return data, events
