"""Read an uploaded file into the staging tables and propose what its columns are."""

from collections.abc import Mapping as MappingType
from pathlib import Path

from sop_app.kernel.errors import WrongStatusError
from sop_app.system.database import UnitOfWork
from sop_app.system.spreadsheets import saved_mappings
from sop_app.system.spreadsheets.batches import StagedFile, open_staged
from sop_app.system.spreadsheets.detection import choose_sheet
from sop_app.system.spreadsheets.errors import EmptySpreadsheetError, NoRowsError
from sop_app.system.spreadsheets.extract import SheetExtract, WorkbookExtract
from sop_app.system.spreadsheets.kinds import AnyImport, BulkImport, find_kind, known_names
from sop_app.system.spreadsheets.mapping import Mapping
from sop_app.system.spreadsheets.matching import propose_mapping
from sop_app.system.spreadsheets.models import ImportBatch
from sop_app.system.spreadsheets.reader import Report, read_workbook
from sop_app.system.spreadsheets.schemas import BatchStatus
from sop_app.system.spreadsheets.staged_rows import stage_rows


async def read_for(
    kind: AnyImport,
    path: Path,
    folder: Path,
    name: str,
    report: Report | None = None,
    *,
    header_rows: MappingType[str, int] | None = None,
) -> WorkbookExtract:
    """Read a file in a confined process, looking for the columns of a kind.

    Raises:
        SpreadsheetError: The file cannot be read; the message says what to do.
    """
    return await read_workbook(
        path,
        folder,
        name=name,
        known_names=known_names(kind),
        header_rows=header_rows,
        report=report,
    )


async def stage_extract(
    uow: UnitOfWork, batch: ImportBatch, extract: WorkbookExtract, *, mapping_name: str = ""
) -> StagedFile:
    """Stage the rows of the sheet that is meant, with a saved or a proposed mapping.

    Args:
        uow: The transaction.
        batch: The import, locked; its ``sheet`` is kept if the file has one of that name.
        extract: What reading the file gave.
        mapping_name: A saved mapping to use; else the last one saved that fits the sheet.

    Raises:
        WrongStatusError: The import has ended meanwhile.
        NoRowsError: No row stands below the header.
        NotFoundError: No mapping has that name.
    """
    require_unfinished(batch, "read")
    kind = find_kind(batch.kind)
    sheet = _choose(kind, batch, extract)
    batch.sheet, batch.header_row = sheet.name, sheet.header_row or 0
    batch.reading = extract.to_json()
    mapping, name = await _choose_mapping(uow, kind, sheet, mapping_name)
    batch.mapping = mapping.to_json()
    batch.options = {"mapping_name": name}
    batch.counts = {}
    batch.status = BatchStatus.READ
    batch.version += 1
    await stage_rows(uow, batch.id, sheet)
    await uow.session.flush()
    return open_staged(batch)


async def count_options(uow: UnitOfWork, staged: StagedFile) -> None:
    """Count the rows each choice is about, unless that is known for these columns already."""
    columns = [staged.mapping.columns, staged.mapping.month_columns]
    if not isinstance(staged.kind, BulkImport) or staged.missing_fields():
        return
    if staged.batch.options.get("counted_columns") == columns:
        return
    facts = await staged.kind.count_options(staged.context(uow))
    staged.batch.options = {
        **staged.batch.options,
        "facts": {fact.option: fact.row_count for fact in facts},
        "details": {fact.option: fact.detail for fact in facts},
        "counted_columns": columns,
    }


def require_unfinished(batch: ImportBatch, act: str) -> None:
    """Refuse to touch an import that has ended.

    Raises:
        WrongStatusError: It has.
    """
    if BatchStatus(batch.status).has_ended:
        raise WrongStatusError(f"The import of {batch.file_name}", batch.status, act)


def _choose(kind: AnyImport, batch: ImportBatch, extract: WorkbookExtract) -> SheetExtract:
    wanted = [sheet for sheet in extract.sheets if sheet.name == batch.sheet]
    sheet = wanted[0] if wanted else choose_sheet(extract.sheets, known_names(kind))
    if sheet is None:
        raise EmptySpreadsheetError(extract.name)
    if not sheet.data_row_count:
        raise NoRowsError(extract.name, sheet.name)
    return sheet


async def _choose_mapping(
    uow: UnitOfWork, kind: AnyImport, sheet: SheetExtract, name: str
) -> tuple[Mapping, str]:
    if name:
        return await saved_mappings.load_mapping(uow, kind, name), name
    fitting = await saved_mappings.find_fitting(uow, kind, sheet)
    return fitting or (propose_mapping(sheet, kind.fields), "")
