"""Say what is wrong with the rows that can be neither taken over nor left out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import text

from sop_app.system.spreadsheets.cells import RawCell, decode_staged, show
from sop_app.system.spreadsheets.kinds import ImportContext
from sop_app.system.spreadsheets.mapping import ResolvedColumn
from sop_app.system.spreadsheets.validation import CellError

from .import_cells import cell, staged_rows
from .import_fields import REPEATED_ROWS
from .import_lines import MOST_AMOUNT, WRONG

MOST_LISTED = 5_000
_OPTIONAL = frozenset(
    {"customer_name", "region", "product_name", "discount", "returned", "invoice"}
)


async def list_errors(context: ImportContext) -> list[CellError]:
    """List what is wrong with the first wrong rows, in the order of the file."""
    singles = list(context.resolved.columns)
    columns = [*singles, *(column for column, _ in context.resolved.months)]
    shown = ", ".join(f"{cell(column)}, {_refusal(column)}" for column in columns)
    result = await context.uow.session.execute(
        text(f"""
            SELECT r.row_number, {shown} FROM {staged_rows(context)}
            WHERE r.row_number IN (SELECT row_number FROM sales_line WHERE reason = '{WRONG}')
            ORDER BY r.row_number LIMIT {MOST_LISTED}
        """)
    )
    return [error for row in result for error in _errors_of(context, columns, row)]


def _refusal(column: ResolvedColumn) -> str:
    """Build the sub-query of why a cell is refused, if it is."""
    name = column.field.name
    if name in ("customer", "product"):
        return f"(SELECT refusal FROM sales_{name} x WHERE x.token = {cell(column)})"
    return (
        f"(SELECT refusal FROM sales_cell x"
        f" WHERE x.position = {column.index} AND x.token = {cell(column)})"
    )


def _errors_of(
    context: ImportContext, columns: Sequence[ResolvedColumn], row: Sequence[Any]
) -> Iterator[CellError]:
    number, *pairs = row
    cells: dict[str, RawCell] = {}
    found = False
    for place, column in enumerate(columns):
        token, refusal = pairs[2 * place], pairs[2 * place + 1]
        content = None if token is None else decode_staged(token)
        cells[column.field.name] = content
        message = refusal or (_missing(column) if content is None else None)
        if message:
            found = True
            yield CellError(number, column.index, column.header, show(content), message)
    if not found:
        yield _row_error(context, columns, number, cells)


def _missing(column: ResolvedColumn) -> str | None:
    field = column.field
    if field.name in _OPTIONAL or field.name == "customer" or field.is_month_series:
        return None
    return f"{field.title} is empty; expected {field.type.expectation}."


def _row_error(
    context: ImportContext,
    columns: Sequence[ResolvedColumn],
    number: int,
    cells: Mapping[str, RawCell],
) -> CellError:
    """Name the contradiction between cells that are each right."""
    by_name = {column.field.name: column for column in columns}
    if "date" not in by_name:
        title = "Customer, product and month stand in an earlier row already"
        return CellError(number, None, "", "", f"{title}. See the choice {REPEATED_ROWS.title!r}.")
    price = cells.get("unit_price")
    if "unit_price" in by_name and show(price).startswith("-"):
        message = f"Unit price: {show(price)} is negative."
        return _at(by_name["unit_price"], number, price, message)
    if not _is_cancelled_sale(cells):
        message = f"Quantity times price is more than {MOST_AMOUNT:,f}."
        return _at(by_name["quantity"], number, cells["quantity"], message)
    message = (
        f"Quantity: {show(cells['quantity'])} is positive,"
        f" but invoice {show(cells.get('invoice'))} is a cancellation."
    )
    return _at(by_name["quantity"], number, cells["quantity"], message)


def _is_cancelled_sale(cells: Mapping[str, RawCell]) -> bool:
    return show(cells.get("invoice"))[:1] in ("C", "c")


def _at(column: ResolvedColumn, number: int, content: RawCell, message: str) -> CellError:
    return CellError(number, column.index, column.header, show(content), message)
