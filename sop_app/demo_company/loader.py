"""Load the demo company into an empty database, in one transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import SQLModel, col

from sop_app.actuals.sales_history.models import SalesMonth
from sop_app.kernel.errors import AppError
from sop_app.master_data.assignments.models import Assignment
from sop_app.master_data.customers.models import Customer
from sop_app.master_data.pricing.models import Price
from sop_app.master_data.products.models import Category, Product
from sop_app.planning.cycles.models import Cycle, CycleStep
from sop_app.planning.forecast_entry.models import ForecastComment, ForecastEntry
from sop_app.system.audit import service as audit
from sop_app.system.auth.models import AppUser, UserRole
from sop_app.system.auth.passwords import hash_password
from sop_app.system.database import UnitOfWork

from .catalogue import DemoProduct
from .cycles import DemoCycle
from .generator import DemoCompany
from .plan import DemoEntry

ROWS_PER_STATEMENT = 2000


class NotEmptyError(AppError):
    """The demo company goes into an empty database only."""

    def __init__(self) -> None:
        super().__init__("The database already holds people or customers; nothing was loaded.")


@dataclass(frozen=True)
class _Keys:
    """Keys of what has been stored, by the names the generator uses."""

    users: Mapping[str, int]
    customers: Mapping[str, int]
    products: Mapping[str, int]
    cycles: Mapping[str, int]


async def is_empty(uow: UnitOfWork) -> bool:
    """Tell whether nobody has used the database yet."""
    people = await uow.session.scalar(
        select(func.count(col(AppUser.id))).where(col(AppUser.id) > 0)
    )
    customers = await uow.session.scalar(select(func.count(col(Customer.id))))
    return not people and not customers


async def load_company(uow: UnitOfWork, company: DemoCompany, password: str) -> None:
    """Store the demo company; every demo user gets the same password.

    Raises:
        NotEmptyError: The database holds people or customers already.
    """
    if not await is_empty(uow):
        raise NotEmptyError
    users = await _store_users(uow, company, password)
    customers = await _store_customers(uow, company, users)
    products = await _store_products(uow, company.products)
    cycles = {cycle.name: await _store_cycle(uow, cycle, users) for cycle in company.cycles}
    keys = _Keys(users, customers, products, cycles)
    await _store_pairs(uow, company, keys)
    entries = await _store_entries(uow, company.entries, keys)
    await _store(uow, ForecastComment, _comments(company, keys, entries))
    audit.record(uow, "demo_company_loaded", ("company", company.name), severity="warning")


async def _store_users(uow: UnitOfWork, company: DemoCompany, password: str) -> dict[str, int]:
    hashed = await hash_password(password)
    rows = [
        {
            "email": user.email,
            "full_name": user.full_name,
            "password_hash": hashed,
            "status": "active",
            "team": user.team,
            "created_at": uow.now,
            "version": 1,
        }
        for user in company.users
    ]
    keys = await _store_returning(uow, AppUser, AppUser.email, rows)
    for user in company.users:
        stored = await uow.session.get_one(AppUser, keys[user.email])
        stored.manager_id = keys[user.manager_email] if user.manager_email else None
        uow.session.add_all(UserRole(user_id=stored.id, role=role) for role in user.roles)
    await uow.session.flush()
    return keys


async def _store_customers(
    uow: UnitOfWork, company: DemoCompany, users: Mapping[str, int]
) -> dict[str, int]:
    rows = [
        {
            "code": customer.code,
            "name": customer.name,
            "region": customer.region,
            "territory": customer.territory,
            "channel": customer.channel,
            "sales_rep_id": users[customer.sales_rep_email],
            "currency": customer.currency,
            "payment_terms": customer.payment_terms,
            "status": customer.status,
            "created_at": uow.now,
            "updated_at": uow.now,
            "version": 1,
        }
        for customer in company.customers
    ]
    return await _store_returning(uow, Customer, Customer.code, rows)


async def _store_products(uow: UnitOfWork, products: Sequence[DemoProduct]) -> dict[str, int]:
    categories = await _store_categories(uow, {product.categories for product in products})
    rows = [
        {
            "sku": product.sku,
            "name": product.name,
            "description": product.description,
            "category_id": categories[product.categories],
            "family": product.family,
            "unit": product.unit,
            "unit_cost": product.unit_cost,
            "list_price": product.list_price,
            "lead_time_days": product.lead_time_days,
            "minimum_order_quantity": product.minimum_order_quantity,
            "manufacturing_location": product.manufacturing_location,
            "status": product.status,
            "created_at": uow.now,
            "updated_at": uow.now,
            "version": 1,
        }
        for product in products
    ]
    return await _store_returning(uow, Product, Product.sku, rows)


async def _store_categories(
    uow: UnitOfWork, paths: set[tuple[str, str, str]]
) -> dict[tuple[str, ...], int]:
    stored: dict[tuple[str, ...], int] = {}
    for level in (1, 2, 3):
        for path in sorted({path[:level] for path in paths}):
            node = Category(name=path[-1], level=level, parent_id=stored.get(path[:-1]))
            uow.session.add(node)
            await uow.session.flush()
            stored[path] = node.id
    return stored


async def _store_cycle(uow: UnitOfWork, cycle: DemoCycle, users: Mapping[str, int]) -> int:
    stored = Cycle(
        name=cycle.name,
        start_month=cycle.start_month,
        horizon_months=cycle.horizon_months,
        mandatory_months=cycle.mandatory_months,
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        time_zone=cycle.time_zone,
        status=cycle.status,
        prefill=cycle.prefill,
        opened_at=cycle.opens_at,
        closed_at=cycle.closes_at if cycle.status == "closed" else None,
        created_at=cycle.opens_at,
    )
    uow.session.add(stored)
    await uow.session.flush()
    uow.session.add_all(
        CycleStep(
            cycle_id=stored.id,
            position=step.position,
            name=step.name,
            owner_id=users[step.owner_email],
            due_date=step.due_date,
            status=step.status,
        )
        for step in cycle.steps
    )
    return stored.id


async def _store_pairs(uow: UnitOfWork, company: DemoCompany, keys: _Keys) -> None:
    def pair(row: Any) -> dict[str, int]:
        return {
            "customer_id": keys.customers[row.customer_code],
            "product_id": keys.products[row.sku],
        }

    await _store(
        uow,
        Assignment,
        (
            pair(row) | {"is_active": row.is_active, "updated_at": uow.now}
            for row in company.assignments
        ),
    )
    await _store(
        uow,
        Price,
        (
            pair(row)
            | {
                "effective_date": row.effective_date,
                "unit_price": row.unit_price,
                "updated_at": uow.now,
                "version": 1,
            }
            for row in company.prices
        ),
    )
    await _store(
        uow,
        SalesMonth,
        (
            pair(row)
            | {
                "month": row.month,
                "gross_quantity": row.gross_quantity,
                "returned_quantity": row.returned_quantity,
                "net_quantity": row.net_quantity,
                "amount": row.amount,
            }
            for row in company.sales
        ),
    )


async def _store_entries(
    uow: UnitOfWork, entries: Sequence[DemoEntry], keys: _Keys
) -> dict[tuple[int, int, int], int]:
    """Store the forecast entries and return their keys by cycle, customer and product."""
    table = ForecastEntry
    statement = insert(table).returning(
        col(table.cycle_id), col(table.customer_id), col(table.product_id), col(table.id)
    )
    rows = [_entry(entry, keys) for entry in entries]
    stored = await uow.session.execute(statement, rows)
    return {row[:3]: row.id for row in stored}


def _entry(entry: DemoEntry, keys: _Keys) -> dict[str, Any]:
    rep_id = keys.users[entry.sales_rep_email]
    return {
        "cycle_id": keys.cycles[entry.cycle_name],
        "customer_id": keys.customers[entry.customer_code],
        "product_id": keys.products[entry.sku],
        "sales_rep_id": rep_id,
        "status": entry.status.value,
        "quantities": list(entry.quantities),
        "prefill": list(entry.prefill),
        "prices": list(entry.prices),
        "price_overrides": list(entry.price_overrides) if any(entry.price_overrides) else None,
        "cell_versions": [0] * len(entry.quantities),
        "rejected": {str(month): text for month, text in entry.rejected.items()},
        "version": 1,
        "changed_at": entry.changed_at,
        "submitted_at": entry.submitted_at,
        "submitted_by": rep_id if entry.submitted_at else None,
        "decided_at": entry.decided_at,
        "decided_by": keys.users[entry.decided_by] if entry.decided_by else None,
        "decision_comment": entry.decision_comment,
    }


def _comments(
    company: DemoCompany, keys: _Keys, entries: Mapping[tuple[int, int, int], int]
) -> Iterator[dict[str, Any]]:
    for comment in company.comments:
        place = (
            keys.cycles[comment.cycle_name],
            keys.customers[comment.customer_code],
            keys.products[comment.sku],
        )
        yield {
            "entry_id": entries[place],
            "month_index": comment.month_index,
            "author_id": keys.users[comment.author_email],
            "text": comment.text,
            "created_at": comment.created_at,
            "resolved_at": None,
        }


async def _store_returning(
    uow: UnitOfWork, table: Any, name: Any, rows: list[dict[str, Any]]
) -> dict[str, int]:
    stored = await uow.session.execute(insert(table).returning(name, table.id), rows)
    return dict(map(tuple, stored))


async def _store(uow: UnitOfWork, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    remaining = iter(rows)
    while chunk := list(islice(remaining, ROWS_PER_STATEMENT)):
        await uow.session.execute(insert(table), chunk)
