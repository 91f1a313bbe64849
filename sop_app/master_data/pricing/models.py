"""The price list."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, DateTime, Numeric
from sqlmodel import Field, SQLModel, UniqueConstraint


class Price(SQLModel, table=True):
    """What a customer pays for a product from a date on, in the customer's currency."""

    __tablename__ = "price"
    __table_args__ = (
        UniqueConstraint("customer_id", "product_id", "effective_date"),
        CheckConstraint("unit_price >= 0", name="not_negative"),
    )

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id")
    product_id: int = Field(foreign_key="product.id", index=True)
    effective_date: date
    unit_price: Decimal = Field(sa_type=Numeric(14, 4))
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = 1
