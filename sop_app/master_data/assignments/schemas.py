"""The activation matrix as screens and other rooms see it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AssignmentChange:
    """That a product may be planned for a customer from now on, or no longer."""

    customer_id: int
    product_id: int
    is_active: bool


@dataclass(frozen=True)
class AssignmentOutcome:
    """How many pairs became active or not; pairs that were stored so already do not count."""

    activated: int
    ended: int


@dataclass(frozen=True, kw_only=True)
class AssignmentRow:
    """One customer and product pair of a list."""

    customer_id: int
    customer_code: str
    customer_name: str
    product_id: int
    sku: str
    product_name: str
    family: str
    is_active: bool
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class AssignmentFilter:
    """Which pairs a list shows; an empty field means any.

    Attributes:
        search: Words that customer or product, name or code, must contain.
        is_active: Only pairs that may be planned, or only those that may no longer.
    """

    search: str = ""
    customer_id: int | None = None
    product_id: int | None = None
    families: tuple[str, ...] = ()
    is_active: bool | None = None


@dataclass(frozen=True)
class FamilyCount:
    """How many products of a family are assigned to a customer, of how many that are sold."""

    family: str
    assigned: int
    all: int


@dataclass(frozen=True)
class Choice:
    """A product for a customer (or a customer for a product), assigned or not."""

    id: int
    code: str
    name: str
    group: str
    status: str
    is_assigned: bool


@dataclass(frozen=True, kw_only=True)
class MatrixWindow:
    """Which part of the matrix is looked at: customers down, products of a family across.

    Attributes:
        family: Product family; "" for products without one.
        first_row: Customers skipped.
        first_column: Products skipped.
    """

    family: str
    customer_search: str = ""
    product_search: str = ""
    first_row: int = 0
    row_count: int = 30
    first_column: int = 0
    column_count: int = 24


@dataclass(frozen=True)
class MatrixProduct:
    """A column of the matrix."""

    id: int
    sku: str
    name: str
    status: str


@dataclass(frozen=True)
class MatrixCustomer:
    """A row of the matrix; ``product_ids`` are those assigned among the columns shown."""

    id: int
    code: str
    name: str
    status: str
    product_ids: frozenset[int]


@dataclass(frozen=True)
class Matrix:
    """A window of the matrix, and how many customers and products there are in all."""

    products: tuple[MatrixProduct, ...]
    customers: tuple[MatrixCustomer, ...]
    product_count: int
    customer_count: int
