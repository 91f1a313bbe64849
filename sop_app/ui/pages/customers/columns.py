"""The columns of the customer list and how a customer fills them."""

from decimal import Decimal
from typing import Any

from sop_app.actuals.sales_history.totals import SalesTotals
from sop_app.master_data.customers.rules import CustomerStatus
from sop_app.master_data.customers.schemas import CustomerRow
from sop_app.ui.components import formats
from sop_app.ui.components.table_columns import Column

STEEP_FALL = Decimal("-0.2")

COLUMNS = (
    Column("name", "Customer", "name", is_sortable=True),
    Column("code", "Code", "code", is_sortable=True),
    Column("channel", "Channel", is_sortable=True),
    Column("region", "Region", is_sortable=True),
    Column("territory", "Territory", is_sortable=True, is_hidden=True),
    Column("sales_rep", "Sales rep", is_sortable=True),
    Column("currency", "Currency", is_sortable=True, is_wide_only=True),
    Column("payment_terms", "Terms", is_sortable=True, is_wide_only=True),
    Column("products", "Products", "number", is_sortable=True),
    Column("sales", "Sales 12 months", "number", is_sortable=True),
    Column("sales_change", "Last year", "number", is_sortable=True),
    Column("status", "Status", "badge", badge="record", is_sortable=True),
)


def customer_cells(row: CustomerRow, sales: SalesTotals) -> dict[str, Any]:
    """Write a customer as a row of the list."""
    change = sales.amount_change
    return {
        "id": str(row.id),
        "href": f"/customers/{row.id}",
        "tone": "muted" if row.status is CustomerStatus.INACTIVE else "",
        "name": row.name,
        "code": row.code,
        "channel": row.channel,
        "region": row.region,
        "territory": row.territory,
        "sales_rep": row.sales_rep_name or formats.MISSING,
        "currency": row.currency,
        "payment_terms": row.payment_terms,
        "products": formats.number(row.product_count),
        "sales": formats.number(sales.amount),
        "sales_change": formats.percent_change(change),
        "sales_change_tone": "warn" if change is not None and change < STEEP_FALL else "",
        "status": row.status.value,
    }
