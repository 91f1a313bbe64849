"""Reads of customers. Every one carries the condition of who may see a customer."""

from typing import Any

from sqlalchemy import Row, func, select, text
from sqlmodel import col

from sop_app.kernel.paging import Page, PageRequest
from sop_app.system.auth.schemas import Actor
from sop_app.system.auth.visibility import customer_is_visible, visibility_parameters
from sop_app.system.database import UnitOfWork
from sop_app.system.listing import Conditions, Listing, Ranking, read_all, read_page

from .models import Customer
from .rules import CustomerStatus
from .schemas import (
    CustomerChoices,
    CustomerCounts,
    CustomerDetail,
    CustomerFilter,
    CustomerRow,
    SalesRep,
)

_COLUMNS = """
    c.id, c.code, c.name, c.region, c.territory, c.channel, c.sales_rep_id, c.currency,
    c.payment_terms, c.status, c.version, coalesce(rep.full_name, '') AS sales_rep_name,
    (SELECT count(*) FROM assignment a
     WHERE a.customer_id = c.id AND a.is_active) AS product_count
"""
_SOURCE = "customer c LEFT JOIN app_user rep ON rep.id = c.sales_rep_id"
_ORDERS = {
    "name": "lower(c.name)",
    "code": "c.code",
    "channel": "nullif(c.channel, '')",
    "region": "nullif(c.region, '')",
    "territory": "nullif(c.territory, '')",
    "sales_rep": "rep.full_name",
    "currency": "c.currency",
    "payment_terms": "nullif(c.payment_terms, '')",
    "products": "product_count",
    "status": "c.status",
}
_LIST = Listing(_COLUMNS, _SOURCE, _ORDERS, default_order="name", key="c.id")
_DETAIL = f"""
    SELECT {_COLUMNS}, coalesce(manager.full_name, '') AS manager_name, c.created_at, c.updated_at
    FROM {_SOURCE} LEFT JOIN app_user manager ON manager.id = rep.manager_id
"""
SELLERS = """
    SELECT u.id, u.full_name, u.email FROM app_user u
    WHERE u.status <> 'disabled' AND EXISTS (
        SELECT FROM user_role r
        WHERE r.user_id = u.id AND r.role IN ('sales_rep', 'sales_manager'))
"""


def visible_customers(actor: Actor, alias: str = "c") -> Conditions:
    """Begin the conditions of a query on customers with who may see them, deleted ones left out."""
    conditions = Conditions([f"{alias}.deleted_at IS NULL"])
    conditions.add(customer_is_visible(alias), **visibility_parameters(actor))
    return conditions


async def read_customers(
    uow: UnitOfWork, wanted: CustomerFilter, page: PageRequest, ranking: Ranking | None = None
) -> Page[CustomerRow]:
    """Read one page of customers, if wished in the order of another room's figure."""
    conditions = _matching(uow.actor, wanted)
    conditions.parameters.update(ranking.parameters if ranking else {})
    listing = _LIST.ranked_by(ranking, "c.id") if ranking else _LIST
    return await read_page(uow, listing, conditions, page, _to_row)


async def read_all_customers(
    uow: UnitOfWork, wanted: CustomerFilter, page: PageRequest
) -> list[CustomerRow]:
    """Read all customers of a list in its order, for an export."""
    return await read_all(uow, _LIST, _matching(uow.actor, wanted), page, _to_row)


async def read_customer(uow: UnitOfWork, customer_id: int) -> CustomerDetail | None:
    """Read one customer, or None when there is none that the acting person may see."""
    conditions = visible_customers(uow.actor)
    conditions.add("c.id = :customer_id", customer_id=customer_id)
    found = await uow.session.execute(
        text(f"{_DETAIL} WHERE {conditions.where}"), conditions.parameters
    )
    row = found.one_or_none()
    return CustomerDetail(**_typed(row)) if row else None


async def count_customers(uow: UnitOfWork) -> CustomerCounts:
    """Count the customers the acting person sees."""
    conditions = visible_customers(uow.actor)
    counted = await uow.session.execute(
        text(
            "SELECT count(*), count(*) FILTER (WHERE c.status = 'active')"
            f" FROM customer c WHERE {conditions.where}"
        ),
        conditions.parameters,
    )
    return CustomerCounts(*counted.one())


async def read_choices(uow: UnitOfWork) -> CustomerChoices:
    """Read the values in use among visible customers, and the people who can be sales reps."""
    conditions = visible_customers(uow.actor)
    names = ("region", "territory", "channel", "payment_terms", "currency")
    distinct = ", ".join(
        f"coalesce(array_agg(DISTINCT c.{name}) FILTER (WHERE c.{name} <> ''), '{{}}')"
        for name in names
    )
    found = await uow.session.execute(
        text(f"SELECT {distinct} FROM customer c WHERE {conditions.where}"), conditions.parameters
    )
    regions, territories, channels, terms, currencies = (tuple(used) for used in found.one())
    return CustomerChoices(
        regions, territories, channels, terms, currencies, await read_sales_reps(uow)
    )


async def read_sales_reps(uow: UnitOfWork) -> tuple[SalesRep, ...]:
    """Read who can answer for customers, by name; a rep is told only of reps in the own view."""
    query, parameters = SELLERS, {}
    if not uow.actor.sees_all_customers:
        conditions = visible_customers(uow.actor)
        query += f" AND u.id IN (SELECT c.sales_rep_id FROM customer c WHERE {conditions.where})"
        parameters = conditions.parameters
    rows = await uow.session.execute(text(f"{query} ORDER BY u.full_name, u.id"), parameters)
    return tuple(SalesRep(row.id, row.full_name) for row in rows)


async def lock_customer(
    uow: UnitOfWork, customer_id: int, *, is_deleted: bool = False
) -> Customer | None:
    """Read a visible customer for writing; others who write it wait."""
    conditions = visible_customers(uow.actor, "customer")
    if is_deleted:
        conditions.clauses[0] = "customer.deleted_at IS NOT NULL"
    return await uow.session.scalar(
        select(Customer)
        .where(
            col(Customer.id) == customer_id,
            text(conditions.where).bindparams(**conditions.parameters),
        )
        .with_for_update()
    )


async def find_code(uow: UnitOfWork, code: str) -> Customer | None:
    """Find the customer with a code, deleted ones included: a code is given once."""
    same_code = func.lower(col(Customer.code)) == code.lower()
    return await uow.session.scalar(select(Customer).where(same_code))


def _matching(actor: Actor, wanted: CustomerFilter) -> Conditions:
    conditions = visible_customers(actor)
    conditions.add_search("(c.name || ' ' || c.code)", wanted.search)
    conditions.add_choice("c.region", "regions", wanted.regions)
    conditions.add_choice("c.channel", "channels", wanted.channels)
    conditions.add_choice("coalesce(c.sales_rep_id, 0)", "rep_ids", wanted.sales_rep_ids)
    conditions.add_choice("c.status", "statuses", [status.value for status in wanted.statuses])
    return conditions


def _to_row(row: Row[Any]) -> CustomerRow:
    return CustomerRow(**_typed(row))


def _typed(row: Row[Any]) -> dict[str, Any]:
    return {**row._mapping, "status": CustomerStatus(row.status)}
