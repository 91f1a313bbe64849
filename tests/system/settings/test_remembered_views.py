"""How people left their pages: each person's own, and nobody else's."""

from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.settings.remembered_views import recall_view, remember_view


async def test_a_page_comes_back_as_its_person_left_it(make_user, owner_rows):
    elena, tom = [await make_user(name, Role.SALES_REP) for name in ("Elena Marsh", "Tom Whitaker")]
    for query in ("unit=value", "sort=total&order=down"):
        with database.acting_as(elena):
            async with database.unit_of_work() as uow:
                await remember_view(uow, "/forecast", query)
    with database.acting_as(elena):
        async with database.unit_of_work() as uow:
            await remember_view(uow, "/forecast", "find=" + "x" * 1_000)
            assert await recall_view(uow, "/forecast") == "sort=total&order=down"
            assert await recall_view(uow, "/customers") == ""
    with database.acting_as(tom):
        async with database.unit_of_work() as uow:
            assert await recall_view(uow, "/forecast") == ""
    assert owner_rows("SELECT count(*) FROM remembered_view") == [(1,)]
