"""What every list screen shares: find, filters, order and page, all of them in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import reflex as rx

from sop_app.kernel.paging import PageRequest
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork, unit_of_work
from sop_app.ui.components.filter_bar import ANY

from .gate import requires

PAGE_SIZES = (15, 50, 100, 200)
LONGEST_FIND = 200


@dataclass(frozen=True)
class ListQuery:
    """What the address of a list says.

    Attributes:
        filters: Name of a filter to its chosen values.
    """

    find: str = ""
    filters: Mapping[str, list[str]] = field(default_factory=dict)
    sort: str = ""
    is_descending: bool = False
    page: int = 1
    size: int = PAGE_SIZES[0]

    @classmethod
    def parse(
        cls, query: str, filter_names: Sequence[str], sort: str, *, sorts_down: bool = False
    ) -> "ListQuery":
        """Read the query of an address; what it cannot mean is ignored.

        Args:
            query: What stands behind the question mark.
            filter_names: The filters of the list.
            sort: The column that orders the list by itself.
            sorts_down: Whether it does so from the largest.

        Example:
            >>> ListQuery.parse("region=North&region=West&page=2&x=1", ["region"], "name")
            ListQuery(find='', filters={'region': ['North', 'West']}, sort='name', \
is_descending=False, page=2, size=15)
        """
        found = parse_qs(query, max_num_fields=200)

        def last(name: str, default: str) -> str:
            return found.get(name, [default])[-1]

        size = last("page_size", "")
        page = last("page", "")
        return cls(
            find=last("find", "")[:LONGEST_FIND],
            filters={name: found[name] for name in filter_names if name in found},
            sort=last("sort", sort)[:40],
            is_descending=last("is_descending", _word(sorts_down)) == _word(True),
            page=int(page) if page.isdigit() and len(page) < 7 and int(page) else 1,
            size=int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[0],
        )

    def write(self, default_sort: str, *, with_page: bool = True, sorts_down: bool = False) -> str:
        """Write the query of an address, without what is as it always is.

        Example:
            >>> ListQuery(find="oil", filters={"region": ["North"]}, sort="name").write("name")
            'find=oil&region=North'
        """
        pairs: list[tuple[str, str]] = [("find", self.find)] if self.find else []
        pairs += [(name, value) for name, chosen in self.filters.items() for value in chosen]
        if self.sort != default_sort:
            pairs.append(("sort", self.sort))
        if self.is_descending != sorts_down:
            pairs.append(("is_descending", _word(self.is_descending)))
        if with_page and self.page > 1:
            pairs.append(("page", str(self.page)))
        if with_page and self.size != PAGE_SIZES[0]:
            pairs.append(("page_size", str(self.size)))
        return urlencode(pairs)


def _word(is_true: bool) -> str:
    return "true" if is_true else "false"


@dataclass(frozen=True)
class ListPlace:
    """Where a list lives and what its address may say.

    Attributes:
        path: Its route.
        default_sort: Column that orders the list by itself.
        filter_names: Its filters, named as in the API.
        sorts_down: Whether the default order begins with the largest.
    """

    path: str
    default_sort: str
    filter_names: tuple[str, ...] = ()
    sorts_down: bool = False

    @property
    def no_filters(self) -> dict[str, list[str]]:
        """Return the filters with nothing chosen."""
        return {name: [] for name in self.filter_names}


class ListRows(rx.State, mixin=True):
    """Find, filters, order and page of a list. A screen's state says ``_place`` and ``_show``."""

    find: str = ""
    filters: dict[str, list[str]] = {}
    sort_key: str = ""
    is_descending: bool = False
    page: int = 1
    page_size: int = PAGE_SIZES[0]
    total_count: int = 0
    is_loading: bool = True
    has_error: bool = False
    address: str = ""
    file_query: str = ""

    @rx.var
    def is_filtered(self) -> bool:
        """Whether rows may be hidden by a filter."""
        return bool(self.find) or any(self.filters.values())

    def _place(self) -> ListPlace:
        """Say where the list lives."""
        raise NotImplementedError

    async def _show(self, uow: UnitOfWork) -> None:
        """Read one page of rows, and ``total_count``."""
        raise NotImplementedError

    def _open(self) -> None:
        """Take over what the address says."""
        place = self._place()
        asked = ListQuery.parse(
            self.router.url.query,
            place.filter_names,
            place.default_sort,
            sorts_down=place.sorts_down,
        )
        self.find, self.sort_key = asked.find, asked.sort
        self.is_descending = asked.is_descending
        self.page, self.page_size = asked.page, asked.size
        self.filters = {**place.no_filters, **asked.filters}

    async def _filter(self, name: str, chosen: list[str]) -> None:
        if name in self._place().filter_names:
            self.filters = {**self.filters, name: chosen}
            self.page = 1
            await self._reload()

    async def _reload(self) -> None:
        # An error leaves has_error behind; whoever raises it is told by the gate.
        self.is_loading, self.has_error = False, True
        async with unit_of_work() as uow:
            await self._show(uow)
            if self.page > 1 and self.total_count <= (self.page - 1) * self.page_size:
                self.page = 1
                await self._show(uow)
        self._write_address()
        self.has_error = False

    def _write_address(self) -> None:
        place = self._place()
        query = ListQuery(
            self.find,
            self.filters,
            self.sort_key,
            self.is_descending,
            self.page,
            self.page_size,
        )
        written = query.write(place.default_sort, sorts_down=place.sorts_down)
        self.address = f"{place.path}?{written}" if written else place.path
        self.file_query = query.write(place.default_sort, with_page=False)

    def _page_request(self) -> PageRequest:
        return PageRequest(self.sort_key, self.is_descending, self.page, self.page_size)


def list_events(permission: Permission) -> Any:
    """Make the events every list has, for people with a permission."""

    class ListEvents(ListRows, mixin=True):
        """The events of one list."""

        @requires(permission)
        async def find_rows(self, text: str) -> None:
            """Show the rows that contain some words."""
            self.find, self.page = text[:LONGEST_FIND], 1
            await self._reload()

        @requires(permission)
        async def toggle_filter(self, name: str, value: str) -> None:
            """Add a value to a filter, or take it away."""
            chosen = self.filters.get(name, [])
            others = [other for other in chosen if other != value]
            await self._filter(name, others if value in chosen else [*chosen, value])

        @requires(permission)
        async def choose_filter(self, name: str, value: str) -> None:
            """Set a filter to one value, or to none."""
            await self._filter(name, [value] if value != ANY else [])

        @requires(permission)
        async def clear_filters(self) -> None:
            """Take every filter away."""
            self.find, self.page, self.filters = "", 1, self._place().no_filters
            await self._reload()

        @requires(permission)
        async def sort(self, key: str) -> None:
            """Order the rows by a column, or turn the order round."""
            self.is_descending = key == self.sort_key and not self.is_descending
            self.sort_key, self.page = key[:40], 1
            await self._reload()

        @requires(permission)
        async def turn_page(self, page: int) -> None:
            """Show another page of rows."""
            self.page = max(1, page)
            await self._reload()

        @requires(permission)
        async def change_page_size(self, size: str) -> None:
            """Show more or fewer rows on a page."""
            self.page_size = int(size) if size in map(str, PAGE_SIZES) else self.page_size
            self.page = 1
            await self._reload()

    return ListEvents
