"""The columns of the product list and how a product fills them."""

from typing import Any

from sop_app.actuals.sales_history.totals import SalesTotals
from sop_app.master_data.products.rules import ProductStatus
from sop_app.master_data.products.schemas import ProductRow
from sop_app.ui.components import formats
from sop_app.ui.components.table_columns import Column

OPEN_COLUMNS = (
    Column("name", "Product", "name", is_sortable=True),
    Column("sku", "SKU", "code", is_sortable=True),
    Column("category", "Category", "muted", width="220px", is_sortable=True),
    Column("family", "Family", is_sortable=True),
    Column("unit", "Unit", is_sortable=True),
)
PRICE_COLUMNS = (
    Column("unit_cost", "Unit cost", "number", is_sortable=True, is_hidden=True),
    Column("list_price", "List price", "number", is_sortable=True),
)
SUPPLY_COLUMNS = (
    Column("lead_time", "Lead time, days", "number", is_sortable=True, is_hidden=True),
    Column("minimum_order", "Minimum order", "number", is_sortable=True, is_hidden=True),
    Column("location", "Made in", is_sortable=True, is_hidden=True),
)
SALES_COLUMNS = (
    Column("customers", "Customers", "number", is_sortable=True),
    Column("sales", "Units 12 months", "number", is_sortable=True),
    Column("sales_change", "Last year", "number", is_sortable=True),
)
STATUS_COLUMN = Column("status", "Status", "badge", badge="product", is_sortable=True)

COLUMNS = (*OPEN_COLUMNS, *PRICE_COLUMNS, *SUPPLY_COLUMNS, *SALES_COLUMNS, STATUS_COLUMN)
COLUMNS_WITHOUT_PRICES = (*OPEN_COLUMNS, *SUPPLY_COLUMNS, STATUS_COLUMN)


def product_cells(row: ProductRow, sales: SalesTotals) -> dict[str, Any]:
    """Write a product as a row of the list."""
    return {
        "id": str(row.id),
        "href": f"/products/{row.id}",
        "tone": "muted" if row.status is ProductStatus.DISCONTINUED else "",
        "name": row.name,
        "sku": row.sku,
        "category": " / ".join(row.category_path) or formats.MISSING,
        "family": row.family,
        "unit": row.unit,
        "unit_cost": formats.price(row.unit_cost),
        "list_price": formats.price(row.list_price),
        "lead_time": formats.number(row.lead_time_days),
        "minimum_order": formats.number(row.minimum_order_quantity),
        "location": row.manufacturing_location,
        "customers": formats.number(row.customer_count),
        "sales": formats.number(sales.quantity),
        "sales_change": formats.percent_change(sales.quantity_change),
        "status": row.status.value,
    }
