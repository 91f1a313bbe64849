"""The rows of a file between reading and accepting, in the database."""

from collections.abc import AsyncIterator

from psycopg import AsyncConnection
from sqlalchemy import text

from sop_app.kernel.errors import ConflictError
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets.cells import RawCell, decode_staged
from sop_app.system.spreadsheets.extract import SheetExtract, SheetRow

ROWS_AT_ONCE = 2_000


async def stage_rows(uow: UnitOfWork, batch_id: int, sheet: SheetExtract) -> None:
    """Put the rows below the header of a sheet in the place of those staged before."""
    await clear_rows(uow, batch_id)
    names = ", ".join(sheet.copy_columns[1:])
    declared = ", ".join(f"{name} text" for name in sheet.copy_columns[1:])
    run = uow.session.execute
    await run(
        text(f"CREATE TEMP TABLE raw_row (row_number int, {declared}) ON COMMIT DROP"),
    )
    connection = await driver_connection(uow)
    async with connection.cursor() as cursor, cursor.copy("COPY raw_row FROM STDIN") as copy:
        async for block in sheet.copy_blocks(below=sheet.header_row or 0):
            await copy.write(block)
    await run(
        text(
            "INSERT INTO staged_row (batch_id, row_number, cells)"
            f" SELECT :batch_id, row_number, ARRAY[{names}] FROM raw_row"
        ),
        {"batch_id": batch_id},
    )
    await run(text("DROP TABLE raw_row"))


async def clear_rows(uow: UnitOfWork, batch_id: int) -> None:
    """Drop the staged rows and the preview of a batch."""
    for table in ("staged_change", "staged_row"):
        await uow.session.execute(
            text(f"DELETE FROM {table} WHERE batch_id = :batch_id"), {"batch_id": batch_id}
        )


async def require_rows(uow: UnitOfWork, batch_id: int, row_count: int) -> None:
    """Make sure that the rows are all there: staging tables do not survive a crash of the database.

    Raises:
        ConflictError: They are not.
    """
    found = await uow.session.scalar(
        text("SELECT count(*) FROM staged_row WHERE batch_id = :batch_id"), {"batch_id": batch_id}
    )
    if found != row_count:
        raise ConflictError("The rows of this file are no longer kept. Upload the file again.")


async def read_rows(uow: UnitOfWork, batch_id: int) -> AsyncIterator[list[SheetRow]]:
    """Give the staged rows in the order of the file, some thousand at once."""
    last = 0
    while True:
        found = await uow.session.execute(
            text("""
                SELECT row_number, cells FROM staged_row
                WHERE batch_id = :batch_id AND row_number > :last
                ORDER BY row_number LIMIT :count
            """),
            {"batch_id": batch_id, "last": last, "count": ROWS_AT_ONCE},
        )
        rows = [SheetRow(number, tuple(map(_decode, cells))) for number, cells in found]
        if not rows:
            return
        yield rows
        last = rows[-1].number


def _decode(token: str | None) -> RawCell:
    return None if token is None else decode_staged(token)


async def driver_connection(uow: UnitOfWork) -> AsyncConnection:
    """Give psycopg's own connection of a transaction, for COPY."""
    raw = await (await uow.session.connection()).get_raw_connection()
    connection = raw.driver_connection
    assert isinstance(connection, AsyncConnection)  # noqa: S101
    return connection
