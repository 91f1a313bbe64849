"""Read the staged cells of a sales file once per distinct content.

A file of half a million rows holds a few thousand different codes, quantities, prices and days.
Each distinct cell is read by the very checks every other import uses and laid down in the
temporary table ``sales_cell``; the rows are then only joined with it, in SQL.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg import AsyncConnection
from sqlalchemy import text

from sop_app.kernel.periods import first_of_month
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.cells import decode_staged
from sop_app.system.spreadsheets.field_types import CellRefusedError, DateType, MonthType
from sop_app.system.spreadsheets.kinds import ImportContext
from sop_app.system.spreadsheets.mapping import ResolvedColumn
from sop_app.system.spreadsheets.staged_rows import rows_table
from sop_app.system.spreadsheets.validation import make_error, read_cell

YEARS = range(1950, 2100)
_COLUMNS_AT_ONCE = 16
_CELLS_AT_ONCE = 5_000


def staged_rows(context: ImportContext) -> str:
    """Name the staged rows of a batch in a FROM clause, as ``r``."""
    return f"{rows_table(context.batch_id)} AS r"


def cell(column: ResolvedColumn) -> str:
    """Name the content of a column in a staged row, in the form ``sales_cell`` knows it.

    Of a date with its time only the day is kept: it is read once for all its times.
    """
    token = f"r.c{column.index + 1}"
    if isinstance(column.field.type, DateType | MonthType):
        return f"CASE WHEN left({token}, 1) = 'd' THEN left({token}, 11) ELSE {token} END"
    return token


async def read_cells(context: ImportContext, columns: Sequence[ResolvedColumn]) -> None:
    """Fill ``sales_cell`` with what each distinct cell of the columns means, or why it is refused.

    Empty cells are not in it.
    """
    await run(context.uow, "DROP TABLE IF EXISTS pg_temp.sales_cell")
    await run(
        context.uow,
        """
        CREATE TEMP TABLE sales_cell (
            position int, token text, row_count bigint,
            number numeric, month date, code text, refusal text
        ) ON COMMIT DROP
        """,
    )
    for start in range(0, len(columns), _COLUMNS_AT_ONCE):
        await _read_columns(context, columns[start : start + _COLUMNS_AT_ONCE])
    await run(context.uow, "ANALYZE sales_cell")


async def _read_columns(context: ImportContext, columns: Sequence[ResolvedColumn]) -> None:
    connection = context.uow.driver
    query = _distinct_cells(context, columns)
    async with connection.cursor(name="sales_cells") as cursor:
        await cursor.execute(query.encode())
        while found := await cursor.fetchmany(_CELLS_AT_ONCE):
            await _store(connection, _read(found, columns))


def _distinct_cells(context: ImportContext, columns: Sequence[ResolvedColumn]) -> str:
    """Build the query of every distinct cell with its column's place in ``columns``."""
    names = [f"c{number}" for number in range(len(columns))]
    cells = ", ".join(
        f"{cell(column)} AS {name}" for column, name in zip(columns, names, strict=True)
    )
    sets = ", ".join(f"({name})" for name in names)
    place = " ".join(
        f"WHEN grouping({name}) = 0 THEN {number}" for number, name in enumerate(names)
    )
    token = f"coalesce({', '.join(names)})"
    return f"""
        SELECT CASE {place} END, {token}, count(*)
        FROM (SELECT {cells} FROM {staged_rows(context)}) AS shown
        GROUP BY GROUPING SETS ({sets}) HAVING {token} IS NOT NULL
    """


def _read(
    found: Iterable[tuple[int, str, int]], columns: Sequence[ResolvedColumn]
) -> Iterator[tuple[Any, ...]]:
    for place, token, row_count in found:
        column, content = columns[place], decode_staged(token)
        value, refusal = None, None
        try:
            value = _plausible(read_cell(content, column))
        except CellRefusedError as error:
            refusal = make_error(0, column, content, str(error)).message
        yield (
            column.index,
            token,
            row_count,
            value if isinstance(value, Decimal) else None,
            first_of_month(value) if isinstance(value, date) else None,
            value if isinstance(value, str) else None,
            refusal,
        )


def _plausible(value: object) -> object:
    """Refuse days on which nobody has sold anything yet that this program plans for.

    Raises:
        CellRefusedError: The year is a slip of the pen.
    """
    if isinstance(value, date) and value.year not in YEARS:
        raise CellRefusedError(f"lies outside the years {YEARS[0]} to {YEARS[-1]}")
    return value


async def _store(connection: AsyncConnection, rows: Iterable[tuple[Any, ...]]) -> None:
    async with connection.cursor() as cursor, cursor.copy("COPY sales_cell FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(row)


async def run(uow: UnitOfWork, statement: str, **parameters: object) -> int:
    """Run a statement and give the number of rows it touched."""
    result: Any = await uow.session.execute(text(statement), parameters)
    return result.rowcount
