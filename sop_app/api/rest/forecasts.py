"""Sales input for programs: rows, edits with versions, submission, decisions, Excel."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile

from sop_app.api.access import transaction_for
from sop_app.api.rest.forecast_bodies import (
    AcceptanceBody,
    CommentBody,
    DecisionBody,
    EditAnswer,
    EditsBody,
    ForecastListAnswer,
    SubmissionBody,
    answer_edit,
    answer_row,
)
from sop_app.api.rest.listing import PlainText, RecordId, Search
from sop_app.planning.cycles.service import get_cycle
from sop_app.planning.forecast_entry import (
    approval,
    cell_details,
    comments,
    editing,
    entry_grid,
    importer,
    submission,
    template,
    undo,
)
from sop_app.planning.forecast_entry.approval import Decision
from sop_app.planning.forecast_entry.cell_schemas import CellDetail, CommentRow
from sop_app.planning.forecast_entry.edit_schemas import EditSource
from sop_app.planning.forecast_entry.rules import EntryStatus
from sop_app.planning.forecast_entry.schemas import Chip, GridFilter, GridTotals
from sop_app.planning.forecast_entry.submission import Submission
from sop_app.planning.forecast_entry.upload_schemas import UploadPreview
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork

router = APIRouter(prefix="/api/v1/forecasts", tags=["forecasts"])
View = transaction_for(Permission.FORECAST_VIEW)
Edit = transaction_for(Permission.FORECAST_EDIT)
Review = transaction_for(Permission.FORECAST_REVIEW)
CycleId = Annotated[int, Query(gt=0, le=2**31 - 1)]
OptionalId = Annotated[int | None, Query(gt=0, le=2**31 - 1)]
MonthIndex = Annotated[int, Query(ge=0, le=35)]


def _wanted(  # noqa: PLR0913
    find: Search = "",
    customer_id: OptionalId = None,
    family: Annotated[PlainText, Query(max_length=120)] = "",
    sales_rep_id: OptionalId = None,
    status: EntryStatus | None = None,
    chip: Chip = Chip.ALL,
    sort: Annotated[PlainText, Query(max_length=20)] = "customer",
    is_descending: bool = False,
) -> GridFilter:
    return GridFilter(
        find=find,
        customer_id=customer_id,
        family=family,
        rep_id=sales_rep_id,
        status=status or "",
        chip=chip,
        sort=sort,
        descending=is_descending,
    )


Wanted = Annotated[GridFilter, Depends(_wanted)]


@router.get("")
async def list_forecasts(
    cycle_id: CycleId,
    wanted: Wanted,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=entry_grid.LARGEST_WINDOW)] = 100,
    uow: UnitOfWork = View,
) -> ForecastListAnswer:
    """List the rows of a cycle that the caller sees."""
    cycle = await get_cycle(uow, cycle_id)
    found = await entry_grid.read_window(uow, cycle_id, wanted, offset=offset, limit=limit)
    rows = [answer_row(cycle, row) for row in found.rows]
    return ForecastListAnswer(cycle_id=cycle_id, total=found.total or 0, rows=rows)


@router.get("/totals")
async def read_totals(cycle_id: CycleId, wanted: Wanted, uow: UnitOfWork = View) -> GridTotals:
    """Sum every month over the rows that pass the filter."""
    return await entry_grid.read_totals(uow, cycle_id, wanted)


@router.patch("")
async def edit_forecasts(body: EditsBody, uow: UnitOfWork = Edit) -> EditAnswer:
    """Change cells in one act; each cell that was not stored is named with its reason."""
    cycle = await get_cycle(uow, body.cycle_id)
    result = await editing.apply_edits(
        uow,
        body.cycle_id,
        [edit.as_edit() for edit in body.edits],
        EditSource.API,
        all_or_nothing=body.all_or_nothing,
    )
    return answer_edit(cycle, result)


@router.post("/undo")
async def undo_last(cycle_id: CycleId, uow: UnitOfWork = Edit) -> EditAnswer:
    """Take back the caller's last act in a cycle."""
    undone = await undo.undo_last(uow, cycle_id)
    return answer_edit(await get_cycle(uow, cycle_id), undone.result)


@router.post("/redo")
async def redo(cycle_id: CycleId, uow: UnitOfWork = Edit) -> EditAnswer:
    """Repeat the act the caller took back last."""
    repeated = await undo.redo(uow, cycle_id)
    return answer_edit(await get_cycle(uow, cycle_id), repeated.result)


@router.post("/submit")
async def submit(body: SubmissionBody, uow: UnitOfWork = Edit) -> Submission:
    """Submit rows of the caller; refused with a list while mandatory months are empty."""
    return await submission.submit_entries(uow, body.cycle_id, body.entry_ids)


@router.post("/approve")
async def approve(body: DecisionBody, uow: UnitOfWork = Review) -> Decision:
    """Approve submitted rows of others."""
    return await approval.approve_entries(uow, body.cycle_id, body.entry_ids, comment=body.comment)


@router.post("/return")
async def return_to_rep(body: DecisionBody, uow: UnitOfWork = Review) -> Decision:
    """Return submitted rows of others with a comment."""
    return await approval.return_entries(uow, body.cycle_id, body.entry_ids, comment=body.comment)


@router.get("/template", response_class=Response)
async def download_template(cycle_id: CycleId, uow: UnitOfWork = Edit) -> Response:
    """Download the caller's rows as an Excel template."""
    return _attach(await template.write_template(uow, cycle_id))


def _attach(file: template.TemplateFile) -> Response:
    name = quote(file.name, safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(file.content, media_type=template.CONTENT_TYPE, headers=headers)


@router.post("/upload")
async def upload_template(
    cycle_id: Annotated[int, Form(gt=0, le=2**31 - 1)],
    file: Annotated[UploadFile, File()],
    uow: UnitOfWork = Edit,
) -> UploadPreview:
    """Send a filled template; the answer says what accepting it would change."""
    content = await file.read()
    return await importer.preview_upload(uow, cycle_id, file.filename or "upload", content)


@router.post("/upload/{file_id}/accept")
async def accept_upload(
    file_id: RecordId, body: AcceptanceBody, uow: UnitOfWork = Edit
) -> EditAnswer:
    """Store every figure of an upload as one act, or nothing."""
    cycle = await get_cycle(uow, body.cycle_id)
    result = await importer.accept_upload(
        uow, body.cycle_id, file_id, body.fingerprint, leaves_wrong_out=body.leaves_wrong_out
    )
    return answer_edit(cycle, result)


@router.get("/upload/{file_id}/errors", response_class=Response)
async def download_errors(file_id: RecordId, cycle_id: CycleId, uow: UnitOfWork = Edit) -> Response:
    """Download an upload as your own workbook with its wrong cells marked and explained."""
    return _attach(await importer.mark_upload_errors(uow, cycle_id, file_id))


@router.delete("/upload/{file_id}", status_code=204)
async def cancel_upload(file_id: RecordId, uow: UnitOfWork = Edit) -> None:
    """Forget an upload; nothing of it is stored."""
    await importer.cancel_upload(uow, file_id)


@router.get("/{entry_id}/cell")
async def read_cell(
    entry_id: RecordId, month_index: MonthIndex, uow: UnitOfWork = View
) -> CellDetail:
    """Read one month of an entry with comments and history."""
    return await cell_details.read_cell(uow, entry_id, month_index)


@router.get("/{entry_id}/comments")
async def list_comments(entry_id: RecordId, uow: UnitOfWork = View) -> list[CommentRow]:
    """List the comments of an entry, oldest first."""
    return await comments.list_comments(uow, entry_id)


@router.post("/{entry_id}/comments", status_code=201)
async def add_comment(entry_id: RecordId, body: CommentBody, uow: UnitOfWork = View) -> CommentRow:
    """Comment an entry, or one of its months."""
    return await comments.add_comment(uow, entry_id, body.text, month_index=body.month_index)


@router.post("/comments/{comment_id}/resolve")
async def resolve_comment(
    comment_id: RecordId, is_resolved: bool = True, uow: UnitOfWork = View
) -> CommentRow:
    """Mark a comment as settled, or take it up again."""
    return await comments.resolve_comment(uow, comment_id, is_resolved=is_resolved)
