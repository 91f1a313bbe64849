"""Lists that are sorted and paged where the rows are, so that only one page travels."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")

DEFAULT_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 200


@dataclass(frozen=True)
class PageRequest:
    """Which page of a list, in which order.

    Attributes:
        sort: Name of the column to sort by; an unknown or empty one means the list's own order.
        is_descending: Whether the largest comes first. Rows without a value always come last.
        page: Number of the page, counted from 1.
        size: Rows per page, 1 to 200.
    """

    sort: str = ""
    is_descending: bool = False
    page: int = 1
    size: int = DEFAULT_PAGE_SIZE

    @property
    def limit(self) -> int:
        """Return the rows per page within its bounds.

        Example:
            >>> PageRequest(size=100_000).limit
            200
        """
        return min(max(self.size, 1), LARGEST_PAGE_SIZE)

    @property
    def offset(self) -> int:
        """Return how many rows lie before the page.

        Example:
            >>> PageRequest(page=3, size=15).offset, PageRequest(page=-1).offset
            (30, 0)
        """
        return (max(self.page, 1) - 1) * self.limit


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows, and how many rows there are on all pages."""

    rows: list[Row]
    total: int
