"""The status of a cycle as a table to take away."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from sop_app.system.spreadsheets.export import ColumnFormat, ExportColumn

from .schemas import Progress

_COUNTS = (
    *("Rows", "Complete", "Mandatory months filled", "Mandatory months"),
    *("Draft", "Submitted", "Approved", "Returned"),
)


def status_columns(currency: str) -> tuple[ExportColumn, ...]:
    """Name the columns of the status, amounts with their currency."""
    return (
        ExportColumn("Sales rep", ColumnFormat.TEXT),
        ExportColumn("Status", ColumnFormat.TEXT),
        *(ExportColumn(title, ColumnFormat.INTEGER) for title in _COUNTS),
        ExportColumn(f"Forecast {currency}", ColumnFormat.MONEY),
        ExportColumn("Against last year", ColumnFormat.PERCENT),
        ExportColumn("Against last cycle", ColumnFormat.PERCENT),
        ExportColumn("Last change", ColumnFormat.INSTANT),
    )


def status_rows(found: Iterable[Progress], time_zone: str) -> Iterator[tuple[object, ...]]:
    """Write one row per sales rep, in the order of ``status_columns``.

    Args:
        found: How far the sales reps are.
        time_zone: Of the cycle; the last change is told in its hours.
    """
    zone = ZoneInfo(time_zone)
    for row in found:
        yield (
            row.name,
            row.status.replace("_", " "),
            row.row_count,
            row.complete_count,
            row.filled_cells,
            row.mandatory_cells,
            row.draft,
            row.submitted,
            row.approved,
            row.returned,
            row.amount,
            _rounded(row.change_last_year),
            _rounded(row.change_last_cycle),
            row.changed_at and row.changed_at.astimezone(zone),
        )


def _rounded(ratio: float | None) -> float | None:
    return None if ratio is None else round(ratio, 4)
