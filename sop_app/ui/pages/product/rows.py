"""How a product's figures are written on its page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sop_app.actuals.sales_history.totals import MonthSales, SalesTotals
from sop_app.kernel.periods import add_months, month_range, months_between
from sop_app.master_data.assignments.schemas import Choice
from sop_app.master_data.pricing.schemas import CurrentPrice, PriceRow
from sop_app.master_data.products.schemas import ProductRow
from sop_app.planning.forecast_entry.outlook import Outlook
from sop_app.ui.components import formats
from sop_app.ui.components.kpis import sparkline_points
from sop_app.ui.components.table_columns import Column

YEAR = 12
QUARTER = 3

CUSTOMER_COLUMNS = (
    Column("name", "Customer", "name"),
    Column("code", "Code", "code"),
    Column("price", "Price", "number"),
    Column("quantity", "Units 12 months", "number"),
    Column("change", "Last year", "number"),
    Column("trend", "Trend", "trend"),
)
PRICE_COLUMNS = (
    Column("name", "Customer", "name"),
    Column("code", "Code", "code"),
    Column("effective_date", "Effective"),
    Column("unit_price", "Price", "number"),
    Column("currency", "Currency"),
    Column("discount", "Against list", "number"),
    Column("timing", "Holds", "badge", badge="price"),
)
MONTH_COLUMNS = (
    Column("month", "Month"),
    Column("quantity", "Units", "number"),
    Column("previous", "A year before", "number"),
    Column("change", "Change", "number"),
)
FORECAST_COLUMNS = (
    Column("month", "Month"),
    Column("quantity", "Forecast, units", "number"),
    Column("previous", "A year before", "number"),
    Column("change", "Change", "number"),
)
ACTIONS = {
    "product_created": "Created",
    "product_updated": "Changed",
    "product_deleted": "Deleted",
    "product_restored": "Restored",
}
FIELD_NAMES = {
    "sku": "SKU",
    "category_id": "Category",
    "unit_cost": "Unit cost",
    "list_price": "List price",
    "lead_time_days": "Lead time, days",
    "minimum_order_quantity": "Minimum order quantity",
    "manufacturing_location": "Made in",
}


def details_of(product: ProductRow) -> dict[str, str]:
    """Write a product's fields; cost and price only where the service gave them."""
    path = " / ".join(product.category_path)
    return {
        "id": str(product.id),
        "name": product.name,
        "line": ", ".join(part for part in (product.sku, product.family, product.unit) if part),
        "sku": product.sku,
        "description": product.description,
        "category": path or formats.MISSING,
        "family": product.family or formats.MISSING,
        "unit": product.unit,
        "unit_cost": formats.price(product.unit_cost),
        "list_price": formats.price(product.list_price),
        "margin": formats.percent(_margin(product)),
        "lead_time": formats.count(product.lead_time_days, "day"),
        "minimum_order": formats.number(product.minimum_order_quantity),
        "location": product.manufacturing_location or formats.MISSING,
        "created": formats.day(product.created_at.date()),
        "status": product.status.value,
    }


def ratio(now: Decimal | int, before: Decimal | int) -> Decimal | None:
    """Return a relative change; None without anything to compare with."""
    return Decimal(now - before) / Decimal(before) if before > 0 else None


def tone(change: Decimal | None) -> str:
    """Say whether a change of sales against last year is good or bad news."""
    if change is None or change == 0:
        return "neutral"
    return "good" if change > 0 else "bad"


def sales_tiles(months: Sequence[MonthSales], outlook: Outlook | None) -> dict[str, str]:
    """Write the tiles of units sold and planned; ``months`` are the last 24 and more."""
    year, year_before = _sum(months, 0, YEAR), _sum(months, YEAR, YEAR)
    quarter, same_quarter = _sum(months, 0, QUARTER), _sum(months, YEAR, QUARTER)
    change, quarter_change = ratio(year, year_before), ratio(quarter, same_quarter)
    against_sales = ratio(outlook.quantity, year) if outlook else None
    return {
        "year": formats.number(year),
        "year_change": formats.percent_change(change),
        "year_tone": tone(change),
        "quarter": formats.number(quarter),
        "quarter_change": formats.percent_change(quarter_change),
        "quarter_tone": tone(quarter_change),
        "quarter_label": "Units "
        + formats.month_range([month.month for month in months[-QUARTER:]]),
        "forecast": formats.number(outlook.quantity) if outlook else formats.MISSING,
        "forecast_change": formats.percent_change(against_sales),
        "forecast_label": f"Forecast, {outlook.cycle_name}" if outlook else "Forecast",
    }


def chart_rows(months: Sequence[MonthSales], outlook: Outlook | None) -> list[dict[str, Any]]:
    """Write units sold and planned month by month; months between them are gaps."""
    rows: dict[Any, dict[str, Any]] = {
        month.month: {"month": formats.month(month.month), "sales": float(month.quantity)}
        for month in months
    }
    last = months[-1]
    planned = {each.month: each for each in outlook.months} if outlook else {}
    if add_months(last.month, 1) in planned:
        rows[last.month]["forecast"] = float(last.quantity)
    ahead = months_between(last.month, max([last.month, *planned]))
    for month in month_range(add_months(last.month, 1), ahead):
        rows[month] = {"month": formats.month(month)}
        if month in planned:
            rows[month]["forecast"] = planned[month].quantity
    return list(rows.values())


def customer_cells(
    customer: Choice, price: CurrentPrice | None, sales: SalesTotals, course: Sequence[Decimal]
) -> dict[str, Any]:
    """Write a customer of a product as a row."""
    return {
        "id": str(customer.id),
        "href": f"/customers/{customer.id}",
        "tone": "muted" if customer.status == "inactive" else "",
        "name": customer.name,
        "code": customer.code,
        "price": formats.price(price.unit_price if price else None),
        "quantity": formats.number(sales.quantity),
        "change": formats.percent_change(sales.quantity_change),
        "trend": sparkline_points([float(quantity) for quantity in course]),
    }


def price_cells(price: PriceRow) -> dict[str, Any]:
    """Write a customer's price of a product as a row."""
    return {
        "id": str(price.id),
        "href": f"/customers/{price.customer_id}?tab=prices",
        "tone": "muted" if price.timing == "past" else "",
        "name": price.customer_name,
        "code": price.customer_code,
        "effective_date": formats.day(price.effective_date),
        "unit_price": formats.price(price.unit_price),
        "currency": price.currency,
        "discount": formats.percent_change(ratio(price.unit_price, price.list_price)),
        "timing": price.timing.value,
    }


def month_cells(months: Sequence[MonthSales]) -> list[dict[str, Any]]:
    """Write the months that have one a year before them, latest first."""
    pairs = zip(months[YEAR:], months, strict=False)
    rows = [
        {
            "id": now.month.isoformat(),
            "month": formats.month(now.month),
            "quantity": formats.number(now.quantity),
            "previous": formats.number(before.quantity),
            "change": formats.percent_change(ratio(now.quantity, before.quantity)),
        }
        for now, before in pairs
    ]
    return rows[::-1]


def forecast_cells(outlook: Outlook, months: Sequence[MonthSales]) -> list[dict[str, Any]]:
    """Write the months of the forecast against the units of a year before."""
    sold = {month.month.replace(year=month.month.year + 1): month.quantity for month in months}
    return [
        {
            "id": planned.month.isoformat(),
            "tone": "" if position < outlook.mandatory_months else "muted",
            "month": formats.month(planned.month),
            "quantity": formats.number(planned.quantity),
            "previous": formats.number(sold.get(planned.month)),
            "change": formats.percent_change(
                ratio(planned.quantity, sold.get(planned.month, Decimal(0)))
            ),
        }
        for position, planned in enumerate(outlook.months)
    ]


def _margin(product: ProductRow) -> Decimal | None:
    if product.list_price is None or product.unit_cost is None or product.list_price <= 0:
        return None
    return (product.list_price - product.unit_cost) / product.list_price


def _sum(months: Sequence[MonthSales], skipped: int, count: int) -> Decimal:
    """Sum the units of some months, counted back from the last one."""
    end = len(months) - skipped
    return sum((month.quantity for month in months[max(end - count, 0) : end]), Decimal(0))
