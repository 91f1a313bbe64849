"""What the matrix of customers and products of one family shows and does."""

from typing import Any
from urllib.parse import urlencode

import reflex as rx

from sop_app.kernel.fields import parse_key
from sop_app.master_data.assignments import service
from sop_app.master_data.assignments.schemas import AssignmentChange, MatrixWindow
from sop_app.master_data.products import service as products
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import unit_of_work
from sop_app.ui.shell.gate import requires
from sop_app.ui.shell.notices import NoticeState

from . import rows

View, Edit = Permission.ASSIGNMENTS_VIEW, Permission.ASSIGNMENTS_EDIT
ROWS, COLUMNS = 25, 12
# A select has no empty value; this one stands for products without a family.
WITHOUT = "*"


class MatrixState(rx.State):
    """A window of the matrix: some customers down, some products of a family across."""

    address: str = ""
    is_loading: bool = True
    families: list[dict[str, str]] = []
    family: str = ""
    find_customer: str = ""
    find_product: str = ""
    page: int = 1
    column_page: int = 1
    columns: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    column_count: int = 0
    row_count: int = 0
    saved_line: str = ""

    @requires(View)
    async def load(self) -> None:
        """Show the family that the address names, else the first one."""
        asked = self.router.url.query_parameters
        async with unit_of_work() as uow:
            choices = await products.list_product_choices(uow)
        names = [*choices.families, WITHOUT]
        self.families = [
            {"value": name, "label": rows.family_label(name.removeprefix(WITHOUT))}
            for name in names
        ]
        wanted = asked.get("family", names[0])
        self.family = wanted if wanted in names else names[0]
        self.find_customer, self.find_product, self.saved_line = "", "", ""
        self.page = self.column_page = 1
        await self._reload()

    @requires(View)
    async def choose_family(self, family: str) -> None:
        """Show the products of another family across."""
        self.family, self.column_page = family[:200], 1
        await self._reload()

    @requires(View)
    async def find_rows(self, text: str) -> None:
        """Show the customers that contain some words."""
        self.find_customer, self.page = text[:200], 1
        await self._reload()

    @requires(View)
    async def find_columns(self, text: str) -> None:
        """Show the products that contain some words."""
        self.find_product, self.column_page = text[:200], 1
        await self._reload()

    @requires(View)
    async def turn_page(self, page: int) -> None:
        """Show other customers."""
        self.page = max(1, page)
        await self._reload()

    @requires(View)
    async def turn_columns(self, page: int) -> None:
        """Show other products."""
        self.column_page = max(1, page)
        await self._reload()

    @requires(Edit)
    async def switch(self, customer_id: str, product_id: str, is_on: bool) -> None:
        """Assign a product to a customer, or end it; saved at once."""
        change = AssignmentChange(parse_key(customer_id), parse_key(product_id), is_on)
        async with unit_of_work() as uow:
            await service.set_assignments(uow, [change])
            self.saved_line = f"Saved {uow.now:%H:%M}"
        self.rows = [
            {**row, "on": _switched(row["on"], product_id, is_on)}
            if row["id"] == customer_id
            else row
            for row in self.rows
        ]
        (await self.get_state(NoticeState))._announce(self.saved_line)

    async def _reload(self) -> None:
        window = MatrixWindow(
            family="" if self.family == WITHOUT else self.family,
            customer_search=self.find_customer,
            product_search=self.find_product,
            first_row=(self.page - 1) * ROWS,
            row_count=ROWS,
            first_column=(self.column_page - 1) * COLUMNS,
            column_count=COLUMNS,
        )
        async with unit_of_work() as uow:
            matrix = await service.read_matrix(uow, window)
        self.rows, self.columns = rows.matrix_rows(matrix), rows.matrix_columns(matrix)
        self.row_count, self.column_count = matrix.customer_count, matrix.product_count
        self.address = f"/assignments?{urlencode({'view': 'matrix', 'family': self.family})}"
        self.is_loading = False


def _switched(keys: list[str], key: str, is_on: bool) -> list[str]:
    others = [other for other in keys if other != key]
    return [*others, key] if is_on else others
