"""A body is refused from its head, or as soon as it has passed its limit."""

import asyncio
import select
import socket
from contextlib import suppress

import psycopg
import pytest

from tests.security.live import Server

MEGABYTE = 1024**2
UPLOADS = {"/api/v1/forecasts/upload": 10 * MEGABYTE, "/api/v1/imports": 100 * MEGABYTE}


class RawRequest:
    """A request written by hand, so that its head may lie about its body."""

    def __init__(self, server: Server, path: str, *headers: str) -> None:
        lines = [f"POST {path} HTTP/1.1", f"Host: localhost:{server.port}", *headers, "", ""]
        self._head = "\r\n".join(lines).encode()
        self._port = server.port
        self.sent = 0

    async def answer(
        self, chunks: int = 0, chunk_size: int = 65536, start: bytes = b""
    ) -> tuple[int, str]:
        """Send the head and chunks of a body until the server answers; 0 if it only hangs up."""
        return await asyncio.to_thread(self._talk, chunks, chunk_size, start)

    def _talk(self, chunks: int, chunk_size: int, start: bytes) -> tuple[int, str]:
        block = b"%x\r\n%b\r\n" % (chunk_size, b"x" * chunk_size)
        with socket.create_connection(("127.0.0.1", self._port), timeout=20) as line:
            line.sendall(self._head)
            if start:
                line.sendall(b"%x\r\n%b\r\n" % (len(start), start))
            with suppress(ConnectionError):
                while self.sent < chunks * chunk_size and not select.select([line], [], [], 0)[0]:
                    line.sendall(block)
                    self.sent += chunk_size
            received = b""
            with suppress(ConnectionError):
                while block := line.recv(65536):
                    received += block
        if not received:
            return 0, ""
        head, _, body = received.partition(b"\r\n\r\n")
        return int(head.split()[1]), body.decode()


def cookie(world, name: str = "sales_rep") -> str:
    return "Cookie: " + "; ".join(f"{key}={value}" for key, value in world.cookies(name).items())


@pytest.mark.parametrize(("path", "limit"), UPLOADS.items())
async def test_one_byte_too_many_is_refused_from_the_head(server, world, path, limit):
    request = RawRequest(server, path, cookie(world), f"Content-Length: {limit + 1}")
    status, body = await request.answer()
    assert status == 413
    assert f"This is larger than {limit // MEGABYTE} MB." in body
    assert request.sent == 0


async def test_the_limit_follows_the_setting(start):
    server, world = start("hurried")
    with psycopg.connect(server.database_url) as connection:
        connection.execute(
            "INSERT INTO setting (key, value, updated_at, updated_by) "
            "VALUES ('max_file_upload_size_mb', '2', now(), 0)"
        )
    [path, _] = UPLOADS
    head = (cookie(world), f"Content-Length: {2 * MEGABYTE + 1}")
    async with asyncio.timeout(15):
        while (await RawRequest(server, path, *head).answer())[0] != 413:
            await asyncio.sleep(1)


async def test_a_body_without_a_length_is_counted_while_it_is_read(server, world):
    [path, _] = UPLOADS
    kind = "Content-Type: multipart/form-data; boundary=x"
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    request = RawRequest(server, path, cookie(world), kind, "Transfer-Encoding: chunked")
    status, body = await request.answer(chunks=1000, start=part)
    assert status == 413
    assert "This is larger than 10 MB." in body
    assert request.sent < 20 * MEGABYTE


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
async def test_a_framework_that_swallows_the_error_does_not_change_the_answer(server, world, kind):
    headers = (f"Content-Type: {kind}", "Transfer-Encoding: chunked")
    request = RawRequest(server, "/api/v1/auth/token", *headers)
    status, body = await request.answer(chunks=20, chunk_size=4096)
    assert status == 413
    assert "This is larger than 16 kB." in body


@pytest.mark.parametrize("path", UPLOADS)
async def test_nobody_uploads_without_being_signed_in(server, path):
    for headers in (["Content-Length: 1000"], ["Transfer-Encoding: chunked"]):
        request = RawRequest(server, path, *headers)
        status, _ = await request.answer(chunks=0)
        assert status == 401
    bad_token = RawRequest(server, path, "Authorization: Bearer x", "Content-Length: 1000")
    assert (await bad_token.answer())[0] == 401


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "9" * 40])
async def test_a_length_that_is_no_number_is_refused(server, world, length):
    [path, _] = UPLOADS
    request = RawRequest(server, path, cookie(world), f"Content-Length: {length}")
    assert (await request.answer())[0] in (0, 400, 413)


async def test_reflex_uploads_are_closed(server, world):
    async with server.client(cookies=world.cookies("admin")) as client:
        for path in ("/_upload", "/_upload/", "/_upload/x.xlsx"):
            assert (await client.get(path)).status_code == 404
            answer = await client.post(path, files={"files": ("x.xlsx", b"x" * 1000)})
            assert answer.status_code == 404
    assert server.defects() == []
