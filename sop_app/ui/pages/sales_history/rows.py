"""Write the figures of the sales history as the page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sop_app.actuals.sales_history.exports import name_of
from sop_app.actuals.sales_history.rules import change
from sop_app.actuals.sales_history.schemas import (
    CategoryChoice,
    Dimension,
    Measure,
    MonthFigures,
    Overview,
    Pivot,
    PivotLine,
)
from sop_app.ui.components import formats

UNITS = "units"
STEADY = Decimal("0.005")
NO_KPIS = {
    "span": "",
    "year": "",
    "year_change": "",
    "year_tone": "neutral",
    "average": "",
    "averages": "",
    "trend": "",
    "trend_of": "",
    "returned": "",
    "price": "",
}


def pivot_headers(dimension: Dimension, pivot: Pivot) -> list[dict[str, str]]:
    """Name the columns of the pivot; keys are those it can be sorted by."""
    months = [{"key": "", "label": formats.month(month)} for month in pivot.months]
    return [
        {"key": "label", "label": dimension.label},
        {"key": "year", "label": "12 months"},
        {"key": "year_change", "label": "Against last year"},
        {"key": "trend", "label": "Trend"},
        {"key": "average_6", "label": "Average 6"},
        {"key": "average_12", "label": "Average 12"},
        {"key": "average_24", "label": "Average 24"},
        *months,
        {"key": "total", "label": f"Total, {formats.count(len(pivot.months), 'month')}"},
    ]


def pivot_row(dimension: Dimension, line: PivotLine) -> dict[str, Any]:
    """Write one line of the pivot."""
    name = name_of(dimension, line)
    return {"id": line.key, "label": name, "code": line.code, "cells": pivot_cells(line)}


def pivot_cells(line: PivotLine) -> list[str]:
    """Write the figures of a line in the order of the headers."""
    return [
        formats.number(line.year),
        formats.percent_change(line.year_change),
        trend_text(line.trend),
        formats.number(line.average_6),
        formats.number(line.average_12),
        formats.number(line.average_24),
        *map(formats.number, line.months),
        formats.number(line.total),
    ]


def trend_text(ratio: Decimal | None) -> str:
    """Write a trend with its arrow; within half a percent it is steady and has none.

    Example:
        >>> trend_text(Decimal("0.124")), trend_text(Decimal("-0.031")), trend_text(Decimal(0))
        ('↑ +12.4%', '↓ −3.1%', '0.0%')
    """
    text = formats.percent_change(ratio)
    if ratio is None or abs(ratio) <= STEADY:
        return text
    return f"{'↑' if ratio > 0 else '↓'} {text}"


def month_headers(currency: str) -> list[dict[str, str]]:
    """Name the columns of the pivot by month."""
    titles = ("Gross quantity", "Returned", "Net quantity", "Average price")
    before = ("Net quantity last year", f"Amount last year, {currency}", "Against last year")
    return [
        {"key": "label", "label": "Month"},
        *({"key": "", "label": title} for title in (*titles, *before, f"Amount, {currency}")),
    ]


def month_row(month: MonthFigures, measure: Measure) -> dict[str, Any]:
    """Write one month."""
    is_value = measure is Measure.VALUE
    now = month.amount if is_value else month.net_quantity
    before = month.amount_before if is_value else month.quantity_before
    return {
        "id": month.month.isoformat(),
        "label": formats.month(month.month),
        "code": "",
        "cells": [
            formats.number(month.gross_quantity),
            formats.number(month.returned_quantity),
            formats.number(month.net_quantity),
            formats.price(month.average_price),
            formats.number(month.quantity_before),
            formats.number(month.amount_before),
            formats.percent_change(None if before is None else change(now, before)),
            formats.number(month.amount),
        ],
    }


def month_total(months: Sequence[MonthFigures], measure: Measure) -> dict[str, Any]:
    """Sum months up as the last row of their table."""
    names = ("gross_quantity", "returned_quantity", "net_quantity", "amount")
    names += ("quantity_before", "amount_before")
    sums = {
        name: sum((getattr(month, name) or Decimal(0) for month in months), Decimal(0))
        for name in names
    }
    price = sums["amount"] / sums["net_quantity"] if sums["net_quantity"] else None
    summed = MonthFigures(month=date.min, average_price=price, **sums)
    label = f"All {formats.count(len(months), 'month')}"
    return {"label": label, "cells": month_row(summed, measure)["cells"]}


@dataclass(frozen=True)
class ChartScale:
    """The unit of a chart: figures are divided, and the word stands beside the unit."""

    word: str = ""
    divisor: int = 1
    decimals: int = 0

    def name(self, unit: str) -> str:
        """Name the unit of the axis.

        Example:
            >>> ChartScale("thousand", 1_000, 1).name("units"), ChartScale().name("units")
            ('thousand units', 'units')
            >>> ChartScale("million", 1_000_000, 1).name("EUR")
            'EUR million'
        """
        return " ".join(filter(None, (self.word, unit) if unit == UNITS else (unit, self.word)))


def chart_scale(overview: Overview, measure: Measure) -> ChartScale:
    """Choose the unit in which the axis has room for the figures."""
    figures = [abs(figure) for pair in _course(overview, measure) for figure in pair if figure]
    highest = max(figures, default=Decimal(0))
    if highest >= 10_000_000:
        return ChartScale("million", 1_000_000, 1)
    return ChartScale("thousand", 1_000, 1) if highest >= 10_000 else ChartScale()


def chart_rows(overview: Overview, measure: Measure, scale: ChartScale) -> list[dict[str, Any]]:
    """Give the chart its months, each beside the same month one year before."""
    return [
        {
            "month": formats.month(month.month),
            "sales": float(now / scale.divisor),
            "last_year": None if before is None else float(before / scale.divisor),
        }
        for month, (now, before) in zip(overview.months, _course(overview, measure), strict=True)
    ]


def _course(overview: Overview, measure: Measure) -> list[tuple[Decimal, Decimal | None]]:
    if measure is Measure.VALUE:
        return [(month.amount, month.amount_before) for month in overview.months]
    return [(month.net_quantity, month.quantity_before) for month in overview.months]


def span_of(months: int, until: date | None) -> str:
    """Name the months that figures sum up.

    Example:
        >>> span_of(12, None), span_of(12, date(2011, 12, 1))
        ('last 12 months', '12 months to Dec 2011')
    """
    return f"{months} months to {formats.month(until)}" if until else f"last {months} months"


def chart_summary(overview: Overview, unit: str, until: date | None) -> str:
    """Say the chart in one sentence."""
    span = formats.month_range([month.month for month in overview.months])
    moved = formats.percent_change(overview.year_change)
    return (
        f"Monthly sales from {span} in {unit}: {formats.number(overview.year)} in the"
        f" {span_of(12, until)}, {moved} against the 12 months before."
    )


def kpis(overview: Overview, currency: str, until: date | None) -> dict[str, str]:
    """Write the four tiles; ``until`` is the month the sales shown end with, when one is chosen."""
    moved = overview.year_change or 0
    return {
        "span": span_of(12, until),
        "year": formats.number(overview.year),
        "year_change": formats.percent_change(overview.year_change),
        "year_tone": "good" if moved > 0 else "bad" if moved < 0 else "neutral",
        "average": formats.number(overview.average_12),
        "averages": f"{formats.number(overview.average_6)} over the {span_of(6, until)}",
        "trend": formats.percent_change(overview.trend),
        "trend_of": f"{span_of(6, until)} against the 6 before",
        "returned": formats.percent(overview.returned_ratio),
        "price": f"Average price {formats.price(overview.average_price)} {currency}",
    }


def month_options(months: Sequence[date]) -> list[dict[str, str]]:
    """List months for a select."""
    return [{"value": month.isoformat(), "label": formats.month(month)} for month in months]


def category_options(categories: Sequence[CategoryChoice]) -> list[dict[str, str]]:
    """List the category tree for a select, lower levels set in."""
    return [
        {"value": str(category.id), "label": "\u2003" * (category.level - 1) + category.name}
        for category in categories
    ]
