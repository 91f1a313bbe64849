"""What people do with the price list: list, agree, correct and withdraw prices.

Changes are audited on the customer, whose change log then tells the whole story of its prices.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sop_app.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from sop_app.kernel.paging import Page, PageRequest
from sop_app.master_data.customers import service as customers
from sop_app.master_data.products import service as products
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from . import queries
from .models import Price
from .rules import PriceDraft, price_problems
from .schemas import CurrentPrice, PriceCounts, PriceFilter, PriceRow


async def list_prices(uow: UnitOfWork, wanted: PriceFilter, page: PageRequest) -> Page[PriceRow]:
    """List the prices of the customers the acting person sees, one page of them.

    Raises:
        PermissionDeniedError: The person may not see prices.
    """
    uow.require(Permission.PRICES_VIEW)
    return await queries.read_prices(uow, wanted, page)


async def list_all_prices(
    uow: UnitOfWork, wanted: PriceFilter, page: PageRequest
) -> list[PriceRow]:
    """List all prices that match, for an export.

    Raises:
        PermissionDeniedError: The person may not see prices.
    """
    uow.require(Permission.PRICES_VIEW)
    return await queries.read_all_prices(uow, wanted, page)


async def count_prices(uow: UnitOfWork) -> PriceCounts:
    """Count the prices the acting person sees.

    Raises:
        PermissionDeniedError: The person may not see prices.
    """
    uow.require(Permission.PRICES_VIEW)
    return await queries.count_prices(uow)


async def get_price(uow: UnitOfWork, price_id: int) -> PriceRow:
    """Open a price.

    Raises:
        PermissionDeniedError: The person may not see prices.
        NotFoundError: There is no such price, or it is of somebody else's customer.
    """
    uow.require(Permission.PRICES_VIEW)
    row = await queries.read_price(uow, price_id)
    if row is None:
        raise NotFoundError("price", price_id)
    return row


async def find_current_prices(
    uow: UnitOfWork, pairs: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], CurrentPrice]:
    """Find what customers pay today for products, own price or list price.

    Args:
        uow: The transaction.
        pairs: Customer and product ids; pairs of customers the person may not see are left out.

    Raises:
        PermissionDeniedError: The person may not see prices.
    """
    uow.require(Permission.PRICES_VIEW)
    return await queries.read_current_prices(uow, pairs)


async def create_price(uow: UnitOfWork, draft: PriceDraft) -> PriceRow:
    """Agree a price from a day on.

    Raises:
        PermissionDeniedError: The person may not edit prices.
        NotFoundError: There is no such customer or product.
        InvalidInputError: A field does not fit, or that day already has a price.
    """
    uow.require(Permission.PRICES_EDIT)
    _check(draft)
    await customers.get_customer(uow, draft.customer_id)
    product = await products.get_product(uow, draft.product_id)
    await _refuse_taken_day(uow, draft.customer_id, draft.product_id, draft.effective_date)
    price = Price(
        customer_id=draft.customer_id,
        product_id=draft.product_id,
        effective_date=draft.effective_date,
        unit_price=draft.unit_price,
        updated_at=uow.now,
    )
    uow.session.add(price)
    await uow.session.flush()
    record(
        uow,
        "price_created",
        ("customer", draft.customer_id),
        after={
            "product": product.sku,
            "effective_date": draft.effective_date,
            "unit_price": draft.unit_price,
        },
    )
    return await get_price(uow, price.id)


async def update_price(
    uow: UnitOfWork, price_id: int, effective_date: date, unit_price: Decimal, version: int
) -> PriceRow:
    """Correct a price or its day, provided nobody else has since it was opened.

    Forecasts keep the prices they were opened with.

    Args:
        uow: The transaction.
        price_id: Which price.
        effective_date: Its first day from now on.
        unit_price: The price from now on.
        version: The version the person was looking at.

    Raises:
        PermissionDeniedError: The person may not edit prices.
        NotFoundError: There is no such price.
        InvalidInputError: A field does not fit, or that day already has a price.
        ConflictError: Somebody changed it first; ``theirs`` is the price as it is now.
    """
    uow.require(Permission.PRICES_EDIT)
    price, shown = await _lock(uow, price_id)
    _check(
        PriceDraft(
            customer_id=price.customer_id,
            product_id=price.product_id,
            effective_date=effective_date,
            unit_price=unit_price,
        )
    )
    if price.version != version:
        raise ConflictError(
            "The price was changed by somebody else since you opened it.", theirs=shown
        )
    if (effective_date, unit_price) == (price.effective_date, price.unit_price):
        return shown
    if effective_date != price.effective_date:
        await _refuse_taken_day(uow, price.customer_id, price.product_id, effective_date)
    record(
        uow,
        "price_updated",
        ("customer", price.customer_id),
        before={"effective_date": price.effective_date, "unit_price": price.unit_price},
        after={
            "product": shown.sku,
            "effective_date": effective_date,
            "unit_price": unit_price,
        },
    )
    price.effective_date, price.unit_price = effective_date, unit_price
    price.updated_at = uow.now
    price.version += 1
    await uow.session.flush()
    return await get_price(uow, price_id)


async def delete_price(uow: UnitOfWork, price_id: int) -> None:
    """Withdraw a price; the one before it holds again, or the list price.

    Forecasts keep the prices they were opened with.

    Raises:
        PermissionDeniedError: The person may not edit prices.
        NotFoundError: There is no such price.
    """
    uow.require(Permission.PRICES_EDIT)
    price, shown = await _lock(uow, price_id)
    await uow.session.delete(price)
    record(
        uow,
        "price_deleted",
        ("customer", price.customer_id),
        before={
            "product": shown.sku,
            "effective_date": price.effective_date,
            "unit_price": price.unit_price,
        },
    )


async def _lock(uow: UnitOfWork, price_id: int) -> tuple[Price, PriceRow]:
    price = await queries.lock_price(uow, price_id)
    if price is None:
        raise NotFoundError("price", price_id)
    return price, await get_price(uow, price_id)


async def _refuse_taken_day(uow: UnitOfWork, customer_id: int, product_id: int, day: date) -> None:
    if await queries.find_price_on(uow, customer_id, product_id, day) is not None:
        raise InvalidInputError(
            {"effective_date": "There is already a price from this day on; change that one."}
        )


def _check(draft: PriceDraft) -> None:
    problems = price_problems(draft)
    if problems:
        raise InvalidInputError(problems)
