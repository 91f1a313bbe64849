"""The activation matrix."""

from datetime import datetime

from sqlmodel import Field

from sop_app.system.tables import Instant, Record


class Assignment(Record, table=True):
    """A product that may (or no longer may) be planned for a customer."""

    __tablename__ = "assignment"

    customer_id: int = Field(primary_key=True, foreign_key="customer.id")
    product_id: int = Field(primary_key=True, foreign_key="product.id", index=True)
    is_active: bool = True
    updated_at: datetime = Field(sa_type=Instant)
