"""Look at the sales history: a pivot with averages, trend and last year, and one month at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sop_app.kernel.periods import add_months, first_of_month, month_range, months_between
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

from . import queries
from .queries import YEAR, Course
from .rules import average, change, trend
from .schemas import (
    FilterChoices,
    Measure,
    MemberNames,
    MonthFigures,
    Overview,
    Pivot,
    PivotLine,
    PivotRequest,
    SalesFilter,
)


async def show_pivot(uow: UnitOfWork, request: PivotRequest) -> Pivot:
    """Show one page of the sales a person may see, by customer, product, category, region or rep.

    The months end with the last one that is over and has sales, so that a half-recorded month does
    not look like a collapse, and begin with the first on record at the earliest.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    uow.require(Permission.SALES_HISTORY_VIEW)
    span = await queries.read_span(uow, request.wanted.until)
    if span is None:
        return _nothing(uow, request)
    months = queries.shown_months(span, request.month_count)
    courses, total, line_count = await queries.read_courses(uow, request, months)
    known = month_range(span[0], months_between(*span) + 1)
    return Pivot(
        months=tuple(months),
        lines=tuple(_line(course, months, known) for course in courses),
        total=_line(total, months, known),
        last_year=_figures(total, [add_months(month, -YEAR) for month in months]),
        line_count=line_count,
    )


async def show_months(uow: UnitOfWork, wanted: SalesFilter, month_count: int) -> list[MonthFigures]:
    """Show every figure of each month, the latest last; nothing where nothing is recorded.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    uow.require(Permission.SALES_HISTORY_VIEW)
    span = await queries.read_span(uow, wanted.until)
    if span is None:
        return []
    months = queries.shown_months(span, month_count)
    return await queries.read_months(uow, wanted, months, span[0])


async def show_overview(
    uow: UnitOfWork, wanted: SalesFilter, measure: Measure, month_count: int
) -> Overview | None:
    """Show the course of all sales a filter lets through; None while there are none to be seen.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    uow.require(Permission.SALES_HISTORY_VIEW)
    span = await queries.read_span(uow, wanted.until)
    if span is None:
        return None
    shown = queries.shown_months(span, month_count)
    count = max(len(shown), 2 * YEAR)
    asked = month_range(add_months(span[1], 1 - count), count)
    months = await queries.read_months(uow, wanted, asked, span[0])
    return _overview(months, measure, shown_count=len(shown), known=months_between(*span) + 1)


def _overview(
    months: Sequence[MonthFigures], measure: Measure, *, shown_count: int, known: int
) -> Overview:
    figures = [month.amount if measure is Measure.VALUE else month.net_quantity for month in months]
    recorded = figures[-known:]
    year, before = sum(figures[-YEAR:], Decimal(0)), sum(figures[-2 * YEAR : -YEAR], Decimal(0))
    gross = sum((month.gross_quantity for month in months[-YEAR:]), Decimal(0))
    returned = sum((month.returned_quantity for month in months[-YEAR:]), Decimal(0))
    amount = sum((month.amount for month in months[-YEAR:]), Decimal(0))
    return Overview(
        months=tuple(months[-shown_count:]),
        year=year,
        year_before=before,
        year_change=change(year, before) if known >= 2 * YEAR else None,
        average_6=average(recorded, 6),
        average_12=average(recorded, YEAR),
        average_24=average(recorded, 2 * YEAR),
        trend=trend(recorded),
        returned_ratio=returned / gross if gross else None,
        average_price=amount / (gross - returned) if gross > returned else None,
    )


async def list_choices(uow: UnitOfWork) -> FilterChoices:
    """List what the visible sales can be filtered by.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    uow.require(Permission.SALES_HISTORY_VIEW)
    choices = await queries.read_choices(uow)
    span = await queries.read_span(uow)
    months = queries.shown_months(span, 0) if span else []
    return replace(choices, months=tuple(reversed(months)))


async def find_end_of_import(uow: UnitOfWork, batch_id: int) -> date | None:
    """Find the last month an import brought, to look at; None where the history ends with it.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    uow.require(Permission.SALES_HISTORY_VIEW)
    return await queries.read_end_of_import(uow, batch_id)


async def has_categories_below(uow: UnitOfWork, category_id: int) -> bool:
    """Tell whether a category is divided further.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    uow.require(Permission.SALES_HISTORY_VIEW)
    return await queries.has_categories_below(uow, category_id)


async def name_members(uow: UnitOfWork, wanted: SalesFilter) -> MemberNames:
    """Name the customer and the product of a filter; "" where there is none to be seen.

    Raises:
        PermissionDeniedError: The person may not see the sales history.
    """
    uow.require(Permission.SALES_HISTORY_VIEW)
    return await queries.read_names(uow, wanted)


def _nothing(uow: UnitOfWork, request: PivotRequest) -> Pivot:
    last = add_months(first_of_month(uow.now.date()), -1)
    months = queries.shown_months((last, last), request.month_count)
    empty = _line(Course("", "All", "", {}), months, [])
    return Pivot(tuple(months), (), empty, empty.months, 0)


def _line(course: Course, months: Sequence[date], known: Sequence[date]) -> PivotLine:
    """Work out a line's averages and comparisons over the months that are on record at all."""
    recorded = _figures(course, known)
    last = months[-1]
    year = sum(_figures(course, month_range(add_months(last, 1 - YEAR), YEAR)), Decimal(0))
    before = sum(_figures(course, month_range(add_months(last, 1 - 2 * YEAR), YEAR)), Decimal(0))
    figures = _figures(course, months)
    return PivotLine(
        key=course.key,
        label=course.label,
        code=course.code,
        months=figures,
        total=sum(figures, Decimal(0)),
        year=year,
        year_before=before,
        year_change=change(year, before) if len(known) >= 2 * YEAR else None,
        average_6=average(recorded, 6),
        average_12=average(recorded, 12),
        average_24=average(recorded, 24),
        trend=trend(recorded),
    )


def _figures(course: Course, months: Sequence[date]) -> tuple[Decimal, ...]:
    return tuple(course.figures.get(month, Decimal(0)) for month in months)
