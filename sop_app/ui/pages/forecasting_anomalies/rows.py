"""Unusual months as their inbox shows them."""

from datetime import date
from typing import Any

from sop_app.kernel.fields import parse_key
from sop_app.planning.baseline.rules import FindingStatus, Level
from sop_app.planning.baseline.schemas import FindingRow
from sop_app.planning.forecasting.cleansing.findings import Kind, Severity
from sop_app.ui.components import formats
from sop_app.ui.components.table_columns import Column
from sop_app.ui.sections.baseline_links import item_href

COLUMNS = (
    Column("product", "Item", "name", code_key="code", is_sortable=True),
    Column("month", "Month", is_sortable=True),
    Column("kind", "What", is_sortable=True),
    Column("severity", "Severity", "badge", badge="severity", is_sortable=True),
    Column("value", "Sold", "number", is_sortable=True),
    Column("expected", "Expected", "number", is_sortable=True),
    Column("suggested", "Suggested", "number", missing="Nothing is to be corrected"),
    Column("detectors", "Found by", "muted", width="180px", is_wide_only=True),
    Column("similar", "Similar before", "muted", width="120px", is_wide_only=True),
    Column("status", "Status", "badge", badge="finding"),
)
KIND_OPTIONS = [(kind.value, kind.value.replace("_", " ").capitalize()) for kind in Kind]
SEVERITY_OPTIONS = [(one.value, one.value.capitalize()) for one in Severity]
STATUS_LABELS = {status: status.value.capitalize() for status in FindingStatus}


def finding_cells(found: FindingRow) -> dict[str, Any]:
    """Write an unusual month as a row of the inbox."""
    is_accepted = found.status is FindingStatus.ACCEPTED
    proposed = found.corrected_value if is_accepted else found.suggested_value
    return {
        "id": f"{found.product_id}|{found.month.isoformat()}",
        "href": item_href(Level.PRODUCT, str(found.product_id)),
        "tone": "" if found.status is FindingStatus.OPEN else "muted",
        "product": found.product_name,
        "code": found.sku,
        "month": formats.month(found.month),
        "kind": found.kind.replace("_", " ").capitalize(),
        "severity": found.severity,
        "value": formats.number(found.value),
        "expected": formats.number(found.expected),
        "suggested": formats.number(proposed),
        "detectors": ", ".join(name.replace("_", " ") for name in found.detectors),
        "similar": ", ".join(formats.month(month) for month in found.similar[-2:])
        or formats.MISSING,
        "status": found.status.value,
    }


def read_id(row_id: str) -> tuple[int, date] | None:
    """Read product and month back out of a row's id; None when it cannot be one.

    Example:
        >>> read_id("17|2026-03-01"), read_id("17|soon")
        ((17, datetime.date(2026, 3, 1)), None)
    """
    product, _, month = row_id.partition("|")
    try:
        return parse_key(product), date.fromisoformat(month)
    except ValueError:
        return None
