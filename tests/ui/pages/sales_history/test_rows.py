"""How the figures of the sales history are written."""

from datetime import date
from decimal import Decimal

import pytest

from sop_app.actuals.sales_history.schemas import Measure, MonthFigures, Overview
from sop_app.ui.pages.sales_history import rows

DECEMBER = date(2011, 12, 1)


def overview(quantity: int = 12_400) -> Overview:
    figures = dict.fromkeys(("gross_quantity", "net_quantity"), Decimal(quantity))
    month = MonthFigures(
        month=DECEMBER,
        returned_quantity=Decimal(0),
        average_price=Decimal(2),
        amount=Decimal(2 * quantity),
        quantity_before=None,
        amount_before=None,
        **figures,
    )
    return Overview(
        months=(month,),
        year=Decimal(quantity),
        year_before=Decimal(0),
        year_change=None,
        average_6=Decimal(quantity),
        average_12=None,
        average_24=None,
        trend=None,
        returned_ratio=None,
        average_price=Decimal(2),
    )


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [(9_999, "units"), (12_400, "thousand units"), (10_000_000, "million units")],
)
def test_the_unit_of_the_chart_is_said_in_words(quantity, unit):
    assert rows.chart_scale(overview(quantity), Measure.UNITS).name("units") == unit


def test_money_in_thousands_keeps_its_currency_first():
    assert rows.chart_scale(overview(), Measure.VALUE).name("EUR") == "EUR thousand"


@pytest.mark.parametrize(
    ("until", "span", "trend_of"),
    [
        (None, "last 12 months", "last 6 months against the 6 before"),
        (DECEMBER, "12 months to Dec 2011", "6 months to Dec 2011 against the 6 before"),
    ],
)
def test_tiles_name_the_months_they_sum_up(until, span, trend_of):
    tiles = rows.kpis(overview(), "EUR", until)
    assert (tiles["span"], tiles["trend_of"]) == (span, trend_of)
    assert f"in the {span}" in rows.chart_summary(overview(), "units", until)
