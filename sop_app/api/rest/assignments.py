"""The activation matrix as a list of pairs; its grid form is ``/products/matrix``."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from sop_app.api.access import transaction_for
from sop_app.api.rest.listing import Choices, Listed, Search
from sop_app.api.rest.sheet_files import SheetFormat, answer_with_sheet
from sop_app.kernel.paging import Page
from sop_app.master_data.assignments import service
from sop_app.master_data.assignments.importer import export_assignments
from sop_app.master_data.assignments.schemas import AssignmentFilter, AssignmentRow
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1/assignments", tags=["assignments"])
View = transaction_for(Permission.ASSIGNMENTS_VIEW)


def _wanted(
    find: Search = "",
    customer_id: Annotated[int | None, Query(gt=0, le=2**31 - 1)] = None,
    product_id: Annotated[int | None, Query(gt=0, le=2**31 - 1)] = None,
    family: Choices = (),
    is_active: bool | None = None,
) -> AssignmentFilter:
    return AssignmentFilter(
        search=find,
        customer_id=customer_id,
        product_id=product_id,
        families=family,
        is_active=is_active,
    )


Wanted = Annotated[AssignmentFilter, Depends(_wanted)]


@router.get("")
async def list_assignments(
    wanted: Wanted, page: Listed, uow: UnitOfWork = View
) -> Page[AssignmentRow]:
    """List pairs of customer and product."""
    return await service.list_assignments(uow, wanted, page)


@router.get("/export")
async def export(
    wanted: Wanted,
    page: Listed,
    file_format: Annotated[SheetFormat, Query(alias="format")] = SheetFormat.XLSX,
    uow: UnitOfWork = View,
) -> Response:
    """Save all pairs of a list as Excel or CSV; the file can be imported again."""
    return await answer_with_sheet(await export_assignments(uow, wanted, page), file_format)
