"""Imports for the screen's place for files and for programs: upload, match, check, accept."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import BaseModel, Field

from sop_app.api.access import transaction_for
from sop_app.api.rest.listing import Listed, PlainText, Search
from sop_app.kernel.paging import PageRequest
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.jobs.files import PART_BYTES
from sop_app.system.spreadsheets import saved_mappings, staging
from sop_app.system.spreadsheets.batches import list_batches
from sop_app.system.spreadsheets.changes import ALL_OUTCOMES, list_changes
from sop_app.system.spreadsheets.difference import RowOutcome
from sop_app.system.spreadsheets.mapping import Mapping
from sop_app.system.spreadsheets.schemas import BatchFilter, BatchStatus

router = APIRouter(prefix="/api/v1/imports", tags=["imports"])

Id = Annotated[int, Field(gt=0, le=2**31 - 1)]
Text = Annotated[str, Field(max_length=200)]


class ImportMappingBody(BaseModel):
    """Which column fills which field; field name to header."""

    columns: dict[Text, Text] = {}
    month_columns: dict[Text, Text] = {}
    month_field: Text = ""
    date_orders: dict[Text, Text] = {}
    decimal_signs: dict[Text, Text] = {}
    options: dict[Text, Annotated[str, Field(max_length=4000)]] = {}
    save_as: Annotated[str, Field(max_length=80)] = ""


class Acceptance(BaseModel):
    """The version of the matching whose preview was seen."""

    version: Id


class ImportStarted(BaseModel):
    """The import a file has become."""

    id: int


class WorkStarted(BaseModel):
    """The background job that does it."""

    job_id: int


@router.post("", status_code=201)
async def upload(
    file: Annotated[UploadFile, File()],
    kind: Annotated[PlainText, Form(max_length=40)],
    uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE),
) -> ImportStarted:
    """Upload a file; the answer names its import, which the worker begins to read at once."""
    name = file.filename or "file"
    return ImportStarted(id=await staging.upload_file(uow, kind, name, _blocks(file)))


async def _blocks(file: UploadFile) -> AsyncIterator[bytes]:
    """Read an upload block by block; the framework keeps it on disk, and memory stays small."""
    while block := await file.read(PART_BYTES):
        yield block


@router.get("")
async def list_own(
    listed: Listed,
    find: Search = "",
    kind: Annotated[PlainText, Query(max_length=40)] = "",
    status: BatchStatus | None = None,
    uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE),
) -> dict[str, Any]:
    """List your own imports, newest first unless another order is asked for."""
    found = await list_batches(uow, listed, BatchFilter(find, kind, status or ""))
    return {"rows": [asdict(row) for row in found.rows], "total": found.total}


@router.get("/mappings")
async def list_saved(
    kind: Annotated[str, Query(max_length=40)] = "",
    uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE),
) -> list[dict[str, Any]]:
    """List your saved mappings."""
    return [asdict(mapping) for mapping in await saved_mappings.list_mappings(uow, kind)]


@router.delete("/mappings/{mapping_id}", status_code=204)
async def forget_saved(
    mapping_id: Id, uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE)
) -> None:
    """Delete a saved mapping of your own."""
    await saved_mappings.delete_mapping(uow, mapping_id)


@router.get("/{batch_id}")
async def show(
    batch_id: Id, uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE)
) -> dict[str, Any]:
    """Show how far an import is, with its columns, questions, choices and counts."""
    return asdict(await staging.get_batch(uow, batch_id))


@router.get("/{batch_id}/changes")
async def show_changes(
    batch_id: Id,
    outcome: Annotated[list[RowOutcome] | None, Query()] = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
    uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE),
) -> dict[str, Any]:
    """Show what accepting would do, row by row and cell by cell."""
    wanted = outcome or ALL_OUTCOMES
    return asdict(await list_changes(uow, batch_id, wanted, PageRequest(page=page, size=size)))


@router.put("/{batch_id}/mapping")
async def match(
    batch_id: Id,
    body: ImportMappingBody,
    uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE),
) -> dict[str, Any]:
    """Say which column fills which field; the rows are checked at once if nothing is missing."""
    content = body.model_dump(exclude={"save_as"})
    mapping = Mapping.from_json(content)
    return asdict(await staging.set_mapping(uow, batch_id, mapping, save_as=body.save_as))


@router.post("/{batch_id}/preview", status_code=202)
async def check(
    batch_id: Id, uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE)
) -> WorkStarted:
    """Check all rows and compare them with what is stored."""
    return WorkStarted(job_id=await staging.start_preview(uow, batch_id))


@router.post("/{batch_id}/leave-wrong-rows-out")
async def leave_out(
    batch_id: Id, uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE)
) -> dict[str, Any]:
    """Let accepting leave the wrong rows out."""
    return asdict(await staging.leave_wrong_rows_out(uow, batch_id))


@router.post("/{batch_id}/accept", status_code=202)
async def accept(
    batch_id: Id,
    body: Acceptance,
    uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE),
) -> WorkStarted:
    """Store what was shown, all or nothing."""
    return WorkStarted(job_id=await staging.start_accept(uow, batch_id, body.version))


@router.post("/{batch_id}/cancel", status_code=204)
async def cancel(batch_id: Id, uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE)) -> None:
    """Give an import up."""
    await staging.cancel_import(uow, batch_id)


@router.post("/{batch_id}/error-file", status_code=202)
async def mark_errors(
    batch_id: Id, uow: UnitOfWork = transaction_for(Permission.IMPORTS_USE)
) -> WorkStarted:
    """Order your own file with its errors marked; the job's file is downloaded when it is done."""
    return WorkStarted(job_id=await staging.order_error_workbook(uow, batch_id))
