"""A stored file goes to its owner, as an attachment, and to nobody else."""

from datetime import timedelta

from sop_app.system import clock
from sop_app.system.auth.permissions import Role
from sop_app.system.database import acting_as, unit_of_work
from sop_app.system.jobs.files import delete_expired_files, delete_file, open_file, store_file
from tests.api.conftest import PASSWORD


async def _store(owner, name: str, **fields) -> int:
    with acting_as(owner):
        async with unit_of_work() as uow:
            return await store_file(uow, "report", name, b"<b>1</b>", "text/html", **fields)


async def _client_of(api, person):
    client = api()
    await client.post("/api/v1/auth/sign-in", data={"email": person.email, "password": PASSWORD})
    return client


async def test_only_the_owner_downloads(api, make_user, give_password) -> None:
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    admin = await make_user("Peter Novak", Role.ADMIN)
    for person in (elena, admin):
        await give_password(person)
    file_id = await _store(elena, 'Größen "2027"\r\n.html')
    answer = await (await _client_of(api, elena)).get(f"/api/v1/files/{file_id}")
    assert (answer.status_code, answer.content) == (200, b"<b>1</b>")
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fen%20%222027%22.html"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "sandbox" in answer.headers["content-security-policy"]
    refusals = [
        await (await _client_of(api, admin)).get(f"/api/v1/files/{file_id}"),
        await (await _client_of(api, admin)).get("/api/v1/files/999999"),
    ]
    assert [answer.status_code for answer in refusals] == [404, 404]
    assert (await api().get(f"/api/v1/files/{file_id}")).status_code == 401


async def test_a_file_expires(make_user, owner_rows) -> None:
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    now = clock.now()
    await _store(elena, "old.csv", expires_at=now - timedelta(hours=1))
    kept = await _store(elena, "new.csv", expires_at=now + timedelta(hours=1))
    with acting_as(elena):
        async with unit_of_work() as uow:
            await delete_expired_files(uow)
            assert (await open_file(uow, kept)).name == "new.csv"
    assert owner_rows("SELECT name FROM stored_file") == [("new.csv",)]
    with acting_as(elena):
        async with unit_of_work() as uow:
            await delete_file(uow, kept)
    assert owner_rows("SELECT * FROM stored_file") == []
