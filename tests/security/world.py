"""A company in which every seller's data carries a word nobody else may ever meet."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from sop_app.actuals.sales_history.models import SalesMonth
from sop_app.master_data.assignments.models import Assignment
from sop_app.master_data.customers.models import Customer
from sop_app.master_data.pricing.models import Price
from sop_app.master_data.products.models import Category, Product
from sop_app.planning.cycles.models import Cycle
from sop_app.planning.forecast_entry.models import ForecastComment, ForecastEntry
from sop_app.system.auth.models import AppUser, UserRole, UserSession
from sop_app.system.auth.permissions import Role
from sop_app.system.auth.sessions import COOKIE_NAME, hash_token
from sop_app.system.database import sqlalchemy_url
from sop_app.system.notifications.models import Notice

SELLERS = ("sofia", "priya", "elena")
CANARY_PRICE = Decimal("7654.32")
PRICE_CANARIES = ("7654.32", "7,654.32")


@dataclass(frozen=True)
class World:
    """Who is who.

    The records with the keys 1 and 2 belong to bystanders: attackers guess these numbers.
    """

    user_ids: dict[str, int]
    tokens: dict[str, str]

    def cookies(self, name: str) -> dict[str, str]:
        """The cookies of a person's browser, by first name or role; none for ``anonymous``."""
        return {COOKIE_NAME: self.tokens[name]} if name in self.tokens else {}


def canary(seller: str) -> str:
    """The word that marks what belongs to a seller."""
    return f"CANARY{seller.upper()}"


def foreign_canaries(name: str) -> tuple[str, ...]:
    """What a person must never receive. Tomas leads Priya and Elena, and not Sofia."""
    everybody = {canary(seller) for seller in SELLERS}
    own = {
        Role.SALES_REP.value: {canary("elena")},
        Role.SALES_MANAGER.value: {canary("elena"), canary("priya")},
        "anonymous": set(),
    }
    foreign = everybody - own.get(name, everybody)
    return (*sorted(foreign), *(PRICE_CANARIES if name in (Role.VIEWER, "anonymous") else ()))


def build_world(database_url: str) -> World:
    """Fill a database as its owner; people with the roles' names have sessions."""
    now = datetime.now(UTC)
    engine = create_engine(sqlalchemy_url(database_url))
    with Session(engine) as session:
        bystanders = [_person(session, f"bystander {number}", now) for number in (1, 2)]
        for user in bystanders:
            _open_session(session, user.full_name, user, now)
            session.flush()
        people = {role.value: _person(session, role.value, now, role) for role in Role}
        manager = people[Role.SALES_MANAGER.value]
        people["elena"] = people[Role.SALES_REP.value]
        people["priya"] = _person(session, "priya", now, Role.SALES_REP)
        people["sofia"] = _person(session, "sofia", now, Role.SALES_REP)
        people["elena"].manager_id = people["priya"].manager_id = manager.id
        tokens = {name: _open_session(session, name, user, now) for name, user in people.items()}
        _add_business(session, {seller: people[seller] for seller in SELLERS}, now)
        session.commit()
        world = World({name: user.id for name, user in people.items()}, tokens)
    engine.dispose()
    return world


def _person(session: Session, name: str, now: datetime, *roles: Role) -> AppUser:
    user = AppUser(
        email=f"{name.replace(' ', '')}@example.test",
        full_name=f"Person {name}",
        status="active",
        created_at=now,
    )
    session.add(user)
    session.flush()
    session.add_all(UserRole(user_id=user.id, role=role) for role in roles or (Role.VIEWER,))
    return user


def _open_session(session: Session, name: str, user: AppUser, now: datetime) -> str:
    token = f"token-of-{name}"
    session.add(
        UserSession(
            token_hash=hash_token(token),
            user_id=user.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=12),
        )
    )
    return token


def _add_business(session: Session, sellers: dict[str, AppUser], now: datetime) -> None:
    category = Category(name="Oils", level=1)
    session.add(category)
    session.flush()
    product = Product(
        sku="OLV",
        name="Olive oil",
        category_id=category.id,
        list_price=CANARY_PRICE,
        unit_cost=CANARY_PRICE,
        created_at=now,
        updated_at=now,
    )
    first = date(now.year, now.month, 1)
    cycle = Cycle(
        name="The cycle",
        start_month=first,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=9),
        time_zone="UTC",
        status="open",
        prefill="empty",
        opened_at=now,
        created_at=now,
    )
    session.add_all([product, cycle])
    session.flush()
    for seller, user in sellers.items():
        _add_customer(session, canary(seller), user, product, cycle, now)


def _add_customer(
    session: Session, word: str, user: AppUser, product: Product, cycle: Cycle, now: datetime
) -> None:
    customer = Customer(
        code=word,
        name=f"{word} Foods",
        region=f"{word} region",
        territory=word,
        channel=word,
        sales_rep_id=user.id,
        created_at=now,
        updated_at=now,
    )
    session.add(customer)
    session.flush()
    pair = {"customer_id": customer.id, "product_id": product.id}
    entry = ForecastEntry(
        **pair,
        cycle_id=cycle.id,
        sales_rep_id=user.id,
        status="draft",
        quantities=[10] * 16,
        prefill=[10] * 16,
        prices=[CANARY_PRICE] * 16,
        cell_versions=[1] * 16,
        rejected={},
        decision_comment=word,
    )
    session.add_all(
        [
            Assignment(**pair, updated_at=now),
            Price(**pair, effective_date=date(2020, 1, 1), unit_price=CANARY_PRICE, updated_at=now),
            SalesMonth(
                **pair,
                month=date(now.year - 1, now.month, 1),
                gross_quantity=Decimal(5),
                returned_quantity=Decimal(0),
                net_quantity=Decimal(5),
                amount=5 * CANARY_PRICE,
            ),
            Notice(user_id=user.id, title=word, detail=word, created_at=now),
            entry,
        ]
    )
    session.flush()
    session.add(ForecastComment(entry_id=entry.id, author_id=user.id, text=word, created_at=now))
