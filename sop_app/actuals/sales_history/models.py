"""Monthly sales. A row exists only where something was sold or returned."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric
from sqlmodel import Field, Index

from sop_app.system.tables import Record


class SalesMonth(Record, table=True):
    """What one customer bought of one product in one month.

    ``net_quantity`` = gross - returned, in the product's unit; ``amount`` is net of returns, in
    the customer's currency, kept to a hundredth of a cent: discounts make fractions of cents, and
    totals of rounded rows would not match the invoices. ``batch_id`` names the import the row came with; it is no foreign key,
    so that batches can be cleared away. The two foreign keys are checked once per statement instead
    of once per row (migration 0003).
    """

    __tablename__ = "sales_month"
    __table_args__ = (
        CheckConstraint("extract(day from month) = 1", name="first_of_month"),
        CheckConstraint("net_quantity = gross_quantity - returned_quantity", name="net"),
        Index("ix_sales_month_month", "month"),
        Index("ix_sales_month_product", "product_id"),
    )

    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    product_id: int = Field(primary_key=True, foreign_key="product.id")
    month: date = Field(primary_key=True)
    gross_quantity: Decimal = Field(sa_type=Numeric(16, 3))
    returned_quantity: Decimal = Field(sa_type=Numeric(16, 3))
    net_quantity: Decimal = Field(sa_type=Numeric(16, 3))
    amount: Decimal = Field(sa_type=Numeric(20, 4))
    batch_id: int | None = None
