"""Tables of items and their category tree."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Numeric
from sqlmodel import Field, UniqueConstraint

from sop_app.system.tables import Instant, Record


class Category(Record, table=True):
    """A node of the category tree; level 1 is the top. Products may hang on any level."""

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("parent_id", "name", postgresql_nulls_not_distinct=True),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )

    id: int = Field(default=None, primary_key=True)
    parent_id: int | None = Field(default=None, foreign_key="category.id", index=True)
    name: str = Field(max_length=120)
    level: int
    version: int = 1


class Product(Record, table=True):
    """An item we sell, planned in whole units."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("status IN ('new', 'active', 'discontinued')", name="status"),
        CheckConstraint("unit_cost >= 0 AND list_price >= 0", name="money_not_negative"),
    )

    id: int = Field(default=None, primary_key=True)
    sku: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=200, index=True)
    description: str = Field(default="", max_length=2000)
    category_id: int | None = Field(default=None, foreign_key="category.id", index=True)
    family: str = Field(default="", max_length=120, index=True)
    unit: str = Field(default="cases", max_length=20)
    unit_cost: Decimal = Field(default=Decimal(0), sa_type=Numeric(14, 4))
    list_price: Decimal = Field(default=Decimal(0), sa_type=Numeric(14, 4))
    lead_time_days: int = 0
    minimum_order_quantity: int = 0
    manufacturing_location: str = Field(default="", max_length=80)
    status: str = Field(default="active", max_length=14)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)
    version: int = 1
