"""Customers of the acting person: lists, pages, changes, export and sales."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sop_app.actuals.sales_history import totals
from sop_app.actuals.sales_history.totals import MonthSales
from sop_app.api.access import transaction_for
from sop_app.api.rest.listing import Choices, Ids, Listed, RecordId, Search
from sop_app.api.rest.sheet_files import SheetFormat, answer_with_sheet
from sop_app.kernel.paging import Page
from sop_app.master_data.customers import service
from sop_app.master_data.customers.importer import export_customers
from sop_app.master_data.customers.rules import CustomerDraft, CustomerStatus
from sop_app.master_data.customers.schemas import (
    CustomerChoices,
    CustomerDetail,
    CustomerFilter,
    CustomerRow,
)
from sop_app.system.audit.schemas import AuditRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1/customers", tags=["customers"])
View = transaction_for(Permission.CUSTOMERS_VIEW)
Edit = transaction_for(Permission.CUSTOMERS_EDIT)
ViewSales = transaction_for(Permission.SALES_HISTORY_VIEW)


class CustomerBody(BaseModel):
    """The fields of a customer."""

    code: str = Field(max_length=200)
    name: str = Field(max_length=400)
    region: str = Field(default="", max_length=200)
    territory: str = Field(default="", max_length=200)
    channel: str = Field(default="", max_length=200)
    sales_rep_id: int | None = Field(default=None, gt=0, le=2**31 - 1)
    currency: str = Field(default="", max_length=20, description="That of the settings")
    payment_terms: str = Field(default="", max_length=200)
    status: CustomerStatus = CustomerStatus.ACTIVE

    def as_draft(self) -> CustomerDraft:
        """Bring the body into the form the service takes."""
        return CustomerDraft(**self.model_dump(exclude={"version"}))


class CustomerChange(CustomerBody):
    """A change, with the version of the customer it is based on."""

    version: int


def _wanted(
    find: Search = "",
    region: Choices = (),
    channel: Choices = (),
    sales_rep_id: Ids = (),
    status: Annotated[tuple[CustomerStatus, ...], Query(max_length=2)] = (),
) -> CustomerFilter:
    return CustomerFilter(
        search=find,
        regions=region,
        channels=channel,
        sales_rep_ids=sales_rep_id,
        statuses=status,
    )


Wanted = Annotated[CustomerFilter, Depends(_wanted)]


@router.get("")
async def list_customers(wanted: Wanted, page: Listed, uow: UnitOfWork = View) -> Page[CustomerRow]:
    """List customers; sorted also by ``sales`` and ``sales_change`` of the last twelve months."""
    until = await totals.find_last_sales_month(uow)
    ranking = totals.rank_by_sales(uow, page.sort, "customer_id", until)
    return await service.list_customers(uow, wanted, page, ranking)


@router.get("/choices")
async def list_choices(uow: UnitOfWork = View) -> CustomerChoices:
    """List the values in use and the people who sell."""
    return await service.list_customer_choices(uow)


@router.get("/export")
async def export(
    wanted: Wanted,
    page: Listed,
    file_format: Annotated[SheetFormat, Query(alias="format")] = SheetFormat.XLSX,
    uow: UnitOfWork = View,
) -> Response:
    """Save all customers of a list as Excel or CSV; the file can be imported again."""
    return await answer_with_sheet(await export_customers(uow, wanted, page), file_format)


@router.post("", status_code=201)
async def create_customer(body: CustomerBody, uow: UnitOfWork = Edit) -> CustomerDetail:
    """Create a customer."""
    return await service.create_customer(uow, body.as_draft())


@router.get("/{customer_id}")
async def read_customer(customer_id: RecordId, uow: UnitOfWork = View) -> CustomerDetail:
    """Open a customer."""
    return await service.get_customer(uow, customer_id)


@router.put("/{customer_id}")
async def update_customer(
    customer_id: RecordId, body: CustomerChange, uow: UnitOfWork = Edit
) -> CustomerDetail:
    """Change a customer."""
    return await service.update_customer(uow, customer_id, body.as_draft(), body.version)


@router.delete("/{customer_id}", status_code=204)
async def delete_customer(customer_id: RecordId, uow: UnitOfWork = Edit) -> None:
    """Delete a customer that nothing depends on."""
    await service.delete_customer(uow, customer_id)


@router.post("/{customer_id}/restore")
async def restore_customer(customer_id: RecordId, uow: UnitOfWork = Edit) -> CustomerDetail:
    """Bring a deleted customer back."""
    return await service.restore_customer(uow, customer_id)


@router.get("/{customer_id}/history")
async def list_history(customer_id: RecordId, uow: UnitOfWork = View) -> list[AuditRow]:
    """List the changes of a customer, its prices and its assignments, newest first."""
    return await service.list_customer_history(uow, customer_id)


@router.get("/{customer_id}/sales")
async def list_sales(
    customer_id: RecordId,
    until: date | None = None,
    months: Annotated[int, Query(ge=1, le=240)] = 24,
    uow: UnitOfWork = ViewSales,
) -> list[MonthSales]:
    """List a customer's sales month by month, the last 24 months by default."""
    await service.get_customer(uow, customer_id)
    last = until.replace(day=1) if until else await totals.find_last_sales_month(uow)
    return await totals.list_monthly_sales(uow, "customer_id", customer_id, last, months)
