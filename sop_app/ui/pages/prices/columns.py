"""The columns of the price list and how a price fills them."""

from typing import Any

from sop_app.master_data.pricing.rules import PriceTiming, first_month_of
from sop_app.master_data.pricing.schemas import PriceRow
from sop_app.ui.components import formats
from sop_app.ui.components.table_columns import Column

COLUMNS = (
    Column("customer", "Customer", "name", is_sortable=True),
    Column("customer_code", "Code", "code", is_sortable=True),
    Column("product", "Product", is_sortable=True),
    Column("sku", "SKU", "code", is_sortable=True),
    Column("effective_date", "Effective", is_sortable=True),
    Column("first_month", "Values from", "muted"),
    Column("unit_price", "Price", "number", is_sortable=True),
    Column("currency", "Currency", is_sortable=True),
    Column("list_price", "List price", "number", is_sortable=True),
    Column("discount", "Against list", "number"),
    Column("timing", "Holds", "badge", badge="price", is_sortable=True),
)


def price_cells(row: PriceRow) -> dict[str, Any]:
    """Write a price as a row of the list."""
    against = (row.unit_price - row.list_price) / row.list_price if row.list_price else None
    return {
        "id": str(row.id),
        "href": f"/customers/{row.customer_id}?tab=prices",
        "tone": "muted" if row.timing is PriceTiming.PAST else "",
        "customer": row.customer_name,
        "customer_code": row.customer_code,
        "product": row.product_name,
        "sku": row.sku,
        "effective_date": formats.day(row.effective_date),
        "first_month": formats.month(first_month_of(row.effective_date)),
        "unit_price": formats.price(row.unit_price),
        "currency": row.currency,
        "list_price": formats.price(row.list_price),
        "discount": formats.percent_change(against),
        "timing": row.timing.value,
    }


def describe_price(price: PriceRow) -> str:
    """Say in a sentence who pays what from when on."""
    return (
        f"{price.product_name} for {price.customer_name}: "
        f"{formats.price(price.unit_price)} {price.currency} from {formats.day(price.effective_date)}."
    )
