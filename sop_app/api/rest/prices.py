"""The price list of the customers the acting person sees."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from sop_app.api.access import transaction_for
from sop_app.api.rest.listing import Choices, Listed, RecordId, Search
from sop_app.api.rest.sheet_files import SheetFormat, answer_with_sheet
from sop_app.kernel.paging import Page
from sop_app.master_data.pricing import service
from sop_app.master_data.pricing.importer import export_prices
from sop_app.master_data.pricing.rules import PriceDraft, PriceTiming
from sop_app.master_data.pricing.schemas import PriceFilter, PriceRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1/prices", tags=["prices"])
View = transaction_for(Permission.PRICES_VIEW)
Edit = transaction_for(Permission.PRICES_EDIT)


class PriceBody(BaseModel):
    """A price of a customer for a product from a day on."""

    customer_id: RecordId
    product_id: RecordId
    effective_date: date
    unit_price: Decimal


class PriceChange(BaseModel):
    """A correction, with the version of the price it is based on."""

    effective_date: date
    unit_price: Decimal
    version: int


def _wanted(
    find: Search = "",
    customer_id: Annotated[int | None, Query(gt=0, le=2**31 - 1)] = None,
    product_id: Annotated[int | None, Query(gt=0, le=2**31 - 1)] = None,
    family: Choices = (),
    timing: Annotated[tuple[PriceTiming, ...], Query(max_length=3)] = (),
) -> PriceFilter:
    return PriceFilter(
        search=find,
        customer_id=customer_id,
        product_id=product_id,
        families=family,
        timings=timing,
    )


Wanted = Annotated[PriceFilter, Depends(_wanted)]


@router.get("")
async def list_prices(wanted: Wanted, page: Listed, uow: UnitOfWork = View) -> Page[PriceRow]:
    """List prices."""
    return await service.list_prices(uow, wanted, page)


@router.get("/export")
async def export(
    wanted: Wanted,
    page: Listed,
    file_format: Annotated[SheetFormat, Query(alias="format")] = SheetFormat.XLSX,
    uow: UnitOfWork = View,
) -> Response:
    """Save all prices of a list as Excel or CSV; the file can be imported again."""
    return await answer_with_sheet(await export_prices(uow, wanted, page), file_format)


@router.post("", status_code=201)
async def create_price(body: PriceBody, uow: UnitOfWork = Edit) -> PriceRow:
    """Agree a price."""
    return await service.create_price(uow, PriceDraft(**body.model_dump()))


@router.get("/{price_id}")
async def read_price(price_id: RecordId, uow: UnitOfWork = View) -> PriceRow:
    """Open a price."""
    return await service.get_price(uow, price_id)


@router.put("/{price_id}")
async def update_price(price_id: RecordId, body: PriceChange, uow: UnitOfWork = Edit) -> PriceRow:
    """Correct a price."""
    return await service.update_price(
        uow, price_id, body.effective_date, body.unit_price, body.version
    )


@router.delete("/{price_id}", status_code=204)
async def delete_price(price_id: RecordId, uow: UnitOfWork = Edit) -> None:
    """Withdraw a price."""
    await service.delete_price(uow, price_id)
