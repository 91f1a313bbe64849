"""How customers and products are written: tiles, charts and rows, also without figures."""

from datetime import UTC, date, datetime
from decimal import Decimal

from sop_app.actuals.sales_history.totals import MonthSales, SalesTotals
from sop_app.kernel.periods import month_range
from sop_app.master_data.assignments.schemas import Choice
from sop_app.master_data.customers.rules import CustomerStatus
from sop_app.master_data.customers.schemas import CustomerRow
from sop_app.master_data.pricing.schemas import CurrentPrice
from sop_app.master_data.products.rules import ProductStatus
from sop_app.master_data.products.schemas import ProductRow
from sop_app.planning.forecast_entry.outlook import Outlook, OutlookMonth
from sop_app.ui.pages.customer import rows as customer_rows
from sop_app.ui.pages.customers.columns import COLUMNS, customer_cells
from sop_app.ui.pages.product import rows as product_rows
from sop_app.ui.pages.products.columns import COLUMNS as PRODUCT_COLUMNS
from sop_app.ui.pages.products.columns import COLUMNS_WITHOUT_PRICES, product_cells

START = date(2024, 1, 1)
AT = datetime(2026, 12, 8, tzinfo=UTC)


def sold(amounts):
    months = month_range(START, len(amounts))
    return [
        MonthSales(month, Decimal(amount) / 10, Decimal(amount))
        for month, amount in zip(months, amounts, strict=True)
    ]


def planned(first, amounts):
    months = tuple(
        OutlookMonth(month, amount // 10, Decimal(amount))
        for month, amount in zip(month_range(first, len(amounts)), amounts, strict=True)
    )
    return Outlook(1, "January 2026", 12, 3, months)


def test_tiles_compare_a_year_and_a_quarter_with_the_year_before():
    months = sold([100] * 12 + [110] * 9 + [220] * 3)
    outlook = planned(date(2026, 1, 1), [140] * 16)
    tiles = customer_rows.sales_tiles(months, outlook, "EUR")
    assert tiles == {
        "year": "€1,650",
        "year_change": "+37.5%",
        "year_tone": "good",
        "quarter": "€660",
        "quarter_change": "+120.0%",
        "quarter_tone": "good",
        "quarter_label": "Sales Oct to Dec 2025",
        "forecast": "€1,680",
        "forecast_change": "+1.8%",
        "forecast_label": "Forecast, January 2026",
    }
    assert product_rows.sales_tiles(months, outlook)["year"] == "165"


def test_tiles_without_history_or_forecast_show_no_number():
    tiles = customer_rows.sales_tiles(sold([0] * 24), None, "GBP")
    assert (tiles["year"], tiles["year_change"], tiles["year_tone"]) == ("£0", "–", "neutral")
    assert (tiles["forecast"], tiles["forecast_change"]) == ("–", "–")


def test_the_forecast_line_joins_the_sales_only_where_nothing_lies_between():
    months = sold([1000, 2000])
    joined = customer_rows.chart_rows(months, planned(date(2024, 3, 1), [3000]))
    assert joined == [
        {"month": "Jan 2024", "sales": 1.0},
        {"month": "Feb 2024", "sales": 2.0, "forecast": 2.0},
        {"month": "Mar 2024", "forecast": 3.0},
    ]
    apart = product_rows.chart_rows(months, planned(date(2024, 4, 1), [3000]))
    assert apart[1:] == [
        {"month": "Feb 2024", "sales": 200.0},
        {"month": "Mar 2024"},
        {"month": "Apr 2024", "forecast": 300},
    ]
    past = customer_rows.chart_rows(months, planned(date(2024, 1, 1), [9]))
    assert past == customer_rows.chart_rows(months, None)


def test_months_stand_beside_the_year_before_latest_first():
    rows = customer_rows.month_cells(sold([100] * 12 + [150, 0]))
    assert [(row["month"], row["amount"], row["change"]) for row in rows] == [
        ("Feb 2025", "0", "−100.0%"),
        ("Jan 2025", "150", "+50.0%"),
    ]
    [row] = product_rows.forecast_cells(planned(date(2025, 1, 1), [150]), sold([100]))
    assert (row["quantity"], row["previous"], row["change"]) == ("15", "10", "+50.0%")


def test_a_row_fills_every_column_of_its_list():
    customer = CustomerRow(
        id=1,
        code="C-1",
        name="Alder",
        status=CustomerStatus.INACTIVE,
        sales_rep_name="",
        product_count=3,
        version=1,
    )
    sales = SalesTotals(amount=Decimal(70), previous_amount=Decimal(100))
    cells = customer_cells(customer, sales)
    assert {column.key for column in COLUMNS} <= set(cells)
    assert (cells["sales_change"], cells["sales_change_tone"]) == ("−30.0%", "warn")
    assert (cells["tone"], cells["sales_rep"]) == ("muted", "–")


def test_a_product_without_prices_shows_none():
    product = ProductRow(
        id=1,
        sku="OLV",
        name="Oil",
        description="",
        category_id=None,
        category_path=(),
        family="",
        unit="cases",
        unit_cost=None,
        list_price=None,
        lead_time_days=1,
        minimum_order_quantity=0,
        manufacturing_location="",
        status=ProductStatus.ACTIVE,
        customer_count=0,
        created_at=AT,
        updated_at=AT,
        version=1,
    )
    cells = product_cells(product, SalesTotals())
    assert {column.key for column in PRODUCT_COLUMNS} <= set(cells)
    assert (cells["unit_cost"], cells["list_price"], cells["category"]) == ("–", "–", "–")
    assert not {"unit_cost", "list_price"} & {column.key for column in COLUMNS_WITHOUT_PRICES}
    details = product_rows.details_of(product)
    assert (details["list_price"], details["margin"], details["lead_time"]) == ("–", "–", "1 day")


def test_a_product_of_a_customer_shows_price_sales_and_trend():
    choice = Choice(5, "OLV", "Oil", "Oils", "active", is_assigned=True)
    price = CurrentPrice(Decimal("45.1"), is_list_price=False, effective_date=START)
    sales = SalesTotals(Decimal(12), Decimal(540), Decimal(10), Decimal(450))
    cells = customer_rows.product_cells(choice, price, sales, [Decimal(1), Decimal(2)])
    assert (cells["price"], cells["quantity"], cells["amount"]) == ("45.10", "12", "540")
    assert (cells["change"], cells["trend"]) == ("+20.0%", "3,33 81,3")
