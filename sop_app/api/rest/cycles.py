"""Planning cycles for programs: the coordinator's verbs and the state of submissions."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from sop_app.api.access import transaction_for
from sop_app.api.rest.listing import PlainText, RecordId
from sop_app.kernel.periods import HORIZON_MONTHS, MANDATORY_MONTHS
from sop_app.planning.cycles import service, steps, window
from sop_app.planning.cycles.rules import Prefill
from sop_app.planning.cycles.schemas import CycleDraft, CycleRow, StepDraft
from sop_app.planning.forecast_entry import opening, reminders
from sop_app.review.submissions.export import status_columns, status_rows
from sop_app.review.submissions.schemas import Progress
from sop_app.review.submissions.service import list_progress_of_cycle
from sop_app.system.auth.permissions import Permission
from sop_app.system.database import UnitOfWork
from sop_app.system.settings.service import get_currency
from sop_app.system.spreadsheets.export import csv_lines

router = APIRouter(prefix="/api/v1/sop-cycles", tags=["cycles"])
View = transaction_for(Permission.CYCLES_VIEW)
Manage = transaction_for(Permission.CYCLES_MANAGE)


class StepBody(BaseModel):
    """Owner and due date of one step."""

    model_config = ConfigDict(extra="forbid")

    owner_id: RecordId | None = None
    due_date: date | None = None


class CycleBody(BaseModel):
    """The fields of a cycle; instants carry their offset."""

    model_config = ConfigDict(extra="forbid")

    name: PlainText = Field(max_length=200)
    start_month: date
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    time_zone: PlainText = Field(max_length=60)
    horizon_months: int = HORIZON_MONTHS
    mandatory_months: int = MANDATORY_MONTHS
    prefill: Prefill = Prefill.LAST_CYCLE
    steps: tuple[StepBody, ...] = Field(default=(), max_length=5)

    def as_draft(self) -> CycleDraft:
        """Hand the fields to the service."""
        return CycleDraft(
            name=self.name,
            start_month=self.start_month,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            time_zone=self.time_zone,
            horizon_months=self.horizon_months,
            mandatory_months=self.mandatory_months,
            prefill=self.prefill,
            steps=tuple(StepDraft(step.owner_id, step.due_date) for step in self.steps),
        )


class CycleChange(CycleBody):
    """All fields of a cycle as they shall be, and the version they replace."""

    version: int


class ReopeningBody(BaseModel):
    """Why a cycle is opened again, and until when."""

    model_config = ConfigDict(extra="forbid")

    reason: PlainText = Field(max_length=2_000)
    closes_at: AwareDatetime


class OpeningAnswer(BaseModel):
    """What opening created."""

    cycle: CycleRow
    entry_count: int
    rep_count: int


class ReminderBody(BaseModel):
    """Whom to remind; everybody with open rows when left out."""

    model_config = ConfigDict(extra="forbid")

    rep_ids: Annotated[list[RecordId], Field(max_length=1_000)] | None = None


class ReminderAnswer(BaseModel):
    """How many were reminded."""

    reminded_count: int


class CycleStatusAnswer(BaseModel):
    """How far every sales rep is."""

    cycle: CycleRow
    as_of: datetime
    reps: list[Progress]


@router.get("")
async def list_cycles(uow: UnitOfWork = View) -> list[CycleRow]:
    """List all cycles, the latest start month first."""
    return await service.list_cycles(uow)


@router.post("", status_code=201)
async def create_cycle(body: CycleBody, uow: UnitOfWork = Manage) -> CycleRow:
    """Create a cycle as a draft."""
    return await service.create_cycle(uow, body.as_draft())


@router.get("/{cycle_id}")
async def read_cycle(cycle_id: RecordId, uow: UnitOfWork = View) -> CycleRow:
    """Open a cycle."""
    return await service.get_cycle(uow, cycle_id)


@router.put("/{cycle_id}")
async def update_cycle(cycle_id: RecordId, body: CycleChange, uow: UnitOfWork = Manage) -> CycleRow:
    """Change a cycle; once it is open its months stay."""
    return await service.update_cycle(uow, cycle_id, body.as_draft(), version=body.version)


@router.delete("/{cycle_id}", status_code=204)
async def delete_cycle(cycle_id: RecordId, uow: UnitOfWork = Manage) -> None:
    """Delete a draft."""
    await service.delete_cycle(uow, cycle_id)


@router.post("/{cycle_id}/open")
async def open_cycle(cycle_id: RecordId, uow: UnitOfWork = Manage) -> OpeningAnswer:
    """Open the input window: create and prefill every entry, tell every sales rep."""
    opened = await opening.open_cycle(uow, cycle_id)
    return OpeningAnswer(
        cycle=opened.cycle, entry_count=opened.entry_count, rep_count=opened.rep_count
    )


@router.post("/{cycle_id}/close")
async def close_cycle(cycle_id: RecordId, uow: UnitOfWork = Manage) -> CycleRow:
    """Close the input window now."""
    return await window.close_cycle(uow, cycle_id)


@router.post("/{cycle_id}/reopen")
async def reopen_cycle(
    cycle_id: RecordId, body: ReopeningBody, uow: UnitOfWork = Manage
) -> CycleRow:
    """Open a closed cycle again, with a reason and a new deadline."""
    return await window.reopen_cycle(uow, cycle_id, reason=body.reason, closes_at=body.closes_at)


@router.post("/{cycle_id}/notify")
async def notify_reps(
    cycle_id: RecordId, body: ReminderBody | None = None, uow: UnitOfWork = Manage
) -> ReminderAnswer:
    """Remind sales reps who still have rows to submit; each at most once a day."""
    rep_ids = body.rep_ids if body else None
    return ReminderAnswer(reminded_count=await reminders.remind_reps(uow, cycle_id, rep_ids))


@router.get("/{cycle_id}/status")
async def read_status(
    cycle_id: RecordId, uow: UnitOfWork = transaction_for(Permission.FORECAST_VIEW)
) -> CycleStatusAnswer:
    """Tell how far every sales rep is whose rows the caller sees."""
    cycle, reps = await list_progress_of_cycle(uow, cycle_id)
    return CycleStatusAnswer(cycle=cycle, as_of=uow.now, reps=reps)


@router.get("/{cycle_id}/status.csv")
async def download_status(
    cycle_id: RecordId, uow: UnitOfWork = transaction_for(Permission.FORECAST_VIEW)
) -> PlainTextResponse:
    """Download how far every sales rep is whose rows the caller sees."""
    cycle, reps = await list_progress_of_cycle(uow, cycle_id)
    columns = status_columns(await get_currency())
    lines = [line async for line in csv_lines(columns, status_rows(reps, cycle.time_zone))]
    name = f"status-{cycle.start_month:%Y-%m}.csv"
    return PlainTextResponse(
        "\ufeff" + "".join(lines),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post("/{cycle_id}/steps/{position}/finish")
async def finish_step(cycle_id: RecordId, position: RecordId, uow: UnitOfWork = Manage) -> CycleRow:
    """Finish the active step; the next one begins."""
    return await steps.finish_step(uow, cycle_id, position)


@router.post("/{cycle_id}/steps/{position}/resume")
async def resume_step(cycle_id: RecordId, position: RecordId, uow: UnitOfWork = Manage) -> CycleRow:
    """Take up the step that was finished last."""
    return await steps.resume_step(uow, cycle_id, position)
