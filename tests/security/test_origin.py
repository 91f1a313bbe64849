"""Other web sites cannot speak for the person who has the program open."""

import pytest
import socketio

from sop_app.api.root import build_api
from tests.security.live import HYDRATE, Tab

FOREIGN = ["https://evil.example", "null", "http://localhost:1", "http://localhost.evil.example"]


@pytest.mark.parametrize("origin", FOREIGN)
async def test_the_socket_refuses_a_foreign_page(server, world, origin):
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with Tab(server, world.cookies("admin"), origin=origin):
            pass


async def test_the_socket_accepts_our_own_page(server, world):
    for host in ("localhost", "127.0.0.1"):
        origin = f"http://{host}:{server.port}"
        async with Tab(server, world.cookies("admin"), origin=origin, host=host) as tab:
            assert await tab.call(HYDRATE)


@pytest.mark.parametrize("origin", FOREIGN)
async def test_polling_is_refused_to_a_foreign_page(server, origin):
    async with server.client(headers={"Origin": origin}) as client:
        answer = await client.get("/_event/", params={"EIO": "4", "transport": "polling"})
        assert answer.status_code == 400
        assert (await client.post("/_event/", content="x")).status_code == 403


def writing_routes() -> list[tuple[str, str]]:
    """Every route of the API that changes something."""
    return [
        (method, path)
        for path, methods in build_api().openapi()["paths"].items()
        for method in methods
        if method != "get"
    ]


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_no_writing_route_answers_a_foreign_page(server, world, headers):
    async with server.client(headers=headers, cookies=world.cookies("admin")) as client:
        for method, path in writing_routes():
            answer = await client.request(method, path.replace("{", "").replace("}", ""))
            assert answer.status_code == 403, (method, path)
            assert "access-control-allow-origin" not in answer.headers


async def test_a_foreign_page_cannot_read_either(server, world):
    headers = {"Origin": "https://evil.example"}
    async with server.client(headers=headers, cookies=world.cookies("admin")) as client:
        answer = await client.get("/api/v1/auth/me")
        assert "access-control-allow-origin" not in answer.headers
        answer = await client.options(
            "/api/v1/users", headers={"Access-Control-Request-Method": "POST"}
        )
        assert "access-control-allow-origin" not in answer.headers
