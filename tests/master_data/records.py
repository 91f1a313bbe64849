"""Records that tests of master data start from, stored past the services."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sop_app.actuals.sales_history.models import SalesMonth
from sop_app.kernel.periods import month_range
from sop_app.master_data.assignments.models import Assignment
from sop_app.master_data.customers.models import Customer
from sop_app.master_data.pricing.models import Price
from sop_app.master_data.products.models import Category, Product
from sop_app.system import database
from tests.people import NOW


async def store(*records: Any) -> None:
    """Store records in one transaction."""
    async with database.unit_of_work() as uow:
        uow.session.add_all(records)


async def store_customer(code: str, **fields: Any) -> int:
    """Store a customer and return its id."""
    customer = Customer(**{"code": code, "name": code, **fields}, created_at=NOW, updated_at=NOW)
    await store(customer)
    return customer.id or 0


async def store_product(sku: str, **fields: Any) -> int:
    """Store a product and return its id."""
    product = Product(**{"sku": sku, "name": sku, **fields}, created_at=NOW, updated_at=NOW)
    await store(product)
    return product.id or 0


async def store_category(name: str, level: int = 1, parent_id: int | None = None) -> int:
    """Store a category and return its id."""
    category = Category(name=name, level=level, parent_id=parent_id)
    await store(category)
    return category.id or 0


async def store_assignment(customer_id: int, product_id: int, *, is_active: bool = True) -> None:
    """Assign a product to a customer."""
    await store(
        Assignment(
            customer_id=customer_id, product_id=product_id, is_active=is_active, updated_at=NOW
        )
    )


async def store_price(customer_id: int, product_id: int, day: date, price: str) -> int:
    """Store a price and return its id."""
    row = Price(
        customer_id=customer_id,
        product_id=product_id,
        effective_date=day,
        unit_price=Decimal(price),
        updated_at=NOW,
    )
    await store(row)
    return row.id or 0


async def store_sales(
    customer_id: int,
    product_id: int,
    start: date,
    sold: Sequence[tuple[int, str]],
) -> None:
    """Store consecutive months of sales, each as quantity and amount; (0, "0") is no row."""
    await store(
        *(
            SalesMonth(
                customer_id=customer_id,
                product_id=product_id,
                month=month,
                gross_quantity=Decimal(quantity),
                returned_quantity=Decimal(0),
                net_quantity=Decimal(quantity),
                amount=Decimal(amount),
            )
            for month, (quantity, amount) in zip(month_range(start, len(sold)), sold, strict=True)
            if quantity
        )
    )
