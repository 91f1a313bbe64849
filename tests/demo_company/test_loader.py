"""The demo company in the database: complete, and only where nobody has been before."""

from datetime import date

import pytest

from sop_app.demo_company.generator import generate_company
from sop_app.demo_company.loader import NotEmptyError, load_company
from sop_app.system import database
from sop_app.system.auth.passwords import verify_password


async def test_everything_is_stored_once(as_system, owner_rows):
    company = generate_company(7, date(2026, 12, 8))
    async with database.unit_of_work() as uow:
        await load_company(uow, company, "a long demo password")

    def count(table: str) -> int:
        return owner_rows(f"SELECT count(*) FROM {table}")[0][0]

    assert count("app_user") == len(company.users) + 1
    assert count("customer") == 60
    assert count("product") == 120
    assert count("price") == len(company.prices)
    assert count("sales_month") == len(company.sales)
    assert count("forecast_entry") == len(company.entries)
    assert count("forecast_comment") == len(company.comments)
    assert owner_rows("SELECT sum(amount) FROM sales_month") == [
        (sum(row.amount for row in company.sales),)
    ]
    assert owner_rows(
        "SELECT count(*) FROM category WHERE level = 1 AND parent_id IS NOT NULL"
    ) == [(0,)]
    [(stored_hash,)] = owner_rows("SELECT DISTINCT password_hash FROM app_user WHERE id > 0")
    assert (await verify_password("a long demo password", stored_hash))[0]

    with pytest.raises(NotEmptyError):
        async with database.unit_of_work() as uow:
            await load_company(uow, company, "a long demo password")
