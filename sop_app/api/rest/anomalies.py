"""Unusual months of the history for programs: search, list, decide."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sop_app.api.access import transaction_for
from sop_app.api.rest.listing import Listed, RecordId, Search
from sop_app.kernel.paging import Page
from sop_app.kernel.periods import first_of_month
from sop_app.planning.baseline import findings
from sop_app.planning.baseline.rules import FindingStatus
from sop_app.planning.baseline.schemas import FindingFilter, FindingRow
from sop_app.planning.forecasting.cleansing.findings import Kind, Severity
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1/forecasting/anomalies", tags=["forecasting"])
View = transaction_for(Permission.STATISTICS_VIEW)
Decide = transaction_for(Permission.STATISTICS_RUN)


class SearchStarted(BaseModel):
    """The job that looks through the history."""

    job_id: int


class DecisionBody(BaseModel):
    """What becomes of unusual months, all of them or none.

    ``keys`` are pairs of product and a day of the month; ``value`` replaces what was suggested.
    """

    keys: list[tuple[RecordId, date]] = Field(min_length=1, max_length=500)
    status: FindingStatus
    value: float | None = None


class Decided(BaseModel):
    """How many findings were decided."""

    count: int


@router.post("/detect", status_code=202)
async def detect_anomalies(uow: UnitOfWork = Decide) -> SearchStarted:
    """Look through the history for unusual months, in the background."""
    return SearchStarted(job_id=await findings.order_detection(uow))


@router.get("")
async def list_anomalies(  # noqa: PLR0913
    page: Listed,
    status: FindingStatus | None = None,
    severity: Severity | None = None,
    kind: Kind | None = None,
    find: Search = "",
    product_id: RecordId | None = None,
    uow: UnitOfWork = View,
) -> Page[FindingRow]:
    """List unusual months and what was decided about them."""
    severities = (severity.value,) if severity else ()
    wanted = FindingFilter(status, severities, kind.value if kind else "", find, product_id)
    return await findings.list_findings(uow, wanted, page)


@router.post("/decisions")
async def decide_anomalies(body: DecisionBody, uow: UnitOfWork = Decide) -> Decided:
    """Accept, reject or ignore unusual months, or take the decision back with ``open``."""
    keys = [(product_id, first_of_month(month)) for product_id, month in body.keys]
    return Decided(count=await findings.decide(uow, keys, body.status, value=body.value))
