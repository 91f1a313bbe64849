"""What people do with the activation matrix: look at it, and say what may be planned for whom.

A change says what a pair shall be, never "the opposite of now"; two people who tick the same box
want the same. Changes are audited on the customer, one entry for each act.
"""

from collections import defaultdict
from collections.abc import Sequence

from sop_app.kernel.errors import NotFoundError
from sop_app.kernel.paging import Page, PageRequest
from sop_app.master_data.customers import service as customers
from sop_app.master_data.products import service as products
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from . import queries
from .schemas import (
    AssignmentChange,
    AssignmentFilter,
    AssignmentOutcome,
    AssignmentRow,
    Choice,
    FamilyCount,
    Matrix,
    MatrixWindow,
)


async def list_assignments(
    uow: UnitOfWork, wanted: AssignmentFilter, page: PageRequest
) -> Page[AssignmentRow]:
    """List pairs of the customers the acting person sees, one page of them.

    Raises:
        PermissionDeniedError: The person may not see assignments.
    """
    uow.require(Permission.ASSIGNMENTS_VIEW)
    return await queries.read_assignments(uow, wanted, page)


async def list_all_assignments(
    uow: UnitOfWork, wanted: AssignmentFilter, page: PageRequest
) -> list[AssignmentRow]:
    """List all pairs that match, for an export.

    Raises:
        PermissionDeniedError: The person may not see assignments.
    """
    uow.require(Permission.ASSIGNMENTS_VIEW)
    return await queries.read_all_assignments(uow, wanted, page)


async def list_families_of_customer(uow: UnitOfWork, customer_id: int) -> list[FamilyCount]:
    """Count, family by family, what is assigned to a customer of what is sold.

    Raises:
        PermissionDeniedError: The person may not see assignments.
        NotFoundError: There is no such customer, or it is somebody else's.
    """
    uow.require(Permission.ASSIGNMENTS_VIEW)
    await customers.get_customer(uow, customer_id)
    return await queries.read_families(uow, customer_id)


async def list_products_for_customer(
    uow: UnitOfWork, customer_id: int, family: str | None = None, search: str = ""
) -> list[Choice]:
    """List products with whether they are assigned to a customer.

    Args:
        uow: The transaction.
        customer_id: Which customer.
        family: Only products of this family; "" for those without one, None for all.
        search: Words that name or SKU must contain.

    Raises:
        PermissionDeniedError: The person may not see assignments.
        NotFoundError: There is no such customer, or it is somebody else's.
    """
    uow.require(Permission.ASSIGNMENTS_VIEW)
    await customers.get_customer(uow, customer_id)
    return await queries.read_products_of(uow, customer_id, family, search)


async def list_customers_for_product(
    uow: UnitOfWork, product_id: int, search: str = ""
) -> list[Choice]:
    """List the customers the acting person sees, with whether a product is assigned to them.

    Raises:
        PermissionDeniedError: The person may not see assignments.
        NotFoundError: There is no such product.
    """
    uow.require(Permission.ASSIGNMENTS_VIEW)
    await products.get_product(uow, product_id)
    return await queries.read_customers_of(uow, product_id, search)


async def read_matrix(uow: UnitOfWork, window: MatrixWindow) -> Matrix:
    """Read a window of the matrix, customers down and products of a family across.

    Raises:
        PermissionDeniedError: The person may not see assignments.
    """
    uow.require(Permission.ASSIGNMENTS_VIEW)
    return await queries.read_matrix(uow, window)


async def set_assignments(
    uow: UnitOfWork, changes: Sequence[AssignmentChange]
) -> AssignmentOutcome:
    """Say for pairs whether the product may be planned for the customer.

    A pair named twice becomes what was said last. A cycle that is open keeps its rows.

    Raises:
        PermissionDeniedError: The person may not edit assignments.
        NotFoundError: A customer or a product does not exist; nothing is changed.
    """
    uow.require(Permission.ASSIGNMENTS_EDIT)
    codes, skus = await queries.read_pairs(
        uow,
        list({change.customer_id for change in changes}),
        list({change.product_id for change in changes}),
    )
    for change in changes:
        if change.customer_id not in codes:
            raise NotFoundError("customer", change.customer_id)
        if change.product_id not in skus:
            raise NotFoundError("product", change.product_id)
    stored = await queries.store_changes(uow, changes)
    _record_by_customer(uow, stored, skus)
    activated = sum(change.is_active for change in stored)
    return AssignmentOutcome(activated, len(stored) - activated)


def _record_by_customer(
    uow: UnitOfWork, stored: Sequence[AssignmentChange], skus: dict[int, str]
) -> None:
    by_customer: dict[int, list[AssignmentChange]] = defaultdict(list)
    for change in stored:
        by_customer[change.customer_id].append(change)
    for customer_id, changed in by_customer.items():
        lists = {
            "assigned": sorted(skus[each.product_id] for each in changed if each.is_active),
            "ended": sorted(skus[each.product_id] for each in changed if not each.is_active),
        }
        record(
            uow,
            "assignments_changed",
            ("customer", customer_id),
            after={name: found for name, found in lists.items() if found},
        )
