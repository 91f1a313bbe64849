"""Wall 1 alone, with the database's policies out of the way."""

import psycopg
import pytest
from sqlalchemy import text

from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from tests.people import NOW


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ((Role.SALES_REP,), ["OWN"]),
        ((Role.SALES_MANAGER,), ["OWN", "TEAM"]),
        ((Role.SALES_REP, Role.VIEWER), ["OWN"]),
        ((Role.SALES_REP, Role.FINANCE_ANALYST), ["OTHER", "OWN", "TEAM"]),
        ((Role.VIEWER,), ["OTHER", "OWN", "TEAM"]),
    ],
)
async def test_who_sees_which_customers(as_system, make_user, db, roles, expected):
    actor = await make_user("Acting Person", *roles)
    member = await make_user("Team Member", Role.SALES_REP, manager=actor)
    other = await make_user("Somebody Else", Role.SALES_REP)
    with psycopg.connect(db) as owner:
        owner.execute("ALTER TABLE customer DISABLE ROW LEVEL SECURITY")
        for code, rep in (("OWN", actor), ("TEAM", member), ("OTHER", other)):
            owner.execute(
                "INSERT INTO customer (code, name, region, territory, channel, sales_rep_id,"
                " currency, payment_terms, status, created_at, updated_at, version)"
                " VALUES (%s, %s, '', '', '', %s, 'EUR', '', 'active', %s, %s, 1)",
                (code, code, rep.user_id, NOW, NOW),
            )
    query = text(f"SELECT code FROM customer c WHERE {customer_is_visible()} ORDER BY code")
    with database.acting_as(actor):
        async with database.unit_of_work() as uow:
            rows = await uow.session.execute(query, visibility_parameters(actor))
            assert list(rows.scalars()) == expected
