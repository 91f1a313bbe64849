"""What people do with several customers at once: another rep, another status, another currency.

All or none: a customer that cannot be changed leaves the others as they are.
"""

from collections.abc import Callable, Collection

from sqlalchemy import text

from sop_app.kernel.errors import NotFoundError
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from . import queries, service
from .models import Customer
from .rules import CustomerStatus


async def reassign_customers(
    uow: UnitOfWork, customer_ids: Collection[int], sales_rep_id: int | None
) -> int:
    """Hand customers to a sales rep, who sees and plans them from now on.

    Rows of a cycle that is open stay with the rep who has them.

    Args:
        uow: The transaction.
        customer_ids: Which customers.
        sales_rep_id: Their rep from now on; None for nobody.

    Returns:
        How many were somebody else's before.

    Raises:
        PermissionDeniedError: The person may not edit customers.
        NotFoundError: One of the customers does not exist.
        InvalidInputError: The rep is not a person who sells.
    """
    uow.require(Permission.CUSTOMERS_EDIT)
    await service.refuse_unfit_rep(uow, sales_rep_id)

    def hand_over(customer: Customer) -> None:
        customer.sales_rep_id = sales_rep_id

    return await _change_each(uow, customer_ids, hand_over)


async def change_status_of_customers(
    uow: UnitOfWork, customer_ids: Collection[int], status: CustomerStatus
) -> int:
    """Set customers active or inactive.

    Returns:
        How many had the other status before.

    Raises:
        PermissionDeniedError: The person may not edit customers.
        NotFoundError: One of the customers does not exist.
    """
    uow.require(Permission.CUSTOMERS_EDIT)

    def change(customer: Customer) -> None:
        customer.status = status

    return await _change_each(uow, customer_ids, change)


async def follow_currency(uow: UnitOfWork, before: str, after: str) -> int:
    """Write customers in the installation's new currency; amounts stay as they are.

    Returns:
        How many were in the old one, deleted ones among them.

    Raises:
        PermissionDeniedError: The person may not change settings.
    """
    uow.require(Permission.SETTINGS_MANAGE)
    result = await uow.session.execute(
        text("""
            UPDATE customer SET currency = :after, updated_at = :now, version = version + 1
            WHERE currency = :before RETURNING id
        """),
        {"before": before, "after": after, "now": uow.now},
    )
    ids = list(result.scalars())
    for customer_id in ids:
        record(
            uow,
            "customer_updated",
            ("customer", customer_id),
            before={"currency": before},
            after={"currency": after},
        )
    return len(ids)


async def _change_each(
    uow: UnitOfWork, customer_ids: Collection[int], change: Callable[[Customer], None]
) -> int:
    changed = 0
    for customer_id in sorted(set(customer_ids)):
        customer = await queries.lock_customer(uow, customer_id)
        if customer is None:
            raise NotFoundError("customer", customer_id)
        before = service.fields_of(customer)
        change(customer)
        after = service.fields_of(customer)
        if before != after:
            customer.updated_at = uow.now
            customer.version += 1
            record(uow, "customer_updated", ("customer", customer_id), before=before, after=after)
            changed += 1
    return changed
