"""What people do with products: list, open, create, change, delete and restore them."""

from dataclasses import asdict, fields
from typing import Any

from sop_app.kernel.errors import ConflictError, InUseError, InvalidInputError, NotFoundError
from sop_app.kernel.paging import Page, PageRequest
from sop_app.system.audit.schemas import AuditRow
from sop_app.system.audit.service import list_history, record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.listing import Ranking
from sop_app.system.references import count_dependents

from . import queries
from .models import Product
from .rules import ProductDraft, ProductStatus, clean_product
from .schemas import ProductChoices, ProductCounts, ProductFilter, ProductRow

_FIELDS = tuple(field.name for field in fields(ProductDraft))
_DEPENDENT_WORDS = {
    "assignment": ("customer it is assigned to", "customers it is assigned to"),
    "price": ("price", "prices"),
    "sales_month": ("month of sales", "months of sales"),
    "forecast_entry": ("forecast row", "forecast rows"),
}
_DEPENDENT_CONDITIONS = {"assignment": "is_active"}


async def list_products(
    uow: UnitOfWork,
    wanted: ProductFilter,
    page: PageRequest,
    ranking: Ranking | None = None,
) -> Page[ProductRow]:
    """List products, one page of them.

    Args:
        uow: The transaction.
        wanted: Which products.
        page: Order and page.
        ranking: A figure of another room that the list may be sorted by, such as its sales.

    Raises:
        PermissionDeniedError: The person may not see products.
    """
    uow.require(Permission.PRODUCTS_VIEW)
    return await queries.read_products(uow, wanted, page, ranking)


async def list_all_products(
    uow: UnitOfWork, wanted: ProductFilter, page: PageRequest
) -> list[ProductRow]:
    """List all products that match, for an export.

    Raises:
        PermissionDeniedError: The person may not see products.
    """
    uow.require(Permission.PRODUCTS_VIEW)
    return await queries.read_all_products(uow, wanted, page)


async def count_products(uow: UnitOfWork) -> ProductCounts:
    """Count the products by status.

    Raises:
        PermissionDeniedError: The person may not see products.
    """
    uow.require(Permission.PRODUCTS_VIEW)
    return await queries.count_products(uow)


async def list_product_choices(uow: UnitOfWork) -> ProductChoices:
    """List the values in use, for filters and forms.

    Raises:
        PermissionDeniedError: The person may not see products.
    """
    uow.require(Permission.PRODUCTS_VIEW)
    return await queries.read_choices(uow)


async def get_product(uow: UnitOfWork, product_id: int) -> ProductRow:
    """Open a product.

    Raises:
        PermissionDeniedError: The person may not see products.
        NotFoundError: There is no such product.
    """
    uow.require(Permission.PRODUCTS_VIEW)
    row = await queries.read_product(uow, product_id)
    if row is None:
        raise NotFoundError("product", product_id)
    return row


async def list_product_history(uow: UnitOfWork, product_id: int) -> list[AuditRow]:
    """List the changes of a product, newest first; they name prices and people.

    Raises:
        PermissionDeniedError: The person may not see products, or not their prices.
        NotFoundError: There is no such product.
    """
    uow.require(Permission.PRICES_VIEW)
    await get_product(uow, product_id)
    return await list_history(uow, "product", product_id)


async def create_product(uow: UnitOfWork, draft: ProductDraft) -> ProductRow:
    """Create a product.

    Raises:
        PermissionDeniedError: The person may not edit products.
        InvalidInputError: A field does not fit, the SKU is taken, or there is no such category.
    """
    uow.require(Permission.PRODUCTS_EDIT)
    cleaned = clean_product(draft)
    await _refuse_taken_sku(uow, cleaned.sku)
    await _refuse_unknown_category(uow, cleaned.category_id)
    product = Product(**asdict(cleaned), created_at=uow.now, updated_at=uow.now)
    uow.session.add(product)
    await uow.session.flush()
    record(uow, "product_created", ("product", product.id), after=asdict(cleaned))
    return await get_product(uow, product.id)


async def update_product(
    uow: UnitOfWork, product_id: int, draft: ProductDraft, version: int
) -> ProductRow:
    """Change a product, provided nobody else has since it was opened.

    Args:
        uow: The transaction.
        product_id: Which product.
        draft: All its fields as they shall be.
        version: The version the person was looking at.

    Raises:
        PermissionDeniedError: The person may not edit products.
        NotFoundError: There is no such product.
        InvalidInputError: A field does not fit, the SKU is taken, or there is no such category.
        ConflictError: Somebody changed it first; ``theirs`` is the product as it is now.
    """
    uow.require(Permission.PRODUCTS_EDIT)
    cleaned = clean_product(draft)
    product = await _lock(uow, product_id)
    if product.version != version:
        raise ConflictError(
            f"{product.name} was changed by somebody else since you opened it.",
            theirs=await get_product(uow, product_id),
        )
    before = fields_of(product)
    after = asdict(cleaned)
    if after == before:
        return await get_product(uow, product_id)
    if cleaned.sku.lower() != product.sku.lower():
        await _refuse_taken_sku(uow, cleaned.sku)
    if cleaned.category_id != product.category_id:
        await _refuse_unknown_category(uow, cleaned.category_id)
    _write(uow, product, after)
    await uow.session.flush()
    record(uow, "product_updated", ("product", product_id), before=before, after=after)
    return await get_product(uow, product_id)


async def count_product_dependents(uow: UnitOfWork, product_id: int) -> dict[str, int]:
    """Count what keeps a product from being deleted, named as people read it.

    Raises:
        PermissionDeniedError: The person may not edit products.
        NotFoundError: There is no such product.
    """
    uow.require(Permission.PRODUCTS_EDIT)
    await get_product(uow, product_id)
    return await count_dependents(
        uow, "product", product_id, words=_DEPENDENT_WORDS, conditions=_DEPENDENT_CONDITIONS
    )


async def delete_product(uow: UnitOfWork, product_id: int) -> None:
    """Delete a product that nothing depends on; it can be restored.

    Raises:
        PermissionDeniedError: The person may not edit products.
        NotFoundError: There is no such product.
        InUseError: Customers, prices, sales or forecasts depend on it; discontinue it instead.
    """
    uow.require(Permission.PRODUCTS_EDIT)
    product = await _lock(uow, product_id)
    dependents = await count_product_dependents(uow, product_id)
    if dependents:
        raise InUseError(product.name, dependents)
    _write(uow, product, {"deleted_at": uow.now})
    record(uow, "product_deleted", ("product", product_id), before=fields_of(product))


async def discontinue_product(uow: UnitOfWork, product_id: int) -> ProductRow:
    """Take a product out of planning; its history stays.

    Raises:
        PermissionDeniedError: The person may not edit products.
        NotFoundError: There is no such product.
    """
    uow.require(Permission.PRODUCTS_EDIT)
    product = await _lock(uow, product_id)
    before = fields_of(product)
    _write(uow, product, {"status": ProductStatus.DISCONTINUED})
    await uow.session.flush()
    after = fields_of(product)
    record(uow, "product_updated", ("product", product_id), before=before, after=after)
    return await get_product(uow, product_id)


async def restore_product(uow: UnitOfWork, product_id: int) -> ProductRow:
    """Bring a deleted product back as it was.

    Raises:
        PermissionDeniedError: The person may not edit products.
        NotFoundError: There is no such deleted product.
    """
    uow.require(Permission.PRODUCTS_EDIT)
    product = await queries.lock_product(uow, product_id, is_deleted=True)
    if product is None:
        raise NotFoundError("deleted product", product_id)
    _write(uow, product, {"deleted_at": None})
    await uow.session.flush()
    record(uow, "product_restored", ("product", product_id), after=fields_of(product))
    return await get_product(uow, product_id)


async def _lock(uow: UnitOfWork, product_id: int) -> Product:
    product = await queries.lock_product(uow, product_id)
    if product is None:
        raise NotFoundError("product", product_id)
    return product


async def _refuse_taken_sku(uow: UnitOfWork, sku: str) -> None:
    holder = await queries.find_sku(uow, sku)
    if holder is None:
        return
    whose = "a deleted product" if holder.deleted_at else holder.name
    raise InvalidInputError({"sku": f"The SKU {sku} belongs to {whose}."})


async def _refuse_unknown_category(uow: UnitOfWork, category_id: int | None) -> None:
    if category_id is not None and await queries.read_category(uow, category_id) is None:
        raise InvalidInputError({"category_id": "There is no such category."})


def fields_of(product: Product) -> dict[str, Any]:
    """Give the fields that people enter, as stored."""
    return {name: getattr(product, name) for name in _FIELDS}


def _write(uow: UnitOfWork, product: Product, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(product, name, value)
    product.updated_at = uow.now
    product.version += 1
