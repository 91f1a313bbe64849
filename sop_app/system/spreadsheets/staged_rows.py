"""The rows of a file between reading and accepting, in the database.

Each import has a table of its own in the schema ``staging``, with a column per column of the sheet.
It is filled by COPY from the reading process untouched, read without an index, and dropped in an
instant; half a million rows in a common table would cost a second to delete. The tables are not
logged: a crash of the database empties them, and the file is uploaded again.
"""

from collections.abc import AsyncIterator

from sqlalchemy import text

from sop_app.kernel.errors import ConflictError
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.cells import RawCell, decode_staged
from sop_app.system.spreadsheets.extract import SheetExtract, SheetRow

ROWS_AT_ONCE = 2_000


def rows_table(batch_id: int) -> str:
    """Name the table with the rows of a batch: ``row_number``, then ``c1``, ``c2`` ... as tokens."""
    return f"staging.rows_{batch_id:d}"


async def stage_rows(uow: UnitOfWork, batch_id: int, sheet: SheetExtract) -> None:
    """Put the rows below the header of a sheet in the place of those staged before."""
    await clear_rows(uow, batch_id)
    columns = ", ".join(f"{name} text" for name in sheet.copy_columns[1:])
    table = rows_table(batch_id)
    await uow.session.execute(
        text(f"CREATE UNLOGGED TABLE {table} (row_number int NOT NULL, {columns})")
    )
    query = f"COPY {table} FROM STDIN".encode()
    async with uow.driver.cursor() as cursor, cursor.copy(query) as copy:
        async for block in sheet.copy_blocks(below=sheet.header_row or 0):
            await copy.write(block)


async def clear_rows(uow: UnitOfWork, batch_id: int) -> None:
    """Drop the staged rows and the preview of a batch."""
    await uow.session.execute(text(f"DROP TABLE IF EXISTS {rows_table(batch_id)}"))
    await uow.session.execute(
        text("DELETE FROM staged_change WHERE batch_id = :batch_id"), {"batch_id": batch_id}
    )


async def require_rows(uow: UnitOfWork, batch_id: int, row_count: int) -> None:
    """Make sure that the rows are all there: staging tables do not survive a crash of the database.

    Raises:
        ConflictError: They are not.
    """
    if await count_rows(uow, batch_id) != row_count:
        raise ConflictError("The rows of this file are no longer kept. Upload the file again.")


async def count_rows(uow: UnitOfWork, batch_id: int) -> int:
    """Count the staged rows of a batch; 0 when they are gone."""
    table = rows_table(batch_id)
    if await uow.session.scalar(text("SELECT to_regclass(:table)"), {"table": table}) is None:
        return 0
    return await uow.session.scalar(text(f"SELECT count(*) FROM {table}")) or 0


async def staged_columns(uow: UnitOfWork, batch_id: int) -> list[str]:
    """Name the columns of the staged rows, without the row number."""
    found = await uow.session.execute(
        text("""
            SELECT attname FROM pg_attribute
            WHERE attrelid = to_regclass(:table) AND attnum > 1 ORDER BY attnum
        """),
        {"table": rows_table(batch_id)},
    )
    return list(found.scalars())


async def read_rows(uow: UnitOfWork, batch_id: int) -> AsyncIterator[list[SheetRow]]:
    """Give the staged rows in the order of the file, some thousand at once."""
    columns = ", ".join(await staged_columns(uow, batch_id))
    query = f"SELECT row_number, {columns} FROM {rows_table(batch_id)} ORDER BY row_number"
    async with uow.driver.cursor(name=f"staged_rows_{batch_id}") as cursor:
        await cursor.execute(query.encode())
        while rows := await cursor.fetchmany(ROWS_AT_ONCE):
            yield [SheetRow(number, tuple(map(_decode, tokens))) for number, *tokens in rows]


def _decode(token: str | None) -> RawCell:
    return None if token is None else decode_staged(token)
