"""Put a file's rows into the staging tables, as the import service does."""

from pathlib import Path

from sop_app.import_kinds import register_import_kinds
from sop_app.system import database
from sop_app.system.spreadsheets.mapping import Mapping, ResolvedMapping
from sop_app.system.spreadsheets.reading import read_for, stage_extract
from sop_app.system.spreadsheets.staging import create_batch

register_import_kinds()


async def staged_file(
    kind, path: Path, folder: Path, options: dict[str, str]
) -> tuple[int, Mapping, ResolvedMapping]:
    """Read a file and stage its rows; give the batch and the mapping its headers suggest."""
    extract = await read_for(kind, path, folder, path.name)
    async with database.unit_of_work() as uow:
        batch = await create_batch(uow, kind.name, path.name, path.read_bytes())
        staged = await stage_extract(uow, batch, extract)
    staged.mapping.options.update(options)
    return batch.id or 0, staged.mapping, staged.resolved
