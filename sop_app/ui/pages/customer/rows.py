"""How a customer's figures are written on its page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sop_app.actuals.sales_history.totals import MonthSales, SalesTotals
from sop_app.kernel.periods import add_months, month_range, months_between
from sop_app.master_data.assignments.schemas import Choice
from sop_app.master_data.customers.schemas import CustomerDetail
from sop_app.master_data.pricing.schemas import CurrentPrice, PriceRow
from sop_app.planning.forecast_entry.outlook import Outlook
from sop_app.ui.components import formats
from sop_app.ui.components.kpis import sparkline_points
from sop_app.ui.components.table_columns import Column

YEAR = 12
QUARTER = 3

PRODUCT_COLUMNS = (
    Column("name", "Product", "name"),
    Column("code", "Code", "code"),
    Column("price", "Price", "number"),
    Column("quantity", "Units 12 months", "number"),
    Column("amount", "Sales 12 months", "number"),
    Column("change", "Last year", "number"),
    Column("trend", "Trend", "trend"),
)
PRICE_COLUMNS = (
    Column("name", "Product", "name"),
    Column("code", "Code", "code"),
    Column("effective_date", "Effective"),
    Column("unit_price", "Price", "number"),
    Column("list_price", "List price", "number"),
    Column("discount", "Against list", "number"),
    Column("timing", "Holds", "badge", badge="price"),
)
MONTH_COLUMNS = (
    Column("month", "Month"),
    Column("quantity", "Units", "number"),
    Column("amount", "Sales", "number"),
    Column("previous", "A year before", "number"),
    Column("change", "Change", "number"),
)
FORECAST_COLUMNS = (
    Column("month", "Month"),
    Column("quantity", "Forecast, units", "number"),
    Column("amount", "Forecast, value", "number"),
    Column("previous", "A year before", "number"),
    Column("change", "Change", "number"),
)
ACTIONS = {
    "customer_created": "Created",
    "customer_updated": "Changed",
    "customer_deleted": "Deleted",
    "customer_restored": "Restored",
    "price_created": "Price agreed",
    "price_updated": "Price corrected",
    "price_deleted": "Price withdrawn",
    "assignments_changed": "Products assigned",
}
FIELD_NAMES = {
    "sales_rep_id": "Sales rep",
    "payment_terms": "Payment terms",
    "unit_price": "Price",
    "effective_date": "Effective",
    "assigned": "Planned from now on",
    "ended": "No longer planned",
}


def details_of(customer: CustomerDetail) -> dict[str, str]:
    """Write a customer's fields."""
    place = ", ".join(
        part
        for part in (
            customer.code,
            customer.channel.lower(),
            f"region {customer.region}" if customer.region else "",
        )
        if part
    )
    return {
        "id": str(customer.id),
        "name": customer.name,
        "line": place,
        "code": customer.code,
        "channel": customer.channel or formats.MISSING,
        "region": customer.region or formats.MISSING,
        "territory": customer.territory or formats.MISSING,
        "sales_rep": customer.sales_rep_name or formats.MISSING,
        "manager": customer.manager_name or formats.MISSING,
        "currency": customer.currency,
        "payment_terms": customer.payment_terms or formats.MISSING,
        "created": formats.day(customer.created_at.date()),
        "status": customer.status.value,
    }


def ratio(now: Decimal, before: Decimal) -> Decimal | None:
    """Return a relative change; None without anything to compare with."""
    return (now - before) / before if before > 0 else None


def tone(change: Decimal | None) -> str:
    """Say whether a change of sales against last year is good or bad news."""
    if change is None or change == 0:
        return "neutral"
    return "good" if change > 0 else "bad"


def sales_tiles(
    months: Sequence[MonthSales], outlook: Outlook | None, currency: str
) -> dict[str, str]:
    """Write the tiles of sales and forecast; ``months`` are the last 24 and more."""
    year, year_before = _sum(months, 0, YEAR), _sum(months, YEAR, YEAR)
    quarter, same_quarter = _sum(months, 0, QUARTER), _sum(months, YEAR, QUARTER)
    change, quarter_change = ratio(year, year_before), ratio(quarter, same_quarter)
    against_sales = ratio(outlook.amount, year) if outlook else None
    return {
        "year": formats.money(year, currency),
        "year_change": formats.percent_change(change),
        "year_tone": tone(change),
        "quarter": formats.money(quarter, currency),
        "quarter_change": formats.percent_change(quarter_change),
        "quarter_tone": tone(quarter_change),
        "quarter_label": "Sales "
        + formats.month_range([month.month for month in months[-QUARTER:]]),
        "forecast": formats.money(outlook.amount, currency) if outlook else formats.MISSING,
        "forecast_change": formats.percent_change(against_sales),
        "forecast_label": f"Forecast, {outlook.cycle_name}" if outlook else "Forecast",
    }


def chart_rows(months: Sequence[MonthSales], outlook: Outlook | None) -> list[dict[str, Any]]:
    """Write sales and forecast month by month in thousands; months between them are gaps."""
    rows: dict[Any, dict[str, Any]] = {
        month.month: {"month": formats.month(month.month), "sales": _thousand(month.amount)}
        for month in months
    }
    last = months[-1]
    planned = {each.month: each for each in outlook.months} if outlook else {}
    if add_months(last.month, 1) in planned:
        rows[last.month]["forecast"] = _thousand(last.amount)
    ahead = months_between(last.month, max([last.month, *planned]))
    for month in month_range(add_months(last.month, 1), ahead):
        rows[month] = {"month": formats.month(month)}
        if month in planned:
            rows[month]["forecast"] = _thousand(planned[month].amount)
    return list(rows.values())


def product_cells(
    product: Choice,
    price: CurrentPrice | None,
    sales: SalesTotals,
    course: Sequence[Decimal],
) -> dict[str, Any]:
    """Write a product of a customer as a row."""
    return {
        "id": str(product.id),
        "href": f"/products/{product.id}",
        "name": product.name,
        "code": product.code,
        "price": formats.price(price.unit_price if price else None),
        "quantity": formats.number(sales.quantity),
        "amount": formats.number(sales.amount),
        "change": formats.percent_change(sales.amount_change),
        "trend": sparkline_points([float(quantity) for quantity in course]),
    }


def price_cells(price: PriceRow) -> dict[str, Any]:
    """Write a price of a customer as a row."""
    return {
        "id": str(price.id),
        "href": f"/products/{price.product_id}",
        "tone": "muted" if price.timing == "past" else "",
        "name": price.product_name,
        "code": price.sku,
        "effective_date": formats.day(price.effective_date),
        "unit_price": formats.price(price.unit_price),
        "list_price": formats.price(price.list_price),
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
            "amount": formats.number(now.amount),
            "previous": formats.number(before.amount),
            "change": formats.percent_change(ratio(now.amount, before.amount)),
        }
        for now, before in pairs
    ]
    return rows[::-1]


def forecast_cells(outlook: Outlook, months: Sequence[MonthSales]) -> list[dict[str, Any]]:
    """Write the months of the forecast against the sales of a year before."""
    sold = {month.month.replace(year=month.month.year + 1): month.amount for month in months}
    return [
        {
            "id": planned.month.isoformat(),
            "tone": "" if position < outlook.mandatory_months else "muted",
            "month": formats.month(planned.month),
            "quantity": formats.number(planned.quantity),
            "amount": formats.number(planned.amount),
            "previous": formats.number(sold.get(planned.month)),
            "change": formats.percent_change(
                ratio(planned.amount, sold.get(planned.month, Decimal(0)))
            ),
        }
        for position, planned in enumerate(outlook.months)
    ]


def _sum(months: Sequence[MonthSales], skipped: int, count: int) -> Decimal:
    """Sum some months, counted back from the last one."""
    end = len(months) - skipped
    return sum((month.amount for month in months[max(end - count, 0) : end]), Decimal(0))


def _thousand(amount: Decimal) -> float:
    return round(float(amount) / 1000, 3)
