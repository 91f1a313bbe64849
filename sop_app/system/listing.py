"""Read one page of a list from PostgreSQL: search, filters and order are done where the rows are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Row, text

from sop_app.kernel.paging import Page, PageRequest
from sop_app.system.database import UnitOfWork

Shown = TypeVar("Shown")
MOST_EXPORTED = 1_000_000


@dataclass
class Conditions:
    """The conditions of a list, joined by AND; values travel as parameters, never as text."""

    clauses: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)

    def add(self, clause: str, **parameters: Any) -> None:
        """Demand a condition written in SQL, with its parameters."""
        self.clauses.append(clause)
        self.parameters.update(parameters)

    def add_search(self, expression: str, wanted: str) -> None:
        """Demand that a text contains every word looked for, in any order and case."""
        for number, word in enumerate(wanted.split()[:8]):
            self.add(f"{expression} ILIKE :word_{number}", **{f"word_{number}": contains(word)})

    def add_choice(self, expression: str, name: str, chosen: Sequence[Any]) -> None:
        """Demand that a column has one of the chosen values; no choice demands nothing."""
        if chosen:
            self.add(f"{expression} = ANY (:{name})", **{name: list(chosen)})

    @property
    def where(self) -> str:
        """Return the text behind WHERE."""
        return " AND ".join(self.clauses) or "true"


@dataclass(frozen=True)
class Ranking:
    """A figure of another room by which a list may be sorted, such as a customer's sales.

    Attributes:
        sort: Name of the sort order.
        source: A query with the columns ``id`` and ``value``.
        parameters: Bind parameters of the query.
    """

    sort: str
    source: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """What a list reads.

    Attributes:
        columns: The SELECT list.
        source: The FROM clause.
        orders: Name of a sortable column to its SQL expression.
        default_order: Name of the column that orders the list by itself.
        key: Unique expression that settles ties, so that pages never overlap.
    """

    columns: str
    source: str
    orders: Mapping[str, str]
    default_order: str
    key: str

    def ranked_by(self, ranking: Ranking, key: str) -> "Listing":
        """Let the list also be sorted by another room's figure, joined by the record's id."""
        source = f"{self.source} LEFT JOIN ({ranking.source}) AS ranking ON ranking.id = {key}"
        orders = {**self.orders, ranking.sort: "ranking.value"}
        return Listing(self.columns, source, orders, self.default_order, self.key)


async def read_page(
    uow: UnitOfWork,
    listing: Listing,
    conditions: Conditions,
    page: PageRequest,
    show: Callable[[Row[Any]], Shown],
) -> Page[Shown]:
    """Read the rows of one page and count the rows of all pages."""
    total = await uow.session.scalar(
        text(f"SELECT count(*) FROM {listing.source} WHERE {conditions.where}"),
        conditions.parameters,
    )
    rows = await _read(uow, listing, conditions, page, (page.limit, page.offset))
    return Page([show(row) for row in rows], total or 0)


async def read_all(
    uow: UnitOfWork,
    listing: Listing,
    conditions: Conditions,
    page: PageRequest,
    show: Callable[[Row[Any]], Shown],
) -> list[Shown]:
    """Read the rows of all pages in the list's order, for an export."""
    rows = await _read(uow, listing, conditions, page, (MOST_EXPORTED, 0))
    return [show(row) for row in rows]


async def _read(
    uow: UnitOfWork,
    listing: Listing,
    conditions: Conditions,
    page: PageRequest,
    window: tuple[int, int],
) -> Sequence[Row[Any]]:
    statement = text(
        f"SELECT {listing.columns} FROM {listing.source} WHERE {conditions.where}"
        f" ORDER BY {order_of(listing, page)} LIMIT :row_limit OFFSET :row_offset"
    )
    limit, offset = window
    parameters = {**conditions.parameters, "row_limit": limit, "row_offset": offset}
    return (await uow.session.execute(statement, parameters)).all()


def order_of(listing: Listing, page: PageRequest) -> str:
    """Write the ORDER BY of a request; a column the list does not know means its own order."""
    expression = listing.orders.get(page.sort) or listing.orders[listing.default_order]
    direction = "DESC" if page.is_descending else "ASC"
    return f"{expression} {direction} NULLS LAST, {listing.key}"


def contains(wanted: str) -> str:
    r"""Write the ILIKE pattern of texts that contain what is looked for.

    Example:
        >>> contains("50%_a")
        '%50\\%\\_a%'
    """
    escaped = wanted.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
