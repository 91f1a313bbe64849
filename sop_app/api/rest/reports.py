"""Reports for programs: the consolidated pivot, and ordering it as a file."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from sop_app.api.access import transaction_for
from sop_app.review.reports import service
from sop_app.review.reports.schemas import (
    Dimension,
    FileFormat,
    Measure,
    PivotRequest,
    ReportScope,
)
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])

Id = Annotated[int, Query(ge=1, le=2**31 - 1)]


class JobStarted(BaseModel):
    """The background job that makes a file; ask ``/api/v1/jobs/{job_id}`` how far it is."""

    job_id: int


@router.get("/consolidated")
async def show_consolidated(  # noqa: PLR0913
    cycle_id: Id,
    sales_rep_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    rows: Dimension = Dimension.SALES_REP,
    measure: Measure = Measure.VALUE,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    uow: UnitOfWork = transaction_for(Permission.REPORTS_VIEW),
) -> dict[str, Any]:
    """Sum a cycle's forecast by sales rep, customer, product group, region, channel or product."""
    request = PivotRequest(
        ReportScope(cycle_id, sales_rep_id), rows, measure, offset=offset, limit=limit
    )
    cycle, pivot = await service.show_consolidated(uow, request)
    return {"cycle": asdict(cycle), "pivot": asdict(pivot)}


@router.post("/consolidated/files", status_code=202)
async def order_consolidated(
    cycle_id: Id,
    file_format: Annotated[FileFormat, Query(alias="format")] = FileFormat.XLSX,
    sales_rep_id: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    uow: UnitOfWork = transaction_for(Permission.REPORTS_VIEW),
) -> JobStarted:
    """Order the consolidated report of a cycle as a file."""
    scope = ReportScope(cycle_id, sales_rep_id)
    return JobStarted(job_id=await service.order_consolidated(uow, scope, file_format))
