"""Products, their category tree, and the activation matrix product by customer."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sop_app.actuals.sales_history import totals
from sop_app.api.access import transaction_for
from sop_app.api.rest.listing import Choices, Listed, RecordId, Search
from sop_app.api.rest.sheet_files import SheetFormat, answer_with_sheet
from sop_app.kernel.paging import Page
from sop_app.master_data.assignments import service as assignments
from sop_app.master_data.assignments.schemas import (
    AssignmentChange,
    AssignmentOutcome,
    Matrix,
    MatrixWindow,
)
from sop_app.master_data.products import categories, service
from sop_app.master_data.products.importer import export_products
from sop_app.master_data.products.rules import ProductDraft, ProductStatus
from sop_app.master_data.products.schemas import (
    CategoryNode,
    ProductChoices,
    ProductFilter,
    ProductRow,
)
from sop_app.system.audit.schemas import AuditRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1", tags=["products"])
View = transaction_for(Permission.PRODUCTS_VIEW)
Edit = transaction_for(Permission.PRODUCTS_EDIT)
ViewMatrix = transaction_for(Permission.ASSIGNMENTS_VIEW)
EditMatrix = transaction_for(Permission.ASSIGNMENTS_EDIT)


class ProductBody(BaseModel):
    """The fields of a product."""

    sku: str = Field(max_length=200)
    name: str = Field(max_length=400)
    description: str = Field(default="", max_length=4000)
    category_id: int | None = Field(default=None, gt=0, le=2**31 - 1)
    family: str = Field(default="", max_length=200)
    unit: str = Field(default="cases", max_length=100)
    unit_cost: Decimal = Decimal(0)
    list_price: Decimal = Decimal(0)
    lead_time_days: int = 0
    minimum_order_quantity: int = 0
    manufacturing_location: str = Field(default="", max_length=200)
    status: ProductStatus = ProductStatus.ACTIVE

    def as_draft(self) -> ProductDraft:
        """Bring the body into the form the service takes."""
        return ProductDraft(**self.model_dump(exclude={"version"}))


class ProductChange(ProductBody):
    """A change, with the version of the product it is based on."""

    version: int


class CategoryBody(BaseModel):
    """A category and where it lies; without a parent it lies at the top."""

    name: str = Field(max_length=400)
    parent_id: int | None = Field(default=None, gt=0, le=2**31 - 1)


class CategoryChange(CategoryBody):
    """A change, with the version of the category it is based on."""

    version: int


class MatrixChanges(BaseModel):
    """Pairs and whether the product may be planned for the customer."""

    changes: list[AssignmentChange] = Field(max_length=20_000)


def _wanted(
    find: Search = "",
    category_id: Annotated[int | None, Query(gt=0, le=2**31 - 1)] = None,
    family: Choices = (),
    location: Choices = (),
    status: Annotated[tuple[ProductStatus, ...], Query(max_length=3)] = (),
) -> ProductFilter:
    return ProductFilter(
        search=find,
        category_id=category_id,
        families=family,
        locations=location,
        statuses=status,
    )


Wanted = Annotated[ProductFilter, Depends(_wanted)]


@router.get("/products")
async def list_products(wanted: Wanted, page: Listed, uow: UnitOfWork = View) -> Page[ProductRow]:
    """List products; people who see sales may sort by ``sales`` and ``sales_change`` too."""
    ranking = None
    if uow.actor.may(Permission.SALES_HISTORY_VIEW):
        until = await totals.find_last_sales_month(uow)
        ranking = totals.rank_by_sales(uow, page.sort, "product_id", until)
    return await service.list_products(uow, wanted, page, ranking)


@router.get("/products/choices")
async def list_choices(uow: UnitOfWork = View) -> ProductChoices:
    """List the values in use."""
    return await service.list_product_choices(uow)


@router.get("/products/export")
async def export(
    wanted: Wanted,
    page: Listed,
    file_format: Annotated[SheetFormat, Query(alias="format")] = SheetFormat.XLSX,
    uow: UnitOfWork = View,
) -> Response:
    """Save all products of a list as Excel or CSV; the file can be imported again."""
    return await answer_with_sheet(await export_products(uow, wanted, page), file_format)


@router.get("/products/matrix", tags=["assignments"])
async def read_matrix(
    family: Annotated[str, Query(max_length=200)],
    find_customer: Search = "",
    find_product: Search = "",
    first_row: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    first_column: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    uow: UnitOfWork = ViewMatrix,
) -> Matrix:
    """Read a window of the activation matrix: customers down, products of a family across."""
    window = MatrixWindow(
        family=family,
        customer_search=find_customer,
        product_search=find_product,
        first_row=first_row,
        row_count=100,
        first_column=first_column,
        column_count=100,
    )
    return await assignments.read_matrix(uow, window)


@router.post("/products/matrix", tags=["assignments"])
async def change_matrix(
    body: MatrixChanges,
    uow: UnitOfWork = EditMatrix,
) -> AssignmentOutcome:
    """Say for pairs whether the product may be planned for the customer."""
    return await assignments.set_assignments(uow, body.changes)


@router.post("/products", status_code=201)
async def create_product(body: ProductBody, uow: UnitOfWork = Edit) -> ProductRow:
    """Create a product."""
    return await service.create_product(uow, body.as_draft())


@router.get("/products/{product_id}")
async def read_product(product_id: RecordId, uow: UnitOfWork = View) -> ProductRow:
    """Open a product."""
    return await service.get_product(uow, product_id)


@router.put("/products/{product_id}")
async def update_product(
    product_id: RecordId, body: ProductChange, uow: UnitOfWork = Edit
) -> ProductRow:
    """Change a product."""
    return await service.update_product(uow, product_id, body.as_draft(), body.version)


@router.delete("/products/{product_id}", status_code=204)
async def delete_product(product_id: RecordId, uow: UnitOfWork = Edit) -> None:
    """Delete a product that nothing depends on."""
    await service.delete_product(uow, product_id)


@router.post("/products/{product_id}/restore")
async def restore_product(product_id: RecordId, uow: UnitOfWork = Edit) -> ProductRow:
    """Bring a deleted product back."""
    return await service.restore_product(uow, product_id)


@router.get("/products/{product_id}/history")
async def list_history(product_id: RecordId, uow: UnitOfWork = View) -> list[AuditRow]:
    """List the changes of a product, newest first, for people who may see prices."""
    return await service.list_product_history(uow, product_id)


@router.get("/categories", tags=["categories"])
async def list_categories(uow: UnitOfWork = View) -> list[CategoryNode]:
    """List the category tree, parents before their children."""
    return await categories.list_categories(uow)


@router.post("/categories", status_code=201, tags=["categories"])
async def create_category(body: CategoryBody, uow: UnitOfWork = Edit) -> CategoryNode:
    """Create a category."""
    return await categories.create_category(uow, body.name, body.parent_id)


@router.put("/categories/{category_id}", tags=["categories"])
async def update_category(
    category_id: RecordId, body: CategoryChange, uow: UnitOfWork = Edit
) -> CategoryNode:
    """Rename or move a category."""
    return await categories.update_category(
        uow, category_id, body.name, body.parent_id, body.version
    )


@router.delete("/categories/{category_id}", status_code=204, tags=["categories"])
async def delete_category(category_id: RecordId, uow: UnitOfWork = Edit) -> None:
    """Delete an empty category."""
    await categories.delete_category(uow, category_id)
