"""What people do with customers: list, open, create, change, delete and restore them."""

from dataclasses import asdict, fields, replace
from typing import Any

from sop_app.kernel.errors import ConflictError, InUseError, InvalidInputError, NotFoundError
from sop_app.kernel.paging import Page, PageRequest
from sop_app.system.audit.schemas import AuditRow
from sop_app.system.audit.service import list_history, record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.listing import Ranking
from sop_app.system.references import count_dependents
from sop_app.system.settings.service import get_currency

from . import queries
from .models import Customer
from .rules import CustomerDraft, CustomerStatus, clean_customer, other_currency_problem
from .schemas import (
    CustomerChoices,
    CustomerCounts,
    CustomerDetail,
    CustomerFilter,
    CustomerRow,
    SalesRep,
)

_FIELDS = tuple(field.name for field in fields(CustomerDraft))
_DEPENDENT_WORDS = {
    "assignment": ("assigned product", "assigned products"),
    "price": ("price", "prices"),
    "sales_month": ("month of sales", "months of sales"),
    "forecast_entry": ("forecast row", "forecast rows"),
}
_DEPENDENT_CONDITIONS = {"assignment": "is_active"}


async def list_customers(
    uow: UnitOfWork,
    wanted: CustomerFilter,
    page: PageRequest,
    ranking: Ranking | None = None,
) -> Page[CustomerRow]:
    """List the customers the acting person sees, one page of them.

    Args:
        uow: The transaction.
        wanted: Which customers.
        page: Order and page.
        ranking: A figure of another room that the list may be sorted by, such as its sales.

    Raises:
        PermissionDeniedError: The person may not see customers.
    """
    uow.require(Permission.CUSTOMERS_VIEW)
    return await queries.read_customers(uow, wanted, page, ranking)


async def list_all_customers(
    uow: UnitOfWork, wanted: CustomerFilter, page: PageRequest
) -> list[CustomerRow]:
    """List all customers that match, for an export.

    Raises:
        PermissionDeniedError: The person may not see customers.
    """
    uow.require(Permission.CUSTOMERS_VIEW)
    return await queries.read_all_customers(uow, wanted, page)


async def count_customers(uow: UnitOfWork) -> CustomerCounts:
    """Count the customers the acting person sees.

    Raises:
        PermissionDeniedError: The person may not see customers.
    """
    uow.require(Permission.CUSTOMERS_VIEW)
    return await queries.count_customers(uow)


async def list_customer_choices(uow: UnitOfWork) -> CustomerChoices:
    """List what filters and forms offer.

    Raises:
        PermissionDeniedError: The person may not see customers.
    """
    uow.require(Permission.CUSTOMERS_VIEW)
    return await queries.read_choices(uow)


async def list_sales_reps(uow: UnitOfWork) -> tuple[SalesRep, ...]:
    """List the people who can answer for customers, by name.

    Raises:
        PermissionDeniedError: The person may not see customers.
    """
    uow.require(Permission.CUSTOMERS_VIEW)
    return await queries.read_sales_reps(uow)


async def get_customer(uow: UnitOfWork, customer_id: int) -> CustomerDetail:
    """Open a customer.

    Raises:
        PermissionDeniedError: The person may not see customers.
        NotFoundError: There is no such customer, or it is somebody else's.
    """
    uow.require(Permission.CUSTOMERS_VIEW)
    detail = await queries.read_customer(uow, customer_id)
    if detail is None:
        raise NotFoundError("customer", customer_id)
    return detail


async def list_customer_history(uow: UnitOfWork, customer_id: int) -> list[AuditRow]:
    """List the changes of a customer, its prices and its assignments, newest first.

    Raises:
        PermissionDeniedError: The person may not see customers.
        NotFoundError: There is no such customer, or it is somebody else's.
    """
    await get_customer(uow, customer_id)
    return await list_history(uow, "customer", customer_id)


async def create_customer(uow: UnitOfWork, draft: CustomerDraft) -> CustomerDetail:
    """Create a customer.

    Raises:
        PermissionDeniedError: The person may not edit customers.
        InvalidInputError: A field does not fit, the code is taken, the rep cannot be one, or the
            currency is not the installation's.
    """
    uow.require(Permission.CUSTOMERS_EDIT)
    cleaned = await _settle(draft)
    await _refuse_taken_code(uow, cleaned.code)
    await refuse_unfit_rep(uow, cleaned.sales_rep_id)
    customer = Customer(**asdict(cleaned), created_at=uow.now, updated_at=uow.now)
    uow.session.add(customer)
    await uow.session.flush()
    record(uow, "customer_created", ("customer", customer.id), after=asdict(cleaned))
    return await get_customer(uow, customer.id)


async def update_customer(
    uow: UnitOfWork, customer_id: int, draft: CustomerDraft, version: int
) -> CustomerDetail:
    """Change a customer, provided nobody else has since it was opened.

    Args:
        uow: The transaction.
        customer_id: Which customer.
        draft: All its fields as they shall be.
        version: The version the person was looking at.

    Raises:
        PermissionDeniedError: The person may not edit customers.
        NotFoundError: There is no such customer.
        InvalidInputError: A field does not fit, the code is taken, the rep cannot be one, or the
            currency is not the installation's.
        ConflictError: Somebody changed it first; ``theirs`` is the customer as it is now.
    """
    uow.require(Permission.CUSTOMERS_EDIT)
    cleaned = await _settle(draft)
    customer = await _lock(uow, customer_id)
    if customer.version != version:
        raise ConflictError(
            f"{customer.name} was changed by somebody else since you opened it.",
            theirs=await get_customer(uow, customer_id),
        )
    before = fields_of(customer)
    after = asdict(cleaned)
    if after == before:
        return await get_customer(uow, customer_id)
    if cleaned.code.lower() != customer.code.lower():
        await _refuse_taken_code(uow, cleaned.code)
    if cleaned.sales_rep_id != customer.sales_rep_id:
        await refuse_unfit_rep(uow, cleaned.sales_rep_id)
    _write(uow, customer, after)
    await uow.session.flush()
    record(uow, "customer_updated", ("customer", customer_id), before=before, after=after)
    return await get_customer(uow, customer_id)


async def count_customer_dependents(uow: UnitOfWork, customer_id: int) -> dict[str, int]:
    """Count what keeps a customer from being deleted, named as people read it.

    Raises:
        PermissionDeniedError: The person may not edit customers.
        NotFoundError: There is no such customer.
    """
    uow.require(Permission.CUSTOMERS_EDIT)
    await get_customer(uow, customer_id)
    return await count_dependents(
        uow,
        "customer",
        customer_id,
        words=_DEPENDENT_WORDS,
        conditions=_DEPENDENT_CONDITIONS,
    )


async def delete_customer(uow: UnitOfWork, customer_id: int) -> None:
    """Delete a customer that nothing depends on; it can be restored.

    Raises:
        PermissionDeniedError: The person may not edit customers.
        NotFoundError: There is no such customer.
        InUseError: Products, prices, sales or forecasts depend on it; set it inactive instead.
    """
    uow.require(Permission.CUSTOMERS_EDIT)
    customer = await _lock(uow, customer_id)
    dependents = await count_customer_dependents(uow, customer_id)
    if dependents:
        raise InUseError(customer.name, dependents)
    _write(uow, customer, {"deleted_at": uow.now})
    record(uow, "customer_deleted", ("customer", customer_id), before=fields_of(customer))


async def deactivate_customer(uow: UnitOfWork, customer_id: int) -> CustomerDetail:
    """Take a customer out of planning; its history stays.

    Raises:
        PermissionDeniedError: The person may not edit customers.
        NotFoundError: There is no such customer.
    """
    uow.require(Permission.CUSTOMERS_EDIT)
    customer = await _lock(uow, customer_id)
    before = fields_of(customer)
    _write(uow, customer, {"status": CustomerStatus.INACTIVE})
    await uow.session.flush()
    after = fields_of(customer)
    record(uow, "customer_updated", ("customer", customer_id), before=before, after=after)
    return await get_customer(uow, customer_id)


async def restore_customer(uow: UnitOfWork, customer_id: int) -> CustomerDetail:
    """Bring a deleted customer back as it was.

    Raises:
        PermissionDeniedError: The person may not edit customers.
        NotFoundError: There is no such deleted customer.
    """
    uow.require(Permission.CUSTOMERS_EDIT)
    customer = await queries.lock_customer(uow, customer_id, is_deleted=True)
    if customer is None:
        raise NotFoundError("deleted customer", customer_id)
    _write(uow, customer, {"deleted_at": None})
    await uow.session.flush()
    record(uow, "customer_restored", ("customer", customer_id), after=fields_of(customer))
    return await get_customer(uow, customer_id)


async def _settle(draft: CustomerDraft) -> CustomerDraft:
    """Check a customer's fields; it has the currency of the installation."""
    own = await get_currency()
    cleaned = clean_customer(draft)
    if problem := other_currency_problem(cleaned.currency or own, own):
        raise InvalidInputError({"currency": problem})
    return replace(cleaned, currency=own)


async def _lock(uow: UnitOfWork, customer_id: int) -> Customer:
    customer = await queries.lock_customer(uow, customer_id)
    if customer is None:
        raise NotFoundError("customer", customer_id)
    return customer


async def _refuse_taken_code(uow: UnitOfWork, code: str) -> None:
    holder = await queries.find_code(uow, code)
    if holder is None:
        return
    whose = "a deleted customer" if holder.deleted_at else holder.name
    raise InvalidInputError({"code": f"The code {code} belongs to {whose}."})


async def refuse_unfit_rep(uow: UnitOfWork, sales_rep_id: int | None) -> None:
    """Refuse a rep who does not sell or is disabled.

    Raises:
        InvalidInputError: The person cannot answer for customers.
    """
    reps = {rep.id for rep in await queries.read_sales_reps(uow)}
    if sales_rep_id is not None and sales_rep_id not in reps:
        raise InvalidInputError({"sales_rep_id": "Choose a person who sells."})


def fields_of(customer: Customer) -> dict[str, Any]:
    """Give the fields that people enter, as stored."""
    return {name: getattr(customer, name) for name in _FIELDS}


def _write(uow: UnitOfWork, customer: Customer, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(customer, name, value)
    customer.updated_at = uow.now
    customer.version += 1
