"""Put a file's rows into the staging tables, as the import service does."""

from pathlib import Path

from sqlalchemy import text

from sop_app.actuals.sales_history.import_cells import driver_connection
from sop_app.system import database
from sop_app.system.spreadsheets.extract import SheetExtract
from sop_app.system.spreadsheets.mapping import Mapping, ResolvedMapping, resolve_mapping
from sop_app.system.spreadsheets.matching import propose_mapping
from sop_app.system.spreadsheets.reader import read_workbook


async def staged_file(
    kind, path: Path, folder: Path, options: dict[str, str]
) -> tuple[int, Mapping, ResolvedMapping]:
    """Read a file and stage its rows; give the batch and the mapping its headers suggest."""
    extract = await read_workbook(path, folder)
    sheet = extract.sheets[0]
    mapping = propose_mapping(sheet, kind.fields)
    mapping.options.update(options)
    async with database.unit_of_work() as uow:
        file_id = await uow.session.scalar(
            text("""
                INSERT INTO stored_file (owner_id, kind, name, content_type, size, sha256, content,
                                         created_at)
                VALUES (:owner, 'upload', 'sales', '', 0, '', '', now()) RETURNING id
            """),
            {"owner": uow.actor.user_id},
        )
        batch_id = await uow.session.scalar(
            text("""
                INSERT INTO import_batch (kind, owner_id, file_id, file_name, sha256, status, refusal,
                                          sheet, header_row, mapping, options, counts, scope,
                                          created_at, version)
                VALUES (:kind, :owner, :file_id, 'sales', '', 'read', '', '', 1, '{}', '{}', '{}',
                        '{}', now(), 1)
                RETURNING id
            """),
            {"kind": kind.name, "owner": uow.actor.user_id, "file_id": file_id},
        )
        await _copy_rows(uow, batch_id, sheet)
    return batch_id, mapping, resolve_mapping(sheet, mapping, kind.fields)


async def _copy_rows(uow: database.UnitOfWork, batch_id: int, sheet: SheetExtract) -> None:
    columns = [f"c{number}" for number in range(1, sheet.width + 1)]
    declared = ", ".join(f"{name} text" for name in columns)
    await uow.session.execute(text(f"CREATE TEMP TABLE raw (row_number int, {declared})"))
    connection = await driver_connection(uow)
    async with connection.cursor() as cursor, cursor.copy("COPY raw FROM STDIN") as copy:
        async for block in sheet.copy_blocks(below=sheet.header_row or 0):
            await copy.write(block)
    await uow.session.execute(
        text(
            "INSERT INTO staged_row (batch_id, row_number, cells)"
            f" SELECT :batch_id, row_number, ARRAY[{', '.join(columns)}] FROM raw"
        ),
        {"batch_id": batch_id},
    )
    await uow.session.execute(text("DROP TABLE raw"))
