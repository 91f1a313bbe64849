"""The demo company is set up with a password of this installation, which only its owner can read."""

import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sop_app.demo_company.access import (
    describe_sign_in,
    read_demo_password,
    set_up_demo_company,
)
from sop_app.demo_company.loader import NotEmptyError
from sop_app.demo_company.people import list_users
from sop_app.system.auth.passwords import verify_password
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import Actor
from sop_app.system.config import get_config
from sop_app.system.database import acting_as, unit_of_work


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SOP_DATA_DIR", str(tmp_path / "data"))
    get_config.cache_clear()
    yield tmp_path / "data"
    get_config.cache_clear()


async def _set_up() -> str:
    async with unit_of_work() as uow:
        return await set_up_demo_company(uow)


async def test_everybody_may_sign_in_with_the_password(as_system, owner_rows, data_dir) -> None:
    assert read_demo_password() is None
    began = time.monotonic()
    password = await _set_up()
    assert time.monotonic() - began < 20
    assert len(password) >= 15
    assert read_demo_password() == password
    assert stat.S_IMODE((data_dir / "demo_password.txt").stat().st_mode) == 0o600
    [(stored,)] = owner_rows("SELECT DISTINCT password_hash FROM app_user WHERE id > 0")
    assert (await verify_password(password, stored))[0]
    sheet = describe_sign_in(password)
    assert password in sheet
    assert all(user.email in sheet for user in list_users())
    assert owner_rows("SELECT count(*) > 3 FROM notice") == [(True,)]


async def test_a_second_time_is_refused_and_keeps_the_password(as_system) -> None:
    password = await _set_up()
    with pytest.raises(NotEmptyError):
        await _set_up()
    assert read_demo_password() == password


async def test_reps_see_their_own_and_managers_their_team(as_system, owner_rows) -> None:
    await _set_up()
    keys = dict(owner_rows("SELECT email, id FROM app_user"))
    rep_of = dict(
        owner_rows("SELECT c.code, u.email FROM customer c JOIN app_user u ON u.id = sales_rep_id")
    )
    for user in list_users():
        role = Role(user.roles[0])
        if role not in (Role.SALES_REP, Role.SALES_MANAGER):
            continue
        reps = {user.email} | {u.email for u in list_users() if u.manager_email == user.email}
        with acting_as(Actor(keys[user.email], user.full_name, user.email, frozenset({role}))):
            async with unit_of_work() as uow:
                connection = await uow.session.connection()
                seen = await connection.exec_driver_sql("SELECT code FROM customer")
                own = {code for code, email in rep_of.items() if email in reps}
                assert set(seen.scalars()) == own != set()
