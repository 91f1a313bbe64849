"""The sales history as a table for Excel and CSV: what the screen shows, with all lines."""

from collections.abc import Sequence
from dataclasses import replace

from sop_app.kernel.periods import month_label
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.export import ColumnFormat, ExportColumn, ExportSheet, Row

from .schemas import Dimension, Measure, MonthFigures, PivotLine, PivotRequest
from .service import show_months, show_pivot

_UNNAMED = {
    Dimension.SALES_REP: "No sales rep",
    Dimension.REGION: "No region",
    Dimension.CATEGORY: "No category",
}


def name_of(dimension: Dimension, line: PivotLine) -> str:
    """Name a line; members without a name are called by what they lack."""
    return line.label or _UNNAMED.get(dimension, "Not named")


async def export_sales(uow: UnitOfWork, request: PivotRequest, *, currency: str) -> ExportSheet:
    """Make a sheet of all lines of a pivot, or of its months.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    if request.dimension is Dimension.MONTH:
        months = await show_months(uow, request.wanted, request.month_count)
        return _months_sheet(months, currency)
    pivot = await show_pivot(uow, replace(request, offset=0, limit=None))
    figure = ColumnFormat.MONEY if request.measure is Measure.VALUE else ColumnFormat.QUANTITY
    unit = currency if request.measure is Measure.VALUE else "units"
    columns = [
        ExportColumn(request.dimension.label, width=32),
        ExportColumn("Code"),
        ExportColumn("12 months", figure, has_total=True),
        ExportColumn("12 months before", figure, has_total=True),
        ExportColumn("Against last year", ColumnFormat.PERCENT),
        ExportColumn("Trend", ColumnFormat.PERCENT, note="Last 6 months against the 6 before"),
        *(ExportColumn(f"Average {count} months", figure) for count in (6, 12, 24)),
        *(ExportColumn(month_label(month), figure, has_total=True) for month in pivot.months),
        ExportColumn(f"Total, {len(pivot.months)} months", figure, has_total=True),
    ]
    rows = [_row(request.dimension, line) for line in pivot.lines]
    title = f"Sales history by {request.dimension.label.lower()}, {unit}"
    return ExportSheet("Sales history", columns, rows, title, frozen_columns=2, has_totals=True)


def _row(dimension: Dimension, line: PivotLine) -> Row:
    return (
        name_of(dimension, line),
        line.code,
        line.year,
        line.year_before,
        line.year_change,
        line.trend,
        line.average_6,
        line.average_12,
        line.average_24,
        *line.months,
        line.total,
    )


def _months_sheet(months: Sequence[MonthFigures], currency: str) -> ExportSheet:
    quantity = ColumnFormat.QUANTITY
    columns = [
        ExportColumn("Month", ColumnFormat.MONTH),
        ExportColumn("Gross quantity", quantity, has_total=True),
        ExportColumn("Returned quantity", quantity, has_total=True),
        ExportColumn("Net quantity", quantity, has_total=True),
        ExportColumn(f"Amount, {currency}", ColumnFormat.MONEY, has_total=True),
        ExportColumn("Average price", ColumnFormat.PRICE),
        ExportColumn("Net quantity one year before", quantity, has_total=True),
        ExportColumn(f"Amount one year before, {currency}", ColumnFormat.MONEY, has_total=True),
    ]
    rows = [
        (
            figures.month,
            figures.gross_quantity,
            figures.returned_quantity,
            figures.net_quantity,
            figures.amount,
            figures.average_price,
            figures.quantity_before,
            figures.amount_before,
        )
        for figures in months
    ]
    return ExportSheet("Sales by month", columns, rows, "Sales by month", has_totals=True)
