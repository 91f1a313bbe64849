"""Unusual months of the history: found by every run, decided by planners, taken back at will.

History is never overwritten. An accepted finding is a correction: forecasts read its value in the
place of what was recorded, until the decision is taken back.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from sop_app.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from sop_app.kernel.paging import Page, PageRequest
from sop_app.planning.forecasting.cleansing.findings import Finding
from sop_app.system.audit.service import record
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.service import start_job
from sop_app.system.listing import Conditions, Listing, read_page

from .rules import FindingStatus
from .schemas import FindingFilter, FindingRow

DETECTION_JOB = "find_anomalies"
_SEVERITY = "array_position(ARRAY['low', 'medium', 'high'], f.severity::text)"
_LIST = Listing(
    columns="""
        f.*, p.sku, p.name AS product_name, u.full_name AS decided_by_name
    """,
    source="""
        history_finding f JOIN product p ON p.id = f.product_id
        LEFT JOIN app_user u ON u.id = f.decided_by
    """,
    orders={
        "product": "lower(p.name)",
        "month": "f.month",
        "kind": "f.kind",
        "severity": _SEVERITY,
        "value": "f.value",
        "expected": "f.expected",
        "gap": "abs(f.value - f.expected) * p.list_price",
    },
    default_order="gap",
    key="f.product_id, f.month",
)
_STORE = text("""
    WITH arriving AS (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (
            product_id int, month date, kind text, detectors jsonb, severity text, value float,
            expected float, action text, suggested_value float, similar_months jsonb
        )
    ), gone AS (
        DELETE FROM history_finding f
        WHERE f.status = 'open' AND f.product_id = ANY (:looked_at) AND NOT EXISTS (
            SELECT FROM arriving n WHERE n.product_id = f.product_id AND n.month = f.month
        )
    )
    INSERT INTO history_finding AS f (
        product_id, month, kind, detectors, severity, value, expected, action, suggested_value,
        similar_months, status, found_at
    )
    SELECT n.product_id, n.month, n.kind, n.detectors, n.severity, n.value, n.expected, n.action,
           n.suggested_value, n.similar_months, 'open', :now
    FROM arriving n
    ON CONFLICT (product_id, month) DO UPDATE SET
        kind = excluded.kind, detectors = excluded.detectors, severity = excluded.severity,
        value = excluded.value, expected = excluded.expected, action = excluded.action,
        suggested_value = excluded.suggested_value, similar_months = excluded.similar_months,
        found_at = excluded.found_at, status = 'open', corrected_value = NULL,
        decided_by = NULL, decided_at = NULL
    WHERE f.status = 'open' OR f.value <> excluded.value
""")


async def order_detection(uow: UnitOfWork) -> int:
    """Ask for the history to be looked through now; return the job that does it.

    Raises:
        PermissionDeniedError: The person may not run forecasts.
    """
    uow.require(Permission.STATISTICS_RUN)
    return await start_job(uow, DETECTION_JOB, "Search for unusual months", {})


async def store_findings(
    uow: UnitOfWork, looked_at: Iterable[int], found: Sequence[Finding]
) -> None:
    """Store what was found now.

    Decisions stay unless the month's sales have changed since; open findings that are found no
    more go.

    Args:
        uow: The transaction.
        looked_at: Products that were looked at.
        found: What is unusual about them.
    """
    rows = [
        {
            "product_id": int(one.item_id),
            "month": one.month.date().isoformat(),
            "kind": one.kind.value,
            "detectors": [detector.value for detector in one.detectors],
            "severity": one.severity.value,
            "value": one.value or 0.0,
            "expected": one.expected,
            "action": one.action.value,
            "suggested_value": one.suggested,
            "similar_months": [month.date().isoformat() for month in one.similar_months],
        }
        for one in found
    ]
    await uow.session.execute(
        _STORE, {"rows": json.dumps(rows), "looked_at": list(looked_at), "now": uow.now}
    )


async def list_findings(
    uow: UnitOfWork, wanted: FindingFilter, page: PageRequest
) -> Page[FindingRow]:
    """List findings, by default those worth most at list price first.

    Raises:
        PermissionDeniedError: The person may not see statistics.
    """
    uow.require(Permission.STATISTICS_VIEW)
    conditions = Conditions()
    conditions.add_choice("f.status", "statuses", [wanted.status.value] if wanted.status else [])
    conditions.add_choice("f.severity", "severities", wanted.severities)
    conditions.add_choice("f.kind", "kinds", [wanted.kind] if wanted.kind else [])
    conditions.add_search("concat_ws(' ', p.name, p.sku)", wanted.find)
    if wanted.product_id is not None:
        conditions.add("f.product_id = :product_id", product_id=wanted.product_id)
    return await read_page(uow, _LIST, conditions, page, _finding)


async def count_findings(uow: UnitOfWork, severities: Sequence[str]) -> dict[FindingStatus, int]:
    """Count the findings of some severities by status.

    Raises:
        PermissionDeniedError: The person may not see statistics.
    """
    uow.require(Permission.STATISTICS_VIEW)
    rows = await uow.session.execute(
        text("""
            SELECT status, count(*) FROM history_finding WHERE severity = ANY (:severities)
            GROUP BY status
        """),
        {"severities": list(severities)},
    )
    found = {FindingStatus(status): count for status, count in rows}
    return {status: found.get(status, 0) for status in FindingStatus}


async def decide(
    uow: UnitOfWork,
    keys: Sequence[tuple[int, date]],
    status: FindingStatus,
    *,
    value: float | None = None,
) -> int:
    """Decide about findings, all of them or none; ``open`` takes a decision back.

    Args:
        uow: The transaction.
        keys: Product and month of each.
        status: What they become.
        value: For ``accepted``: what forecasts shall use; what was suggested by default.

    Returns:
        How many there were.

    Raises:
        PermissionDeniedError: The person may not correct the history.
        NotFoundError: There is no such finding.
        ConflictError: One was decided already, or is open still.
        InvalidInputError: The value is no quantity, or nothing was suggested and none is given.
    """
    uow.require(Permission.STATISTICS_RUN)
    if value is not None and not 0 <= value < float("inf"):
        raise InvalidInputError({"value": f"{value:g} is no quantity. It is 0 or more."})
    for product_id, month in keys:
        await _decide_one(uow, product_id, month, status, value)
    return len(keys)


async def _decide_one(
    uow: UnitOfWork, product_id: int, month: date, status: FindingStatus, value: float | None
) -> None:
    key = {"product_id": product_id, "month": month}
    found = await uow.session.execute(
        text("""
            SELECT f.status, f.suggested_value, f.corrected_value, p.name FROM history_finding f
            JOIN product p ON p.id = f.product_id
            WHERE f.product_id = :product_id AND f.month = :month FOR UPDATE OF f
        """),
        key,
    )
    row = found.one_or_none()
    if row is None:
        raise NotFoundError("finding", f"{product_id}, {month:%b %Y}")
    if not FindingStatus(row.status).may_become(status):
        raise ConflictError(
            f"{row.name}, {month:%b %Y} is {row.status} already.", theirs=row.status
        )
    corrected = None
    if status is FindingStatus.ACCEPTED:
        corrected = row.suggested_value if value is None else value
        if corrected is None:
            raise InvalidInputError(
                {"value": f"{row.name}, {month:%b %Y}: nothing was suggested. Enter a value."}
            )
    is_decided = status is not FindingStatus.OPEN
    await uow.session.execute(
        text("""
            UPDATE history_finding SET status = :status, corrected_value = :corrected,
                   decided_by = :user_id, decided_at = :now
            WHERE product_id = :product_id AND month = :month
        """),
        {
            **key,
            "status": status.value,
            "corrected": corrected,
            "user_id": uow.actor.user_id if is_decided else None,
            "now": uow.now if is_decided else None,
        },
    )
    record(
        uow,
        "history_finding_decided",
        ("product", product_id),
        before={"status": row.status, "corrected_value": row.corrected_value},
        after={"month": month, "status": status.value, "corrected_value": corrected},
    )


def _finding(row: Row[Any]) -> FindingRow:
    return FindingRow(
        product_id=row.product_id,
        sku=row.sku,
        product_name=row.product_name,
        month=row.month,
        kind=row.kind,
        detectors=list(row.detectors),
        severity=row.severity,
        value=row.value,
        expected=row.expected,
        action=row.action,
        suggested_value=row.suggested_value,
        similar=[date.fromisoformat(month) for month in row.similar_months],
        status=FindingStatus(row.status),
        corrected_value=row.corrected_value,
        decided_by_name=row.decided_by_name,
        decided_at=row.decided_at,
    )
