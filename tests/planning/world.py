"""A company small enough to check by hand: three reps, four customers, five products."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import text

from sop_app.actuals.sales_history.models import SalesMonth
from sop_app.master_data.assignments.models import Assignment
from sop_app.master_data.customers.models import Customer
from sop_app.master_data.pricing.models import Price
from sop_app.master_data.products.models import Product
from sop_app.planning.cycles.schemas import CycleDraft
from sop_app.system import database
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.schemas import SYSTEM_ACTOR, Actor
from tests.people import NOW, MakeUser

START = date(2027, 1, 1)
CLOSES_AT = datetime(2026, 12, 11, 16, 0, tzinfo=UTC)
DRAFT = CycleDraft(
    name="January 2027",
    start_month=START,
    opens_at=datetime(2026, 12, 1, 7, 0, tzinfo=UTC),
    closes_at=CLOSES_AT,
    time_zone="Europe/Berlin",
    prefill="last_year",
)
LAST_DRAFT = CycleDraft(
    name="December 2026",
    start_month=date(2026, 12, 1),
    opens_at=datetime(2026, 11, 2, 7, 0, tzinfo=UTC),
    closes_at=datetime(2026, 11, 13, 16, 0, tzinfo=UTC),
    time_zone="Europe/Berlin",
    prefill="empty",
)


@dataclass
class World:
    """People by first name, customers by code, products by SKU."""

    people: dict[str, Actor]
    customers: dict[str, int] = field(default_factory=dict)
    products: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Actor:
        return self.people[name]


async def build_world(make_user: MakeUser) -> World:
    """Create people and master data: Elena plans Brennan and Harbor, Priya Orrin, nobody Zeta."""
    tomas = await make_user("Tomas Rivera", Role.SALES_MANAGER)
    people = {
        "tomas": tomas,
        "ingrid": await make_user("Ingrid Solberg", Role.SOP_COORDINATOR),
        "elena": await make_user("Elena Marsh", Role.SALES_REP, manager=tomas),
        "priya": await make_user("Priya Raman", Role.SALES_REP, manager=tomas),
        "sofia": await make_user("Sofia Brandt", Role.SALES_REP),
        "vera": await make_user("Vera View", Role.VIEWER),
    }
    world = World(people)
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            await _add_master_data(uow, world)
    return world


async def _add_master_data(uow: database.UnitOfWork, world: World) -> None:
    owners = {"BREN": "elena", "HARB": "elena", "ORRI": "priya", "SOFI": "sofia", "ZETA": None}
    names = {"BREN": "Brennan Foodservice", "HARB": "Harbor Grocers", "ORRI": "Orrin Foods"}
    customers = [
        Customer(
            code=code,
            name=names.get(code, code.title()),
            sales_rep_id=world[owner].user_id if owner else None,
            created_at=NOW,
            updated_at=NOW,
        )
        for code, owner in owners.items()
    ]
    products = [
        Product(
            sku=sku,
            name=name,
            family=family,
            list_price=Decimal(price),
            status=status,
            created_at=NOW,
            updated_at=NOW,
        )
        for sku, name, family, price, status in (
            ("OLV", "Olive oil 5 L", "Oils", "40", "active"),
            ("PAS", "Penne rigate 5 kg", "Pasta", "11.40", "active"),
            ("RIC", "Basmati rice 10 kg", "Rice", "20", "new"),
            ("OLD", "Old crackers", "Snacks", "5", "discontinued"),
        )
    ]
    uow.session.add_all([*customers, *products])
    await uow.session.flush()
    world.customers = {row.code: row.id for row in customers}
    world.products = {row.sku: row.id for row in products}
    uow.session.add_all(
        Assignment(
            customer_id=world.customers[code],
            product_id=world.products[sku],
            is_active=sku != "RIC" or code != "ORRI",
            updated_at=NOW,
        )
        for code in owners
        for sku in world.products
    )
    uow.session.add_all(_prices(world))
    uow.session.add_all(_sales(world))


def _prices(world: World) -> list[Price]:
    return [
        Price(
            customer_id=world.customers["BREN"],
            product_id=world.products["PAS"],
            effective_date=effective,
            unit_price=Decimal(price),
            updated_at=NOW,
        )
        for effective, price in ((date(2026, 1, 1), "11"), (date(2027, 3, 15), "12.5"))
    ]


def _sales(world: World) -> list[SalesMonth]:
    facts = [
        ("BREN", "PAS", date(2026, 1, 1), "970", 0),
        ("BREN", "PAS", date(2026, 2, 1), "984.5", 0),
        ("BREN", "PAS", date(2026, 3, 1), "10", 30),
        ("BREN", "PAS", date(2026, 11, 1), "1065", 0),
        ("BREN", "PAS", date(2026, 12, 1), "222", 0),
        ("BREN", "PAS", date(2025, 1, 1), "900", 0),
        ("ORRI", "PAS", date(2026, 1, 1), "77", 0),
    ]
    return [
        SalesMonth(
            customer_id=world.customers[code],
            product_id=world.products[sku],
            month=month,
            gross_quantity=Decimal(gross),
            returned_quantity=returned,
            net_quantity=Decimal(gross) - returned,
            amount=(Decimal(gross) - returned) * 11,
        )
        for code, sku, month, gross, returned in facts
    ]


async def find_entries(cycle_id: int) -> dict[tuple[str, str], int]:
    """Map customer code and SKU to the entry's key, as the program itself."""
    with database.acting_as(SYSTEM_ACTOR):
        async with database.unit_of_work() as uow:
            rows = await uow.session.execute(
                text("""
                    SELECT c.code, p.sku, e.id FROM forecast_entry e
                    JOIN customer c ON c.id = e.customer_id JOIN product p ON p.id = e.product_id
                    WHERE e.cycle_id = :cycle_id ORDER BY e.id
                """),
                {"cycle_id": cycle_id},
            )
            return {(code, sku): entry_id for code, sku, entry_id in rows}
