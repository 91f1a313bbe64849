"""Import a file step by step: upload, match columns, check changes, accept or cancel.

Reading, checking and accepting are done by the worker (see `jobs`); the verbs here note what is
wanted and start it. An import belongs to the person who uploaded the file; nobody else knows of it.
"""

from collections.abc import AsyncIterable, AsyncIterator
from collections.abc import Mapping as MappingType
from dataclasses import replace

from sop_app.kernel.errors import ConflictError, InvalidInputError
from sop_app.system.audit.service import record
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs import service as jobs
from sop_app.system.jobs.files import as_blocks, find_file, store_file
from sop_app.system.settings.service import get_settings
from sop_app.system.spreadsheets import saved_mappings
from sop_app.system.spreadsheets.accepting import require_acceptable
from sop_app.system.spreadsheets.batches import (
    StagedFile,
    load_batch,
    lock_batch,
    open_staged,
    require_kind,
    view_batch,
)
from sop_app.system.spreadsheets.errors import (
    EmptySpreadsheetError,
    FileTooLargeError,
    SheetNotFoundError,
)
from sop_app.system.spreadsheets.extract import HEAD_ROWS
from sop_app.system.spreadsheets.kinds import BulkImport, ImportOption
from sop_app.system.spreadsheets.limits import MEGABYTE
from sop_app.system.spreadsheets.mapping import Mapping
from sop_app.system.spreadsheets.models import ImportBatch
from sop_app.system.spreadsheets.reading import require_unfinished
from sop_app.system.spreadsheets.schemas import BatchStatus, BatchView, counts_of

READ_JOB, PREVIEW_JOB, ACCEPT_JOB, ERRORS_JOB = (
    "import_read",
    "import_preview",
    "import_accept",
    "import_errors",
)
HEADER_ROWS = "header_rows"
_WRONG_ROWS, _LEAVE_OUT = "wrong_rows", "leave_out"


async def upload_file(
    uow: UnitOfWork,
    kind: str,
    name: str,
    content: bytes | AsyncIterable[bytes],
    *,
    scope: MappingType[str, object] | None = None,
) -> int:
    """Keep a file and let the worker read it; nothing is stored of it until it is accepted.

    Args:
        uow: The transaction.
        kind: What the file holds, a name of `all_kinds`.
        name: What the user calls the file.
        content: Its bytes, at once or one block after the other.
        scope: What the file is bound to, for kinds that need it.

    Returns:
        The import's id.

    Raises:
        NotFoundError: There is no such kind.
        PermissionDeniedError: The person may not import it.
        EmptySpreadsheetError: The file has no byte.
        FileTooLargeError: It passes the limit.
    """
    batch = await create_batch(uow, kind, name, content, scope=scope)
    await _start(uow, batch, READ_JOB)
    return _id(batch)


async def create_batch(
    uow: UnitOfWork,
    kind: str,
    name: str,
    content: bytes | AsyncIterable[bytes],
    *,
    scope: MappingType[str, object] | None = None,
) -> ImportBatch:
    """Keep a file as an import that nobody has begun to read.

    Raises:
        NotFoundError: There is no such kind.
        PermissionDeniedError: The person may not import it.
        EmptySpreadsheetError: The file has no byte.
        FileTooLargeError: It passes the limit.
    """
    require_kind(uow, kind)
    blocks = _checked(name, content, (await get_settings()).import_file_size_mb)
    file_id = await store_file(uow, "import", name, blocks, "application/octet-stream")
    file = await find_file(uow, file_id)
    batch = ImportBatch(
        kind=kind,
        owner_id=uow.actor.user_id,
        file_id=file_id,
        file_name=file.name,
        sha256=file.sha256,
        status=BatchStatus.UPLOADED.value,
        mapping={},
        options={},
        counts={},
        scope=dict(scope or {}),
        created_at=uow.now,
    )
    uow.session.add(batch)
    await uow.session.flush()
    record(uow, "import_uploaded", ("import_batch", batch.id), after={"file": name, "kind": kind})
    return batch


async def _checked(
    name: str, content: bytes | AsyncIterable[bytes], most_megabytes: int
) -> AsyncIterator[bytes]:
    """Pass the bytes of a file on, unless there are none or too many."""
    size = 0
    async for block in as_blocks(content):
        size += len(block)
        if size > most_megabytes * MEGABYTE:
            limit = f"{most_megabytes} MB"
            raise FileTooLargeError(name, "is too large", limit)
        yield block
    if not size:
        raise EmptySpreadsheetError(name)


async def get_batch(uow: UnitOfWork, batch_id: int) -> BatchView:
    """Show how far an import is, with its columns, questions, choices and counts.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        PermissionDeniedError: The person may no longer import its kind.
    """
    return await view_batch(uow, await load_batch(uow, batch_id))


async def choose_sheet(
    uow: UnitOfWork, batch_id: int, sheet: str, header_row: int | None = None
) -> None:
    """Read another sheet of the file instead, or the same with another header.

    Args:
        uow: The transaction.
        batch_id: The import.
        sheet: Name of the sheet.
        header_row: Row that names the columns, as Excel shows it; 0 when none does, ``None`` to
            find it.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        WrongStatusError: It has ended.
        SheetNotFoundError: The file has no such sheet that holds rows.
        InvalidInputError: The header cannot stand so far down.
    """
    if header_row is not None and not 0 <= header_row <= HEAD_ROWS:
        raise InvalidInputError(
            {"header_row": f"Choose a row from 1 to {HEAD_ROWS}, or 0 for none."}
        )
    batch = await lock_batch(uow, batch_id)
    require_unfinished(batch, "changed")
    if sheet not in [item.name for item in open_staged(batch).extract.sheets]:
        raise SheetNotFoundError(batch.file_name, sheet)
    batch.sheet, batch.status = sheet, BatchStatus.UPLOADED.value
    batch.options = {} if header_row is None else {HEADER_ROWS: {sheet: header_row}}
    await _start(uow, batch, READ_JOB)


async def set_mapping(
    uow: UnitOfWork, batch_id: int, mapping: Mapping, *, save_as: str = "", checks: bool = True
) -> BatchView:
    """Say which column fills which field, how texts are read, and what the kind's choices are.

    Args:
        uow: The transaction.
        batch_id: The import.
        mapping: All of it; it takes the place of the one before.
        save_as: A name to keep the mapping by for the next file.
        checks: Whether the rows are checked at once if nothing is left to be answered.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        WrongStatusError: It has ended.
        InvalidInputError: The mapping names what the kind or the file does not have.
    """
    batch = await lock_batch(uow, batch_id)
    require_unfinished(batch, "changed")
    staged = open_staged(batch)
    _verify(staged, mapping)
    batch.mapping = mapping.to_json()
    batch.status, batch.counts = BatchStatus.READ.value, {}
    batch.options = {**batch.options, "leaves_wrong_out": False}
    batch.version += 1
    if save_as:
        name = await saved_mappings.save_mapping(uow, staged.kind, save_as, mapping)
        batch.options = {**batch.options, "mapping_name": name}
    staged = open_staged(batch)
    if checks and not staged.missing_fields() and not staged.questions():
        await _start(uow, batch, PREVIEW_JOB)
    await uow.session.flush()
    return await view_batch(uow, batch)


async def remember_mapping(uow: UnitOfWork, batch_id: int, name: str) -> str:
    """Keep the present mapping of a file by a name, for the next file of the same shape.

    Returns:
        The name as it is stored.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        InvalidInputError: The name is empty or too long.
    """
    batch = await lock_batch(uow, batch_id)
    staged = open_staged(batch)
    name = await saved_mappings.save_mapping(uow, staged.kind, name, staged.mapping)
    batch.options = {**batch.options, "mapping_name": name}
    return name


async def use_mapping(uow: UnitOfWork, batch_id: int, name: str) -> BatchView:
    """Take a saved mapping for this file.

    Raises:
        NotFoundError: There is no such import or mapping of one's own.
        WrongStatusError: The import has ended.
    """
    batch = await load_batch(uow, batch_id)
    mapping = await saved_mappings.load_mapping(uow, open_staged(batch).kind, name)
    view = await set_mapping(uow, batch_id, mapping)
    batch.options = {**batch.options, "mapping_name": name}
    return replace(view, mapping_name=name)


async def start_preview(uow: UnitOfWork, batch_id: int) -> int:
    """Let the worker check all rows and compare them with what is stored.

    Returns:
        The job's id.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        WrongStatusError: It has ended.
        InvalidInputError: A column is missing or a question open.
    """
    batch = await lock_batch(uow, batch_id)
    require_unfinished(batch, "checked")
    open_staged(batch).require_ready()
    return await _start(uow, batch, PREVIEW_JOB)


async def leave_wrong_rows_out(uow: UnitOfWork, batch_id: int) -> BatchView:
    """Let wrong rows be left out on accepting, instead of refusing the file.

    A kind that offers this as a choice of its own checks the file once more with it.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        WrongStatusError: It has ended.
    """
    batch = await lock_batch(uow, batch_id)
    require_unfinished(batch, "changed")
    staged = open_staged(batch)
    if isinstance(staged.kind, BulkImport):
        if _find_option(staged, _WRONG_ROWS) is None:
            raise InvalidInputError({"wrong_rows": "Correct the wrong rows in the file."})
        options = {**staged.mapping.options, _WRONG_ROWS: _LEAVE_OUT}
        return await set_mapping(uow, batch_id, replace(staged.mapping, options=options))
    batch.options = {**batch.options, "leaves_wrong_out": True}
    await uow.session.flush()
    return await view_batch(uow, batch)


async def start_accept(uow: UnitOfWork, batch_id: int, version: int) -> int:
    """Let the worker store what was shown, all or nothing.

    Args:
        uow: The transaction.
        batch_id: The import.
        version: The version of the mapping whose preview the person saw.

    Returns:
        The job's id; the one of the first time where it has been accepted already.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        WrongStatusError: There is no preview.
        ConflictError: Wrong rows block it, or the mapping has changed since.
    """
    batch = await lock_batch(uow, batch_id)
    if batch.status == BatchStatus.ACCEPTED and batch.job_id is not None:
        return batch.job_id
    require_acceptable(batch)
    if batch.version != version:
        raise ConflictError("The matching of columns has changed. Look at the changes again.")
    if not counts_of(batch.counts).effect:
        raise ConflictError("The file changes nothing.")
    return await _start(uow, batch, ACCEPT_JOB)


async def stop_work(uow: UnitOfWork, batch_id: int) -> None:
    """Stop what the worker does for an import; the import stays as it was before that step.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
    """
    batch = await load_batch(uow, batch_id)
    if batch.job_id is not None:
        await jobs.cancel_job(uow, batch.job_id)


async def cancel_import(uow: UnitOfWork, batch_id: int) -> None:
    """Give an import up; nothing of it is stored.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        WrongStatusError: It has been accepted.
        ConflictError: The worker is at it; stop that first.
    """
    batch = await lock_batch(uow, batch_id)
    if batch.status == BatchStatus.CANCELLED:
        return
    require_unfinished(batch, "cancelled")
    if batch.job_id is not None:
        await jobs.cancel_job(uow, batch.job_id)
    batch.status = BatchStatus.CANCELLED.value
    record(uow, "import_cancelled", ("import_batch", batch.id), after={"file": batch.file_name})


async def order_error_workbook(uow: UnitOfWork, batch_id: int) -> int:
    """Let the worker write the user's own workbook with its errors marked.

    Returns:
        The job's id; the file it makes is downloaded from it.

    Raises:
        NotFoundError: There is no such import, or it is somebody else's.
        InvalidInputError: No row is wrong.
    """
    batch = await load_batch(uow, batch_id)
    open_staged(batch)
    title = f"Errors of {batch.file_name}"
    return await jobs.start_job(uow, ERRORS_JOB, title, {"batch_id": batch_id})


async def _start(uow: UnitOfWork, batch: ImportBatch, kind: str) -> int:
    """Start a step of an import; the step before it, if it still runs, is stopped."""
    if batch.job_id is not None:
        await jobs.cancel_job(uow, batch.job_id)
    title = f"Import of {batch.file_name}"
    batch.job_id = await jobs.start_job(uow, kind, title, {"batch_id": _id(batch)})
    return batch.job_id


def _verify(staged: StagedFile, mapping: Mapping) -> None:
    """Refuse a mapping that names what is not there, or one column for two fields.

    Raises:
        InvalidInputError: It does.
    """
    single = {item.name for item in staged.kind.fields if not item.is_month_series}
    series = {item.name for item in staged.kind.fields if item.is_month_series} | {""}
    problems: dict[str, str] = {}
    for name in mapping.columns.keys() - single:
        problems[name] = f"{staged.kind.title} have no field {name}."
    if mapping.month_field not in series:
        problems["month_field"] = f"{staged.kind.title} have no months {mapping.month_field}."
    headers = [*mapping.columns.values(), *mapping.month_columns]
    for header in {header for header in headers if headers.count(header) > 1}:
        problems[header] = f"{header} fills two fields; choose one."
    for name, answer in mapping.options.items():
        option = _find_option(staged, name)
        if option is not None and answer not in option.choices:
            problems[name] = f"{option.title}: choose one of {', '.join(option.choices.values())}."
    if problems:
        raise InvalidInputError(problems)


def _find_option(staged: StagedFile, name: str) -> ImportOption | None:
    return next((option for option in staged.kind.options if option.name == name), None)


def _id(batch: ImportBatch) -> int:
    return batch.id
