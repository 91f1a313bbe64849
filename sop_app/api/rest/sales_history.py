"""The sales history the acting person may see: the pivot, its months, its files."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from sop_app.actuals.sales_history import service
from sop_app.actuals.sales_history.exports import export_sales
from sop_app.actuals.sales_history.schemas import (
    DEFAULT_MONTHS,
    NO_REGION,
    Dimension,
    FilterChoices,
    Measure,
    MonthFigures,
    Pivot,
    PivotRequest,
    SalesFilter,
)
from sop_app.api.access import transaction_for
from sop_app.api.rest.listing import Listed, RecordId, Search
from sop_app.api.rest.sheet_files import SheetFormat, answer_with_sheet
from sop_app.kernel.errors import InvalidInputError
from sop_app.kernel.periods import first_of_month
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.settings.service import get_currency

router = APIRouter(prefix="/api/v1/sales-history", tags=["sales history"])
View = transaction_for(Permission.SALES_HISTORY_VIEW)
Months = Annotated[int, Query(ge=0, le=240, description="0 for all")]


def _wanted(
    customer_id: RecordId | None = None,
    product_id: RecordId | None = None,
    category_id: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    region: Annotated[str | None, Query(max_length=60, description="none for no region")] = None,
    sales_rep_id: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    until: Annotated[date | None, Query(description="A day of the last month shown")] = None,
) -> SalesFilter:
    named = "" if region == NO_REGION else region
    last = until and first_of_month(until)
    return SalesFilter(customer_id, product_id, category_id, named, sales_rep_id, last)


Wanted = Annotated[SalesFilter, Depends(_wanted)]


def _request(
    wanted: Wanted,
    page: Listed,
    by: Dimension = Dimension.CUSTOMER,
    measure: Measure = Measure.VALUE,
    find: Search = "",
    months: Months = DEFAULT_MONTHS,
) -> PivotRequest:
    return PivotRequest(
        by,
        measure,
        wanted,
        find=find,
        sort=page.sort or "year",
        is_descending=page.is_descending or not page.sort,
        month_count=months,
        offset=page.offset,
        limit=page.limit,
    )


Request = Annotated[PivotRequest, Depends(_request)]


@router.get("")
async def show_pivot(request: Request, uow: UnitOfWork = View) -> Pivot:
    """Show one page of sales by customer, product, category, region or sales rep."""
    if request.dimension is Dimension.MONTH:
        raise InvalidInputError({"by": "Ask /months for sales by month."})
    return await service.show_pivot(uow, request)


@router.get("/months")
async def show_months(
    wanted: Wanted, months: Months = DEFAULT_MONTHS, uow: UnitOfWork = View
) -> list[MonthFigures]:
    """Show gross, returned and net quantity, amount and average price of each month."""
    return await service.show_months(uow, wanted, months)


@router.get("/choices")
async def list_choices(uow: UnitOfWork = View) -> FilterChoices:
    """List the regions, sales reps and categories that sales can be filtered by."""
    return await service.list_choices(uow)


@router.get("/export")
async def export(
    request: Request,
    file_format: Annotated[SheetFormat, Query(alias="format")] = SheetFormat.XLSX,
    uow: UnitOfWork = View,
) -> Response:
    """Save all lines of a pivot, or its months, as Excel or CSV."""
    sheet = await export_sales(uow, request, currency=await get_currency())
    return await answer_with_sheet(sheet, file_format)
