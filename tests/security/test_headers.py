"""Every kind of answer carries the headers that keep a browser careful."""

import pytest

ANSWERS = [
    ("GET", "/api/v1/health", 200),
    ("GET", "/api/docs", 200),
    ("GET", "/api/openapi.json", 200),
    ("GET", "/api/v1/users", 401),
    ("GET", "/api/v1/nothing", 404),
    ("DELETE", "/api/v1/health", 404),
    ("POST", "/api/v1/auth/token", 422),
    ("POST", "/api/v1/auth/sign-out", 303),
    ("GET", "/ping", 200),
    ("GET", "/nothing-here", 404),
    ("GET", "/_upload/secret.xlsx", 404),
    ("POST", "/_upload", 404),
    ("GET", "/_event/", 400),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_an_answer_carries_every_header(server, method, path, status):
    async with server.client() as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    headers = answer.headers
    policy = headers["content-security-policy"]
    for part in ("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'"):
        assert part in policy
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert len(headers["x-request-id"]) == 12
    assert headers["cache-control"] in ("no-store", "no-cache")
    assert headers.get("access-control-allow-origin") is None


async def test_every_request_has_its_own_id(server):
    async with server.client() as client:
        ids = {(await client.get("/ping")).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5
