"""The activation matrix."""

from datetime import datetime

from sqlalchemy import DateTime
from sqlmodel import Field, SQLModel


class Assignment(SQLModel, table=True):
    """A product that may (or no longer may) be planned for a customer."""

    __tablename__ = "assignment"

    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    product_id: int = Field(primary_key=True, foreign_key="product.id", index=True)
    is_active: bool = True
    updated_at: datetime = Field(sa_type=DateTime(timezone=True))
