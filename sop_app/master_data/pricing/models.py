"""The price list."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric
from sqlmodel import Field, UniqueConstraint

from sop_app.system.tables import Instant, Record


class Price(Record, table=True):
    """What a customer pays for a product from a date on, in the customer's currency."""

    __tablename__ = "price"
    __table_args__ = (
        UniqueConstraint("customer_id", "product_id", "effective_date"),
        CheckConstraint("unit_price >= 0", name="not_negative"),
    )

    id: int = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    product_id: int = Field(foreign_key="product.id", index=True)
    effective_date: date
    unit_price: Decimal = Field(sa_type=Numeric(14, 4))
    updated_at: datetime = Field(sa_type=Instant)
    version: int = 1
