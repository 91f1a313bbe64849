"""The forecast of one customer or product in the open cycle."""

from datetime import date
from decimal import Decimal

import pytest

from sop_app.kernel.errors import PermissionDeniedError
from sop_app.planning.cycles.models import Cycle
from sop_app.planning.forecast_entry.models import ForecastEntry
from sop_app.planning.forecast_entry.outlook import find_open_outlook
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from tests.master_data.records import store, store_customer, store_product
from tests.people import NOW


def a_cycle(status: str, month: date) -> Cycle:
    return Cycle(
        name=f"{status} {month}",
        start_month=month,
        horizon_months=3,
        mandatory_months=2,
        opens_at=NOW,
        closes_at=NOW.replace(year=2027),
        time_zone="UTC",
        status=status,
        prefill="empty",
        created_at=NOW,
    )


def an_entry(cycle_id, customer_id, product_id, quantities, override=None):
    return ForecastEntry(
        cycle_id=cycle_id,
        customer_id=customer_id,
        product_id=product_id,
        status="draft",
        quantities=quantities,
        prefill=quantities,
        prices=[Decimal(2)] * 3,
        price_overrides=override,
        cell_versions=[0] * 3,
        rejected={},
    )


@pytest.fixture
async def forecasts(as_system, make_user):
    """An open cycle with two customers and two products, and a closed one before it."""
    elena = await make_user("Elena Marsh", Role.SALES_REP)
    own = await store_customer("OWN", sales_rep_id=elena.user_id)
    other = await store_customer("OTHER")
    oil, salt = await store_product("OIL"), await store_product("SALT")
    closed, opened = a_cycle("closed", date(2026, 11, 1)), a_cycle("open", date(2026, 12, 1))
    await store(closed, opened)
    await store(
        an_entry(closed.id, own, oil, [99, 99, 99]),
        an_entry(opened.id, own, oil, [10, None, 30], [None, None, Decimal(3)]),
        an_entry(opened.id, own, salt, [1, 1, 1]),
        an_entry(opened.id, other, oil, [5, 5, 5]),
    )
    return elena, own, other, oil


async def test_a_customer_sums_its_products_and_counts_mandatory_months(forecasts):
    _, own, _, _ = forecasts
    async with database.unit_of_work() as uow:
        outlook = await find_open_outlook(uow, "customer_id", own)
    assert [(month.month, month.quantity, month.amount) for month in outlook.months] == [
        (date(2026, 12, 1), 11, Decimal(22)),
        (date(2027, 1, 1), 1, Decimal(2)),
        (date(2027, 2, 1), 31, Decimal(92)),
    ]
    assert (outlook.quantity, outlook.amount, outlook.entry_count) == (12, Decimal(24), 2)


async def test_a_rep_sees_only_own_rows_of_a_product(forecasts):
    elena, _, other, oil = forecasts
    async with database.unit_of_work() as uow:
        assert (await find_open_outlook(uow, "product_id", oil)).months[0].quantity == 15
    with database.acting_as(elena):
        async with database.unit_of_work() as uow:
            assert (await find_open_outlook(uow, "product_id", oil)).months[0].quantity == 10
            assert await find_open_outlook(uow, "customer_id", other) is None


async def test_without_rows_or_right_there_is_no_outlook(forecasts, make_user):
    viewer = await make_user("Vera View", Role.VIEWER)
    idle = await store_customer("IDLE")
    async with database.unit_of_work() as uow:
        assert await find_open_outlook(uow, "customer_id", idle) is None
    with database.acting_as(viewer):
        async with database.unit_of_work() as uow:
            with pytest.raises(PermissionDeniedError):
                await find_open_outlook(uow, "customer_id", idle)
